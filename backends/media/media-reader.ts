import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Media } from '#model/guest-spec';
import type { LocalFile, MediaReader } from '../backend.ts';
import { BackendError } from '../errors.ts';
import { osinfoDb, type OsinfoDb } from '../osinfo-db.ts';
import { type IsoIdentity, readIsoIdentity } from './iso9660.ts';

const PICK_ANOTHER = 'Choose an installation image: a file that usually ends in .iso.';

/** `database` is asked for at the first medium. */
export function createMediaReader(database: () => Promise<OsinfoDb> = osinfoDb): MediaReader {
  return {
    async read(file) {
      const name = basename(file.path);
      const { identity, size } = await readIdentity(file, name);
      const label = identity.volumeId || identity.jolietLabel;
      const os = await (await database()).identify(identity);
      return { name, size, label, bootable: identity.bootable, os } satisfies Media;
    },
  };
}

async function readIdentity(file: LocalFile, name: string): Promise<{ identity: IsoIdentity; size: number }> {
  const handle = await openFile(file.path, name);
  try {
    const status = await handle.stat({ bigint: true });
    if (status.isDirectory()) throw badFile(`“${name}” is a folder.`, PICK_ANOTHER);
    if (!status.isFile()) throw badFile(`“${name}” is not a regular file.`, PICK_ANOTHER);
    if (file.identity !== undefined && file.identity !== `${status.dev}:${status.ino}`) {
      throw badFile(`“${name}” is not the file any more that was chosen.`, 'Choose the file again.');
    }
    const size = Number(status.size);
    const identity = await readIsoIdentity(async (offset, length) => {
      // A hostile image may point beyond any file; the system call would refuse such an offset.
      if (offset + length > size) return new Uint8Array(0);
      const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
    if (identity === null) throw badFile(`“${name}” is not an ISO 9660 image.`, PICK_ANOTHER);
    return { identity, size };
  } catch (error) {
    throw error instanceof BackendError ? error : unreadable(name, error);
  } finally {
    await handle.close();
  }
}

/** A person may choose a link: it is resolved first. What is opened then is opened without waiting (a FIFO would) and without following. */
async function openFile(path: string, name: string): Promise<FileHandle> {
  try {
    const resolved = await realpath(path);
    return await open(resolved, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(name, error);
  }
}

function unreadable(name: string, error: unknown): BackendError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const cause = { cause: error, reason: error instanceof Error ? error.message : null };
  if (code === 'ENOENT' || code === 'ENOTDIR') return badFile(`“${name}” does not exist any more.`, 'Choose the file again.', cause);
  if (code === 'EACCES' || code === 'EPERM') {
    return badFile(`You are not permitted to read “${name}”.`, `Make it readable for you, as with: chmod u+r '${name}'`, cause);
  }
  return badFile(`“${name}” could not be read.`, 'Check the disk it lies on, or choose another file.', cause);
}

function badFile(message: string, remedy: string, options: { cause?: unknown; reason?: string | null } = {}): BackendError {
  return new BackendError('bad-file', message, { remedy, ...options });
}
