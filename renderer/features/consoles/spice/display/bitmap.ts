import { corrupt, flipped, OPAQUE, PIXELS_A_STEP, pixelOf, rowsAStep, truncated, type Picture } from './picture.ts';
import { pixelOf555 } from './units.ts';
import type { Work } from './work.ts';

/** Colours by number, as opaque pixels. */
export type Palette = Uint32Array;

/** How pixels lie in rows; 'le' has the first pixel in the lowest bits. 'alpha' is a mask of eight bits a pixel. */
export type RowFormat = '1-le' | '1-be' | '4-le' | '4-be' | '8' | '16' | '24' | '32' | 'rgba' | 'alpha';

/** Source: spice-protocol, SpiceBitmapFmt; the place is the number. */
export const bitmapFormats: readonly (RowFormat | null)[] = [null, '1-le', '1-be', '4-le', '4-be', '8', '16', '24', '32', 'rgba', 'alpha'];

const BITS = { '1-le': 1, '1-be': 1, '4-le': 4, '4-be': 4, '8': 8, '16': 16, '24': 24, '32': 32, rgba: 32, alpha: 8 } as const;

/** Bytes that a row of `width` pixels takes without padding. */
export const rowBytes = (format: RowFormat, width: number): number => Math.ceil((width * BITS[format]) / 8);

export interface Rows {
  readonly format: RowFormat;
  /** Checked by `checkedArea`. */
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  readonly topDown: boolean;
  /** Which formats of up to eight bits need. Their numbers beyond its end are black. */
  readonly palette: Palette | null;
  readonly rows: Uint8Array;
}

/** The pixels of rows that are not compressed. Throws SpiceError where they are not all there. */
export function* unpackRows(source: Rows): Work<Picture> {
  const { format, width, height, stride, topDown, rows } = source;
  if (stride < rowBytes(format, width)) throw corrupt();
  if (rows.length < stride * (height - 1) + rowBytes(format, width)) throw truncated();
  const pixels = new Uint32Array(width * height);
  const unpack = unpackerOf(source);
  const step = rowsAStep(width);
  for (let y = 0; y < height; y++) {
    unpack(rows, y * stride, pixels.subarray(y * width, (y + 1) * width));
    if (y % step === 0) yield;
  }
  return { width, height, opaque: format !== 'rgba' && format !== 'alpha', pixels: topDown ? pixels : yield* flipped(pixels, width) };
}

/** Each pixel of a bitmap of one bit, 1 where the bit is set: what masks are. Top row first. */
export function* unpackBits(source: Rows): Work<Uint8Array> {
  if (source.format !== '1-le' && source.format !== '1-be') throw corrupt();
  const marked = new Uint32Array([0, 1]);
  const { pixels } = yield* unpackRows({ ...source, palette: marked });
  const bits = new Uint8Array(pixels.length);
  for (let at = 0; at < pixels.length; at += PIXELS_A_STEP) {
    bits.set(pixels.subarray(at, at + PIXELS_A_STEP), at);
    yield;
  }
  return bits;
}

type Unpack = (rows: Uint8Array, from: number, to: Uint32Array) => void;

function unpackerOf({ format, palette }: Rows): Unpack {
  switch (format) {
    case '32':
      return unpackBgrx;
    case 'rgba':
      return unpackBgra;
    case '24':
      return unpackBgr;
    case '16':
      return (rows, from, to) => {
        for (let x = 0; x < to.length; x++, from += 2) to[x] = pixelOf555((rows[from] ?? 0) | ((rows[from + 1] ?? 0) << 8));
      };
    case 'alpha':
      return (rows, from, to) => {
        for (let x = 0; x < to.length; x++) to[x] = ((rows[from + x] ?? 0) << 24) >>> 0;
      };
    case '1-le':
      return numbered(palette, (rows, from, x) => ((rows[from + (x >> 3)] ?? 0) >> (x & 7)) & 1);
    case '1-be':
      return numbered(palette, (rows, from, x) => ((rows[from + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1);
    case '4-le':
      return numbered(palette, (rows, from, x) => ((rows[from + (x >> 1)] ?? 0) >> ((x & 1) * 4)) & 15);
    case '4-be':
      return numbered(palette, (rows, from, x) => ((rows[from + (x >> 1)] ?? 0) >> (4 - (x & 1) * 4)) & 15);
    case '8':
      break;
  }
  return numbered(palette, (rows, from, x) => rows[from + x] ?? 0);
}

const BLACK = pixelOf(0);

/** `number` is which colour of the palette the pixel at `x` of the row at `from` has. */
function numbered(palette: Palette | null, number: (rows: Uint8Array, from: number, x: number) => number): Unpack {
  if (palette === null) throw corrupt();
  return (rows, from, to) => {
    for (let x = 0; x < to.length; x++) to[x] = palette[number(rows, from, x)] ?? BLACK;
  };
}

const unpackBgr: Unpack = (rows, from, to) => {
  for (let x = 0; x < to.length; x++, from += 3)
    to[x] = ((rows[from] ?? 0) << 16) | ((rows[from + 1] ?? 0) << 8) | (rows[from + 2] ?? 0) | OPAQUE;
};

const unpackBgrx: Unpack = (rows, from, to) => {
  for (let x = 0; x < to.length; x++, from += 4)
    to[x] = ((rows[from] ?? 0) << 16) | ((rows[from + 1] ?? 0) << 8) | (rows[from + 2] ?? 0) | OPAQUE;
};

const unpackBgra: Unpack = (rows, from, to) => {
  for (let x = 0; x < to.length; x++, from += 4)
    to[x] = ((rows[from] ?? 0) << 16) | ((rows[from + 1] ?? 0) << 8) | (rows[from + 2] ?? 0) | ((rows[from + 3] ?? 0) << 24);
};
