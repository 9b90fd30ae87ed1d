import type { Caller, Reply } from '#contract/define';
import type { Surroundings } from './surroundings.ts';

export type { ConsolePort, Surroundings } from './surroundings.ts';

/** The whole program except its windows. */
export interface Guesthouse {
  /** Answers one message of a window. Never rejects, whatever the message is. */
  call(channel: unknown, args: readonly unknown[], caller: Caller): Promise<Reply>;
  /** Frees all that the window held: consoles, watches, tokens. */
  windowClosed(window: number): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

export declare function createGuesthouse(surroundings: Surroundings): Guesthouse;
