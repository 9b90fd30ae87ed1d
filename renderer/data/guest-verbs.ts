import { useSyncExternalStore } from 'react';
import type { Guest, GuestRef } from '#model/guest';
import { guestActions, type GuestAction } from '#model/guest-action';
import { api } from '../api.ts';
import { reportFailure } from './report-failure.ts';

interface Pending {
  readonly word: string;
  /** The state it began in: any other ends the waiting. */
  readonly from: Guest['state'];
}

/** What is said between the click and the change of state that proves it. The others do not change the state. */
const words: Partial<Record<GuestAction, string>> = {
  start: 'Starting…',
  'shut-down': 'Shutting down…',
  pause: 'Pausing…',
  resume: 'Resuming…',
  save: 'Saving…',
};
/** A guest may take its time to shut down or ignore it: after this the row tells what is. */
const PATIENCE = 30_000;

const pending = new Map<string, Pending>();
const deletedHere = new Set<string>();
const listeners = new Set<() => void>();
const keyOf = (ref: GuestRef) => `${ref.host}/${ref.id}`;

/** Asks main for it. The new state comes as a change; until then `usePending` says what was asked. Failures are toasted. */
export async function performAction(ref: GuestRef, guest: Guest, action: GuestAction): Promise<void> {
  const word = words[action];
  const entry = word === undefined ? null : awaitChange(ref, guest, word);
  try {
    await api.guests.act({ guest: ref, action });
  } catch (error) {
    if (entry) forget(ref, entry);
    reportFailure(`${guestActions[action].label} “${guest.name}”`, error);
  }
}

/** Main asks which disks go, in a window of its own, for which a slow host is to be read first. */
export async function deleteGuest(ref: GuestRef, guest: Guest): Promise<void> {
  const entry = awaitChange(ref, guest, 'About to delete…');
  try {
    const { task } = await api.guests.delete(ref);
    if (task !== null) deletedHere.add(keyOf(ref));
  } catch (error) {
    reportFailure(`Delete “${guest.name}”`, error);
  }
  forget(ref, entry);
}

/** Whether it was in this window that the person had the guest deleted: then its page has nothing left to say. */
export const isDeletedHere = (ref: GuestRef): boolean => deletedHere.has(keyOf(ref));

/** What was asked of the guest and has not shown yet; null when there is nothing to wait for. */
export function usePending(ref: GuestRef, state: Guest['state'] | undefined): string | null {
  const entry = useSyncExternalStore(subscribe, () => pending.get(keyOf(ref)));
  return entry !== undefined && entry.from === state ? entry.word : null;
}

function awaitChange(ref: GuestRef, { state }: Guest, word: string): Pending {
  const entry = { word, from: state };
  change(() => pending.set(keyOf(ref), entry));
  setTimeout(() => forget(ref, entry), PATIENCE);
  return entry;
}

function forget(ref: GuestRef, entry: Pending): void {
  if (pending.get(keyOf(ref)) === entry) change(() => pending.delete(keyOf(ref)));
}

function change(how: () => void): void {
  how();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
