import { useEffect, useState, useSyncExternalStore } from 'react';
import type { ConsoleSession, ConsoleState } from './console-session.ts';
import { createReconnect } from './reconnect.ts';

function createReconnecting(session: ConsoleSession) {
  const reconnect = createReconnect(() => session.connect(false));
  const listeners = new Set<() => void>();
  let comesBack = false;
  const become = (next: boolean): void => {
    comesBack = next;
    for (const listener of listeners) listener();
  };
  return {
    comesBack: () => comesBack,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    see: (state: ConsoleState, isDrawn: boolean): void => {
      if (state.kind === 'ended') become(reconnect.ended(state.fault) !== null);
      else if (state.kind === 'busy') {
        reconnect.stop();
        become(false);
      } else if (isDrawn) {
        reconnect.connected();
        become(false);
      }
    },
    stop: () => reconnect.stop(),
  };
}

/** Has a screen that ended come back by itself, where that can help; says whether it is being tried. */
export function useReconnecting(state: ConsoleState, session: ConsoleSession, isDrawn: boolean): boolean {
  const [reconnecting] = useState(() => createReconnecting(session));
  useEffect(() => reconnecting.see(state, isDrawn), [reconnecting, state, isDrawn]);
  useEffect(() => () => reconnecting.stop(), [reconnecting]);
  return useSyncExternalStore(reconnecting.subscribe, reconnecting.comesBack);
}
