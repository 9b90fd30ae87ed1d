import { isOrphan, type VolumeRow } from './volume-row.ts';

const sortKeys = ['name', 'format', 'capacity', 'allocation', 'base', 'use'] as const;
export type SortKey = (typeof sortKeys)[number];
export interface Sorting {
  readonly by: SortKey;
  readonly direction: 'asc' | 'desc';
}

export const isSorting = (value: unknown): value is Sorting =>
  typeof value === 'object' &&
  value !== null &&
  'by' in value &&
  sortKeys.some((key) => key === value.by) &&
  'direction' in value &&
  (value.direction === 'asc' || value.direction === 'desc');

/** As people order words: numbers by their size, accents and case last. */
const collator = new Intl.Collator(undefined, { numeric: true });

/** Equal rows are ordered by name, so that the order is always the same. */
export function sortVolumes(rows: readonly VolumeRow[], { by, direction }: Sorting): readonly VolumeRow[] {
  const sign = direction === 'asc' ? 1 : -1;
  const named = by === 'name' ? sign : 1;
  return [...rows].sort((a, b) => sign * compare[by](a, b) || named * collator.compare(a.volume.name, b.volume.name));
}

const compare: Readonly<Record<SortKey, (a: VolumeRow, b: VolumeRow) => number>> = {
  name: () => 0,
  format: (a, b) => collator.compare(a.volume.format ?? '', b.volume.format ?? ''),
  capacity: (a, b) => a.volume.capacity - b.volume.capacity,
  allocation: (a, b) => a.volume.allocation - b.volume.allocation,
  base: (a, b) => collator.compare(a.base ?? '', b.base ?? ''),
  use: (a, b) => rank(a) - rank(b) || collator.compare(a.users, b.users),
};

/** What can go comes first: that is what one sorts for. */
const rank = ({ use }: VolumeRow): number => (use === null ? 3 : ['nobody', 'unknown', 'needed'].indexOf(use.verdict));

/** Those whose name, base or users hold every word of `search`, in any letter case; with `orphans` only those that nobody needs. */
export function filterVolumes(rows: readonly VolumeRow[], search: string, orphans: boolean): readonly VolumeRow[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && !orphans) return rows;
  return rows.filter((row) => {
    if (orphans && !isOrphan(row)) return false;
    const text = `${row.volume.name} ${row.users} ${row.base ?? ''}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}
