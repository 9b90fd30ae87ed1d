import { useEffect, useState, useSyncExternalStore } from 'react';
import type { GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import { isForConsole } from '../../ui/keys.ts';
import { fillScreen, isSameGuest, useSurroundings } from './console-places.ts';

let isFull = false;
/** In the app's window: whose console was to fill the screen. A console window's is always the one in front. */
let wanted: GuestRef | null = null;
const listeners = new Set<() => void>();
const tell = (): void => listeners.forEach((listener) => listener());

api.windows.fullScreenChanged(({ on }) => {
  isFull = on;
  if (!on) wanted = null;
  tell();
});
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What main said when the page was loaded. */
export function beginFullScreen(on: boolean): void {
  isFull = on;
  tell();
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
    () => isFull && isCurrent && (place === 'window' || (wanted !== null && isSameGuest(wanted, guest))),
  );
  const [actions] = useState(() => ({
    enter: (monitor?: number): void => {
      wanted = guest;
      tell();
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
