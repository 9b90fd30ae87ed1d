import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import { ownGuest } from '../own-guests.ts';
import type { Registry } from '../registry.ts';
import type { ConsoleWindows } from '../surroundings.ts';

/** A console window that could open or bring back any guest's consoles would have every guest: what it opens in a tab is its own. */
export const windowHandlers = (registry: Registry, consoleWindows: ConsoleWindows): Handlers<AppContract>['windows'] => ({
  ...consoleWindows.handlers,
  open: async (wish, caller) => {
    ownGuest(consoleWindows, caller, wish.guest);
    // Throws for one that does not exist.
    registry.guest(wish.guest);
    await consoleWindows.handlers.open(wish, caller);
  },
  bringBack: async (wish, caller) => {
    // It may be on its way already: a second click is no fault.
    if (!consoleWindows.holds(caller, wish.guest)) return;
    await consoleWindows.handlers.bringBack(wish, caller);
  },
});
