import { useEffect, useSyncExternalStore } from 'react';
import type { DefinitionDraft } from '#model/definition';
import type { GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import { paths } from '../../data/paths.ts';

/** Milliseconds after the last key; main has it then, and a page that is loaded again gets it from there. */
const TELL_AFTER = 300;

/** What is typed into each guest's definition. It outlives its page, and by main's memory the window's page too; never on a disk, since it may hold passwords. */
const drafts = new Map<string, DefinitionDraft>();
const recalled = new Map<string, Promise<void>>();
const telling = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Null: nothing is being changed. */
export function useDraft(ref: GuestRef): DefinitionDraft | null {
  const key = paths.guest(ref);
  useEffect(() => recall(ref), [ref]);
  return useSyncExternalStore(subscribe, () => drafts.get(key) ?? null);
}

export function keepDraft(ref: GuestRef, draft: DefinitionDraft | null): void {
  const key = paths.guest(ref);
  recalled.set(key, Promise.resolve());
  if (draft === null) drafts.delete(key);
  else drafts.set(key, draft);
  for (const listener of listeners) listener();
  clearTimeout(telling.get(key));
  telling.set(
    key,
    setTimeout(() => {
      telling.delete(key);
      // Too large for main's memory, or main is going: the page has it still.
      api.definitions.keepDraft({ guest: ref, draft }).catch(() => undefined);
    }, TELL_AFTER),
  );
}

/** Once for each guest: what an earlier load of the page left. What was typed since is newer. */
function recall(ref: GuestRef): void {
  const key = paths.guest(ref);
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
