import './networks.css';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { PlusIcon } from '@patternfly/react-icons/dist/esm/icons/plus-icon';
import { useLocation } from 'wouter';
import type { HostId } from '#model/host';
import { changePermission } from '../../data/change-permission.ts';
import { useFirewall } from '../../data/firewall.ts';
import { paths } from '../../data/paths.ts';
import { useHost, useNetworks } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { OldNote } from '../../ui/old-note.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Unread } from '../../ui/unread.tsx';
import { FirewallNotice } from './firewall-notice.tsx';
import { LanAction } from './lan-dialog.tsx';
import { NetworksTable } from './networks-table.tsx';
import { ActionButton } from './network-tools.tsx';
import { OwnNetworksNote } from './own-networks-note.tsx';
import { Topology } from './topology.tsx';

/** The virtual networks of a host, as a list or as a drawing of who hangs where. */
export function NetworksPage({ host, drawing = false }: { readonly host: HostId; readonly drawing?: boolean }) {
  const [, navigate] = useLocation();
  const here = useHost(host);
  const networks = useNetworks(host);
  const problem = useReadFault(host, networks.error);
  const firewall = useFirewall(host).data ?? null;
  const create = (
    <ActionButton
      variant="primary"
      icon={<PlusIcon />}
      permission={changePermission(here)}
      onClick={() => navigate(paths.newNetwork(host))}
    >
      Create network
    </ActionButton>
  );
  return (
    <section className="gh-page" aria-label="Networks">
      <PageHeader title="Networks" detail={<ForeignText text={here?.name ?? host} />}>
        <ToggleGroup isCompact aria-label="How to show them">
          <ToggleGroupItem text="List" buttonId="networks-list" isSelected={!drawing} onChange={() => navigate(paths.networks(host))} />
          <ToggleGroupItem
            text="Drawing"
            buttonId="networks-drawing"
            isSelected={drawing}
            onChange={() => navigate(paths.networksDrawing(host))}
          />
        </ToggleGroup>
        <LanAction host={host} />
        {create}
      </PageHeader>
      <div className="gh-pane">
        {firewall !== null && <FirewallNotice host={host} report={firewall} />}
        {networks.data === undefined ? (
          <Unread {...problem} label="Reading the networks" onRetry={() => void networks.refetch()} />
        ) : (
          <OldNote fault={problem.fault} readAt={networks.dataUpdatedAt} onRetry={() => void networks.refetch()} />
        )}
        {networks.data?.length === 0 && !drawing && (
          <EmptyState titleText="No network" headingLevel="h2" variant="sm">
            <EmptyStateBody>
              This host has no virtual network that guests could join. Most people want one with NAT, which reaches all that the host does.
            </EmptyStateBody>
            <EmptyStateFooter>
              <EmptyStateActions>{create}</EmptyStateActions>
            </EmptyStateFooter>
          </EmptyState>
        )}
        {networks.data !== undefined && networks.data.length > 0 && !drawing && <NetworksTable host={host} networks={networks.data} />}
        {networks.data !== undefined && !drawing && <OwnNetworksNote host={host} />}
        {networks.data !== undefined && drawing && <Topology host={host} networks={networks.data} />}
      </div>
    </section>
  );
}
