import { FormSelect, FormSelectOption, Radio } from '@patternfly/react-core';
import { readableText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { bytesOf } from './amount.ts';
import { AmountField } from './amount-field.tsx';
import type { Fields } from './draft.ts';
import { Field } from './field.tsx';
import { MissingPool } from './missing-pool.tsx';
import { MoreDisks } from './more-disks.tsx';
import { keepsFiles, roomyPools } from './pool-room.ts';
import { bringsDisk, driveOf, mayMove, sourceKind, subjectOf } from './source.ts';
import { about, type StepProps } from './step-props.ts';
import { VolumeChoice } from '../../data/volume-choice.tsx';

/** The first disk: a new one, one that exists, none; or what becomes of the one that the source brings. */
export function DiskStep(props: StepProps) {
  return (
    <>
      <MissingPool {...props} />
      {bringsDisk(sourceKind(props.draft)) ? <BroughtDisk {...props} /> : <OwnDisk {...props} />}
      <MoreDisks {...props} />
    </>
  );
}

function OwnDisk(props: StepProps) {
  const { host, offer, fields, problems, objections, onEdit, onMend } = props;
  const hasPool = offer.pools.some(({ active }) => active);
  const hasRoom = roomyPools(offer.pools).length > 0;
  const inFiles = keepsFiles(offer.pools.find(({ name }) => name === fields.pool));
  const kinds: readonly {
    readonly value: Fields['disk'];
    readonly label: string;
    readonly description: string;
    readonly isOpen: boolean;
  }[] = [
    {
      value: 'new',
      label: 'New disk',
      description: hasRoom ? 'An image that grows as the guest writes.' : 'This host has no active pool to put it in.',
      isOpen: hasRoom,
    },
    {
      value: 'volume',
      label: 'A disk that is there',
      description: 'A volume of a pool. What is on it stays, until the guest writes over it.',
      isOpen: hasPool,
    },
    {
      value: 'none',
      label: 'No disk',
      description: 'For systems that run from their medium. Nothing is kept when the guest is shut down.',
      isOpen: true,
    },
  ];
  return (
    <>
      <Field
        id="disk"
        label="Disk"
        role="radiogroup"
        isLabelHidden
        objections={fields.disk === 'none' ? about(objections, 'disk') : []}
        onMend={onMend}
      >
        {kinds.map(({ value, label, description, isOpen }) => (
          <Radio
            key={value}
            id={`disk-${value}`}
            name="disk"
            label={label}
            description={description}
            isChecked={fields.disk === value}
            isDisabled={!isOpen}
            onChange={() => onEdit({ disk: value })}
          />
        ))}
      </Field>
      {fields.disk === 'new' && (
        <>
          <SizeField {...props} />
          <PoolField {...props} />
          <Field id="disk-format" label="Format" role="radiogroup">
            <div className="gh-create__places">
              <Radio
                id="disk-format-qcow2"
                name="disk-format"
                label="qcow2: can have snapshots"
                isChecked={inFiles && fields.diskFormat === 'qcow2'}
                isDisabled={!inFiles}
                onChange={() => onEdit({ diskFormat: 'qcow2' })}
              />
              <Radio
                id="disk-format-raw"
                name="disk-format"
                label="raw: nothing but the disk"
                isChecked={!inFiles || fields.diskFormat === 'raw'}
                onChange={() => onEdit({ diskFormat: 'raw' })}
              />
            </div>
          </Field>
        </>
      )}
      {fields.disk === 'volume' && (
        <Field
          id="disk-volume"
          label="Volume"
          role="group"
          problem={problems.volume}
          objections={about(objections, 'disk')}
          onMend={onMend}
        >
          <VolumeChoice
            id="disk-volume-list"
            label="disk"
            host={host}
            pools={offer.pools}
            chosen={fields.volume}
            filter={({ name, folder }) => !folder && !/\.iso$/i.test(name)}
            onChoose={(volume) => onEdit({ volume })}
          />
        </Field>
      )}
    </>
  );
}

/** Of a source that is a disk itself. */
function BroughtDisk(props: StepProps) {
  const { offer, draft, fields, objections, onEdit, onMend } = props;
  const subject = subjectOf(draft);
  const mayStay = sourceKind(draft) === 'disk' && subject?.fetched === false && (!subject.local || offer.readsLocalFiles);
  const ofHost = driveOf(draft) !== null;
  const canMove = mayMove(draft);
  const moves = fields.copy && fields.move && canMove;
  const canGrow = sourceKind(draft) !== 'appliance';
  return (
    <>
      <Field
        id="disk"
        label="Disk"
        role="radiogroup"
        isLabelHidden
        objections={fields.copy ? [] : about(objections, 'disk')}
        onMend={onMend}
      >
        <Radio
          id="disk-copy"
          name="disk"
          label="Copy it into a pool"
          description={ofHost ? 'A disk of the host is used where it is.' : 'The image stays as it is. The guest writes to its copy.'}
          isChecked={fields.copy && !moves}
          isDisabled={ofHost}
          onChange={() => onEdit({ copy: true, move: false })}
        />
        {sourceKind(draft) === 'disk' && (
          <Radio
            id="disk-move"
            name="disk"
            label="Move it into a pool"
            description={
              canMove
                ? 'It is copied and compared byte for byte. When the guest is there, the original is removed; you are asked first.'
                : 'Only a disk that needs no converting, from this computer or another pool, can be moved.'
            }
            isChecked={moves}
            isDisabled={!canMove}
            onChange={() => onEdit({ copy: true, move: true })}
          />
        )}
        <Radio
          id="disk-in-place"
          name="disk"
          label="Use it where it is"
          description={
            ofHost
              ? 'The guest writes to the host’s disk itself. You are asked first.'
              : mayStay
                ? 'The guest writes into the image itself.'
                : 'What has to be brought to the host, or serves as a pattern, is copied.'
          }
          isChecked={!fields.copy}
          isDisabled={!mayStay}
          onChange={() => onEdit({ copy: false, move: false })}
        />
      </Field>
      {fields.copy && (
        <>
          {canGrow && <SizeField {...props} />}
          <PoolField {...props} />
        </>
      )}
    </>
  );
}

function SizeField({ offer, fields, problems, objections, onEdit, onMend }: StepProps) {
  const size = bytesOf(fields.diskSize);
  const chosen = offer.pools.find(({ active, name }) => active && name === fields.pool);
  const beyond = chosen !== undefined && size !== null && size > chosen.available;
  return (
    <Field
      id="disk-size"
      label="Size"
      problem={problems.diskSize}
      objections={about(objections, 'disk')}
      onMend={onMend}
      hint={beyond ? `The pool has ${formatBytes(chosen.available)} free: the disk can grow larger than that.` : undefined}
    >
      <AmountField
        id="disk-size"
        label="size"
        amount={fields.diskSize}
        isInvalid={problems.diskSize !== undefined}
        onChange={(amount) => onEdit({ diskSize: amount })}
      />
    </Field>
  );
}

const PoolField = ({ offer, fields, problems, onEdit }: StepProps) => (
  <Field id="pool" label="Pool" problem={problems.pool}>
    <FormSelect id="pool" value={fields.pool ?? ''} aria-describedby="pool-help" onChange={(_event, name) => onEdit({ pool: name })}>
      {roomyPools(offer.pools).map(({ name, available, capacity }) => (
        <FormSelectOption
          key={name}
          value={name}
          label={`${readableText(name)} (${formatBytes(available)} of ${formatBytes(capacity)} free)`}
        />
      ))}
    </FormSelect>
  </Field>
);
