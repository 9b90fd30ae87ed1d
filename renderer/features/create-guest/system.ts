import type { Draft } from './draft.ts';
import { subjectOf } from './source.ts';

/** The system that the guest will have: the one that was chosen, else the one that was recognised. */
export function systemOf(draft: Draft): { readonly id: string; readonly name: string } | null {
  if (draft.system !== undefined) return draft.system;
  return subjectOf(draft)?.os ?? null;
}
