import type { Preallocation, VolumeSpec } from '#model/volume-spec';
import { element, type XmlElement } from '../xml/document.ts';

// libvirt: VIR_STORAGE_VOL_CREATE_PREALLOC_METADATA. With the whole capacity as allocation, qemu-img allocates all of it (falloc).
const PREALLOCATE = 1;

export interface NewVolume {
  readonly name: string;
  /** Null where the pool's volumes are plain devices. */
  readonly format: string | null;
  /** Bytes. */
  readonly capacity: number;
  readonly preallocation: Preallocation;
  readonly backing: VolumeSpec['backing'];
  /** UUID of the secret with the passphrase; 'later': it is to be made yet. */
  readonly secret: string | null;
}

/** The definition of a volume as libvirt reads it. */
export function volumeDocument({ name, format, capacity, preallocation, backing, secret }: NewVolume): XmlElement {
  const allocation = preallocation === 'full' || format === null ? capacity : 0;
  const encryption = secret === null ? null : element('encryption', { format: 'luks' }, secret === 'later' ? null : passphraseIn(secret));
  const kind = format === null ? null : element('format', { type: format });
  return element(
    'volume',
    {},
    element('name', {}, name),
    element('capacity', { unit: 'bytes' }, String(capacity)),
    element('allocation', { unit: 'bytes' }, String(allocation)),
    // libvirt's schema wants one even where nothing is in it.
    element('target', {}, kind, encryption),
    backing === null ? null : element('backingStore', {}, element('path', {}, backing.path), element('format', { type: backing.format })),
  );
}

/** Where the host has an encrypted volume's passphrase. */
export const passphraseIn = (uuid: string): XmlElement => element('secret', { type: 'passphrase', uuid });

/** Flags of the call that makes it. */
export const flagsFor = ({ format, preallocation }: Pick<NewVolume, 'format' | 'preallocation'>): number =>
  format === 'qcow2' && preallocation !== 'sparse' ? PREALLOCATE : 0;
