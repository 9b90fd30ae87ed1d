import { Alert, Checkbox } from '@patternfly/react-core';
import { useState } from 'react';
import type { HostId } from '#model/host';
import type { Pool } from '#model/storage';
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

/** How large a volume shall be, and what that means. What would cut something off must be agreed to here, and to main once more. */
export function ResizeDialog({ host, pool, row: { volume }, onClose }: ResizeDialogProps) {
  const [size, setSize] = useState(() => sizeOf(volume.capacity));
  const [agreed, setAgreed] = useState(false);
  const [allocate, setAllocate] = useState(false);
  const capacity = bytesOf(size);
  // The size as it is shown may be a rounded one.
  const same = capacity === volume.capacity || (size.text === sizeOf(volume.capacity).text && size.unit === sizeOf(volume.capacity).unit);
  const shrinks = capacity !== null && capacity < volume.capacity;
  const problem = capacity === null ? 'A size such as 20 or 1.5.' : same ? 'That is its size now.' : undefined;
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
      ready={problem === undefined && (!shrinks || agreed)}
      run={run}
      onClose={onClose}
    >
      {(pressed) => (
        <>
          <FormField
            id="resize-size"
            label="New size"
            problem={capacity === null || pressed ? problem : undefined}
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
              isInvalid={capacity === null || (pressed && same)}
              autoFocus
              onChange={setSize}
            />
          </FormField>
          {capacity !== null && capacity > volume.capacity && (
            <>
              <p className="gh-subtle">
                The guest finds the new space behind what it has. Its partitions and file systems are enlarged in the guest.
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
          {shrinks && capacity !== null && (
            <>
              <Alert
                variant="danger"
                component="p"
                isInline
                title={`The last ${formatBytes(volume.capacity - capacity)} of the disk are cut off`}
              >
                Whatever is there is lost, and a partition that reached into it is broken. Make partitions and file systems smaller in the
                guest first.
              </Alert>
              <Checkbox
                id="resize-agreed"
                label="Nothing is left in what is cut off"
                isValid={!pressed || agreed}
                aria-invalid={pressed && !agreed}
                isChecked={agreed}
                onChange={(_event, checked) => setAgreed(checked)}
              />
            </>
          )}
        </>
      )}
    </FormDialog>
  );
}

const differenceOf = (from: number, to: number): string =>
  `From ${formatBytes(from)} to ${formatBytes(to)}: ${formatBytes(Math.abs(to - from))} ${to > from ? 'more' : 'less'}`;
