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

/** `lost`: on hosts out of reach, whose state nobody knows. */
export type GroupCounts = Readonly<Record<StateGroup | 'lost', number>>;

export function countByGroup(rows: readonly PlacedGuest[]): GroupCounts {
  const counts = { running: 0, paused: 0, off: 0, trouble: 0, lost: 0 };
  for (const { guest, lostAt } of rows) counts[lostAt === null ? stateGroupOf(guest.state) : 'lost'] += 1;
  return counts;
}

/** Those whose name or id holds every word of `search`, in any letter case, and whose state is known to be of `group`. */
export function filterGuests(rows: readonly PlacedGuest[], search: string, group: StateGroup | null): readonly PlacedGuest[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && group === null) return rows;
  return rows.filter(({ guest, lostAt }) => {
    if (group !== null && (lostAt !== null || stateGroupOf(guest.state) !== group)) return false;
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

const stateOrder: readonly StateGroup[] = ['trouble', 'running', 'paused', 'off'];

/** As people order words: numbers by their size, accents and case last. One for all: making one costs more than comparing. */
const collator = new Intl.Collator(undefined, { numeric: true });
let ranks: ReadonlyMap<string, number> = new Map();

/**
 * Where each name stands among all. Comparing 10,000 names takes far longer than a frame, comparing their ranks does not; names hardly
 * ever change, so the ranks of the last list are good for the next.
 */
function rankNames(rows: readonly PlacedGuest[]): ReadonlyMap<string, number> {
  if (!rows.every(({ guest }) => ranks.has(guest.name))) {
    const names = [...new Set(rows.map(({ guest }) => guest.name))].sort(collator.compare);
    ranks = new Map(names.map((name, i) => [name, i]));
  }
  return ranks;
}

/** `measure` gives the live value of a row, -1 where there is none. Equal rows are ordered by name, so that the order is always the same. */
export function sortGuests(
  rows: readonly PlacedGuest[],
  { by, direction }: Sorting,
  measure: (row: PlacedGuest, key: SortKey) => number,
): readonly PlacedGuest[] {
  const rankOf = rankNames(rows);
  const sign = direction === 'asc' ? 1 : -1;
  const keyOf = (row: PlacedGuest) =>
    by === 'state' ? stateOrder.indexOf(stateGroupOf(row.guest.state)) : isLive(by) ? measure(row, by) : 0;
  const entries = rows.map((row) => ({ row, key: keyOf(row), rank: rankOf.get(row.guest.name) ?? 0 }));
  const named = by === 'name' ? sign : 1;
  return entries
    .sort((a, b) => {
      const first = by === 'host' ? collator.compare(a.row.host, b.row.host) : a.key - b.key;
      return sign * first || named * (a.rank - b.rank) || (a.row.guest.id < b.row.guest.id ? -1 : 1);
    })
    .map((entry) => entry.row);
}
