import { Button, Checkbox } from '@patternfly/react-core';
import { readableText } from '../../ui/foreign-text.tsx';
import { ChooseButton } from './choose-button.tsx';
import { Field } from './field.tsx';
import { chooseFile } from './file-kinds.ts';
import { about, type StepProps } from './step-props.ts';

/** The disc with drivers for systems that have none for virtio: Windows. */
export function DriversField({ known, fields, objections, onEdit, onMend }: StepProps) {
  const { facts, disc } = known;
  if (facts?.needsDriverDisc !== true || disc === null) return null;
  const { drivers } = fields;
  const name = drivers === null ? null : drivers.kind === 'found' ? disc.name : drivers.name;
  return (
    <Field
      id="drivers"
      label="Drivers"
      role="group"
      objections={about(objections, 'drivers')}
      onMend={onMend}
      hint={name === null ? disc.whereToGet : 'The disc is put into a second drive. Its installer is told there where the drivers are.'}
    >
      {disc.name !== null && (
        <Checkbox
          id="drivers"
          label={`Put in ${readableText(disc.name)}, and use virtio devices`}
          isChecked={drivers?.kind === 'found'}
          onChange={(_event, on) => onEdit({ drivers: on ? { kind: 'found' } : null })}
        />
      )}
      {drivers !== null && drivers.kind !== 'found' && (
        <p>
          {readableText(drivers.name)}{' '}
          <Button variant="link" isInline onClick={() => onEdit({ drivers: null })}>
            Leave it out
          </Button>
        </p>
      )}
      <ChooseButton
        id="drivers-file"
        choose={async () => chooseFile('iso')}
        onChoose={(file) => onEdit({ drivers: { kind: 'file', token: file.token, name: file.name } })}
      >
        Choose a driver disc
      </ChooseButton>
    </Field>
  );
}
