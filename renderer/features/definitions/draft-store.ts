import { useEffect, useSyncExternalStore } from 'react';
import type { DefinitionDraft } from '#model/definition';
import type { GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import type { DraftOf } from './subject.ts';

/** Milliseconds after a key; main has it then, and a page that is loaded again gets it from there. */
const TELL_AFTER = 300;

/** What is typed into definitions. It outlives its page, and a guest's the window's page too, by main's memory; no disk, since it may hold passwords. */
const drafts = new Map<string, DefinitionDraft>();
const recalled = new Map<string, Promise<void>>();
const untold = new Map<string, GuestRef>();
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Null: nothing is being changed. */
export function useDraft({ address, guest }: DraftOf): DefinitionDraft | null {
  useEffect(() => {
    if (guest !== null) recall(address, guest);
  }, [address, guest]);
  return useSyncExternalStore(subscribe, () => drafts.get(address) ?? null);
}

export function keepDraft({ address, guest }: DraftOf, draft: DefinitionDraft | null): void {
  recalled.set(address, Promise.resolve());
  if (draft === null) drafts.delete(address);
  else drafts.set(address, draft);
  for (const listener of listeners) listener();
  if (guest === null) return;
  untold.set(address, guest);
  timer ??= setTimeout(tell, TELL_AFTER);
}

function tell(): void {
  clearTimeout(timer);
  timer = undefined;
  for (const [key, guest] of untold) {
    // Too large for main's memory, or main is going: the page has it still.
    api.definitions.keepDraft({ guest, draft: drafts.get(key) ?? null }).catch(() => undefined);
  }
  untold.clear();
}

addEventListener('pagehide', tell);

/** Once for each guest: what an earlier load of the page left. What was typed since is newer. */
function recall(key: string, ref: GuestRef): void {
  if (recalled.has(key)) return;
  const asked = api.definitions.draft(ref).then(
    (draft) => {
      if (draft === null || recalled.get(key) !== asked) return;
      drafts.set(key, draft);
      for (const listener of listeners) listener();
    },
    () => void recalled.delete(key),
  );
  recalled.set(key, asked);
}
