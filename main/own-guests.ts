import type { Caller } from '#contract/define';
import type { GuestRef } from '#model/guest';
import { BackendError } from '../backends/errors.ts';
import type { ConsoleWindows } from './surroundings.ts';

/** A console window may do something with its own guests only. Throws 'bad-role' for others. */
export function ownGuest(consoleWindows: ConsoleWindows, caller: Caller, guest: GuestRef): void {
  if (!consoleWindows.holds(caller, guest)) throw new BackendError('bad-role', 'This window may not do that.');
}
