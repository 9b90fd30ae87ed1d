import { Button, FormGroup, FormSelect, FormSelectOption, Radio } from '@patternfly/react-core';
import { PlusCircleIcon } from '@patternfly/react-icons/dist/esm/icons/plus-circle-icon';
import { guestLimits } from '#model/guest-spec';
import { GiB } from '#model/quantity';
import { readableText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { amountOf, bytesOf } from './amount.ts';
import { AmountField } from './amount-field.tsx';
import type { DiskDraft } from './draft.ts';
import { Field } from './field.tsx';
import { keepsFiles, roomyPools } from './pool-room.ts';
import { diskProblem } from './problems.ts';
import { useRowFocus } from '../../ui/row-focus.ts';
import type { StepProps } from './step-props.ts';
import { VolumeChoice } from '../../data/volume-choice.tsx';

/** Disks beside the first one, or beside what the source brings. */
export function MoreDisks(props: StepProps) {
  const { offer, fields, onEdit } = props;
  const { moreDisks: disks } = fields;
  const focus = useRowFocus('add-disk');
  const change = (moreDisks: readonly DiskDraft[]): void => onEdit({ moreDisks });
  const add = (): void => {
    const id = 1 + Math.max(1, ...disks.map((disk) => disk.id));
    const hasRoom = roomyPools(offer.pools).length > 0;
    change([
      ...disks,
      { id, kind: hasRoom ? 'new' : 'volume', size: amountOf(20 * GiB), format: 'qcow2', pool: fields.pool, volume: null },
    ]);
    focus(hasRoom ? `disk-${id}-size` : `disk-${id}-volume`);
  };
  return (
    <>
      {disks.map((disk, i) => (
        <DiskRow
          key={disk.id}
          {...props}
          disk={disk}
          number={i + 2}
          onChange={(part) => change(disks.map((one) => (one.id === disk.id ? { ...one, ...part } : one)))}
          onRemove={() => {
            change(disks.filter(({ id }) => id !== disk.id));
            focus('add-disk');
          }}
        />
      ))}
      {offer.pools.some(({ active }) => active) && disks.length + 1 < guestLimits.disksMax && (
        <div>
          <Button id="add-disk" variant="link" isInline icon={<PlusCircleIcon />} onClick={add}>
            Add a disk
          </Button>
        </div>
      )}
    </>
  );
}

interface DiskRowProps extends StepProps {
  readonly disk: DiskDraft;
  readonly number: number;
  readonly onChange: (part: Partial<DiskDraft>) => void;
  readonly onRemove: () => void;
}

function DiskRow(props: DiskRowProps) {
  const { offer, disk, number, onChange, onRemove } = props;
  const id = `disk-${disk.id}`;
  const hasRoom = roomyPools(offer.pools).length > 0;
  return (
    <FormGroup role="group" label={`Disk ${number}`} fieldId={id} className="gh-create__part">
      <div className="gh-create__row">
        <div className="gh-create__places">
          <Radio
            id={`${id}-new`}
            name={id}
            label="New disk"
            isChecked={disk.kind === 'new'}
            isDisabled={!hasRoom}
            onChange={() => onChange({ kind: 'new' })}
          />
          <Radio
            id={`${id}-there`}
            name={id}
            label="A disk that is there"
            isChecked={disk.kind === 'volume'}
            onChange={() => onChange({ kind: 'volume' })}
          />
        </div>
        <Button variant="link" aria-label={`Remove disk ${number}`} onClick={onRemove}>
          Remove
        </Button>
      </div>
      <div className="gh-create__inline">{disk.kind === 'new' ? <NewPart {...props} /> : <TherePart {...props} />}</div>
    </FormGroup>
  );
}

function NewPart({ offer, disk, number, onChange }: DiskRowProps) {
  const id = `disk-${disk.id}`;
  const problem = diskProblem(disk);
  const size = bytesOf(disk.size);
  const pool = offer.pools.find(({ name, active }) => active && name === disk.pool);
  const beyond = pool !== undefined && size !== null && size > pool.available;
  return (
    <>
      <Field
        id={`${id}-size`}
        label="Size"
        problem={problem ?? undefined}
        hint={beyond ? `The pool has ${formatBytes(pool.available)} free: the disk can grow larger than that.` : undefined}
      >
        <AmountField
          id={`${id}-size`}
          label={`size of disk ${number}`}
          amount={disk.size}
          isInvalid={problem !== null}
          onChange={(amount) => onChange({ size: amount })}
        />
      </Field>
      <Field id={`${id}-pool`} label="Pool">
        <FormSelect
          id={`${id}-pool`}
          value={disk.pool ?? ''}
          aria-describedby={`${id}-pool-help`}
          onChange={(_event, name) => onChange({ pool: name })}
        >
          {disk.pool === null && <FormSelectOption value="" label="Choose a pool" isDisabled />}
          {roomyPools(offer.pools).map(({ name, available, capacity }) => (
            <FormSelectOption
              key={name}
              value={name}
              label={`${readableText(name)} (${formatBytes(available)} of ${formatBytes(capacity)} free)`}
            />
          ))}
        </FormSelect>
      </Field>
      {keepsFiles(pool) && (
        <Field id={`${id}-format`} label="Format">
          <FormSelect
            id={`${id}-format`}
            value={disk.format}
            aria-describedby={`${id}-format-help`}
            onChange={(_event, format) => onChange({ format: format === 'raw' ? 'raw' : 'qcow2' })}
          >
            <FormSelectOption value="qcow2" label="qcow2: can have snapshots" />
            <FormSelectOption value="raw" label="raw: nothing but the disk" />
          </FormSelect>
        </Field>
      )}
    </>
  );
}

function TherePart({ host, offer, disk, number, onChange }: DiskRowProps) {
  const id = `disk-${disk.id}-volume`;
  return (
    <Field id={id} label="Volume" role="group" problem={diskProblem(disk) ?? undefined}>
      <VolumeChoice
        id={id}
        label={`disk ${number}`}
        host={host}
        pools={offer.pools}
        chosen={disk.volume}
        filter={({ name, folder }) => !folder && !/\.iso$/i.test(name)}
        onChoose={(volume) => onChange({ volume })}
      />
    </Field>
  );
}
