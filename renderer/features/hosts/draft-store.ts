import { useSyncExternalStore } from 'react';
import type { HostId } from '#model/host';
import type { ConnectionDraft } from './connection-draft.ts';

/** Drafts outlive their page: who looks something up elsewhere finds what was entered. Null: the host that is being added. */
const drafts = new Map<HostId | null, ConnectionDraft>();
const listeners = new Set<() => void>();

/** What was entered for a host; undefined before anything was. */
export const useDraft = (host: HostId | null): ConnectionDraft | undefined => useSyncExternalStore(subscribe, () => drafts.get(host));

export function keepDraft(host: HostId | null, draft: ConnectionDraft): void {
  drafts.set(host, draft);
  for (const listener of listeners) listener();
}

export function forgetDraft(host: HostId | null): void {
  drafts.delete(host);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
