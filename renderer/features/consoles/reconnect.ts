import type { Fault, FaultCode } from '#model/fault';

/** Milliseconds before each attempt; the last one repeats. */
const waits = [1000, 2000, 4000, 8000, 15_000] as const;
/** An attempt comes up to this share earlier or later, so that twenty consoles of one host do not all come at once. */
const SPREAD = 0.2;
/** A console that lived this long, in milliseconds, was well: its next end begins with the first wait again. */
const STEADY = 10_000;

/** Ends that may be over by themselves in a while. After any other, trying again changes nothing: only a person can. */
const passing: readonly FaultCode[] = ['connection-lost', 'unreachable', 'not-connected', 'timeout', 'busy', 'outcome-unknown'];

export interface Reconnect {
  /** The console ended, or could not be opened. Milliseconds until it is tried again; null when it is left to the person. Null as `fault`
   *  is an end in good order, which is also what a guest that restarts its display looks like. */
  ended(fault: Fault | null): number | null;
  /** It shows something. */
  connected(): void;
  /** Ends the waiting: the person has connected or left, or the guest is off. */
  stop(): void;
}

/** Has a console that ended come back by itself, later and later. `chance` is 0 to 1. */
export function createReconnect(tryAgain: () => void, chance: () => number = Math.random): Reconnect {
  let failures = 0;
  let since: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  return {
    ended: (fault) => {
      clearTimeout(timer);
      if (since !== null && performance.now() - since >= STEADY) failures = 0;
      since = null;
      if (fault !== null && !passing.includes(fault.code)) return null;
      const wait = waits[Math.min(failures, waits.length - 1)] ?? 0;
      failures += 1;
      const spread = wait * (1 + SPREAD * (2 * chance() - 1));
      timer = setTimeout(tryAgain, spread);
      return spread;
    },
    connected: () => {
      since ??= performance.now();
    },
    stop: () => {
      clearTimeout(timer);
      failures = 0;
      since = null;
    },
  };
}
