import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import type { LocalFile } from './backend.ts';
import { BackendError } from './errors.ts';

const CHOOSE_AGAIN = 'Choose the file again.';

/** A file that a person chose, held open: what is read is that file, whatever lies at its path later. */
export interface ChosenFile {
  readonly handle: FileHandle;
  readonly name: string;
  readonly status: BigIntStats;
}

/** `what` it should be, as in "a disk image". Rejects with 'bad-file': gone, not readable, no regular file, another one than was chosen. */
export async function openChosen(file: LocalFile, what: string): Promise<ChosenFile> {
  const name = basename(file.path);
  const handle = await openFile(file.path, name);
  try {
    const status = await handle.stat({ bigint: true });
    if (status.isDirectory()) throw badFile(`“${name}” is a folder.`, `Choose ${what}.`);
    if (!status.isFile()) throw badFile(`“${name}” is not a regular file.`, `Choose ${what}.`);
    if (file.identity !== undefined && file.identity !== `${status.dev}:${status.ino}`) {
      throw badFile(`“${name}” is not the file any more that was chosen.`, CHOOSE_AGAIN);
    }
    return { handle, name, status };
  } catch (error) {
    await handle.close();
    throw unreadable(name, error);
  }
}

/** A person may choose a link: it is resolved first. What is opened then is opened without waiting (a FIFO would) and without following. */
async function openFile(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(await realpath(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** Why a file of that name could not be read. What is a BackendError already stays as it is. */
export function unreadable(name: string, error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const cause = { cause: error, reason: error instanceof Error ? error.message : null };
  if (code === 'ENOENT' || code === 'ENOTDIR') return badFile(`“${name}” does not exist any more.`, CHOOSE_AGAIN, cause);
  if (code === 'EACCES' || code === 'EPERM') return badFile(`You are not permitted to read “${name}”.`, 'Make it readable for you.', cause);
  return badFile(`“${name}” could not be read.`, 'Check the disk it lies on, or choose another file.', cause);
}

export function badFile(message: string, remedy: string, options: { cause?: unknown; reason?: string | null } = {}): BackendError {
  return new BackendError('bad-file', message, { remedy, ...options });
}
