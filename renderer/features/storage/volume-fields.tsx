import { Alert, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import type { HostId } from '#model/host';
import { factsOf } from '#model/pool-action';
import { VolumeFormat } from '#model/volume-spec';
import { FormField } from '../../ui/form-field.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { AllocationField } from './allocation-field.tsx';
import { EncryptionFields } from './encryption-fields.tsx';
import { LiesOverField } from './lies-over-field.tsx';
import { SizeField } from './size-field.tsx';
import { bytesOf } from './size.ts';
import { SnapshotOfField } from './snapshot-of-field.tsx';
import { canEncrypt, canOverlay, formatOf, hasSnapshots, nameOf, withFormat, type VolumeDraft, type VolumePlace } from './volume-draft.ts';

export interface TypedPassphrase {
  readonly first: string;
  readonly again: string;
}

interface VolumeFieldsProps {
  readonly host: HostId;
  readonly draft: VolumeDraft;
  readonly place: VolumePlace;
  readonly passphrase: TypedPassphrase;
  /** By field, as `judgeVolume` has them. */
  readonly problems: Readonly<Partial<Record<string, string>>>;
  /** It was tried to send it, so all that is missing is to be seen. */
  readonly pressed: boolean;
  onDraft(draft: VolumeDraft): void;
  onPassphrase(passphrase: TypedPassphrase): void;
}

/** What is asked of a new volume. */
export function VolumeFields({ host, draft, place, passphrase, problems, pressed, onDraft, onPassphrase }: VolumeFieldsProps) {
  const { pool } = place;
  const able = factsOf(pool)?.volumes;
  const format = formatOf(draft, place);
  const capacity = bytesOf(draft.size);
  const snapshots = hasSnapshots(pool);
  const isSnapshot = snapshots && draft.base !== null;
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
            value={nameOf(draft, place)}
            autoComplete="off"
            spellCheck={false}
            validated={nameProblem === undefined ? 'default' : 'error'}
            aria-describedby="volume-name-help"
            onChange={(_event, text) => onDraft({ ...draft, name: text })}
          />
        </FormField>
      )}
      {place.formats.length > 0 && format !== null && (
        <FormField id="volume-format" label="Format" hint={formatWords[format]}>
          <FormSelect
            id="volume-format"
            value={format}
            aria-describedby="volume-format-help"
            onChange={(_event, value) => onDraft(withFormat(draft, place, VolumeFormat.parse(value)))}
          >
            {place.formats.map((one) => (
              <FormSelectOption key={one} value={one} label={one} />
            ))}
          </FormSelect>
        </FormField>
      )}
      {snapshots && <SnapshotOfField draft={draft} bases={place.bases} problem={seen('backing', true)} onDraft={onDraft} />}
      {!snapshots && canOverlay(format) && (
        <LiesOverField host={host} draft={draft} bases={place.bases} problem={seen('backing', draft.base !== '')} onDraft={onDraft} />
      )}
      <FormField
        id="volume-size"
        label={isSnapshot ? 'Room for changes' : 'Size'}
        problem={seen('capacity', draft.size.text !== '')}
        hint={
          <>
            {isSnapshot && `${roomWords} `}
            <span className="gh-number">{formatBytes(pool.available)} free in the pool</span>
          </>
        }
      >
        <SizeField
          id="volume-size"
          label="size"
          size={draft.size}
          isInvalid={seen('capacity', draft.size.text !== '') !== undefined}
          onChange={(size) => onDraft({ ...draft, size })}
        />
      </FormField>
      {able?.files === true && draft.base === null && (
        <AllocationField value={draft.preallocation} format={format} onChange={(preallocation) => onDraft({ ...draft, preallocation })} />
      )}
      {capacity !== null && capacity > pool.available && (
        <Alert variant="warning" component="p" isInline isPlain title="The volume is larger than what is free">
          {draft.preallocation === 'full' || (able?.files !== true && able?.thin !== true)
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
          onSwitch={(encrypt) => onDraft({ ...draft, encrypt })}
          onChange={onPassphrase}
        />
      )}
    </>
  );
}

const roomWords =
  'When more than this has changed in either of the two, the snapshot is lost; as much as the volume itself is nearly always enough.';

const formatWords: Readonly<Partial<Record<VolumeFormat, string>>> = {
  qcow2: 'Grows as it is filled; can have snapshots and lie over another image.',
  raw: 'Nothing but the disk itself: the fastest, without snapshots of its own.',
  vmdk: 'The format of VMware.',
  vdi: 'The format of VirtualBox.',
  vpc: 'The format of Virtual PC and older Hyper-V.',
  qed: 'An old format of QEMU; qcow2 has replaced it.',
  qcow: 'An old format of QEMU; qcow2 has replaced it.',
};
