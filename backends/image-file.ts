import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DiskImage } from '#model/disk-image';
import type { LocalFile } from './backend.ts';
import { IMAGE_HEAD, parseDiskImage } from './disk-image.ts';
import { BackendError } from './errors.ts';

const CHOOSE_AGAIN = 'Choose the file again.';

/** A disk image on this computer, held open: what is read is the file that was chosen, whatever lies at its path later. */
export class ImageFile {
  readonly image: DiskImage;
  /** What it takes on its own disk, bytes: fewer than its size where it has holes. */
  readonly allocated: number;
  readonly #handle: FileHandle;
  readonly #changedAt: bigint;

  private constructor(handle: FileHandle, image: DiskImage, allocated: number, changedAt: bigint) {
    this.#handle = handle;
    this.image = image;
    this.allocated = allocated;
    this.#changedAt = changedAt;
  }

  /** Rejects with 'bad-file': gone, not readable, no regular file, another one than was chosen, no whole image. */
  static async open(file: LocalFile): Promise<ImageFile> {
    const name = basename(file.path);
    const handle = await openFile(file.path, name);
    try {
      const status = await handle.stat({ bigint: true });
      const { dev, ino, size, blocks, mtimeNs } = status;
      if (!status.isFile()) throw badFile(`“${name}” is not a regular file.`, 'Choose a disk image.');
      if (file.identity !== undefined && file.identity !== `${dev}:${ino}`) {
        throw badFile(`“${name}” is not the file any more that was chosen.`, CHOOSE_AGAIN);
      }
      const head = Buffer.alloc(Math.min(IMAGE_HEAD, Number(size)));
      const { bytesRead } = await handle.read(head, 0, head.length, 0);
      const { format, capacity } = parseDiskImage(head.subarray(0, bytesRead), Number(size));
      return new ImageFile(handle, { name, size: Number(size), format, capacity }, Number(blocks) * 512, mtimeNs);
    } catch (error) {
      await handle.close();
      throw error instanceof BackendError ? error : unreadable(name, error);
    }
  }

  /** Fills `buffer` with what lies at `position`. Rejects with 'bad-file' where the file has become too short for that. */
  async read(buffer: Uint8Array, position: number): Promise<void> {
    for (let filled = 0; filled < buffer.length;) {
      const { bytesRead } = await this.#handle.read(buffer, filled, buffer.length - filled, position + filled).catch((error: unknown) => {
        throw unreadable(this.image.name, error);
      });
      if (bytesRead === 0) throw this.#changed();
      filled += bytesRead;
    }
  }

  /** Rejects with 'bad-file' if anybody wrote to it since it was opened: what was read may be a bit of both. */
  async assertUnchanged(): Promise<void> {
    const { size, mtimeNs } = await this.#handle.stat({ bigint: true });
    if (Number(size) !== this.image.size || mtimeNs !== this.#changedAt) throw this.#changed();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #changed(): BackendError {
    return badFile(
      `“${this.image.name}” was changed while it was read.`,
      'Wait until nothing writes to it any more, then upload it again.',
    );
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

function unreadable(name: string, error: unknown): BackendError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const cause = { cause: error, reason: error instanceof Error ? error.message : null };
  if (code === 'ENOENT' || code === 'ENOTDIR') return badFile(`“${name}” does not exist any more.`, CHOOSE_AGAIN, cause);
  if (code === 'EACCES' || code === 'EPERM') return badFile(`You are not permitted to read “${name}”.`, 'Make it readable for you.', cause);
  return badFile(`“${name}” could not be read.`, 'Check the disk it lies on, or choose another file.', cause);
}

function badFile(message: string, remedy: string, options: { cause?: unknown; reason?: string | null } = {}): BackendError {
  return new BackendError('bad-file', message, { remedy, ...options });
}
