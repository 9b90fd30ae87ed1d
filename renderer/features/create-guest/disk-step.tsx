import { FormSelect, FormSelectOption, Radio } from '@patternfly/react-core';
import { readableText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { bytesOf } from './amount.ts';
import { AmountField } from './amount-field.tsx';
import { Field } from './field.tsx';
import { MissingPool } from './missing-pool.tsx';
import { about, type StepProps } from './step-props.ts';

/** A new disk in a pool, or none. */
export function DiskStep({ host, offer, fields, problems, objections, onEdit }: StepProps) {
  const { withDisk, diskSize, pool } = fields;
  const pools = offer.pools.filter(({ active }) => active);
  const chosen = pools.find(({ name }) => name === pool);
  const size = bytesOf(diskSize);
  const beyond = chosen !== undefined && size !== null && size > chosen.available;

  return (
    <>
      <MissingPool host={host} offer={offer} onProvided={() => onEdit({ withDisk: true })} />
      <Field id="disk" label="Disk" role="radiogroup" isLabelHidden objections={withDisk ? [] : about(objections, 'disk')}>
        <Radio
          id="disk-new"
          name="disk"
          label="New disk"
          description={pools.length === 0 ? 'This host has no active pool to put it in.' : 'A qcow2 image that grows as the guest writes.'}
          isChecked={withDisk}
          isDisabled={pools.length === 0}
          onChange={() => onEdit({ withDisk: true })}
        />
        <Radio
          id="disk-none"
          name="disk"
          label="No disk"
          description="For systems that run from their medium. Nothing is kept when the guest is shut down."
          isChecked={!withDisk}
          onChange={() => onEdit({ withDisk: false })}
        />
      </Field>
      {withDisk && (
        <>
          <Field
            id="disk-size"
            label="Size"
            problem={problems.diskSize}
            objections={about(objections, 'disk')}
            hint={beyond ? `The pool has ${formatBytes(chosen.available)} free: the disk can grow larger than that.` : undefined}
          >
            <AmountField
              id="disk-size"
              label="size"
              amount={diskSize}
              isInvalid={problems.diskSize !== undefined}
              onChange={(amount) => onEdit({ diskSize: amount })}
            />
          </Field>
          <Field id="pool" label="Pool" problem={problems.pool}>
            <FormSelect id="pool" value={pool ?? ''} aria-describedby="pool-help" onChange={(_event, name) => onEdit({ pool: name })}>
              {pools.map(({ name, available, capacity }) => (
                <FormSelectOption
                  key={name}
                  value={name}
                  label={`${readableText(name)} (${formatBytes(available)} of ${formatBytes(capacity)} free)`}
                />
              ))}
            </FormSelect>
          </Field>
        </>
      )}
    </>
  );
}
