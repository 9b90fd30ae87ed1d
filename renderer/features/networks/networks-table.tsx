import { Button, EmptyState, EmptyStateBody, EmptyStateFooter, SearchInput } from '@patternfly/react-core';
import { Link } from 'wouter';
import type { HostId } from '#model/host';
import type { Network } from '#model/network';
import { networkKind, networkReach } from '#model/network-words';
import { useAttachments } from '../../data/networks.ts';
import { paths } from '../../data/paths.ts';
import { useRemembered } from '../../data/remembered.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { SortHeader } from '../../ui/sort-header.tsx';
import { filterNetworks, isSorting, type SortKey, sortNetworks, type Sorting } from './network-order.ts';
import { NetworkMenu, NetworkState } from './network-tools.tsx';

const byName: Sorting = { by: 'name', direction: 'asc' };
const isText = (value: unknown): value is string => typeof value === 'string';

export function NetworksTable({ host, networks }: { readonly host: HostId; readonly networks: readonly Network[] }) {
  const attachments = useAttachments(host).data;
  const guestsOn = (name: string) =>
    new Set(attachments?.nics.flatMap(({ guest, source }) => (source.kind === 'network' && source.name === name ? [guest] : []))).size;
  const [sorting, setSorting] = useRemembered(`networks.${host}.sorting`, byName, isSorting);
  const [search, setSearch] = useRemembered(`networks.${host}.search`, '', isText);
  const all = networks.map((network) => ({ network, guests: attachments === undefined ? null : guestsOn(network.name) }));
  const rows = sortNetworks(filterNetworks(all, search), sorting);
  const column = (by: SortKey, title: string, numeric = false) => (
    <SortHeader by={by} title={title} numeric={numeric} descends={numeric} sorting={sorting} onSort={setSorting} />
  );
  return (
    <>
      <SearchInput
        className="gh-net-search"
        placeholder="Search"
        aria-label="Search networks"
        value={search}
        onChange={(_event, value) => setSearch(value)}
        onClear={() => setSearch('')}
        onKeyDown={(event) => event.key === 'Escape' && setSearch('')}
      />
      {rows.length === 0 ? (
        <EmptyState titleText="No network matches" headingLevel="h2" variant="sm">
          <EmptyStateBody>None has this in its name, kind, bridge or subnets.</EmptyStateBody>
          <EmptyStateFooter>
            <Button variant="link" onClick={() => setSearch('')}>
              Show all networks
            </Button>
          </EmptyStateFooter>
        </EmptyState>
      ) : (
        <table className="gh-small-table gh-net-table" aria-label="Networks">
          <thead>
            <tr>
              {column('name', 'Network')}
              {column('state', 'State')}
              {column('kind', 'Kind')}
              <th scope="col">Bridge</th>
              <th scope="col">Subnet</th>
              {column('guests', 'Guests', true)}
              <th scope="col">Starts with the host</th>
              <th scope="col">
                <span className="pf-v6-screen-reader">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ network, guests }) => (
              <tr key={network.id}>
                <th scope="row">
                  <Link href={paths.network(host, network.id)}>
                    <ForeignText text={network.name} />
                  </Link>
                </th>
                <td>
                  <NetworkState active={network.active} />
                </td>
                <td title={networkReach[network.forward]}>{networkKind[network.forward]}</td>
                <td>{network.bridge === null ? '–' : <ForeignText text={network.bridge} />}</td>
                <td className="gh-number">{network.subnets.length === 0 ? '–' : <ForeignText text={network.subnets.join(', ')} />}</td>
                <td data-numeric="true" className="gh-number">
                  {guests ?? '…'}
                </td>
                <td>{network.autostart ? 'Yes' : 'No'}</td>
                <td className="gh-net-menu">
                  <NetworkMenu
                    host={host}
                    network={network}
                    actions={[network.active ? 'stop' : 'start', network.autostart ? 'no-autostart' : 'autostart', 'delete']}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
