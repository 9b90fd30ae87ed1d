import { Radio } from '@patternfly/react-core';
import type { HostId } from '#model/host';
import type { Volume } from '#model/storage';
import { usePools } from '../../data/queries.ts';
import { VolumeChoice } from '../../data/volume-choice.tsx';
import { FormField } from '../../ui/form-field.tsx';
import { sizeOf } from './size.ts';
import { isBase, type VolumeDraft } from './volume-draft.ts';

interface LiesOverFieldProps {
  readonly host: HostId;
  readonly draft: VolumeDraft;
  readonly bases: readonly Volume[];
  readonly problem: string | undefined;
  onDraft(draft: VolumeDraft): void;
}

/** Whether a new volume begins empty, or as another image, of this pool or another one. */
export function LiesOverField({ host, draft, bases, problem, onDraft }: LiesOverFieldProps) {
  const pools = usePools(host).data ?? [];
  return (
    <FormField
      id="volume-base"
      label="Lies over"
      role="radiogroup"
      problem={problem}
      hint={
        draft.base === null ? undefined : 'It begins as that image and keeps only what differs. The image below must not change any more.'
      }
    >
      <Radio
        id="volume-base-none"
        name="volume-base"
        label="Nothing: it begins empty"
        isChecked={draft.base === null}
        onChange={() => onDraft({ ...draft, base: null })}
      />
      <Radio
        id="volume-base-image"
        name="volume-base"
        label="An image that is there"
        isChecked={draft.base !== null}
        isValid={problem === undefined}
        onChange={() => onDraft({ ...draft, base: draft.base ?? '' })}
      />
      {draft.base !== null && (
        <VolumeChoice
          id="volume-base-list"
          label="image below"
          host={host}
          pools={pools}
          chosen={bases.find(({ path }) => path === draft.base) ?? null}
          filter={isBase}
          onChoose={({ path, capacity }) => onDraft({ ...draft, base: path, size: sizeOf(capacity) })}
        />
      )}
    </FormField>
  );
}
