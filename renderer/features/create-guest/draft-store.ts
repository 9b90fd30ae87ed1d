import { useSyncExternalStore } from 'react';
import type { HostId } from '#model/host';
import { type Draft, emptyDraft } from './draft.ts';

export const steps = ['media', 'resources', 'disk', 'network', 'review'] as const;
export type Step = (typeof steps)[number];

/** One wizard per host. It outlives its page: who looks something up elsewhere finds it as it was. */
export interface Wizard {
  readonly draft: Draft;
  readonly step: Step;
  /** Of the task that makes the guest, from the press of Create on. */
  readonly operation: string | null;
}

const fresh: Wizard = { draft: emptyDraft, step: 'media', operation: null };
const wizards = new Map<HostId, Wizard>();
const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useWizard = (host: HostId): Wizard => useSyncExternalStore(subscribe, () => wizards.get(host) ?? fresh);

export function changeWizard(host: HostId, change: Partial<Wizard>): void {
  wizards.set(host, { ...(wizards.get(host) ?? fresh), ...change });
  for (const listener of listeners) listener();
}

export function forgetWizard(host: HostId): void {
  wizards.delete(host);
  for (const listener of listeners) listener();
}
