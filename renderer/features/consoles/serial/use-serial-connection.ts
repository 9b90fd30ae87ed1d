import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Fault } from '#model/fault';
import type { GuestRef } from '#model/guest';
import { type ConsoleState, useConsoleSession } from '../console-session.ts';
import { createWatcher, type Prospect } from './console-watcher.ts';

export interface SerialConnection extends Prospect {
  readonly state: ConsoleState;
  /** At once, as the person wants it. */
  connect(force: boolean): void;
  /** Says that the open channel is over. */
  ended(fault: Fault | null): void;
}

/** A serial console that comes back by itself after a cut link or a restart, and waits for the person where somebody else has it. */
export function useSerialConnection(guest: GuestRef, console: string): SerialConnection {
  const { state, session } = useConsoleSession(guest, console);
  const [watcher] = useState(() => createWatcher(session));
  useEffect(() => watcher.watch(), [watcher]);
  const prospect = useSyncExternalStore(watcher.subscribe, watcher.prospect);
  return { state, ...prospect, connect: watcher.connect, ended: session.ended };
}
