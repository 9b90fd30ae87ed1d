import { z } from 'zod';
import { Bytes } from './quantity.ts';

/** Every format that qemu-img makes another of. */
export const ForeignFormat = z.enum(['raw', 'qcow2', 'qcow', 'vmdk', 'vdi', 'vpc', 'vhdx']);
export type ForeignFormat = z.infer<typeof ForeignFormat>;

/** A file with a disk in it that a guest can be made from. */
export const ForeignImage = z.strictObject({
  name: z.string(),
  /** Of the file. */
  size: Bytes,
  /** Of the disk that a guest sees. */
  capacity: Bytes,
  format: ForeignFormat,
});
export type ForeignImage = z.infer<typeof ForeignImage>;
