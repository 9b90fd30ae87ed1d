import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Fault } from '#model/fault';
import type { GuestRef } from '#model/guest';
import { CallError } from '#contract/client';
import { faultOf } from '../../data/fault-of.ts';
import { openConsole } from './open-console.ts';
import type { ConsoleChannel } from './port-channel.ts';

export type ConsoleState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open'; readonly channel: ConsoleChannel }
  /** Somebody else has this serial console. */
  | { readonly kind: 'busy' }
  /** Over, or never begun; `fault` is null when the guest ended it as it should. */
  | { readonly kind: 'ended'; readonly fault: Fault | null; readonly wasOpen: boolean };

interface ConsoleSession {
  readonly getState: () => ConsoleState;
  readonly subscribe: (listener: () => void) => () => void;
  connect(force: boolean): void;
  /** Says that the open channel is over, told by whoever consumes it. */
  ended(fault: Fault | null): void;
  close(): void;
}

function createConsoleSession(guest: GuestRef, console: string): ConsoleSession {
  const listeners = new Set<() => void>();
  let state: ConsoleState = { kind: 'connecting' };
  let opening: AbortController | null = null;

  const become = (next: ConsoleState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const close = (): void => {
    opening?.abort();
    opening = null;
    if (state.kind === 'open') state.channel.close();
  };

  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connect: (force) => {
      close();
      const attempt = new AbortController();
      opening = attempt;
      become({ kind: 'connecting' });
      openConsole({ guest, console, force, signal: attempt.signal }).then(
        (channel) => become({ kind: 'open', channel }),
        (error: unknown) => {
          if (attempt.signal.aborted) return;
          const busy = error instanceof CallError && error.code === 'console-busy';
          become(busy ? { kind: 'busy' } : { kind: 'ended', fault: faultOf(error), wasOpen: false });
        },
      );
    },
    ended: (fault) => {
      close();
      become({ kind: 'ended', fault, wasOpen: true });
    },
    close,
  };
}

/** One console, connected for as long as the caller is mounted. */
export function useConsoleSession(guest: GuestRef, console: string): { readonly state: ConsoleState; readonly session: ConsoleSession } {
  const [session] = useState(() => createConsoleSession(guest, console));
  useEffect(() => {
    session.connect(false);
    return () => session.close();
  }, [session]);
  return { state: useSyncExternalStore(session.subscribe, session.getState), session };
}
