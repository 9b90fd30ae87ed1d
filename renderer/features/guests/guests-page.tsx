import { SearchInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useDeferredValue, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { HostId } from '#model/host';
import { useGuestLists, useHosts } from '../../data/queries.ts';
import { useRemembered } from '../../data/remembered.ts';
import { useWatchedLists } from '../../data/samples.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { CreateGuestButton } from './create-guest-button.tsx';
import { countByGroup, filterGuests, isSorting, isStateGroup, type GroupCounts, type Sorting, type StateGroup } from './guest-order.ts';
import { GuestsBody } from './guests-body.tsx';
import { GUESTS_TABLE } from './guests-table.tsx';
import { useOrder } from './use-order.ts';
import { useTypeToSearch } from '../../ui/use-type-to-search.ts';

const groups: readonly (readonly [StateGroup | null, string])[] = [
  [null, 'All'],
  ['running', 'Running'],
  ['paused', 'Paused'],
  ['off', 'Shut off'],
  ['trouble', 'In trouble'],
];
const byName: Sorting = { by: 'name', direction: 'asc' };
const isText = (value: unknown): value is string => typeof value === 'string';

interface GuestsPageProps {
  readonly host: HostId | null;
  /** About hosts; built elsewhere: a feature does not know its siblings. */
  readonly notices?: ReactNode;
}

/** The guests of one host, or of all. Give it a `key` of its own for each. */
export function GuestsPage({ host, notices }: GuestsPageProps) {
  const all = useHosts();
  const hosts = useMemo(() => (all.data ?? []).filter((one) => host === null || one.id === host), [all.data, host]);
  const connected = useMemo(() => hosts.filter((one) => one.state.kind === 'connected').map((one) => one.id), [hosts]);
  const lists = useGuestLists(hosts);
  useWatchedLists(connected);

  const place = host ?? 'all';
  const [search, setSearch] = useRemembered(`guests.${place}.search`, '', isText);
  const [group, setGroup] = useRemembered<StateGroup | null>(`guests.${place}.group`, null, isStateGroup);
  const [sorting, setSorting] = useRemembered(`guests.${place}.sorting`, byName, isSorting);
  const [held, setHeld] = useState(false);
  // Typing stays fluent: the letter shows first, the list follows.
  const searched = useDeferredValue(search);
  const input = useRef<HTMLInputElement>(null);
  useTypeToSearch(input);

  const counts = useMemo(() => countByGroup(lists.rows), [lists.rows]);
  // Ordering is the dear part, so it comes first: a letter more only filters.
  const ordered = useOrder({ rows: lists.rows, hosts: connected, sorting, held });
  const rows = useMemo(() => filterGuests(ordered, searched, group), [ordered, searched, group]);
  const leaveSearch = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setSearch('');
    if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') document.getElementById(GUESTS_TABLE)?.focus();
  };
  const only = host === null ? undefined : hosts[0];

  return (
    <section className="gh-page" aria-label="Guests">
      <PageHeader title={only ? <ForeignText text={only.name} /> : 'All guests'} detail={summary(lists.rows.length, counts)} optional>
        <SearchInput
          ref={input}
          className="gh-search"
          placeholder="Search"
          aria-label="Search guests"
          value={search}
          onChange={(_event, value) => setSearch(value)}
          onClear={() => setSearch('')}
          onKeyDown={leaveSearch}
        />
        <ToggleGroup isCompact aria-label="Filter by state">
          {groups.map(([key, word]) => (
            <ToggleGroupItem
              key={word}
              text={word}
              buttonId={`state-${key ?? 'all'}`}
              isSelected={group === key}
              onChange={() => setGroup(key)}
            />
          ))}
        </ToggleGroup>
        <CreateGuestButton hosts={hosts} />
      </PageHeader>
      <GuestsBody
        all={all}
        hosts={hosts}
        lists={lists}
        rows={rows}
        placed={host === null && hosts.length > 1}
        notices={notices}
        sorting={sorting}
        onSort={setSorting}
        onHold={setHeld}
        onClearFilter={() => {
          setSearch('');
          setGroup(null);
        }}
      />
    </section>
  );
}

function summary(all: number, { running, lost }: GroupCounts): string | undefined {
  if (all === 0) return undefined;
  const known = all - lost;
  const parts = known === 0 ? [] : [`${known.toLocaleString()} ${known === 1 ? 'guest' : 'guests'}`, `${running.toLocaleString()} running`];
  return [...parts, ...(lost === 0 ? [] : [`${lost.toLocaleString()} out of reach`])].join(', ');
}
