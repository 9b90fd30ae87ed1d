import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { readableText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { Field } from './field.tsx';
import { MissingPool } from './missing-pool.tsx';
import { keepsFiles, roomyPools } from './pool-room.ts';
import type { StepProps } from './step-props.ts';

/** Where a container's files come to lie: in a new folder of a pool. */
export function RootPool(props: StepProps) {
  const { offer, fields, problems, onEdit } = props;
  return (
    <>
      <MissingPool {...props} />
      <Field
        id="root-pool"
        label="Pool for the files"
        problem={problems.rootPool}
        hint="They are put into a new folder of it, owned by the container’s users. Libvirt does it, in a container of its own."
      >
        <FormSelect
          id="root-pool"
          value={fields.pool ?? ''}
          aria-describedby="root-pool-help"
          onChange={(_event, name) => onEdit({ pool: name })}
        >
          {roomyPools(offer.pools)
            .filter(keepsFiles)
            .map(({ name, available, capacity }) => (
              <FormSelectOption
                key={name}
                value={name}
                label={`${readableText(name)} (${formatBytes(available)} of ${formatBytes(capacity)} free)`}
              />
            ))}
        </FormSelect>
      </Field>
    </>
  );
}
