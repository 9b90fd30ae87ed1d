import type { GuestState } from '#model/guest';
import type { PlacedGuest } from '../../data/queries.ts';

export const sortKeys = ['state', 'name', 'host', 'cpu', 'memory', 'disk', 'network'] as const;
export type SortKey = (typeof sortKeys)[number];
export interface Sorting {
  readonly by: SortKey;
  readonly direction: 'asc' | 'desc';
}

/** Kinds of state that a person looks for. */
export const stateGroups = {
  running: ['running', 'idle', 'shutting-down'],
  paused: ['paused', 'sleeping'],
  off: ['shut-off'],
  trouble: ['crashed', 'unknown'],
} as const satisfies Record<string, readonly GuestState[]>;
export type StateGroup = keyof typeof stateGroups;

const groupOf = new Map<GuestState, StateGroup>(
  (['running', 'paused', 'off', 'trouble'] as const).flatMap((group) => stateGroups[group].map((state) => [state, group] as const)),
);
export const stateGroupOf = (state: GuestState): StateGroup => groupOf.get(state) ?? 'trouble';

export function countByGroup(rows: readonly PlacedGuest[]): Record<StateGroup, number> {
  const counts = { running: 0, paused: 0, off: 0, trouble: 0 };
  for (const { guest } of rows) counts[stateGroupOf(guest.state)] += 1;
  return counts;
}

/** Those whose name or id holds every word of `search`, in any letter case, and whose state is of `group`. */
export function filterGuests(rows: readonly PlacedGuest[], search: string, group: StateGroup | null): readonly PlacedGuest[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && group === null) return rows;
  return rows.filter(({ guest }) => {
    if (group !== null && stateGroupOf(guest.state) !== group) return false;
    const name = guest.name.toLocaleLowerCase();
    return words.every((word) => name.includes(word) || guest.id.startsWith(word));
  });
}

export const isStateGroup = (value: unknown): value is StateGroup | null =>
  value === null || (typeof value === 'string' && value in stateGroups);
export const isSorting = (value: unknown): value is Sorting =>
  typeof value === 'object' && value !== null && 'by' in value && 'direction' in value;

/** What is measured rather than told: these orders change with every sample. */
export const isLive = (key: SortKey) => key === 'cpu' || key === 'memory' || key === 'disk' || key === 'network';

/** One collator for all: making one per comparison costs more than the comparison. */
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const stateOrder: readonly StateGroup[] = ['trouble', 'running', 'paused', 'off'];

/** `measure` gives the live value of a row, -1 where there is none. Equal rows are ordered by name, so that the order is always the same. */
export function sortGuests(
  rows: readonly PlacedGuest[],
  sorting: Sorting,
  measure: (row: PlacedGuest, key: SortKey) => number,
): readonly PlacedGuest[] {
  const sign = sorting.direction === 'asc' ? 1 : -1;
  const byName = (a: PlacedGuest, b: PlacedGuest) => collator.compare(a.guest.name, b.guest.name) || (a.guest.id < b.guest.id ? -1 : 1);
  const { by } = sorting;
  if (isLive(by)) {
    const values = new Map(rows.map((row) => [row, measure(row, by)]));
    return [...rows].sort((a, b) => sign * ((values.get(a) ?? -1) - (values.get(b) ?? -1)) || byName(a, b));
  }
  if (by === 'name') return [...rows].sort((a, b) => sign * byName(a, b));
  const rank = (row: PlacedGuest) => stateOrder.indexOf(stateGroupOf(row.guest.state));
  const compare =
    by === 'state'
      ? (a: PlacedGuest, b: PlacedGuest) => rank(a) - rank(b)
      : (a: PlacedGuest, b: PlacedGuest) => collator.compare(a.host, b.host);
  return [...rows].sort((a, b) => sign * compare(a, b) || byName(a, b));
}
