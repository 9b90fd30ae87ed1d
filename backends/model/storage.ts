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
