import { useSyncExternalStore } from 'react';

const USUAL = 14;
const SMALLEST = 8;
const LARGEST = 36;
const KEY = 'guesthouse.terminal-font';
const listeners = new Set<() => void>();
let size = read();

export type FontStep = 'larger' | 'smaller' | 'usual';

/** Of every terminal's letters, in pixels, as the person left it. */
export function useFontSize(): number {
  return useSyncExternalStore(subscribe, () => size);
}

export function changeFontSize(step: FontStep): void {
  size = step === 'usual' ? USUAL : Math.min(LARGEST, Math.max(SMALLEST, size + (step === 'larger' ? 1 : -1)));
  try {
    localStorage.setItem(KEY, String(size));
  } catch {
    // A window without storage forgets with its end; nothing else comes of it.
  }
  for (const listener of listeners) listener();
}

function read(): number {
  try {
    const kept = Number(localStorage.getItem(KEY));
    return Number.isInteger(kept) && kept >= SMALLEST && kept <= LARGEST ? kept : USUAL;
  } catch {
    return USUAL;
  }
}

/** Another window's change counts here too. */
function subscribe(listener: () => void): () => void {
  const elsewhere = ({ key }: StorageEvent): void => {
    if (key !== KEY) return;
    size = read();
    listener();
  };
  listeners.add(listener);
  window.addEventListener('storage', elsewhere);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', elsewhere);
  };
}
