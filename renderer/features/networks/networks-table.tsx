import { Link } from 'wouter';
import type { HostId } from '#model/host';
import type { Network } from '#model/network';
import { networkKind, networkReach } from '#model/network-words';
import { useAttachments } from '../../data/networks.ts';
import { paths } from '../../data/paths.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { NetworkMenu, NetworkState } from './network-tools.tsx';

export function NetworksTable({ host, networks }: { readonly host: HostId; readonly networks: readonly Network[] }) {
  const attachments = useAttachments(host).data;
  const guestsOn = (name: string) =>
    new Set(attachments?.nics.flatMap(({ guest, source }) => (source.kind === 'network' && source.name === name ? [guest] : []))).size;
  return (
    <table className="gh-small-table" aria-label="Networks">
      <thead>
        <tr>
          <th scope="col">Network</th>
          <th scope="col">State</th>
          <th scope="col">Kind</th>
          <th scope="col">Bridge</th>
          <th scope="col">Subnet</th>
          <th scope="col" data-numeric="true">
            Guests
          </th>
          <th scope="col">Starts with the host</th>
          <th scope="col">
            <span className="pf-v6-screen-reader">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {networks.map((network) => (
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
              {attachments === undefined ? '…' : guestsOn(network.name)}
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
  );
}
