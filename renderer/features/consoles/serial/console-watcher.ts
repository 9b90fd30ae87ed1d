import type { Fault } from '#model/fault';
import type { ConsoleSession, ConsoleState } from '../console-session.ts';
import { createReconnect } from '../reconnect.ts';

/** How long, in milliseconds, a host may take our own cut connection for somebody else's: libvirt gives a silent one up after 30 s. */
const OWN_GHOST = 60_000;

export interface Prospect {
  /** It is tried again by itself. */
  readonly comesBack: boolean;
  /** It was open before, since this view was opened. */
  readonly wasOpen: boolean;
}

/** Looks at each state of a session and has it try again where that may help. */
export function createWatcher(session: Pick<ConsoleSession, 'getState' | 'subscribe' | 'connect'>) {
  const reconnect = createReconnect(() => session.connect(false));
  const listeners = new Set<() => void>();
  let prospect: Prospect = { comesBack: false, wasOpen: false };
  let cutAt = -OWN_GHOST;

  const look = (): void => {
    const state = session.getState();
    if (state.kind === 'connecting') return;
    if (state.kind === 'open') {
      reconnect.connected();
      prospect = { comesBack: false, wasOpen: true };
    } else {
      if (state.kind === 'ended' && state.wasOpen && state.fault?.code === 'connection-lost') cutAt = performance.now();
      const end = endOf(state, performance.now() - cutAt < OWN_GHOST);
      const wait = end === 'taken' ? null : reconnect.ended(end);
      if (wait === null) reconnect.stop();
      prospect = { ...prospect, comesBack: wait !== null };
    }
    for (const listener of listeners) listener();
  };

  return {
    prospect: () => prospect,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watch: () => {
      const stop = session.subscribe(look);
      return () => {
        stop();
        reconnect.stop();
      };
    },
    connect: (force: boolean) => {
      reconnect.stop();
      session.connect(force);
    },
  };
}

/** What to go by: null is an end that is tried again. */
function endOf(state: Exclude<ConsoleState, { kind: 'open' | 'connecting' }>, recentlyCut: boolean): Fault | null | 'taken' {
  if (state.kind === 'busy') return recentlyCut ? null : 'taken';
  // libvirt calls it a failure of input and output when somebody takes the console over; whether that is so, one more attempt tells.
  return state.wasOpen && state.fault?.code === 'internal' ? null : state.fault;
}
