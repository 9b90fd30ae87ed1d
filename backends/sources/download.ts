import { createHash, type Hash } from 'node:crypto';
import { access, type FileHandle, open, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Checksum } from '#model/checksum';
import { BackendError } from '../errors.ts';
import { fileNameOf, lengthOf, totalOf, validatorOf } from './remote-file.ts';
import type { Progress } from './sources.ts';
import { lost, statusFault, webFault } from './web-fault.ts';
import { askWeb } from './web-request.ts';

export interface DownloadWish {
  readonly url: string;
  /** Where it is put when it is whole: a place that only we know, where nothing is yet. */
  readonly to: string;
  /** Where it grows, with a note beside it (`.json`). What lies there of an earlier attempt is gone on with. On the disk of `to`. */
  readonly part: string;
  readonly checksum: Checksum | null;
  /** More bytes than that are not taken ('too-large'). */
  readonly largest?: number;
  /** Milliseconds without a byte after which the server is given up, and between two attempts. */
  readonly patience?: number;
  readonly pause?: number;
}

/** What is known of a part: whose it is, and by what the server tells that the file is still the same one. */
const Note = z.strictObject({ url: z.string(), validator: z.string().nullable(), size: z.number().int().nonnegative().nullable() });
type Note = z.infer<typeof Note>;

/** Attempts one after the other that bring nothing. */
const ATTEMPTS = 4;
/** A server that does not say how much is to come gets so much room. */
const UNSIZED_MAX = 128 * 1024 * 1024 * 1024;
const PAUSE = 2000;

interface Part {
  readonly handle: FileHandle;
  /** Of the bytes so far. */
  hash: Hash;
  size: number;
  note: Note;
}

/**
 * Fetches a file, going on from where an earlier attempt broke off as long as the server says that it is still the same file. A file that does not
 * have the sum is removed and told as 'bad-file'; what broke off ('connection-lost', 'timeout', 'cancelled') stays as a part for the next attempt.
 */
export async function download(wish: DownloadWish, { report, signal }: Progress): Promise<void> {
  const part = await openPart(wish);
  const step = `Downloading ${fileNameOf(wish.url)}`;
  try {
    await untilWhole(wish, part, { report: (share) => report(step, share), signal });
    await part.handle.sync();
  } catch (error) {
    // What fills the disk goes: nothing else on this computer can write until it does.
    if (isFull(error)) await forget(part).catch(() => undefined);
    throw diskFault(wish.part, error);
  } finally {
    await part.handle.close();
  }
  await finish(wish, part.hash);
}

interface Follower {
  report(share: number | null): void;
  readonly signal: AbortSignal;
}

/** A connection that breaks off is made again for as long as that brings something. */
async function untilWhole(wish: DownloadWish, part: Part, follower: Follower): Promise<void> {
  for (let inVain = 0; ;) {
    const before = part.size;
    try {
      await attempt(wish, part, follower);
      return;
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      inVain = part.size > before ? 0 : inVain + 1;
      if (!['connection-lost', 'timeout'].includes(error.code) || inVain === ATTEMPTS) throw error;
    }
    follower.report(null);
    await wait(wish.pause ?? PAUSE, undefined, { signal: follower.signal }).catch((error: unknown) => {
      throw webFault(new URL(wish.url), error, follower.signal);
    });
  }
}

async function attempt(wish: DownloadWish, part: Part, follower: Follower): Promise<void> {
  const { validator } = part.note;
  const goesOn = part.size > 0 && validator !== null;
  const headers = goesOn ? { range: `bytes=${part.size}-`, 'if-range': validator } : undefined;
  const { signal } = follower;
  const { url, status, message } = await askWeb(wish.url, { signal, patience: wish.patience, headers });
  try {
    if (status === 200) await begin(wish, part, message);
    else if (status === 416 || (status === 206 && !(goesOn && continues(part, message)))) {
      await forget(part);
      throw lost(url);
    } else if (status !== 206) throw statusFault(url, status);
    await assertRoom(wish, part);
    await receive(url, part, message, follower, wish.largest);
  } finally {
    message.destroy();
  }
}

/** Whether what comes is the rest of what is here. */
function continues({ size, note }: Part, { headers }: IncomingMessage): boolean {
  return (headers['content-range'] ?? '').startsWith(`bytes ${size}-`) && totalOf(headers) === note.size;
}

async function begin(wish: DownloadWish, part: Part, { headers }: IncomingMessage): Promise<void> {
  await forget(part);
  part.hash = newHash(wish);
  part.note = { url: wish.url, validator: validatorOf(headers), size: lengthOf(headers) };
  await writeFile(noteOf(wish), JSON.stringify(part.note), { mode: 0o600 });
}

async function forget(part: Part): Promise<void> {
  await part.handle.truncate(0);
  part.size = 0;
  part.note = { ...part.note, validator: null };
}

async function assertRoom({ part: path }: DownloadWish, { size, note }: Part): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  if (note.size !== null && note.size - size > bavail * bsize) throw noRoom(path, note.size - size);
}

async function receive(url: URL, part: Part, message: IncomingMessage, { report, signal }: Follower, largest = UNSIZED_MAX): Promise<void> {
  const end = Math.min(part.note.size ?? UNSIZED_MAX, largest);
  for await (const chunk of received(url, message, signal)) {
    if (part.size + chunk.length > end)
      throw new BackendError('too-large', `${url.host} sends more than it said, or than such a file has.`, {
        remedy: 'Choose another server.',
      });
    await part.handle.write(chunk, 0, chunk.length, part.size);
    part.hash.update(chunk);
    part.size += chunk.length;
    report(part.note.size === null ? null : part.size / part.note.size);
  }
  if (part.note.size !== null && part.size !== part.note.size) throw lost(url);
}

/** The bytes as they come; whatever ends them early is told as what became of the connection. */
async function* received(url: URL, message: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of message) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (error) {
    throw webFault(url, error, signal);
  }
}

async function finish(wish: DownloadWish, hash: Hash): Promise<void> {
  const { checksum, part, to, url } = wish;
  await rm(noteOf(wish), { force: true });
  if (checksum !== null && hash.digest('hex') !== checksum.value) {
    await rm(part, { force: true });
    throw new BackendError(
      'bad-file',
      `“${fileNameOf(url)}” is not the file that the ${checksum.algorithm.toUpperCase()} sum is of. It was removed.`,
      {
        remedy: 'Check the sum, and try another server: this one may be broken, or somebody may have changed the file.',
      },
    );
  }
  await rename(part, to);
}

const noteOf = ({ part }: DownloadWish): string => `${part}.json`;
const newHash = ({ checksum }: DownloadWish): Hash => createHash(checksum?.algorithm ?? 'sha256');

async function openPart(wish: DownloadWish): Promise<Part> {
  const note = await readNote(wish);
  const hash = newHash(wish);
  try {
    if (note === null) await rm(wish.part, { force: true });
    const handle = await open(wish.part, note === null ? 'wx+' : 'r+', 0o600);
    let size = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false, start: 0 })) {
      if (!Buffer.isBuffer(chunk)) continue;
      hash.update(chunk);
      size += chunk.length;
    }
    return { handle, hash, size, note: note ?? { url: wish.url, validator: null, size: null } };
  } catch (error) {
    throw diskFault(wish.part, error);
  }
}

/** Null where there is no part, or none of this file. */
async function readNote(wish: DownloadWish): Promise<Note | null> {
  try {
    const note = Note.parse(JSON.parse(await readFile(noteOf(wish), 'utf8')));
    await access(wish.part);
    return note.url === wish.url && note.validator !== null ? note : null;
  } catch {
    return null;
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(error.code));
}

function diskFault(path: string, error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const cause = { cause: error, reason: error instanceof Error ? error.message : null };
  if (isFull(error)) return noRoom(path, null, cause);
  return new BackendError('bad-file', `What is downloaded could not be written to ${dirname(path)}.`, {
    remedy: 'Check that folder and its disk.',
    ...cause,
  });
}

function noRoom(path: string, needed: number | null, cause: { cause?: unknown; reason?: string | null } = {}): BackendError {
  const much = needed === null ? 'more' : `${Math.ceil(needed / 1024 / 1024)} MiB more`;
  return new BackendError('no-space', `There is no room for ${much} in ${dirname(path)}.`, {
    remedy: 'Make room on this computer, then try again.',
    ...cause,
  });
}
