import { Alert, Checkbox } from '@patternfly/react-core';
import { useState } from 'react';
import type { HostId } from '#model/host';
import type { Pool, Volume } from '#model/storage';
import type { VolumeUser } from '#model/storage-use';
import { changeVolume } from '../../data/storage-verbs.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { FormField } from '../../ui/form-field.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { FormDialog } from './form-dialog.tsx';
import { SizeField } from './size-field.tsx';
import { bytesOf, sizeOf } from './size.ts';
import type { VolumeRow } from './volume-row.ts';

interface ResizeDialogProps {
  readonly host: HostId;
  readonly pool: Pool;
  readonly row: VolumeRow;
  onClose(): void;
}

/** How large a volume shall be, and what that means. What would cut something off main asks about. */
export function ResizeDialog({ host, pool, row: { volume, use }, onClose }: ResizeDialogProps) {
  const [size, setSize] = useState(() => sizeOf(volume.capacity));
  const [allocate, setAllocate] = useState(false);
  const capacity = bytesOf(size);
  const usual = sizeOf(volume.capacity);
  // The size as it is shown may be a rounded one.
  const same = capacity === volume.capacity || (size.text === usual.text && size.unit === usual.unit);
  const shrinks = capacity !== null && capacity < volume.capacity && !same;
  const runs = use?.users.find(({ running }) => running);
  const problem = same ? 'That is its size now.' : problemOf(volume, capacity, runs);
  const run = async () =>
    changeVolume(host, {
      kind: 'resize',
      volume: { pool: volume.pool, name: volume.name },
      capacity: capacity ?? volume.capacity,
      shrink: shrinks,
      allocate: allocate && !shrinks,
    });
  return (
    <FormDialog
      title={`Resize “${readableText(volume.name)}”`}
      submit={shrinks ? 'Shrink…' : 'Resize'}
      danger={shrinks}
      ready={problem === undefined}
      run={run}
      onClose={onClose}
    >
      {(pressed) => (
        <>
          <FormField
            id="resize-size"
            label="New size"
            problem={pressed || !same ? problem : undefined}
            hint={
              <span className="gh-number">
                {capacity === null || same ? `Now ${formatBytes(volume.capacity)}` : differenceOf(volume.capacity, capacity)}
              </span>
            }
          >
            <SizeField
              id="resize-size"
              label="New size"
              size={size}
              isInvalid={problem !== undefined && (pressed || !same)}
              onChange={setSize}
            />
          </FormField>
          {capacity !== null && capacity > volume.capacity && (
            <>
              <p className="gh-subtle">
                {runs === undefined ? 'The guest finds the new space at its next start.' : 'The guest finds the new space at once.'} Its
                partitions and file systems are enlarged in the guest.
              </p>
              {volume.format === 'raw' && (
                <Checkbox
                  id="resize-allocate"
                  label="Take the new space at once"
                  description="Otherwise it is taken as it is written to."
                  isChecked={allocate}
                  onChange={(_event, checked) => setAllocate(checked)}
                />
              )}
              {capacity - volume.allocation > pool.available && (
                <Alert variant="warning" component="p" isInline isPlain title={`The pool has only ${formatBytes(pool.available)} free`}>
                  Should the guest fill its disk, it is paused when the pool is full.
                </Alert>
              )}
            </>
          )}
          {shrinks && problem === undefined && (
            <>
              <Alert
                variant="danger"
                component="p"
                isInline
                title={`The last ${formatBytes(volume.capacity - capacity)} of the disk are cut off`}
              >
                The host refuses it where it finds anything there. Make partitions and file systems smaller in the guest first.
              </Alert>
            </>
          )}
        </>
      )}
    </FormDialog>
  );
}

function problemOf({ format, capacity }: Volume, wanted: number | null, runs: VolumeUser | undefined): string | undefined {
  if (wanted === null) return 'A size such as 20 or 1.5.';
  if (wanted >= capacity) return undefined;
  if (runs !== undefined) return `While “${readableText(runs.name)}” runs it can only grow.`;
  return format === 'raw' ? undefined : 'Only a raw volume can be made smaller. Clone it as raw first.';
}

const differenceOf = (from: number, to: number): string =>
  `From ${formatBytes(from)} to ${formatBytes(to)}: ${formatBytes(Math.abs(to - from))} ${to > from ? 'more' : 'less'}`;
