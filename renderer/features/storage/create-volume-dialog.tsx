import { Alert, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { HostId } from '#model/host';
import { factsOf } from '#model/pool-action';
import type { Pool, Volume } from '#model/storage';
import { VolumeFormat } from '#model/volume-spec';
import { usePoolOffer, useVolumes } from '../../data/queries.ts';
import { makeVolume } from '../../data/storage-verbs.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { FormField } from '../../ui/form-field.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { AllocationField } from './allocation-field.tsx';
import { EncryptionFields } from './encryption-fields.tsx';
import { FormDialog } from './form-dialog.tsx';
import { SizeField } from './size-field.tsx';
import { bytesOf, sizeOf } from './size.ts';
import { draftStore } from './use-draft.ts';
import {
  canEncrypt,
  canOverlay,
  emptyVolume,
  formatOf,
  judgeVolume,
  nameOf,
  overlayOn,
  withFormat,
  type VolumeDraft,
  type VolumePlace,
} from './volume-draft.ts';

interface CreateVolumeDialogProps {
  readonly host: HostId;
  readonly pool: Pool;
  /** What the new one is to lie over; without it, what was typed before is there again. */
  readonly base?: Volume;
  onClose(): void;
}

const useVolumeDraft = draftStore<VolumeDraft>();
const noPassphrase = { first: '', again: '' };

/** A new volume of a pool. */
export function CreateVolumeDialog({ host, pool, base, onClose }: CreateVolumeDialogProps) {
  const kept = base === undefined ? `new-volume.${host}.${pool.name}` : `new-overlay.${host}.${base.path}`;
  const { draft, change: setDraft, forget } = useVolumeDraft(kept, base === undefined ? emptyVolume : overlayOn(base));
  const [passphrase, setPassphrase] = useState(noPassphrase);
  const volumes = useVolumes(host, pool.name).data ?? [];
  const offer = usePoolOffer(host).data?.find(({ kind }) => kind === pool.kind);
  const able = factsOf(pool)?.volumes;
  const place: VolumePlace = {
    pool,
    taken: new Set(volumes.map(({ name }) => name)),
    formats: (offer?.volumeFormats ?? []).flatMap((one) => VolumeFormat.safeParse(one).data ?? []),
    bases: volumes.filter(({ folder, format }) => !folder && VolumeFormat.safeParse(format).success),
  };
  const format = formatOf(draft, place);
  const name = nameOf(draft, place);
  const { spec, problems } = judgeVolume(draft, place, passphrase);
  const capacity = bytesOf(draft.size);
  const run = async () => {
    if (spec === null) return;
    await makeVolume(host, spec);
    forget();
  };

  return (
    <FormDialog
      title={`New volume in “${readableText(pool.name)}”`}
      submit="Make volume"
      wide
      ready={spec !== null}
      run={run}
      onClose={onClose}
    >
      {(pressed) => {
        const seen = (field: string, typed: boolean) => (pressed || typed ? problems[field] : undefined);
        const nameProblem = seen('name', true);
        return (
          <>
            {able?.namedByHost === true ? (
              <p className="gh-subtle">The host gives volumes of this pool their names.</p>
            ) : (
              <FormField id="volume-name" label="Name" problem={nameProblem}>
                <TextInput
                  id="volume-name"
                  value={name}
                  autoComplete="off"
                  spellCheck={false}
                  validated={nameProblem === undefined ? 'default' : 'error'}
                  aria-describedby="volume-name-help"
                  onChange={(_event, text) => setDraft({ ...draft, name: text })}
                />
              </FormField>
            )}
            {place.formats.length > 0 && format !== null && (
              <FormField id="volume-format" label="Format" hint={formatWords[format]}>
                <FormSelect
                  id="volume-format"
                  value={format}
                  aria-describedby="volume-format-help"
                  onChange={(_event, value) => setDraft(withFormat(draft, place, VolumeFormat.parse(value)))}
                >
                  {place.formats.map((one) => (
                    <FormSelectOption key={one} value={one} label={one} />
                  ))}
                </FormSelect>
              </FormField>
            )}
            {canOverlay(format) && (
              <FormField
                id="volume-base"
                label="Lies over"
                problem={seen('backing', true)}
                hint={
                  draft.base === null
                    ? undefined
                    : 'It begins as that image and keeps only what differs. The image below must not change any more.'
                }
              >
                <FormSelect
                  id="volume-base"
                  value={draft.base ?? ''}
                  aria-describedby="volume-base-help"
                  onChange={(_event, path) => {
                    const chosen = place.bases.find((one) => one.path === path);
                    setDraft({ ...draft, base: chosen?.path ?? null, ...(chosen !== undefined && { size: sizeOf(chosen.capacity) }) });
                  }}
                >
                  <FormSelectOption value="" label="Nothing: it begins empty" />
                  {place.bases.map((one) => (
                    <FormSelectOption key={one.path} value={one.path} label={readableText(one.name)} />
                  ))}
                </FormSelect>
              </FormField>
            )}
            <FormField
              id="volume-size"
              label="Size"
              problem={seen('capacity', draft.size.text !== '')}
              hint={<span className="gh-number">{formatBytes(pool.available)} free in the pool</span>}
            >
              <SizeField
                id="volume-size"
                label="size"
                size={draft.size}
                isInvalid={seen('capacity', draft.size.text !== '') !== undefined}
                onChange={(size) => setDraft({ ...draft, size })}
              />
            </FormField>
            {able?.files === true && draft.base === null && (
              <AllocationField
                value={draft.preallocation}
                format={format}
                onChange={(preallocation) => setDraft({ ...draft, preallocation })}
              />
            )}
            {capacity !== null && capacity > pool.available && (
              <Alert variant="warning" component="p" isInline isPlain title="The volume is larger than what is free">
                {draft.preallocation === 'full' || able?.files !== true
                  ? 'The host will refuse it.'
                  : 'Should the guest fill it, the guest is paused when the pool is full.'}
              </Alert>
            )}
            {canEncrypt(format) && able?.files === true && (
              <EncryptionFields
                on={draft.encrypt}
                passphrase={passphrase}
                problem={seen('passphrase', passphrase.first !== '')}
                differs={seen('again', passphrase.again !== '')}
                onSwitch={(encrypt) => setDraft({ ...draft, encrypt })}
                onChange={setPassphrase}
              />
            )}
          </>
        );
      }}
    </FormDialog>
  );
}

const formatWords: Readonly<Partial<Record<VolumeFormat, string>>> = {
  qcow2: 'Grows as it is filled; can have snapshots and lie over another image.',
  raw: 'Nothing but the disk itself: the fastest, without snapshots of its own.',
  vmdk: 'The format of VMware.',
  vdi: 'The format of VirtualBox.',
  vpc: 'The format of Virtual PC and older Hyper-V.',
  qed: 'An old format of QEMU; qcow2 has replaced it.',
  qcow: 'An old format of QEMU; qcow2 has replaced it.',
};
