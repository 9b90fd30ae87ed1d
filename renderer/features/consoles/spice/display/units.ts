import { OPAQUE } from './picture.ts';
import type { Work } from './work.ts';

const UNITS_A_STEP = 65_536;

/**
 * What LZ and GLZ count in: pixels, bytes of rows with a palette, or alpha values alone. `lengthBias` is what the format takes off the
 * length of a repetition of this unit. Source: spice-common, lz_decompress_tmpl.c.
 */
export interface Units {
  readonly count: number;
  readonly lengthBias: number;
  readonly bytesPerLiteral: number;
  /** Takes `count` units from `input` at `from`, which holds them. */
  literals(input: Uint8Array, from: number, to: number, count: number): void;
  /** What lies at `from` once more; the two may overlap, and then what was just written is repeated. */
  repeat(from: number, to: number, count: number): void;
}

/** Units that can also be taken out of an earlier picture. */
export interface PixelUnits extends Units {
  repeatOf(earlier: Uint32Array, from: number, to: number, count: number): void;
}

/**
 * One repetition may be all of a picture. In pieces one behind the other it is the same, as each begins with what the last one wrote.
 * Returns `count`.
 */
export function* inPieces(count: number, repeat: (at: number, count: number) => void): Work<number> {
  for (let at = 0; at < count; at += UNITS_A_STEP) {
    repeat(at, Math.min(UNITS_A_STEP, count - at));
    if (count > UNITS_A_STEP) yield;
  }
  return count;
}

/** Pixels of three bytes: blue, green, red. */
export function rgbUnits(pixels: Uint32Array): PixelUnits {
  return {
    ...wholePixels(pixels),
    lengthBias: 0,
    bytesPerLiteral: 3,
    literals: (input, from, to, count) => {
      for (let at = from, end = to + count; to < end; to++, at += 3)
        pixels[to] = (((input[at] ?? 0) << 16) | ((input[at + 1] ?? 0) << 8) | (input[at + 2] ?? 0) | OPAQUE) >>> 0;
    },
  };
}

/** Pixels of two bytes, the higher one first: five bits each of red, green and blue. */
export function rgb16Units(pixels: Uint32Array): PixelUnits {
  return {
    ...wholePixels(pixels),
    lengthBias: 1,
    bytesPerLiteral: 2,
    literals: (input, from, to, count) => {
      for (let at = from, end = to + count; to < end; to++, at += 2)
        pixels[to] = pixelOf555(((input[at] ?? 0) << 8) | (input[at + 1] ?? 0));
    },
  };
}

/** Only the alpha values of pixels that are there already. */
export function alphaUnits(pixels: Uint32Array): PixelUnits {
  const repeatOf = (earlier: Uint32Array, from: number, to: number, count: number): void => {
    for (const end = to + count; to < end; to++, from++)
      pixels[to] = (((pixels[to] ?? 0) & 0x00ff_ffff) | ((earlier[from] ?? 0) & OPAQUE)) >>> 0;
  };
  return {
    count: pixels.length,
    lengthBias: 2,
    bytesPerLiteral: 1,
    literals: (input, from, to, count) => {
      for (const end = to + count; to < end; to++, from++)
        pixels[to] = (((pixels[to] ?? 0) & 0x00ff_ffff) | ((input[from] ?? 0) << 24)) >>> 0;
    },
    repeat: (from, to, count) => repeatOf(pixels, from, to, count),
    repeatOf,
  };
}

/** Bytes of rows that a palette or an alpha channel explains. */
export function byteUnits(bytes: Uint8Array): Units {
  return {
    count: bytes.length,
    lengthBias: 2,
    bytesPerLiteral: 1,
    literals: (input, from, to, count) => bytes.set(input.subarray(from, from + count), to),
    repeat: (from, to, count) => {
      if (to - from >= count) bytes.copyWithin(to, from, from + count);
      else for (const end = to + count; to < end; to++, from++) bytes[to] = bytes[from] ?? 0;
    },
  };
}

/** 0RRRRRGGGGGBBBBB as an opaque pixel; the upper bits are repeated below, so that white stays white. */
export function pixelOf555(value: number): number {
  const red = (value >>> 10) & 0x1f;
  const green = (value >>> 5) & 0x1f;
  const blue = value & 0x1f;
  return (((blue << 3) | (blue >> 2)) << 16) | (((green << 3) | (green >> 2)) << 8) | (red << 3) | (red >> 2) | OPAQUE;
}

function wholePixels(pixels: Uint32Array): Pick<PixelUnits, 'count' | 'repeat' | 'repeatOf'> {
  return {
    count: pixels.length,
    repeat: (from, to, count) => {
      const distance = to - from;
      if (distance === 1) pixels.fill(pixels[from] ?? 0, to, to + count);
      else if (distance >= count) pixels.copyWithin(to, from, from + count);
      else for (const end = to + count; to < end; to++, from++) pixels[to] = pixels[from] ?? 0;
    },
    repeatOf: (earlier, from, to, count) => {
      for (const end = to + count; to < end; to++, from++) pixels[to] = ((earlier[from] ?? 0) | OPAQUE) >>> 0;
    },
  };
}
