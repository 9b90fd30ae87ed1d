import type { FileHandle } from 'node:fs/promises';
import { badFile } from '../chosen-file.ts';

/** A file in an archive: where its bytes are. */
export interface TarEntry {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

const BLOCK = 512;
const ENTRIES_MAX = 1024;
const LONG_NAME_MAX = 4096;

/**
 * What is in a tar archive (POSIX ustar, with GNU's and pax's long names), by its headers alone: the libraries for it stream through everything,
 * and an appliance has many gigabytes between one header and the next. Links, folders and devices are left out. Rejects with 'bad-file'.
 */
export async function indexTar(handle: FileHandle, length: number): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  let longName: string | null = null;
  for (let offset = 0, count = 0; offset + BLOCK <= length; count += 1) {
    const header = await read(handle, offset, BLOCK);
    if (header.every((byte) => byte === 0)) break;
    if (count === ENTRIES_MAX) throw damaged('It has too many files.');
    if (!hasItsSum(header)) throw damaged('One of its headers is damaged.');
    const size = sizeOf(header);
    const start = offset + BLOCK;
    if (size > length - start) throw damaged('It ends in the middle of a file.');
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'L') longName = text(await read(handle, start, Math.min(size, LONG_NAME_MAX)));
    else if (type === 'x') longName = paxPath(await read(handle, start, Math.min(size, LONG_NAME_MAX))) ?? longName;
    else {
      if (type === '0' || type === '\0') entries.push({ name: longName ?? nameOf(header), offset: start, size });
      longName = null;
    }
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}

async function read(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
  if (bytesRead < length) throw damaged('It ends too early.');
  return buffer;
}

const text = (bytes: Buffer): string => bytes.toString('utf8').replace(/\0[^]*$/, '');

function nameOf(header: Buffer): string {
  const prefix = header.subarray(257, 262).toString('latin1') === 'ustar' ? text(header.subarray(345, 500)) : '';
  const name = text(header.subarray(0, 100));
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal digits, or, for what is larger, a number in base 256 with its first bit set (GNU). */
function sizeOf(header: Buffer): number {
  const field = header.subarray(124, 136);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const large = field.readBigUInt64BE(4);
    if (large > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('One of its files is larger than any disk.');
    return Number(large);
  }
  const digits = text(field).trim();
  if (!/^[0-7]*$/.test(digits)) throw damaged('One of its headers is damaged.');
  return Number.parseInt(digits === '' ? '0' : digits, 8);
}

/** The sum of all bytes, its own field counted as blanks. */
function hasItsSum(header: Buffer): boolean {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  return Number.parseInt(text(header.subarray(148, 156)).trim(), 8) === sum;
}

/** "27 path=…\n": lengths in decimal, of the whole record. */
function paxPath(bytes: Buffer): string | null {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(bytes.toString('utf8'))?.[1] ?? null;
}

const damaged = (reason: string) => badFile('This is no archive that can be read.', 'Choose an .ova file.', { reason });
