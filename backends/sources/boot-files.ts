import { appendFile, chmod, stat } from 'node:fs/promises';
import type { LocalFile } from '../backend.ts';
import { cpioOf } from './cpio.ts';

/** Puts small files into an installer's first file system, which must be one of ours: kernels unpack one archive after the other. */
export async function addToInitrd({ path }: LocalFile, files: Readonly<Record<string, string>>): Promise<void> {
  const { size } = await stat(path);
  await chmod(path, 0o600);
  // An archive begins at a multiple of four; what is before it must be zeros then (buffer-format.rst, "initramfs").
  await appendFile(path, Buffer.concat([Buffer.alloc((4 - (size % 4)) % 4), cpioOf(files)]));
}
