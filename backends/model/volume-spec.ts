import { z } from 'zod';
import { Bytes } from './quantity.ts';
import { VolumeName, VolumeRef } from './storage.ts';

/** Formats of volumes that are files and that both libvirt and qemu-img can make, by libvirt's names; more may be found in a pool. */
export const VolumeFormat = z.enum(['qcow2', 'raw', 'vmdk', 'vdi', 'vpc', 'qed', 'qcow']);
export type VolumeFormat = z.infer<typeof VolumeFormat>;

const Path = z
  .string()
  .min(1, 'Fill this in')
  .max(4096, 'At most 4096 characters')
  .refine((path) => !/[\p{Cc}]/u.test(path), 'No characters that cannot be seen');

/** How much of the space is taken at once. `metadata`: the tables of a qcow2, so that it need not grow them while it is written. */
export const Preallocation = z.enum(['sparse', 'metadata', 'full']);
export type Preallocation = z.infer<typeof Preallocation>;

/** With which an encrypted volume is opened. */
export const Passphrase = z.string().min(8, 'At least 8 characters').max(512, 'At most 512 characters');

export const VolumeSpec = z
  .strictObject({
    pool: z.string().min(1).max(256),
    /** Where the host names them (`namedByHost`), it is not used. */
    name: VolumeName,
    /** Null: whatever the pool's volumes are. */
    format: VolumeFormat.nullable(),
    capacity: Bytes.min(512, 'At least 512 bytes'),
    preallocation: Preallocation,
    /** The image it is an overlay of; of a logical volume the origin that it is a snapshot of, and the capacity is its room for changes. */
    backing: z.strictObject({ path: Path, format: VolumeFormat }).nullable(),
    /** Encrypted with LUKS; the host keeps the passphrase in a secret that goes with the volume. */
    passphrase: Passphrase.nullable(),
  })
  .superRefine(({ format, preallocation, backing, passphrase }, context) => {
    const tell = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (backing !== null && format !== null && format !== 'qcow2' && format !== 'qed')
      tell('backing', 'Only qcow2 and qed are built on another image');
    if (preallocation === 'metadata' && format !== 'qcow2') tell('preallocation', 'Only a qcow2 has tables to make in advance');
    if (preallocation !== 'sparse' && backing !== null) tell('preallocation', 'An overlay begins empty');
    if (passphrase !== null && format !== 'qcow2' && format !== 'raw') tell('passphrase', 'Only raw and qcow2 can be encrypted');
  });
export type VolumeSpec = z.infer<typeof VolumeSpec>;

interface WipeFacts {
  readonly label: string;
  readonly passes: number;
}

/** libvirt: virStorageVolWipeAlgorithm; all but `zero` and `trim` need scrub(1) on the host. */
export const wipeAlgorithms = {
  zero: { label: 'Zeros, once', passes: 1 },
  nnsa: { label: 'NNSA NAP-14.1-C, 4 passes', passes: 4 },
  dod: { label: 'DoD 5220.22-M, 4 passes', passes: 4 },
  bsi: { label: 'BSI, 9 passes', passes: 9 },
  gutmann: { label: 'Gutmann, 35 passes', passes: 35 },
  schneier: { label: 'Schneier, 7 passes', passes: 7 },
  pfitzner7: { label: 'Pfitzner, 7 passes', passes: 7 },
  pfitzner33: { label: 'Pfitzner, 33 passes', passes: 33 },
  random: { label: 'Random, once', passes: 1 },
  trim: { label: 'Discard (trim)', passes: 1 },
} as const satisfies Record<string, WipeFacts>;
export const WipeAlgorithm = z.enum(['zero', 'nnsa', 'dod', 'bsi', 'gutmann', 'schneier', 'pfitzner7', 'pfitzner33', 'random', 'trim']);
export type WipeAlgorithm = z.infer<typeof WipeAlgorithm>;

/** What can be done to a volume that is there. */
export const VolumeChange = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('resize'),
    volume: VolumeRef,
    capacity: Bytes.min(512),
    /** Without it what would cut off the end is refused. */
    shrink: z.boolean(),
    /** Take the new space at once. */
    allocate: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('clone'),
    volume: VolumeRef,
    to: z.strictObject({ pool: z.string().min(1).max(256), name: VolumeName }),
    /** Null: that of the original, or raw where the pool has no files. */
    format: VolumeFormat.nullable(),
  }),
  z.strictObject({ kind: z.literal('wipe'), volume: VolumeRef, algorithm: WipeAlgorithm }),
  /** Of a chain, the overlays go first: a base may go together with all that is built on it. */
  z.strictObject({ kind: z.literal('delete'), volumes: z.array(VolumeRef).min(1).max(500) }),
]);
export type VolumeChange = z.infer<typeof VolumeChange>;
