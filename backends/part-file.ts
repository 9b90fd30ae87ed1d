import type { BigIntStats } from 'node:fs';
import { type FileHandle, lstat, open, rename, rm, statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { SaveTarget } from './backend.ts';
import { BackendError } from './errors.ts';

/** How much may be on its way to the disk. */
const WRITING_LIMIT = 4 * 1024 * 1024;
/** Written together, when there is so much: each write wakes another thread, which costs as much as to copy a quarter of it. */
const WRITING_LEAST = 1024 * 1024;
/** So many pieces are written at once; the system takes 1,024. */
const MOST_PIECES = 512;

interface Piece {
  readonly bytes: Uint8Array;
  readonly position: number;
  readonly written: (() => void) | undefined;
}

/**
 * A file in the making: written beside its place under `<name>.part`, readable to its owner only, and moved there when it is whole.
 * Rejects with 'no-space', 'permission', 'exists' or 'bad-file'. End it with `settle` and `keep`, or with `discard`.
 */
export class PartFile {
  readonly #to: SaveTarget;
  readonly #part: string;
  readonly #handle: FileHandle;
  /** "device:inode": its name may come to be another file's while a disk does not answer. */
  readonly #identity: string;
  #discarded = false;
  #waiting: Piece[] = [];
  /** One at a time, since the system lets no two write to one file; what came meanwhile goes together then. Stays when it has failed. */
  #writing: Promise<void> | null = null;
  #queued = 0;

  private constructor(to: SaveTarget, part: string, handle: FileHandle, identity: string) {
    this.#to = to;
    this.#part = part;
    this.#handle = handle;
    this.#identity = identity;
  }

  /** Where it is while it is in the making. */
  static pathOf({ path }: SaveTarget): string {
    return `${path}.part`;
  }

  /** `needed`: bytes that it will take at least, as far as that is known. */
  static async create(to: SaveTarget, needed: number): Promise<PartFile> {
    const part = PartFile.pathOf(to);
    try {
      const { bavail, bsize } = await statfs(dirname(to.path));
      if (bavail * bsize < needed) throw noRoom(to.path);
      // "x" makes a file or fails: what lies there already, a link above all, is not written to.
      const handle = await open(part, 'wx', 0o600);
      return new PartFile(to, part, handle, identityOf(await handle.stat({ bigint: true })));
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw fault(to.path, error);
      throw new BackendError('exists', `There is a file “${basename(part)}” already.`, {
        remedy: 'It is what an earlier download left, or one that is under way writes. Delete it, or choose another name.',
      });
    }
  }

  /**
   * Resolves when more may be written, which is before the bytes are on the disk: not to be changed until `written`, called in the order of
   * the writes. A failure is told by a later call; rejects with 'cancelled' once it was discarded.
   */
  async write(bytes: Uint8Array, position: number, written?: () => void): Promise<void> {
    if (this.#discarded) throw givenUp();
    this.#waiting.push({ bytes, position, written });
    this.#queued += bytes.length;
    if (this.#writing === null && this.#queued >= WRITING_LEAST) this.#writeNext();
    while (this.#queued > WRITING_LIMIT && this.#writing !== null) await this.#writing;
  }

  /** Gives it `size` bytes, what was not written being holes, and has the disk take it: as long as that takes. */
  async settle(size: number): Promise<void> {
    while (this.#writing !== null || this.#waiting.length > 0) {
      if (this.#writing === null) this.#writeNext();
      await this.#writing;
    }
    if (this.#discarded) throw givenUp();
    try {
      await this.#handle.truncate(size);
      await this.#handle.sync();
    } catch (error) {
      throw fault(this.#to.path, error);
    }
  }

  /** Moves it to its place. */
  async keep(): Promise<void> {
    try {
      // As long as it is open, nothing else has its number.
      if (!(await this.#isInPlace())) throw lost(this.#part);
      await this.#handle.close();
      await this.#assertAgreed();
      await rename(this.#part, this.#to.path);
    } catch (error) {
      throw fault(this.#to.path, error);
    }
  }

  /**
   * May follow a `settle` or `keep` that failed. Waits for what the disk has been given, since it removes nothing before that; what somebody has
   * put in its place meanwhile stays.
   */
  async discard(): Promise<void> {
    this.#discarded = true;
    this.#waiting = [];
    await this.#writing?.catch(() => undefined);
    try {
      if (await this.#isInPlace()) await rm(this.#part, { force: true });
    } finally {
      await this.#handle.close().catch(() => undefined);
    }
  }

  /** Rejects where that cannot be told. */
  async #isInPlace(): Promise<boolean> {
    const there = await lstat(this.#part, { bigint: true }).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    });
    return there !== null && identityOf(there) === this.#identity;
  }

  #writeNext(): void {
    const run = this.#takeRun();
    if (run === null) return;
    const [{ position }] = run;
    const pieces = run.map(({ bytes }) => bytes);
    this.#writing = this.#writeAll(pieces, position).then((size) => {
      this.#queued -= size;
      for (const { written } of run) written?.();
      this.#writing = null;
      if (this.#queued >= WRITING_LEAST) this.#writeNext();
    });
    this.#writing.catch(() => undefined);
  }

  /** What waits and lies side by side in the file. */
  #takeRun(): readonly [Piece, ...Piece[]] | null {
    const first = this.#waiting.shift();
    if (first === undefined) return null;
    const run: [Piece, ...Piece[]] = [first];
    let end = first.position + first.bytes.length;
    for (const piece of this.#waiting) {
      if (piece.position !== end || run.length === MOST_PIECES) break;
      run.push(piece);
      end += piece.bytes.length;
    }
    this.#waiting.splice(0, run.length - 1);
    return run;
  }

  /** Resolves to how many bytes these were. */
  async #writeAll(pieces: readonly Uint8Array[], start: number): Promise<number> {
    let done = 0;
    for (let left = pieces; left.length > 0;) {
      const { bytesWritten } = await this.#handle.writev(left, start + done).catch((error: unknown) => {
        throw fault(this.#to.path, error);
      });
      done += bytesWritten;
      left = without(left, bytesWritten);
    }
    return done;
  }

  /** Only the file that the person agreed to lose is replaced. */
  async #assertAgreed(): Promise<void> {
    const there = await lstat(this.#to.path, { bigint: true }).catch(() => null);
    if (there === null || identityOf(there) === this.#to.replaces) return;
    throw new BackendError('exists', `Another file “${basename(this.#to.path)}” has appeared meanwhile.`, {
      remedy: 'Choose another name.',
    });
  }
}

const identityOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;

const givenUp = (): BackendError => new BackendError('cancelled', 'It was given up.');

const lost = (part: string): BackendError =>
  new BackendError('bad-file', `“${basename(part)}” was removed while it was written.`, {
    remedy: 'Begin again, and leave that file alone until it is whole.',
  });

function without(pieces: readonly Uint8Array[], length: number): Uint8Array[] {
  let skip = length;
  const left: Uint8Array[] = [];
  for (const piece of pieces) {
    if (skip < piece.length) left.push(piece.subarray(skip));
    skip = Math.max(0, skip - piece.length);
  }
  return left;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}

function fault(path: string, error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const code = codeOf(error);
  const cause = { cause: error, reason: error instanceof Error ? error.message : null };
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return noRoom(path, cause);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new BackendError('permission', `You may not write to ${dirname(path)}.`, { remedy: 'Choose another folder.', ...cause });
  }
  return new BackendError('bad-file', `“${basename(path)}” could not be written.`, { remedy: 'Choose another place for it.', ...cause });
}

function noRoom(path: string, cause: { cause?: unknown; reason?: string | null } = {}): BackendError {
  return new BackendError('no-space', `There is no room for it in ${dirname(path)}.`, {
    remedy: 'Make room on this computer, or choose a place on another disk.',
    ...cause,
  });
}
