import type { DefinitionDraft } from '#model/definition';
import type { GuestRef } from '#model/guest';

/** Guests whose drafts are remembered; of more, the one that was typed into least lately is forgotten. */
const DRAFTS_MAX = 20;

/** What is being typed into guests' definitions, for a page that is loaded again. In memory only: there may be passwords in it. */
export class DefinitionDrafts {
  readonly #drafts = new Map<string, DefinitionDraft>();

  read(ref: GuestRef): DefinitionDraft | null {
    return this.#drafts.get(keyOf(ref)) ?? null;
  }

  keep(ref: GuestRef, draft: DefinitionDraft | null): void {
    const key = keyOf(ref);
    this.#drafts.delete(key);
    if (draft !== null) this.#drafts.set(key, draft);
    const [oldest] = this.#drafts.keys();
    if (this.#drafts.size > DRAFTS_MAX && oldest !== undefined) this.#drafts.delete(oldest);
  }
}

const keyOf = ({ host, id }: GuestRef): string => `${host} ${id}`;
