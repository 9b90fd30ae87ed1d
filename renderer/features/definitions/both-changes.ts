import { diff3Merge } from 'node-diff3';

/** Both changes of one text in one, if they do not meet; null: they do. By lines, as people read them. */
export function bothChanges(base: string, theirs: string, mine: string): string | null {
  const [a, o, b] = [mine, base, theirs].map((text) => text.split('\n'));
  if (a === undefined || o === undefined || b === undefined) return null;
  const regions = diff3Merge(a, o, b, { excludeFalseConflicts: true });
  const lines = regions.map(({ ok }) => ok ?? null);
  return lines.includes(null) ? null : lines.flatMap((ok) => ok ?? []).join('\n');
}
