import { useSyncExternalStore } from 'react';
import type { Guest, GuestRef } from '#model/guest';
import { api } from '../api.ts';
import { guestKeys } from './keys.ts';
import type { GuestsSnapshot } from './live.ts';
import { queryClient } from './query-client.ts';
import { reportFailure } from './report-failure.ts';

/** Guests that are shut down to be started again, and how to leave them off instead. */
const restarting = new Map<string, () => void>();
const listeners = new Set<() => void>();
const keyOf = ({ host, id }: GuestRef) => `${host}/${id}`;

/** Whether the guest is shut down now to be started again by this window. */
export const useRestarting = (ref: GuestRef): boolean => useSyncExternalStore(subscribe, () => restarting.has(keyOf(ref)));

/** It is asked to shut down, however long that takes it, and started as soon as it is off: what waits for its next start is there then. */
export async function restartGuest(ref: GuestRef, name: string): Promise<void> {
  if (restarting.has(keyOf(ref))) return;
  const off = whenOff(ref);
  change(() => restarting.set(keyOf(ref), off.giveUp));
  try {
    await api.guests.act({ guest: ref, action: 'shut-down' });
    if (await off.seen) await api.guests.act({ guest: ref, action: 'start' });
  } catch (error) {
    reportFailure(`Restart “${name}”`, error);
  } finally {
    off.giveUp();
    change(() => restarting.delete(keyOf(ref)));
  }
}

/** The guest was asked to shut down already, and may still do so; it is not started again. */
export const doNotStartAgain = (ref: GuestRef): void => restarting.get(keyOf(ref))?.();

/** `seen` resolves to false where it was given up, or the guest is gone. */
function whenOff(ref: GuestRef): { readonly seen: Promise<boolean>; giveUp(): void } {
  let end: (off: boolean) => void = () => {};
  const seen = new Promise<boolean>((resolve) => {
    end = resolve;
  });
  const look = () => {
    const found = guestOf(ref);
    if (found === undefined) return;
    if (found === null || found.state === 'shut-off') finish(found !== null);
  };
  const stop = queryClient.getQueryCache().subscribe(look);
  const finish = (off: boolean) => {
    stop();
    end(off);
  };
  return { seen, giveUp: () => finish(false) };
}

/** Undefined: nobody knows now; null: there is no such guest any more. */
function guestOf({ host, id }: GuestRef): Guest | null | undefined {
  const list = queryClient.getQueryData<GuestsSnapshot>(guestKeys.list(host));
  if (list === undefined || list.lostAt !== null) return undefined;
  return list.guests.find((guest) => guest.id === id) ?? null;
}

function change(how: () => void): void {
  how();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
