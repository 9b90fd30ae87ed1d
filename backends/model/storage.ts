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

export const Volume = z.strictObject({
  pool: z.string(),
  name: z.string(),
  path: z.string(),
  format: z.string().nullable(),
  capacity: Bytes,
  allocation: Bytes,
});
export type Volume = z.infer<typeof Volume>;
