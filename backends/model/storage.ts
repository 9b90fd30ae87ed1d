import { z } from 'zod';
import { Bytes } from './quantity.ts';

export const Pool = z.strictObject({
  name: z.string(),
  kind: z.string(),
  active: z.boolean(),
  capacity: Bytes,
  available: Bytes,
  path: z.string().nullable(),
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
