import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { DefinitionDrafts } from '../definition-drafts.ts';
import type { DefinitionKeeper } from '../definition-keeper.ts';
import type { DeletedGuests } from '../deleted-guests.ts';
import type { Schemas } from '../schemas/schemas.ts';

export const definitionHandlers = (
  keeper: DefinitionKeeper,
  drafts: DefinitionDrafts,
  deleted: DeletedGuests,
  schemas: Schemas,
): Handlers<AppContract>['definitions'] => ({
  read: async (ref) => keeper.read(ref),
  define: async (wished, { window }) => keeper.define(window, wished),
  readObject: async ({ host, object }) => keeper.readObject(host, object),
  defineObject: async (wished, { window }) => keeper.defineObject(window, wished),
  command: async (ref) => keeper.command(ref),
  draft: async (ref) => drafts.read(ref),
  keepDraft: async ({ guest, draft }) => drafts.keep(guest, draft),
  propose: async (place) => schemas.propose(place),
  check: async (text) => schemas.check(text),
  kept: async (ref) => keeper.kept(ref),
  keptText: async ({ guest, revision }) => keeper.keptText(guest, revision),
  restore: async ({ guest, revision, base, operation }, { window }) => keeper.restore(window, guest, revision, base, operation),
  deleted: async ({ host }) => deleted.list(host),
  defineAgain: async (wish, { window }) => deleted.defineAgain(window, wish),
});
