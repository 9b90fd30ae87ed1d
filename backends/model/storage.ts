import { z } from 'zod';
import { Bytes, Instant } from './quantity.ts';

export const Pool = z.strictObject({
  name: z.string(),
  /** As the host calls it: one of `PoolKind`, or one that is not known here. */
  kind: z.string(),
  active: z.boolean(),
  /** False: it exists only while it is active. */
  persistent: z.boolean(),
  autostart: z.boolean(),
  capacity: Bytes,
  available: Bytes,
  path: z.string().nullable(),
  /** Where what is in it comes from, in a few words: "nas.example.com:/export", "/dev/sdb"; null for a folder. */
  source: z.string().nullable(),
});
export type Pool = z.infer<typeof Pool>;

/** The pool that libvirt's tools call "default", as far as it is not there yet: to be made in its usual folder, or only to be started. */
export const PoolProposal = z.strictObject({ kind: z.enum(['make', 'start']), name: z.string(), path: z.string() });
export type PoolProposal = z.infer<typeof PoolProposal>;

export const Volume = z.strictObject({
  pool: z.string(),
  name: z.string(),
  path: z.string(),
  format: z.string().nullable(),
  capacity: Bytes,
  allocation: Bytes,
  /** A folder in a pool is listed like a volume, and is none that a guest could use. */
  folder: z.boolean(),
  encrypted: z.boolean(),
  /** The image that it is an overlay of; its format is null where it is not told. */
  backing: z.strictObject({ path: z.string(), format: z.string().nullable() }).nullable(),
  /** Of the file or device; null where the host does not tell. */
  permissions: z
    .strictObject({ mode: z.number().int().nonnegative(), owner: z.number().int(), group: z.number().int(), label: z.string().nullable() })
    .nullable(),
  modified: Instant.nullable(),
});
export type Volume = z.infer<typeof Volume>;

/** What a volume may be called: a file name that no tool takes for something else. */
export const VolumeName = z
  .string()
  .min(1, 'Give it a name')
  .max(200, 'At most 200 characters')
  .refine((name) => !/[/\p{C}\p{Zl}\p{Zp}]/u.test(name), 'No slashes and no characters that cannot be seen')
  .refine((name) => !/^[.\s-]|\s$/.test(name), 'It may not begin with a dot, a dash or a space, nor end with a space');

/** A volume by its two names; those that exist may have any. */
export const VolumeRef = z.strictObject({ pool: z.string().min(1).max(256), name: z.string().min(1).max(4096) });
export type VolumeRef = z.infer<typeof VolumeRef>;
