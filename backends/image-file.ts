import type { FileHandle } from 'node:fs/promises';
import type { DiskImage } from '#model/disk-image';
import type { LocalFile } from './backend.ts';
import { badFile, openChosen, unreadable } from './chosen-file.ts';
import { IMAGE_HEAD, parseDiskImage } from './disk-image.ts';
import type { BackendError } from './errors.ts';

/** A disk image that is read piece by piece, each after the one before. */
export interface ImageSource {
  readonly image: DiskImage;
  /** What it takes where it lies, bytes: fewer than its size where it has holes. */
  readonly allocated: number;
  /** Fills `buffer` with what lies at `position`. */
  read(buffer: Uint8Array, position: number): Promise<void>;
  /** Rejects if what was read may be a bit of before and a bit of after. */
  assertUnchanged(): Promise<void>;
}

/** A disk image on this computer, held open: what is read is the file that was chosen, whatever lies at its path later. */
export class ImageFile implements ImageSource {
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
    const { handle, name, status } = await openChosen(file, 'a disk image');
    try {
      const { size, blocks, mtimeNs } = status;
      const head = Buffer.alloc(Math.min(IMAGE_HEAD, Number(size)));
      const { bytesRead } = await handle.read(head, 0, head.length, 0);
      const { format, capacity } = parseDiskImage(head.subarray(0, bytesRead), Number(size));
      return new ImageFile(handle, { name, size: Number(size), format, capacity }, Number(blocks) * 512, mtimeNs);
    } catch (error) {
      await handle.close();
      throw unreadable(name, error);
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
