import { z } from 'zod';
import { Bytes } from './quantity.ts';

/** How a disk is laid out in a file, as libvirt calls it. */
export const ImageFormat = z.enum(['raw', 'qcow2', 'vmdk', 'vdi', 'vpc']);
export type ImageFormat = z.infer<typeof ImageFormat>;

/** A file with a disk in it, by what its first bytes say. */
export const DiskImage = z.strictObject({
  name: z.string(),
  /** Of the file. */
  size: Bytes,
  /** Of the disk that a guest sees. */
  capacity: Bytes,
  format: ImageFormat,
});
export type DiskImage = z.infer<typeof DiskImage>;
