import { bitmapFormats, rowBytes, unpackRows } from './bitmap.ts';
import { checkedArea, corrupt, truncated, type Picture } from './picture.ts';
import { inPieces } from './units.ts';
import type { Work } from './work.ts';

/**
 * LZ4: rows as of a bitmap, in blocks that may repeat what earlier blocks of the same picture brought. Throws SpiceError.
 * Source: spice-common, canvas_base.c, canvas_get_lz4; lz4, doc/lz4_Block_format.md.
 */
export function* decodeLz4(input: Uint8Array, width: number, height: number): Work<Picture> {
  checkedArea(width, height);
  const format = bitmapFormats[input[1] ?? 0];
  if (format !== '16' && format !== '24' && format !== '32' && format !== 'rgba') throw corrupt();
  const stride = rowBytes(format, width);
  const rows = new Uint8Array(stride * height);
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let filled = 0;
  for (let at = 2; at < input.length;) {
    if (at + 4 > input.length) throw truncated();
    const end = at + 4 + view.getUint32(at);
    if (end > input.length) throw truncated();
    filled = yield* expandBlock(input.subarray(at + 4, end), rows, filled);
    at = end;
    yield;
  }
  if (filled < rows.length) throw truncated();
  return yield* unpackRows({ format, width, height, stride, topDown: input[0] !== 0, palette: null, rows });
}

const LEAST_MATCH = 4;
const BYTES_A_STEP = 65_536;

/** Returns how far `output` is filled after the block. */
function* expandBlock(block: Uint8Array, output: Uint8Array, filled: number): Work<number> {
  let at = 0;
  let to = filled;
  let pause = to + BYTES_A_STEP;
  const byte = (): number => {
    if (at >= block.length) throw truncated();
    return block[at++] ?? 0;
  };
  const lengthOf = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15)
      for (let more = 255; more === 255;) {
        more = byte();
        length += more;
      }
    return length;
  };
  while (at < block.length) {
    const token = byte();
    const literals = lengthOf(token >> 4);
    if (at + literals > block.length) throw truncated();
    if (to + literals > output.length) throw corrupt();
    output.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    // The last sequence of a block has no match.
    if (at === block.length) break;
    const distance = byte() | (byte() << 8);
    const length = lengthOf(token & 15) + LEAST_MATCH;
    if (distance === 0 || distance > to || to + length > output.length) throw corrupt();
    if (distance >= length) output.copyWithin(to, to - distance, to - distance + length);
    else
      yield* inPieces(length, (from, count) => {
        for (let index = from, end = from + count; index < end; index++) output[to + index] = output[to + index - distance] ?? 0;
      });
    to += length;
    if (to < pause) continue;
    pause = to + BYTES_A_STEP;
    yield;
  }
  return to;
}
