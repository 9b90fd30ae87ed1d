import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Fault } from '#model/fault';
import type { GuestRef } from '#model/guest';
import { CallError } from '#contract/client';
import { faultOf } from '../../data/fault-of.ts';
import { meteredChannel, useActivityMeter } from './console-activity.ts';
import { type ConsoleRequest, openConsole } from './open-console.ts';
import type { ConsoleChannel } from './port-channel.ts';

export type ConsoleState =
  | { readonly kind: 'connecting' }
  /** `forced`: it was taken over from whoever had it. */
  | { readonly kind: 'open'; readonly channel: ConsoleChannel; readonly forced?: boolean }
  /** Somebody else has this console; the fault says who, where the host tells. */
  | { readonly kind: 'busy'; readonly fault: Fault }
  /** Over, or never begun; `fault` is null when the guest ended it as it should. */
  | { readonly kind: 'ended'; readonly fault: Fault | null; readonly wasOpen: boolean };

export interface ConsoleSession {
  readonly getState: () => ConsoleState;
  readonly subscribe: (listener: () => void) => () => void;
  connect(force: boolean): void;
  /** Says that the open channel is over, told by whoever consumes it. */
  ended(fault: Fault | null): void;
  close(): void;
}

/** How long after we ourselves let go of a serial console the host may still call it taken, and how often to ask again. Milliseconds. */
const LETTING_GO = 3000;
/** The same after another window of ours had it: it may be slow to hear of it. */
const HANDING_OVER = 10_000;
const ASK_AGAIN = 200;

/** The last opening of each console, and when it was last let go of, by host, guest and console. */
const openings = new Map<string, Promise<unknown>>();
const letGo = new Map<string, number>();
/** When another of our windows was told to let go of a guest's consoles. */
const handed = new Map<string, number>();

/** This guest's consoles were another window's of ours, until now or almost. */
export function handedOver({ host, id }: GuestRef): void {
  handed.set(`${host} ${id}`, performance.now());
}

/** Whether somebody who has the console now can be ourselves. */
function isOurOwn(key: string, { guest }: ConsoleRequest): boolean {
  const passed = (at: number | undefined): number => (at === undefined ? Infinity : performance.now() - at);
  return passed(letGo.get(key)) < LETTING_GO || passed(handed.get(`${guest.host} ${guest.id}`)) < HANDING_OVER;
}

const isBusy = (error: unknown): boolean => error instanceof CallError && error.code === 'console-busy';

/** One opening of a console after the other: who leaves a page and comes back must not be told that the console is taken, by himself. */
function openInTurn(key: string, request: ConsoleRequest): Promise<ConsoleChannel> {
  const { signal } = request;
  const open = async (): Promise<ConsoleChannel> => {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await openConsole(request);
      } catch (error) {
        if (!isBusy(error) || !isOurOwn(key, request)) throw error;
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
      }
    }
  };
  const opening = (openings.get(key) ?? Promise.resolve()).then(open);
  openings.set(
    key,
    opening.catch(() => undefined),
  );
  return opening;
}

function createConsoleSession(guest: GuestRef, console: string, count: (bytes: number) => void): ConsoleSession {
  const key = [guest.host, guest.id, console].join(' ');
  const listeners = new Set<() => void>();
  let state: ConsoleState = { kind: 'connecting' };
  let opening: AbortController | null = null;

  const become = (next: ConsoleState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const close = (): void => {
    if (opening === null) return;
    opening.abort();
    opening = null;
    letGo.set(key, performance.now());
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
      openInTurn(key, { guest, console, force, signal: attempt.signal }).then(
        (channel) =>
          attempt.signal.aborted ? channel.close() : become({ kind: 'open', channel: meteredChannel(channel, count), forced: force }),
        (error: unknown) => {
          if (attempt.signal.aborted) return;
          become(isBusy(error) ? { kind: 'busy', fault: faultOf(error) } : { kind: 'ended', fault: faultOf(error), wasOpen: false });
        },
      );
    },
    ended: (fault) => {
      close();
      become(fault?.code === 'console-busy' ? { kind: 'busy', fault } : { kind: 'ended', fault, wasOpen: true });
    },
    close,
  };
}

/** One console, connected for as long as the caller is mounted. */
export function useConsoleSession(
  guest: GuestRef,
  console: string,
  kind: 'screen' | 'serial' = 'serial',
): { readonly state: ConsoleState; readonly session: ConsoleSession } {
  const count = useActivityMeter(kind);
  const [session] = useState(() => createConsoleSession(guest, console, count));
  useEffect(() => {
    session.connect(false);
    return () => session.close();
  }, [session]);
  return { state: useSyncExternalStore(session.subscribe, session.getState), session };
}
