import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { SearchIcon } from '@patternfly/react-icons/dist/esm/icons/search-icon';
import { ServerIcon } from '@patternfly/react-icons/dist/esm/icons/server-icon';
import { VirtualMachineIcon } from '@patternfly/react-icons/dist/esm/icons/virtual-machine-icon';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { Host } from '#model/host';
import { faultOf } from '../../data/fault-of.ts';
import { paths } from '../../data/paths.ts';
import type { GuestLists, PlacedGuest } from '../../data/queries.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { OldNote } from '../../ui/old-note.tsx';
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
  /** About hosts; built elsewhere: a feature does not know its siblings. */
  readonly notices: ReactNode;
  readonly sorting: Sorting;
  onSort(sorting: Sorting): void;
  onHold(held: boolean): void;
  onClearFilter(): void;
}

/** What is to be said of hosts, then the list in whichever of its states: on its way, without guests, without a match, full. */
export function GuestsBody({ all, hosts, lists, rows, placed, notices, sorting, onSort, onHold, onClearFilter }: GuestsBodyProps) {
  const waiting = all.isPending || lists.pending || (lists.rows.length === 0 && hosts.some((host) => host.state.kind === 'connecting'));
  const anyConnected = hosts.some((host) => host.state.kind === 'connected');
  return (
    <>
      <div className="gh-notices">
        {all.error && <FaultAlert fault={faultOf(all.error)} onRetry={() => void all.refetch()} />}
        {notices}
        {lists.failures.map(({ host, error, readAt, retry }) =>
          readAt === null ? (
            <FaultAlert key={host} fault={faultOf(error)} onRetry={retry} />
          ) : (
            <OldNote key={host} fault={faultOf(error)} readAt={readAt} onRetry={retry} />
          ),
        )}
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
      ) : all.data?.length === 0 ? (
        <NoHost />
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

function NoHost() {
  const [, navigate] = useLocation();
  return (
    <EmptyState titleText="No connection yet" headingLevel="h2" icon={ServerIcon} variant="sm">
      <EmptyStateBody>Guests live on hosts: this computer, or one that is reached over the network.</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button size="sm" onClick={() => navigate(paths.addHost)}>
            Add connection
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
