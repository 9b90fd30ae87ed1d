import './start-order.css';
import { Alert, AlertActionLink, Button, EmptyState, EmptyStateBody, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import type { Guest } from '#model/guest';
import type { HostId } from '#model/host';
import { api } from '../../api.ts';
import { changePermission } from '../../data/change-permission.ts';
import { faultOf } from '../../data/fault-of.ts';
import { hostKeys } from '../../data/keys.ts';
import { useGuests, useHost } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { reportFailure } from '../../data/report-failure.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Unread } from '../../ui/unread.tsx';
import { keepDraft, useDraft } from './draft-store.ts';
import { changesOf, delayOf, type OrderRow, rowsOf } from './order-draft.ts';
import { OrderTable } from './order-table.tsx';

/** Not every daemon tells of what is changed in guests' metadata; it is read again so often while it is shown (milliseconds). */
const ORDER_EVERY = 30_000;

/** Which guests of a host are started one after another, and the two things that are done with it. */
export function StartOrderPage({ host }: { readonly host: HostId }) {
  const permission = changePermission(useHost(host));
  const guests = useGuests(host).data ?? [];
  const draft = useDraft(host);
  const [saving, setSaving] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: hostKeys.startOrder(host),
    queryFn: () => api.startOrder.read({ host }),
    staleTime: 0,
    refetchInterval: ORDER_EVERY,
  });
  const problem = useReadFault(host, error);
  const rows = draft?.rows ?? (data === undefined ? [] : rowsOf(data));
  const changes = draft === undefined ? [] : changesOf(draft);
  const wrong = rows.some((row) => delayOf(row) === null);
  const arrange = (next: readonly OrderRow[]) => {
    if (data === undefined) return;
    const arranged = { base: draft?.base ?? data, rows: next };
    const same = changesOf(arranged).length === 0 && next.every((row) => delayOf(row) !== null);
    keepDraft(host, same ? undefined : arranged);
  };
  const save = async () => {
    setSaving(true);
    setFault(null);
    try {
      await api.startOrder.set({ host, changes: [...changes] });
      await refetch();
      keepDraft(host, undefined);
    } catch (why) {
      setFault(faultOf(why));
      await refetch();
    }
    setSaving(false);
  };
  const drop = () => {
    keepDraft(host, undefined);
    setFault(null);
  };
  const act = async (what: 'start' | 'shutDown', words: string) => {
    try {
      await api.startOrder[what]({ host, operation: crypto.randomUUID() });
    } catch (why) {
      reportFailure(words, why);
    }
  };
  const unsaved = changes.length > 0 || wrong;
  const blocked = !permission.allowed
    ? permission.why
    : unsaved
      ? 'Save the order first'
      : rows.length === 0
        ? 'No guest is in it yet'
        : null;
  return (
    <section className="gh-page" aria-label="Start order">
      <PageHeader title="Start order">
        {blocked !== null && data !== undefined && (
          <span id="start-order-why" className="gh-subtle">
            {blocked}.
          </span>
        )}
        {(
          [
            ['start', 'Start in order'],
            ['shutDown', 'Shut down in reverse…'],
          ] as const
        ).map(([what, label]) => (
          <Button
            key={what}
            variant="secondary"
            size="sm"
            isAriaDisabled={blocked !== null}
            {...(blocked !== null && { 'aria-describedby': 'start-order-why' })}
            onClick={() => void act(what, label)}
          >
            {label}
          </Button>
        ))}
      </PageHeader>
      <div className="gh-pane gh-start-order" tabIndex={0} role="region" aria-label="The order">
        {data === undefined ? (
          <Unread fault={problem.fault} away={problem.away} label="Reading the start order" onRetry={() => void refetch()} />
        ) : (
          <>
            <p className="gh-subtle">
              Guests start step by step from the top, with the longest wait of a step’s guests after it, and are shut down the other way
              round. The order is kept in the guests’ definitions, so it is the same on every computer. Guests that start with their host by
              themselves are started by the host at once and in no order: switch that off for those whose order counts.
            </p>
            {fault !== null && <FaultAlert fault={fault} />}
            {fault?.code === 'conflict' && (
              <Alert
                variant="info"
                isInline
                title="What you arranged is kept."
                actionLinks={
                  <>
                    <AlertActionLink
                      onClick={() => {
                        keepDraft(host, { base: data, rows });
                        setFault(null);
                      }}
                    >
                      Keep mine, to be saved over it
                    </AlertActionLink>
                    <AlertActionLink onClick={drop}>Take the host’s</AlertActionLink>
                  </>
                }
              />
            )}
            {rows.length === 0 ? (
              <EmptyState titleText="No guest has a place in the order" headingLevel="h2" variant="sm">
                <EmptyStateBody>Add the guest that others need first: a router, a directory, a database.</EmptyStateBody>
              </EmptyState>
            ) : (
              <OrderTable
                rows={rows}
                states={new Map(guests.map(({ id, state }) => [id, state]))}
                isDisabled={!permission.allowed || saving}
                onChange={arrange}
              />
            )}
            {wrong && <p role="alert">A wait is whole seconds, from 0 to 3600.</p>}
            {permission.allowed && <AddGuest guests={guests} rows={rows} onAdd={arrange} />}
            {unsaved && (
              <div className="gh-start-order__bar">
                <Button size="sm" isDisabled={saving || wrong} isLoading={saving} onClick={() => void save()}>
                  Save the order
                </Button>
                <Button variant="link" size="sm" isDisabled={saving} onClick={drop}>
                  Discard
                </Button>
                <span role="status">{changes.length === 1 ? '1 guest changes' : `${changes.length} guests change`}.</span>
              </div>
            )}
          </>
        )}
      </div>
    </section>
  );
}

interface AddGuestProps {
  readonly guests: readonly Guest[];
  readonly rows: readonly OrderRow[];
  onAdd(rows: readonly OrderRow[]): void;
}

/** Guests that have no place yet. */
function AddGuest({ guests, rows, onAdd }: AddGuestProps) {
  const [chosen, choose] = useState('');
  const placed = new Set(rows.map(({ id }) => id));
  // One that exists only while it runs is never started.
  const free = guests.filter(({ id, persistent }) => persistent && !placed.has(id)).sort((a, b) => a.name.localeCompare(b.name));
  const guest = free.find(({ id }) => id === chosen);
  if (free.length === 0) return null;
  return (
    <div className="gh-start-order__add">
      <FormSelect
        id="start-order-guest"
        aria-label="Guest to add"
        value={guest === undefined ? '' : chosen}
        onChange={(_event, id) => choose(id)}
      >
        <FormSelectOption value="" label="Choose a guest" />
        {free.map(({ id, name }) => (
          <FormSelectOption key={id} value={id} label={readableText(name)} />
        ))}
      </FormSelect>
      <Button
        id="start-order-add"
        variant="secondary"
        size="sm"
        isAriaDisabled={guest === undefined}
        onClick={() => {
          if (guest === undefined) return;
          onAdd([...rows, { id: guest.id, name: guest.name, together: false, delay: '0' }]);
          choose('');
        }}
      >
        Add to the order
      </Button>
    </div>
  );
}
