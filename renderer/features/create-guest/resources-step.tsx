import { TextInput } from '@patternfly/react-core';
import { formatBytes } from '../../ui/quantity.ts';
import { AmountField } from './amount-field.tsx';
import { Field } from './field.tsx';
import { MachineSection } from './machine-section.tsx';
import { isContainer, sourceKind } from './source.ts';
import { about, type StepProps } from './step-props.ts';

/** What the guest is called, what it gets of the host, and on request which machine it is. */
export const ResourcesStep = (props: StepProps) => (
  <>
    <NameField {...props} />
    <MemoryField {...props} />
    <VcpusField {...props} />
    {!isContainer(sourceKind(props.draft)) && <MachineSection {...props} />}
  </>
);

export const NameField = ({ fields, problems, objections, onEdit, onMend }: StepProps) => (
  <Field id="name" label="Name" problem={problems.name} objections={about(objections, 'name')} onMend={onMend}>
    <TextInput
      id="name"
      value={fields.name}
      autoComplete="off"
      spellCheck={false}
      validated={problems.name === undefined ? 'default' : 'error'}
      aria-describedby="name-help"
      onChange={(_event, text) => onEdit({ name: text })}
    />
  </Field>
);

export function MemoryField({ offer, known, fields, problems, objections, onEdit }: StepProps) {
  const recommended = known.facts?.os.recommended;
  const asRecommended = recommended ? ` Recommended: ${formatBytes(recommended.memory)}.` : '';
  return (
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
        amount={fields.memory}
        isInvalid={problems.memory !== undefined}
        onChange={(amount) => onEdit({ memory: amount })}
      />
    </Field>
  );
}

export function VcpusField({ offer, known, fields, problems, objections, onEdit }: StepProps) {
  const recommended = known.facts?.os.recommended;
  return (
    <Field
      id="vcpus"
      label="Virtual CPUs"
      problem={problems.vcpus}
      objections={about(objections, 'vcpus')}
      hint={`The host has ${offer.cpus}, and gives a guest at most ${offer.vcpusMax}.${recommended ? ` Recommended: ${recommended.vcpus}.` : ''}`}
    >
      <TextInput
        id="vcpus"
        className="gh-create__count"
        value={fields.vcpus}
        inputMode="numeric"
        autoComplete="off"
        validated={problems.vcpus === undefined ? 'default' : 'error'}
        aria-describedby="vcpus-help"
        onChange={(_event, text) => onEdit({ vcpus: text })}
      />
    </Field>
  );
}
