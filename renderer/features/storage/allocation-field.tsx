import { Radio } from '@patternfly/react-core';
import type { VolumeFormat, VolumeSpec } from '#model/volume-spec';
import { FormField } from '../../ui/form-field.tsx';

type Preallocation = VolumeSpec['preallocation'];

const choices: readonly (readonly [value: Preallocation, label: string, description: string])[] = [
  ['sparse', 'As it is filled', 'Takes room only for what is written.'],
  ['metadata', 'As it is filled, with its tables made now', 'A little faster at the first writing.'],
  ['full', 'All at once', 'The room is sure, and writing never has to wait for it.'],
];

interface AllocationFieldProps {
  readonly value: Preallocation;
  readonly format: VolumeFormat | null;
  onChange(value: Preallocation): void;
}

/** When a volume takes its room on the host. */
export function AllocationField({ value, format, onChange }: AllocationFieldProps) {
  return (
    <FormField id="volume-allocation" label="Takes its room" role="radiogroup">
      {choices
        .filter(([one]) => one !== 'metadata' || format === 'qcow2')
        .map(([one, label, description]) => (
          <Radio
            key={one}
            id={`volume-allocation-${one}`}
            name="volume-allocation"
            label={label}
            description={description}
            isChecked={value === one}
            onChange={() => onChange(one)}
          />
        ))}
    </FormField>
  );
}
