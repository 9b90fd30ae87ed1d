import { FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { HostId } from '#model/host';
import { factsOf } from '#model/pool-action';
import { VolumeName } from '#model/storage';
import { VolumeFormat } from '#model/volume-spec';
import { usePoolOffer, usePools, useVolumes } from '../../data/queries.ts';
import { changeVolume } from '../../data/storage-verbs.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { FormField } from '../../ui/form-field.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { FormDialog } from './form-dialog.tsx';
import { freeName, splitName } from './free-name.ts';
import type { VolumeRow } from './volume-row.ts';

interface CloneDialogProps {
  readonly host: HostId;
  readonly row: VolumeRow;
  onClose(): void;
}

/** Where a copy of a volume goes, and what it is called there. */
export function CloneDialog({ host, row: { volume, use }, onClose }: CloneDialogProps) {
  const pools = (usePools(host).data ?? []).filter((one) => one.active && factsOf(one)?.volumes.make === true);
  const offer = usePoolOffer(host).data ?? [];
  const [pool, setPool] = useState(volume.pool);
  const [typed, setName] = useState<string | null>(null);
  const [format, setFormat] = useState<VolumeFormat | null>(null);
  const others = useVolumes(host, pool);
  const taken = new Set(others.data?.map(({ name }) => name));
  const target = pools.find(({ name }) => name === pool);
  const formats = (offer.find(({ kind }) => kind === target?.kind)?.volumeFormats ?? []).flatMap((one) => {
    const known = VolumeFormat.safeParse(one);
    return known.success ? [known.data] : [];
  });

  const { stem, suffix } = splitName(readableText(volume.name));
  const ending = format === null || suffix === '' ? suffix : `.${format}`;
  const name = typed ?? freeName(taken, `${stem}-clone`, ending);
  const verdict = VolumeName.safeParse(name);
  const problem = taken.has(name)
    ? 'The pool has a volume of that name already.'
    : verdict.success
      ? undefined
      : `${verdict.error.issues[0]?.message}.`;
  const run = async () =>
    changeVolume(host, { kind: 'clone', volume: { pool: volume.pool, name: volume.name }, to: { pool, name }, format });

  return (
    <FormDialog title={`Clone “${readableText(volume.name)}”`} submit="Clone" ready={problem === undefined} run={run} onClose={onClose}>
      {() => (
        <>
          <FormField id="clone-name" label="Name of the clone" problem={problem}>
            <TextInput
              id="clone-name"
              value={name}
              autoComplete="off"
              spellCheck={false}
              validated={problem === undefined ? 'default' : 'error'}
              aria-describedby="clone-name-help"
              onChange={(_event, value) => setName(value)}
            />
          </FormField>
          <FormField
            id="clone-pool"
            label="Pool"
            hint={
              target === undefined
                ? undefined
                : `${formatBytes(target.available)} free; the volume takes ${formatBytes(volume.allocation)} now.`
            }
          >
            <FormSelect id="clone-pool" value={pool} aria-describedby="clone-pool-help" onChange={(_event, value) => setPool(value)}>
              {pools.map((one) => (
                <FormSelectOption key={one.name} value={one.name} label={readableText(one.name)} />
              ))}
            </FormSelect>
          </FormField>
          {formats.length > 1 && (
            <FormField id="clone-format" label="Format">
              <FormSelect
                id="clone-format"
                value={format ?? ''}
                onChange={(_event, value) => setFormat(VolumeFormat.safeParse(value).data ?? null)}
              >
                <FormSelectOption value="" label={`As the original${volume.format === null ? '' : ` (${readableText(volume.format)})`}`} />
                {formats.map((one) => (
                  <FormSelectOption key={one} value={one} label={one} />
                ))}
              </FormSelect>
            </FormField>
          )}
          {use !== null && use.chain.length > 0 && (
            <p className="gh-subtle">All that the volume takes from the images below it is copied too: the clone stands alone.</p>
          )}
        </>
      )}
    </FormDialog>
  );
}
