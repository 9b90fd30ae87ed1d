import type { InstalledApplication } from '#model/inspection';

export const applicationKeys = ['name', 'version', 'summary'] as const;
export type ApplicationKey = (typeof applicationKeys)[number];
export interface Sorting {
  readonly by: ApplicationKey;
  readonly direction: 'asc' | 'desc';
}

/** One for all: making one costs more than comparing. */
const collator = new Intl.Collator(undefined, { numeric: true });

/** Those in whose name, summary or publisher every word of `search` is, in any letter case. */
export function filterApplications(all: readonly InstalledApplication[], search: string): readonly InstalledApplication[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return all;
  return all.filter(({ name, summary, publisher }) => {
    const text = `${name} ${summary ?? ''} ${publisher ?? ''}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function sortApplications(all: readonly InstalledApplication[], { by, direction }: Sorting): readonly InstalledApplication[] {
  const sign = direction === 'asc' ? 1 : -1;
  return all.toSorted((one, other) => sign * collator.compare(one[by] ?? '', other[by] ?? '') || collator.compare(one.name, other.name));
}
