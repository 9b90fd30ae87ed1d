import { useEffect, useState, useSyncExternalStore } from 'react';
import type { GuestRef } from '#model/guest';
import { isForConsole } from '../../ui/keys.ts';
import { fillScreen, isSameGuest, useSurroundings } from './console-places.ts';
import { fillsScreen, onFillsScreen } from './fills-screen.ts';

/** In the app's window: whose console was to fill the screen. A console window's is always the one in front. */
let wanted: GuestRef | null = null;
const wishes = new Set<() => void>();
onFillsScreen(() => {
  if (!fillsScreen()) wanted = null;
});

function subscribe(listener: () => void): () => void {
  wishes.add(listener);
  const stop = onFillsScreen(listener);
  return () => {
    wishes.delete(listener);
    stop();
  };
}

export interface FullScreen {
  /** This guest's console fills the screen. */
  readonly isFull: boolean;
  /** On that monitor, or where the window is. */
  enter(monitor?: number): void;
  leave(): void;
}

/** A console that can fill the screen. F11 does it too, outside of the console's own keyboard. */
export function useFullScreen(guest: GuestRef, isCurrent: boolean): FullScreen {
  const place = useSurroundings();
  const full = useSyncExternalStore(
    subscribe,
    () => fillsScreen() && isCurrent && (place === 'window' || (wanted !== null && isSameGuest(wanted, guest))),
  );
  const [actions] = useState(() => ({
    enter: (monitor?: number): void => {
      wanted = guest;
      for (const listener of wishes) listener();
      void fillScreen(true, monitor ?? null);
    },
    leave: (): void => void fillScreen(false),
  }));
  useEffect(() => {
    if (!isCurrent) return undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'F11' || event.ctrlKey || event.altKey || event.shiftKey || event.metaKey || isForConsole(event)) return;
      event.preventDefault();
      if (full) actions.leave();
      else actions.enter();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [isCurrent, full, actions]);
  // Who leaves the page leaves the screen as well: the rest of it is no console.
  useEffect(() => {
    if (!full || place === 'window') return undefined;
    return () => {
      if (wanted !== null && isSameGuest(wanted, guest)) actions.leave();
    };
  }, [full, place, guest, actions]);
  return { isFull: full, ...actions };
}
