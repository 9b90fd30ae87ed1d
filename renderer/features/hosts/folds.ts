import { useSyncExternalStore } from 'react';
import type { HostId } from '#model/host';

/** With more hosts than this, a host takes one line until it is unfolded. */
export const MANY_HOSTS = 8;

const KEY = 'guesthouse.folds';
const listeners = new Set<() => void>();
let folds: ReadonlyMap<HostId, boolean> = read();

/** Whether a host of the sidebar is unfolded: as the person left it, else by how many hosts there are. */
export function useFold(host: HostId, hosts: number): readonly [open: boolean, setOpen: (open: boolean) => void] {
  const chosen = useSyncExternalStore(subscribe, () => folds.get(host));
  return [chosen ?? hosts <= MANY_HOSTS, (open) => setFold(host, open)];
}

function setFold(host: HostId, open: boolean): void {
  folds = new Map(folds).set(host, open);
  try {
    localStorage.setItem(KEY, JSON.stringify([...folds].slice(-500)));
  } catch {
    // A window without storage forgets with its end; nothing else comes of it.
  }
  for (const listener of listeners) listener();
}

function read(): ReadonlyMap<HostId, boolean> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return new Map(Array.isArray(kept) ? kept.filter(isFold) : []);
  } catch {
    return new Map();
  }
}

function isFold(entry: unknown): entry is [HostId, boolean] {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string' && typeof entry[1] === 'boolean';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
