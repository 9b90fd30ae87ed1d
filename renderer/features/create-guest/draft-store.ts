import { useSyncExternalStore } from 'react';
import type { HostId } from '#model/host';
import { type Draft, emptyDraft } from './draft.ts';
import { isContainer, sourceKind } from './source.ts';

export const steps = ['source', 'first-boot', 'resources', 'disk', 'network', 'review'] as const;
export type Step = (typeof steps)[number];

/** The steps of a road: none that has nothing to ask. */
export function stepsOf(draft: Draft): readonly Step[] {
  const kind = sourceKind(draft);
  return steps.filter((step) => (step !== 'first-boot' || kind === 'cloud-image') && (step !== 'disk' || !isContainer(kind)));
}

/** One wizard per host. It outlives its page: who looks something up elsewhere finds it as it was. */
export interface Wizard {
  readonly draft: Draft;
  readonly step: Step;
  /** The person's own definition, as XML, in place of the one that the draft gives; null: none. */
  readonly definition: string | null;
  /** Of the task that makes the guest, from the press of Create on. */
  readonly operation: string | null;
}

const fresh: Wizard = { draft: emptyDraft, step: 'source', definition: null, operation: null };
const wizards = new Map<HostId, Wizard>();
const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const wizardOf = (host: HostId): Wizard => wizards.get(host) ?? fresh;
export const useWizard = (host: HostId): Wizard => useSyncExternalStore(subscribe, () => wizardOf(host));

export function changeWizard(host: HostId, change: Partial<Wizard>): void {
  wizards.set(host, { ...wizardOf(host), ...change });
  for (const listener of listeners) listener();
}

/** Changes the draft as it is by then: two answers of main may come one after the other. */
export function changeDraft(host: HostId, change: (draft: Draft) => Draft): void {
  changeWizard(host, { draft: change(wizardOf(host).draft) });
}

export function forgetWizard(host: HostId): void {
  wizards.delete(host);
  for (const listener of listeners) listener();
}
