import type { CreationOffer, Objection } from '#model/guest-spec';
import type { HostId } from '#model/host';
import type { Draft, Fields, Problems } from './draft.ts';

/** What every step of the wizard is given. */
export interface StepProps {
  readonly host: HostId;
  readonly offer: CreationOffer;
  readonly draft: Draft;
  readonly fields: Fields;
  readonly problems: Problems;
  readonly objections: readonly Objection[];
  readonly onEdit: (edits: Partial<Fields>) => void;
}

export const about = (objections: readonly Objection[], field: Objection['field']): Objection[] =>
  objections.filter((objection) => objection.field === field);
