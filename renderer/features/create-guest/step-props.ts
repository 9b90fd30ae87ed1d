import type { CreationOffer, Mend, Objection } from '#model/guest-spec';
import type { HostId } from '#model/host';
import type { Draft, Fields, Sources } from './draft.ts';
import type { Problems } from './problems.ts';
import type { Known } from './proposal.ts';

/** What every step of the wizard is given. */
export interface StepProps {
  readonly host: HostId;
  readonly offer: CreationOffer;
  readonly known: Known;
  readonly draft: Draft;
  readonly fields: Fields;
  readonly problems: Problems;
  readonly objections: readonly Objection[];
  /** Of these fields alone; what was typed in others stays. */
  readonly onEdit: (edits: Partial<Fields>) => void;
  readonly onSource: (change: Partial<Sources>) => void;
  readonly onDraft: (change: Partial<Draft>) => void;
  /** Does what an objection to this field offers. */
  readonly onMend: (mend: Mend, field: Objection['field']) => void;
}

export const about = (objections: readonly Objection[], field: Objection['field']): Objection[] =>
  objections.filter((objection) => objection.field === field);
