import type { PointerMode, Screen } from '../screen.ts';
import type { FileTransfer } from './agent/agent-files.ts';

/** What a SPICE screen has beside what every screen has; the toolbar's own pieces for SPICE read it. */
export interface SpiceFacts {
  /** Files that the person dropped into the guest, under way and over. */
  readonly transfers: readonly FileTransfer[];
  readonly hasSound: boolean;
  readonly isSilent: boolean;
  readonly pointer: PointerMode;
}

export interface SpiceExtras {
  getFacts(): SpiceFacts;
  /** Returns its end. */
  subscribe(listener: () => void): () => void;
  setSilent(isSilent: boolean): void;
  /** Ends a transfer that is under way, or takes one that is over from the list. */
  removeTransfer(id: number): void;
}

const extras = new WeakMap<Screen, SpiceExtras>();

export function setExtras(screen: Screen, of: SpiceExtras): void {
  extras.set(screen, of);
}

/** Null of a screen that speaks something else. */
export function extrasOf(screen: Screen): SpiceExtras | null {
  return extras.get(screen) ?? null;
}

export interface FactStore {
  readonly get: () => SpiceFacts;
  readonly learn: (news: Partial<SpiceFacts>) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createFactStore(): FactStore {
  const listeners = new Set<() => void>();
  let facts: SpiceFacts = { transfers: [], hasSound: false, isSilent: false, pointer: 'absolute' };
  return {
    get: () => facts,
    learn: (news) => {
      facts = { ...facts, ...news };
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
