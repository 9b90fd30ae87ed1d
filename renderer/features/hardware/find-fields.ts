import type { DevicePage } from '#model/hardware';
import { type Field, isShown } from '#model/hardware-field';
import { valueWords } from '#model/value-words';

/** A place where the searched words are; `field` null: the page itself. */
export interface Hit {
  readonly page: DevicePage;
  readonly field: Field | null;
}

/** More than anybody reads through; who finds more types another word. */
const MOST = 60;

/** Fields whose label, help or value, and pages whose title or summary, have all the words in them. */
export function findFields(pages: readonly DevicePage[], search: string): Hit[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const has = (...texts: readonly (string | null)[]) => {
    const text = texts.join(' ').toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  };
  const hits = pages.flatMap((page): Hit[] => [
    ...(has(page.title, page.summary) ? [{ page, field: null }] : []),
    ...page.fields
      .filter((field) => isShown(field, page.values) && has(page.title, field.label, field.help, field.section, wordsOf(field, page)))
      // What the page is called is no reason to list all of its fields.
      .filter((field) => !has(page.title) || has(field.label))
      .map((field) => ({ page, field })),
  ]);
  return hits.slice(0, MOST);
}

const wordsOf = (field: Field, { values }: DevicePage): string => {
  const value = values[field.key] ?? null;
  const shown = valueWords(field, value);
  // A choice is also looked for by the name that the host has for it.
  return typeof value === 'string' ? `${shown} ${value}` : shown;
};
