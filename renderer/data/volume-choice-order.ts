import type { Volume } from '#model/storage';
import type { VolumeUse } from '#model/storage-use';
import { readableText } from '../ui/foreign-text.tsx';
import type { SortedBy } from '../ui/sort-header.tsx';

/** A volume that can be chosen. */
export interface ChoiceRow {
  /** Of the volume, among those of all pools. */
  readonly key: string;
  readonly volume: Volume;
  /** Whom it serves, in a few words; '' where nobody is known to need it. */
  readonly users: string;
  /** What is said where there are none. */
  readonly unused: 'Nobody' | 'In use' | 'Unknown' | '…';
  /** Why it cannot be chosen; null: it can. */
  readonly closed: string | null;
}

const sortKeys = ['name', 'pool', 'size', 'format', 'use'] as const;
export type SortKey = (typeof sortKeys)[number];
export type Sorting = SortedBy<SortKey>;

export const keyOf = ({ pool, name }: { readonly pool: string; readonly name: string }): string => JSON.stringify([pool, name]);

/** `uses`: undefined while they are read; null: they could not be. */
export function choiceRows(
  volumes: readonly Volume[],
  uses: readonly VolumeUse[] | null | undefined,
  isIncomplete: (volume: Volume) => boolean,
): readonly ChoiceRow[] {
  const byKey = new Map(uses?.map((use) => [keyOf(use.volume), use]));
  return volumes.map((volume) => {
    const key = keyOf(volume);
    const use = byKey.get(key);
    return {
      key,
      volume,
      users: use === undefined ? '' : usersOf(use),
      unused: uses === undefined ? '…' : unusedWord(use),
      closed: isIncomplete(volume) ? 'Not whole: what filled it did not end' : null,
    };
  });
}

/** The host itself may use what no guest needs. */
function unusedWord(use: VolumeUse | undefined): ChoiceRow['unused'] {
  if (use === undefined || use.verdict === 'unknown') return 'Unknown';
  return use.verdict === 'nobody' && use.kept === null ? 'Nobody' : 'In use';
}

const usersOf = ({ users, overlays }: VolumeUse): string =>
  [...users.map(({ name }) => readableText(name)), ...overlays.map(({ name }) => `base of ${readableText(name)}`)].join(', ');

/** As people order words: numbers by their size, accents and case last. */
const collator = new Intl.Collator(undefined, { numeric: true });

const compare: Readonly<Record<SortKey, (a: ChoiceRow, b: ChoiceRow) => number>> = {
  name: () => 0,
  pool: (a, b) => collator.compare(a.volume.pool, b.volume.pool),
  size: (a, b) => a.volume.capacity - b.volume.capacity,
  format: (a, b) => collator.compare(a.volume.format ?? '', b.volume.format ?? ''),
  // What nobody needs comes first: that is what is mostly looked for.
  use: (a, b) => collator.compare(a.users, b.users),
};

/** Equal rows are ordered by name and pool, so that the order is always the same. */
export function sortChoices(rows: readonly ChoiceRow[], { by, direction }: Sorting): readonly ChoiceRow[] {
  const sign = direction === 'asc' ? 1 : -1;
  const named = by === 'name' ? sign : 1;
  return [...rows].sort(
    (a, b) =>
      sign * compare[by](a, b) || named * collator.compare(a.volume.name, b.volume.name) || collator.compare(a.volume.pool, b.volume.pool),
  );
}

/** Those of this pool (null: of all) whose name, pool, format or users hold every word of `search`, in any letter case. */
export function filterChoices(rows: readonly ChoiceRow[], search: string, pool: string | null): readonly ChoiceRow[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ volume, users }) => {
    if (pool !== null && volume.pool !== pool) return false;
    const text = `${volume.name} ${volume.pool} ${volume.format ?? ''} ${users}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}
