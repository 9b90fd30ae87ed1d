import type { Network } from '#model/network';
import { networkKind } from '#model/network-words';
import type { SortedBy } from '../../ui/sort-header.tsx';

const sortKeys = ['name', 'state', 'kind', 'guests'] as const;
export type SortKey = (typeof sortKeys)[number];
export type Sorting = SortedBy<SortKey>;

export const isSorting = (value: unknown): value is Sorting =>
  typeof value === 'object' &&
  value !== null &&
  'by' in value &&
  sortKeys.some((key) => key === value.by) &&
  'direction' in value &&
  (value.direction === 'asc' || value.direction === 'desc');

/** A line of the list. */
export interface NetworkRow {
  readonly network: Network;
  /** How many guests hang there; null while that is read. */
  readonly guests: number | null;
}

/** As people order words: numbers by their size, accents and case last. */
const collator = new Intl.Collator(undefined, { numeric: true });

const compare: Readonly<Record<SortKey, (a: NetworkRow, b: NetworkRow) => number>> = {
  name: () => 0,
  state: (a, b) => Number(b.network.active) - Number(a.network.active),
  kind: (a, b) => collator.compare(networkKind[a.network.forward], networkKind[b.network.forward]),
  guests: (a, b) => (a.guests ?? 0) - (b.guests ?? 0),
};

/** Equal ones by their names, so that the order is always the same. */
export function sortNetworks(rows: readonly NetworkRow[], { by, direction }: Sorting): readonly NetworkRow[] {
  const sign = direction === 'asc' ? 1 : -1;
  const named = by === 'name' ? sign : 1;
  return [...rows].sort((a, b) => sign * compare[by](a, b) || named * collator.compare(a.network.name, b.network.name));
}

/** Those whose name, kind, bridge or subnets hold every word of `search`, in any letter case. */
export function filterNetworks(rows: readonly NetworkRow[], search: string): readonly NetworkRow[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ network: { name, forward, bridge, subnets } }) => {
    const text = `${name} ${networkKind[forward]} ${bridge ?? ''} ${subnets.join(' ')}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}
