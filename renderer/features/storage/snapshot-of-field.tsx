import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import type { Volume } from '#model/storage';
import { readableText } from '../../ui/foreign-text.tsx';
import { FormField } from '../../ui/form-field.tsx';
import { sizeOf } from './size.ts';
import type { VolumeDraft } from './volume-draft.ts';

interface SnapshotOfFieldProps {
  readonly draft: VolumeDraft;
  /** The pool's own volumes, without its snapshots. */
  readonly bases: readonly Volume[];
  readonly problem: string | undefined;
  readonly onDraft: (draft: VolumeDraft) => void;
}

/** Of which logical volume a new one is a snapshot, if of any. */
export const SnapshotOfField = ({ draft, bases, problem, onDraft }: SnapshotOfFieldProps) => (
  <FormField
    id="volume-base"
    label="Snapshot of"
    problem={problem}
    hint={
      draft.base === null
        ? undefined
        : 'It keeps what is in that volume now; both can go on changing. A guest that is running leaves it as after a power cut.'
    }
  >
    <FormSelect
      id="volume-base"
      value={draft.base ?? ''}
      aria-describedby="volume-base-help"
      onChange={(_event, path) => {
        const chosen = bases.find((one) => one.path === path);
        onDraft({ ...draft, base: chosen?.path ?? null, ...(chosen !== undefined && { size: sizeOf(chosen.capacity) }) });
      }}
    >
      <FormSelectOption value="" label="None: it is a volume of its own" />
      {bases.map((one) => (
        <FormSelectOption key={one.path} value={one.path} label={readableText(one.name)} />
      ))}
    </FormSelect>
  </FormField>
);
