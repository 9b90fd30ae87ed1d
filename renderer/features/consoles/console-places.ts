import { createContext, use, useSyncExternalStore } from 'react';
import type { ConsolePlace } from '#contract/windows';
import type { GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { toast } from '../../ui/toasts.ts';
import { handedOver } from './console-session.ts';

/** Whether consoles stand in a guest's page or in a window of their own. */
export const ConsoleSurroundings = createContext<'page' | 'window'>('page');
export const useSurroundings = (): 'page' | 'window' => use(ConsoleSurroundings);

export const isSameGuest = (a: GuestRef, b: GuestRef): boolean => a.host === b.host && a.id === b.id;

/** Null until main has told. */
let places: readonly ConsolePlace[] | null = null;
const listeners = new Set<() => void>();

const guestsOf = (list: readonly ConsolePlace[]): readonly GuestRef[] => list.flatMap(({ guests }) => guests);

const known = new Map<string, GuestRef>();
/** The same object for the same guest: what main sends is new each time, and a console that is given another guest begins anew. */
function canonical(guest: GuestRef): GuestRef {
  const key = `${guest.host} ${guest.id}`;
  const before = known.get(key) ?? guest;
  known.set(key, before);
  return before;
}
const canonicalPlace = ({ id, guests, current }: ConsolePlace): ConsolePlace => ({
  id,
  guests: guests.map(canonical),
  current: canonical(current),
});

/** What this window held when it was loaded. Who had those consoles before was another page of ours. */
export function beginPlace(place: ConsolePlace): ConsolePlace {
  const own = canonicalPlace(place);
  own.guests.forEach(handedOver);
  return own;
}

function learn(told: readonly ConsolePlace[]): void {
  const now = told.map(canonicalPlace);
  const before = guestsOf(places ?? []);
  const after = guestsOf(now);
  const isIn = (list: readonly GuestRef[], guest: GuestRef): boolean => list.some((one) => isSameGuest(one, guest));
  // Who had such a console until now is one of our own windows, and lets go of it in a moment.
  for (const guest of before) if (!isIn(after, guest)) handedOver(guest);
  for (const guest of after) if (!isIn(before, guest)) handedOver(guest);
  places = now;
  for (const listener of listeners) listener();
}

let isFollowing = false;
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!isFollowing) {
    isFollowing = true;
    api.windows.consolesChanged(learn);
    // Not told: nothing is in another window, as far as this one knows.
    api.windows.consoles({}).then(
      (now) => places === null && learn(now),
      () => places === null && learn([]),
    );
  }
  return () => listeners.delete(listener);
}

/** The windows that hold consoles; null until that is known. */
export const useConsolePlaces = (): readonly ConsolePlace[] | null => useSyncExternalStore(subscribe, () => places);

/** Asks main; what failed is toasted. */
async function attempt(asked: Promise<void>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    const { message, remedy, reason } = faultOf(error);
    toast({ variant: 'danger', title: message, body: [remedy, reason].filter(Boolean).join(' ') });
  }
}

export const bringBack = (guest: GuestRef, show: boolean): Promise<void> => attempt(api.windows.bringBack({ guest, show }));
export const fillScreen = (on: boolean, monitor: number | null = null): Promise<void> => attempt(api.windows.fullScreen({ on, monitor }));
