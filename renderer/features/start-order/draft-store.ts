import { useSyncExternalStore } from 'react';
import type { HostId } from '#model/host';
import type { OrderDraft } from './order-draft.ts';

/** What is arranged outlives its page: who looks something up elsewhere finds it again. */
const drafts = new Map<HostId, OrderDraft>();
const listeners = new Set<() => void>();

export const useDraft = (host: HostId): OrderDraft | undefined => useSyncExternalStore(subscribe, () => drafts.get(host));

/** Undefined forgets it. */
export function keepDraft(host: HostId, draft: OrderDraft | undefined): void {
  if (draft === undefined) drafts.delete(host);
  else drafts.set(host, draft);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
