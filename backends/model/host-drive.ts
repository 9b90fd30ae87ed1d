import { z } from 'zod';
import { DriveId } from './guest-source.ts';
import { OperatingSystem } from './guest-spec.ts';
import { Bytes } from './quantity.ts';

/** Something of the host itself that a guest can begin with: a drive with a disc in it, or a disk that is no file and no pool's volume. */
export const HostDrive = z.strictObject({
  id: DriveId,
  /** `mapped`: what the host made of others: logical volumes, RAID, what is open of an encrypted disk. */
  kind: z.enum(['cdrom', 'disk', 'partition', 'mapped']),
  /** As the host's kernel has it now: "/dev/sr0". */
  path: z.string(),
  /** What a definition names it by: where the host has one for it, a name that stays the same after its next start. */
  place: z.string(),
  /** The kinds of file systems, and of parts of something greater, that are on it, as the host's blkid names them; null where nobody tells. */
  contents: z.array(z.string()).nullable(),
  /** Tells it, with what is on it, from whatever else may be called so later. */
  mark: z.string(),
  /** What vendor and model call themselves, '' where they say nothing: foreign text. */
  name: z.string().max(256),
  /** Of what is in it; null where nothing is, or nobody tells. */
  size: Bytes.nullable(),
  /** Of the disc, or the file system on it: foreign text. */
  label: z.string().max(256).nullable(),
  /** False: its medium is out. */
  loaded: z.boolean(),
  /** What the label says that the disc installs. */
  os: OperatingSystem.nullable(),
  /** Why no guest can have it now, as a sentence. */
  why: z.string().nullable(),
});
export type HostDrive = z.infer<typeof HostDrive>;
