import { useEffect, useSyncExternalStore } from 'react';
import type { DefinitionDraft } from '#model/definition';
import type { GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import { paths } from '../../data/paths.ts';

/** Milliseconds after a key; main has it then, and a page that is loaded again gets it from there. */
const TELL_AFTER = 300;

/** What is typed into each guest's definition. It outlives its page, and by main's memory the window's page too; never on a disk, since it may hold passwords. */
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
  untold.set(key, ref);
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
