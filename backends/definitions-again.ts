import type { GuestDefinition } from '#model/definition';
import type { DefinitionOutlook } from '#model/deleted-guest';
import type { GuestId } from '#model/guest';

/** Guests that are not there (any more), by definitions that they had. */
export interface DefinitionsAgain {
  /** What of each is still on the host, in their order. Only looks. */
  outlooks(definitions: readonly string[]): Promise<DefinitionOutlook[]>;
  /**
   * Defines such a guest, under this name, and starts nothing. Rejects with 'exists' where a guest with its uuid or of that name is there, and
   * with 'invalid-definition' for what is none of it; then nothing was done.
   */
  defineAgain(id: GuestId, definition: string, name: string): Promise<GuestDefinition>;
}
