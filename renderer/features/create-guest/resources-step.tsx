import { Radio, TextInput } from '@patternfly/react-core';
import type { Firmware } from '#model/guest-spec';
import { formatBytes } from '../../ui/quantity.ts';
import { AmountField } from './amount-field.tsx';
import { Field } from './field.tsx';
import { about, type StepProps } from './step-props.ts';

const firmwares: readonly { value: Firmware; label: string; missing: string }[] = [
  { value: 'bios', label: 'BIOS', missing: 'This host has no BIOS for its guests.' },
  { value: 'uefi', label: 'UEFI', missing: 'This host has no UEFI firmware for its guests.' },
];

/** What the guest is called and what it gets of the host. */
export function ResourcesStep({ offer, draft, fields, problems, objections, onEdit }: StepProps) {
  const { name, memory, vcpus, firmware } = fields;
  const recommended = draft.chosen?.media.os?.recommended;
  const asRecommended = recommended ? ` Recommended: ${formatBytes(recommended.memory)}.` : '';
  return (
    <>
      <Field id="name" label="Name" problem={problems.name} objections={about(objections, 'name')}>
        <TextInput
          id="name"
          value={name}
          autoComplete="off"
          spellCheck={false}
          validated={problems.name === undefined ? 'default' : 'error'}
          aria-describedby="name-help"
          onChange={(_event, text) => onEdit({ name: text })}
        />
      </Field>
      <Field
        id="memory"
        label="Memory"
        problem={problems.memory}
        objections={about(objections, 'memory')}
        hint={`The host has ${formatBytes(offer.memoryTotal)}, ${formatBytes(offer.memoryFree)} of it free.${asRecommended}`}
      >
        <AmountField
          id="memory"
          label="memory"
          amount={memory}
          isInvalid={problems.memory !== undefined}
          onChange={(amount) => onEdit({ memory: amount })}
        />
      </Field>
      <Field
        id="vcpus"
        label="Virtual CPUs"
        problem={problems.vcpus}
        objections={about(objections, 'vcpus')}
        hint={`The host gives a guest at most ${offer.vcpusMax}.${recommended ? ` Recommended: ${recommended.vcpus}.` : ''}`}
      >
        <TextInput
          id="vcpus"
          className="gh-create__count"
          value={vcpus}
          inputMode="numeric"
          autoComplete="off"
          validated={problems.vcpus === undefined ? 'default' : 'error'}
          aria-describedby="vcpus-help"
          onChange={(_event, text) => onEdit({ vcpus: text })}
        />
      </Field>
      <Field id="firmware" label="Firmware" role="radiogroup" objections={about(objections, 'firmware')}>
        {firmwares.map(({ value, label, missing }) => {
          const offered = offer.firmwares.includes(value);
          return (
            <Radio
              key={value}
              id={`firmware-${value}`}
              name="firmware"
              label={label}
              isChecked={firmware === value}
              isDisabled={!offered}
              {...(!offered && { description: missing })}
              onChange={() => onEdit({ firmware: value })}
            />
          );
        })}
      </Field>
    </>
  );
}
