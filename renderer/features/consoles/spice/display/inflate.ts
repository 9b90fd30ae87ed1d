import { Unzlib } from 'fflate';
import { SpiceError } from '../channel.ts';
import { corrupt } from './picture.ts';
import type { Work } from './work.ts';

/** Input is handed over in pieces: the library checks no output length, and a piece can grow to a thousand times its size. */
const PIECE = 4096;
/** More than any honest GLZ picture: 8 million pixels that do not compress. */
const MOST = 32 * 1024 * 1024;

/** Inflates a zlib stream to exactly `size` bytes. Throws SpiceError. */
export function* inflate(input: Uint8Array, size: number): Work<Uint8Array> {
  if (size < 1 || size > MOST) throw new SpiceError(`The screen sent a picture of ${size} bytes, more than Guesthouse takes.`);
  const output = new Uint8Array(size);
  let filled = 0;
  const stream = new Unzlib((chunk) => {
    if (filled + chunk.length > size) throw corrupt();
    output.set(chunk, filled);
    filled += chunk.length;
  });
  for (let at = 0; at < input.length; at += PIECE) {
    try {
      stream.push(input.slice(at, at + PIECE), at + PIECE >= input.length);
    } catch {
      throw corrupt();
    }
    yield;
  }
  if (filled !== size) throw corrupt();
  return output;
}
