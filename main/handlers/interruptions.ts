import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { Interruptions } from '../journal/interruptions.ts';
import type { Journal } from '../journal/journal.ts';

export const interruptionHandlers = (interruptions: Interruptions, journal: Journal): Handlers<AppContract>['interruptions'] => ({
  list: async () => interruptions.list(),
  count: async () => interruptions.count(),
  cleanUp: async ({ id }, { window }) => ({ task: await interruptions.cleanUp(window, id) }),
  keep: async ({ id }, { window }) => interruptions.keep(window, id),
  dismissUnusable: async () => journal.forgetUnusable(),
  incompleteVolumes: async ({ host }) => {
    await journal.loaded;
    return journal.incompleteVolumes(host);
  },
});
