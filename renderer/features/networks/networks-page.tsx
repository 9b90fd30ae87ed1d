import { EmptyState, EmptyStateBody } from '@patternfly/react-core';
import type { HostId } from '#model/host';
import { networkReach } from '#model/network-words';
import { useHost, useNetworks } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Unread } from '../../ui/unread.tsx';

/** The virtual networks of a host, to read. */
export function NetworksPage({ host }: { readonly host: HostId }) {
  const name = useHost(host)?.name ?? host;
  const networks = useNetworks(host);
  const problem = useReadFault(host, networks.error);
  return (
    <section className="gh-page" aria-label="Networks">
      <PageHeader title="Networks" detail={<ForeignText text={name} />} />
      <div className="gh-pane">
        {(networks.data === undefined || problem.fault !== null) && (
          <Unread {...problem} label="Reading the networks" onRetry={() => void networks.refetch()} />
        )}
        {networks.data?.length === 0 && (
          <EmptyState titleText="No network" headingLevel="h2" variant="sm">
            <EmptyStateBody>This host has no virtual network that guests could join.</EmptyStateBody>
          </EmptyState>
        )}
        {networks.data !== undefined && networks.data.length > 0 && (
          <table className="gh-small-table" aria-label="Networks">
            <thead>
              <tr>
                <th scope="col">Network</th>
                <th scope="col">State</th>
                <th scope="col">Starts with the host</th>
                <th scope="col">Bridge</th>
                <th scope="col">Reaches</th>
              </tr>
            </thead>
            <tbody>
              {networks.data.map((network) => (
                <tr key={network.name}>
                  <th scope="row">
                    <ForeignText text={network.name} />
                  </th>
                  <td>{network.active ? 'Active' : 'Not active'}</td>
                  <td>{network.autostart ? 'Yes' : 'No'}</td>
                  <td>{network.bridge === null ? '–' : <ForeignText text={network.bridge} />}</td>
                  <td>{networkReach[network.forward]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
