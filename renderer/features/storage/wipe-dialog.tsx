import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useState } from 'react';
import type { HostId } from '#model/host';
import { WipeAlgorithm, wipeAlgorithms } from '#model/volume-spec';
import { changeVolume } from '../../data/storage-verbs.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { FormField } from '../../ui/form-field.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { FormDialog } from './form-dialog.tsx';
import type { VolumeRow } from './volume-row.ts';

interface WipeDialogProps {
  readonly host: HostId;
  readonly row: VolumeRow;
  onClose(): void;
}

/** With what a volume is overwritten. Main asks whether, after it. */
export function WipeDialog({ host, row: { volume }, onClose }: WipeDialogProps) {
  const [algorithm, setAlgorithm] = useState<WipeAlgorithm>('zero');
  const { passes } = wipeAlgorithms[algorithm];
  const written = formatBytes(passes * Math.max(volume.allocation, volume.format === 'raw' ? volume.capacity : 0));
  const run = async () => changeVolume(host, { kind: 'wipe', volume: { pool: volume.pool, name: volume.name }, algorithm });
  return (
    <FormDialog title={`Wipe “${readableText(volume.name)}”`} submit="Wipe…" danger ready run={run} onClose={onClose}>
      {() => (
        <>
          <p>All that is in the volume is overwritten on the host, so that it cannot be read again. The volume itself stays.</p>
          {volume.format !== null && volume.format !== 'raw' && (
            <p>
              Afterwards it is no {readableText(volume.format)} any more, only a stretch of zeros or noise that no guest takes for its disk.
            </p>
          )}
          <FormField
            id="wipe-algorithm"
            label="Overwrite with"
            hint={
              algorithm === 'zero' || algorithm === 'trim'
                ? `About ${written} are written.`
                : `About ${written} are written. The host needs the program scrub for it.`
            }
          >
            <FormSelect
              id="wipe-algorithm"
              value={algorithm}
              aria-describedby="wipe-algorithm-help"
              onChange={(_event, value) => setAlgorithm(WipeAlgorithm.parse(value))}
            >
              {WipeAlgorithm.options.map((one) => (
                <FormSelectOption key={one} value={one} label={wipeAlgorithms[one].label} />
              ))}
            </FormSelect>
          </FormField>
        </>
      )}
    </FormDialog>
  );
}
