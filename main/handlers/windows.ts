import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { Registry } from '../registry.ts';
import type { ConsoleWindows } from '../surroundings.ts';

export const windowHandlers = (registry: Registry, consoleWindows: ConsoleWindows): Handlers<AppContract>['windows'] => ({
  ...consoleWindows.handlers,
  open: async (wish, caller) => {
    // Throws for one that does not exist.
    registry.guest(wish.guest);
    await consoleWindows.handlers.open(wish, caller);
  },
});
