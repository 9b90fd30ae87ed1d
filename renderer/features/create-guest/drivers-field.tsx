import { Button, Checkbox } from '@patternfly/react-core';
import { useState } from 'react';
import { readableText } from '../../ui/foreign-text.tsx';
import { ChooseButton } from './choose-button.tsx';
import { Field } from './field.tsx';
import { chooseFile } from './file-kinds.ts';
import { about, type StepProps } from './step-props.ts';
import { VolumeChoice } from '../../data/volume-choice.tsx';

/** The disc with drivers for systems that have none for virtio: Windows. */
export function DriversField({ host, offer, known, fields, objections, onEdit, onMend }: StepProps) {
  const [inPool, lookInPool] = useState(fields.drivers?.kind === 'volume');
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
      <div className="gh-create__folded">
        {' '}
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
        <div className="gh-create__buttons">
          <ChooseButton
            id="drivers-file"
            choose={async () => chooseFile('iso')}
            onChoose={(file) => onEdit({ drivers: { kind: 'file', token: file.token, name: file.name } })}
          >
            Choose a driver disc
          </ChooseButton>
          {offer.pools.some(({ active }) => active) && (
            <Button variant="link" isInline aria-expanded={inPool} onClick={() => lookInPool(!inPool)}>
              Choose from a pool
            </Button>
          )}
        </div>
        {inPool && (
          <VolumeChoice
            id="drivers-volume"
            label="driver disc"
            host={host}
            pools={offer.pools}
            chosen={drivers?.kind === 'volume' ? { pool: drivers.pool, name: drivers.name } : null}
            filter={({ name }) => /\.iso$/i.test(name)}
            onChoose={({ pool, name: volume }) => onEdit({ drivers: { kind: 'volume', pool, name: volume } })}
          />
        )}
      </div>{' '}
    </Field>
  );
}
