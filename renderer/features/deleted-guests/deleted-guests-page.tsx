import './deleted-guests.css';
import { Button, EmptyState, EmptyStateBody } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import type { DeletedGuest } from '#model/deleted-guest';
import type { HostId } from '#model/host';
import type { Permission } from '#model/guest-action';
import { api } from '../../api.ts';
import { changePermission } from '../../data/change-permission.ts';
import { hostKeys } from '../../data/keys.ts';
import { paths } from '../../data/paths.ts';
import { useGuests, useHost } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { formatClock } from '../../ui/clock.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Unread } from '../../ui/unread.tsx';
import { DefineAgainDialog } from './define-again-dialog.tsx';
import { NamedDisks } from './named-disks.tsx';

interface DeletedGuestsPageProps {
  readonly host: HostId;
  /** The one that is to be defined again, as the address has it. */
  readonly chosen: string | null;
}

/** Guests of a host that were deleted here: what is still there of each, and the way back. */
export function DeletedGuestsPage({ host, chosen }: DeletedGuestsPageProps) {
  const [, navigate] = useLocation();
  const permission = changePermission(useHost(host));
  const there = useGuests(host).data ?? [];
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: hostKeys.deleted(host),
    queryFn: () => api.definitions.deleted({ host }),
    staleTime: 0,
  });
  const problem = useReadFault(host, error);
  useEffect(
    () =>
      api.tasks.changed((task) => {
        if (task.host === host && task.state.kind !== 'running') void refetch();
      }),
    [host, refetch],
  );
  const listed = data?.filter(({ id }) => !there.some((guest) => guest.id === id));
  const open = listed?.find(({ id }) => id === chosen);
  const close = () => navigate(paths.deletedGuests(host), { replace: true });
  return (
    <section className="gh-page" aria-label="Deleted guests">
      <PageHeader title="Deleted guests">
        <Button variant="secondary" size="sm" isDisabled={isFetching} onClick={() => void refetch()}>
          Look again
        </Button>
      </PageHeader>
      <div className="gh-pane gh-deleted">
        {listed === undefined && (
          <Unread fault={problem.fault} away={false} label="Looking at what is still there" onRetry={() => void refetch()} />
        )}
        {listed?.length === 0 && (
          <EmptyState titleText="No deleted guests" headingLevel="h2" variant="sm">
            <EmptyStateBody>
              The last twenty guests that are deleted here are listed, each with its last definition, and can be defined again by that.
            </EmptyStateBody>
          </EmptyState>
        )}
        {listed !== undefined && listed.length > 0 && (
          <>
            <p className="gh-subtle">
              The last definition of each is kept, without passwords. Defined again, a guest has the same UUID, devices and addresses; what
              was on disks that are gone does not come back.
            </p>
            <DeletedTable guests={listed} permission={permission} onChoose={({ id }) => navigate(paths.deletedGuests(host, id))} />
          </>
        )}
      </div>
      {open !== undefined && permission.allowed && (
        <DefineAgainDialog
          host={host}
          guest={open}
          taken={new Set(there.map(({ name }) => name))}
          onClose={close}
          onDone={() => navigate(paths.host(host))}
        />
      )}
    </section>
  );
}

interface DeletedTableProps {
  readonly guests: readonly DeletedGuest[];
  readonly permission: Permission;
  onChoose(guest: DeletedGuest): void;
}

function DeletedTable({ guests, permission, onChoose }: DeletedTableProps) {
  return (
    <>
      {!permission.allowed && <p id="deleted-why">{permission.why}.</p>}
      <table className="gh-small-table" aria-label="Deleted guests">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Deleted</th>
            <th scope="col">Disks and folders</th>
            <th scope="col">
              <span className="pf-v6-screen-reader">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {guests.map((guest) => (
            <tr key={guest.id}>
              <th scope="row">
                <ForeignText text={guest.name} />
              </th>
              <td className="gh-number">{formatClock(guest.at)}</td>
              <td>{guest.outlook === null ? <span className="gh-subtle">Not known</span> : <NamedDisks disks={guest.outlook.disks} />}</td>
              <td>
                <Button
                  variant="secondary"
                  size="sm"
                  isAriaDisabled={!permission.allowed}
                  aria-label={`Define again… “${readableText(guest.name)}”`}
                  {...(!permission.allowed && { 'aria-describedby': 'deleted-why' })}
                  onClick={() => onChoose(guest)}
                >
                  Define again…
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
