import { lstat, realpath, unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import type { LocalFile } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { Original } from '../backends/sources/sources.ts';

/** A file as it is now, to be removed later if it is that still. Rejects with 'bad-file' where it is another one than was chosen. */
export async function holdOriginal(file: LocalFile): Promise<Original> {
  const path = await realpath(file.path);
  const before = await lstat(path, { bigint: true });
  if (!before.isFile() || (file.identity !== undefined && file.identity !== `${before.dev}:${before.ino}`)) throw changed(path);
  return {
    path,
    async remove() {
      const now = await lstat(path, { bigint: true });
      const same = now.dev === before.dev && now.ino === before.ino && now.size === before.size && now.mtimeNs === before.mtimeNs;
      if (!same) throw changed(path);
      await unlink(path);
    },
  };
}

const changed = (path: string) =>
  new BackendError('bad-file', `“${basename(path)}” is not any more what was copied.`, { remedy: 'Look at it before you remove it.' });
