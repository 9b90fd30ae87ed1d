import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import { SearchIcon } from '@patternfly/react-icons/dist/esm/icons/search-icon';
import { VirtualMachineIcon } from '@patternfly/react-icons/dist/esm/icons/virtual-machine-icon';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Host } from '#model/host';
import { faultOf } from '../../data/fault-of.ts';
import { connectHost } from '../../data/host-verbs.ts';
import type { GuestLists, PlacedGuest } from '../../data/queries.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { SkeletonRows } from '../../ui/skeleton-rows.tsx';
import { CreateGuestButton } from './create-guest-button.tsx';
import type { Sorting } from './guest-order.ts';
import { GuestsTable } from './guests-table.tsx';

interface GuestsBodyProps {
  readonly all: UseQueryResult<readonly Host[]>;
  readonly hosts: readonly Host[];
  readonly lists: GuestLists;
  /** What the filter left of `lists`, in order. */
  readonly rows: readonly PlacedGuest[];
  readonly placed: boolean;
  readonly sorting: Sorting;
  onSort(sorting: Sorting): void;
  onHold(held: boolean): void;
  onClearFilter(): void;
}

/** What is wrong with hosts, then the list in whichever of its states: on its way, without guests, without a match, full. */
export function GuestsBody({ all, hosts, lists, rows, placed, sorting, onSort, onHold, onClearFilter }: GuestsBodyProps) {
  const waiting = all.isPending || lists.pending || (lists.rows.length === 0 && hosts.some((host) => host.state.kind === 'connecting'));
  const anyConnected = hosts.some((host) => host.state.kind === 'connected');
  return (
    <>
      <div className="gh-notices">
        {all.error && <FaultAlert fault={faultOf(all.error)} onRetry={() => void all.refetch()} />}
        {hosts.map((host) => (
          <HostNotice key={host.id} host={host} brief={placed} />
        ))}
        {lists.failures.map(({ host, error, retry }) => (
          <FaultAlert key={host} fault={faultOf(error)} onRetry={retry} />
        ))}
      </div>
      {rows.length > 0 ? (
        <GuestsTable
          label={placed ? 'All guests' : 'Guests'}
          rows={rows}
          hosts={hosts}
          placed={placed}
          sorting={sorting}
          onSort={onSort}
          onHold={onHold}
        />
      ) : waiting ? (
        <SkeletonRows label="Reading the list of guests" />
      ) : lists.rows.length > 0 ? (
        <EmptyState titleText="No guest matches" headingLevel="h2" icon={SearchIcon} variant="sm">
          <EmptyStateBody>No guest has this name and state.</EmptyStateBody>
          <EmptyStateFooter>
            <Button variant="link" onClick={onClearFilter}>
              Show all guests
            </Button>
          </EmptyStateFooter>
        </EmptyState>
      ) : anyConnected && lists.failures.length === 0 ? (
        <EmptyState titleText="No guests yet" headingLevel="h2" icon={VirtualMachineIcon} variant="sm">
          <EmptyStateBody>A guest is a computer inside a computer. To make one, all you need is the ISO image of a system.</EmptyStateBody>
          <EmptyStateFooter>
            <EmptyStateActions>
              <CreateGuestButton hosts={hosts} />
            </EmptyStateActions>
          </EmptyStateFooter>
        </EmptyState>
      ) : null}
    </>
  );
}

/** `brief`: other hosts have guests to show; the sidebar tells the whole story. */
function HostNotice({ host, brief }: { readonly host: Host; readonly brief: boolean }) {
  switch (host.state.kind) {
    case 'connected':
    case 'connecting':
      break;
    case 'failed':
      return brief ? (
        <p className="gh-notice">
          <ExclamationCircleIcon className="gh-danger" /> <ForeignText text={host.name} />: {host.state.fault.message}{' '}
          <Button variant="link" isInline onClick={() => connectHost(host.id)}>
            Retry
          </Button>
        </p>
      ) : (
        <FaultAlert
          fault={{ ...host.state.fault, message: `${readableText(host.name)}: ${host.state.fault.message}` }}
          onRetry={() => connectHost(host.id)}
        />
      );
    case 'disconnected':
      return (
        <p className="gh-notice">
          <ForeignText text={host.name} /> is not connected.{' '}
          <Button variant="link" isInline onClick={() => connectHost(host.id)}>
            Connect
          </Button>
        </p>
      );
  }
  return null;
}
