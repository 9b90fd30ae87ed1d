import { unpackRows, type Palette } from './bitmap.ts';
import { expand, repeatedLength } from './expand.ts';
import { checkedArea, corrupt, flipped, truncated, type Picture } from './picture.ts';
import { alphaUnits, byteUnits, inPieces, rgb16Units, rgbUnits, type Units } from './units.ts';
import type { Work } from './work.ts';

/** Source: spice-common, lz_common.h, LzImageType. */
export const LzType = {
  plt1Le: 1,
  plt1Be: 2,
  plt4Le: 3,
  plt4Be: 4,
  plt8: 5,
  rgb16: 6,
  rgb24: 7,
  rgb32: 8,
  rgba: 9,
  xxxa: 10,
  a8: 11,
} as const;

/** "LZ  " and version 1.1, both most significant byte first, as all numbers of these headers. */
export const LZ_MAGIC = 0x2020_5a4c;
export const LZ_VERSION = 0x1_0001;
const HEADER = 28;
/** A distance of 13 bits that is followed by 16 bits more. */
const FAR = 31 * 256 + 255;

interface LzHeader {
  readonly type: number;
  readonly width: number;
  readonly height: number;
  /** Bytes of one row; meant for types with a palette only. */
  readonly stride: number;
  readonly topDown: boolean;
}

/**
 * LZ_RGB and LZ_PLT: a dictionary compression of pixels, after FastLZ. `palette` is what LZ_PLT came with. Throws SpiceError.
 * Source: spice-common, lz.c and lz_decompress_tmpl.c.
 */
export function* decodeLz(input: Uint8Array, palette: Palette | null): Work<Picture> {
  const { type, width, height, stride, topDown } = readHeader(input);
  const area = checkedArea(width, height);
  const format = formatOf(type);
  if (format !== null) {
    // Padding of a row is a few bytes; more of it is memory for nothing.
    if (stride * format.pixelsPerByte < width || stride > width + 64) throw corrupt();
    const rows = new Uint8Array(stride * height);
    yield* expandLz(input, HEADER, byteUnits(rows));
    return yield* unpackRows({ format: format.name, width, height, stride, topDown, palette, rows });
  }
  const pixels = new Uint32Array(area);
  const opaque = yield* expandPixels(input, type, pixels);
  return { width, height, opaque, pixels: topDown ? pixels : yield* flipped(pixels, width) };
}

/** The alpha values that follow the JPEG of JPEG_ALPHA are put into `pixels`, which run from the top row down. */
export function* decodeLzAlpha(input: Uint8Array, { width, height, pixels }: Picture): Work<Picture> {
  const header = readHeader(input);
  if (header.type !== LzType.xxxa || header.width !== width || header.height !== height) throw corrupt();
  const alpha = header.topDown ? pixels : yield* flipped(pixels, width);
  yield* expandLz(input, HEADER, alphaUnits(alpha));
  return { width, height, opaque: false, pixels: header.topDown ? alpha : yield* flipped(alpha, width) };
}

function* expandPixels(input: Uint8Array, type: number, pixels: Uint32Array): Work<boolean> {
  switch (type) {
    case LzType.rgb16:
      yield* expandLz(input, HEADER, rgb16Units(pixels));
      return true;
    case LzType.rgb24:
    case LzType.rgb32:
      yield* expandLz(input, HEADER, rgbUnits(pixels));
      return true;
    case LzType.rgba: {
      const at = yield* expandLz(input, HEADER, rgbUnits(pixels));
      yield* expandLz(input, at, alphaUnits(pixels));
      return false;
    }
    default:
      throw corrupt();
  }
}

const expandLz = (input: Uint8Array, start: number, units: Units): Work<number> =>
  expand({
    input,
    start,
    units,
    repeat: (control, byte, to) => {
      const count = repeatedLength(control, byte) + units.lengthBias;
      let distance = ((control & 31) << 8) + byte();
      if (distance === FAR) distance = (byte() << 8) + byte() + FAR;
      distance += 1;
      if (distance > to || to + count > units.count) throw corrupt();
      return inPieces(count, (at, part) => units.repeat(to - distance + at, to + at, part));
    },
  });

function readHeader(input: Uint8Array): LzHeader {
  if (input.length < HEADER) throw truncated();
  const view = new DataView(input.buffer, input.byteOffset, HEADER);
  if (view.getUint32(0) !== LZ_MAGIC || view.getUint32(4) !== LZ_VERSION) throw corrupt();
  return {
    type: view.getUint32(8),
    width: view.getUint32(12),
    height: view.getUint32(16),
    stride: view.getUint32(20),
    topDown: view.getUint32(24) !== 0,
  };
}

function formatOf(type: number) {
  switch (type) {
    case LzType.plt1Le:
      return { name: '1-le', pixelsPerByte: 8 } as const;
    case LzType.plt1Be:
      return { name: '1-be', pixelsPerByte: 8 } as const;
    case LzType.plt4Le:
      return { name: '4-le', pixelsPerByte: 2 } as const;
    case LzType.plt4Be:
      return { name: '4-be', pixelsPerByte: 2 } as const;
    case LzType.plt8:
      return { name: '8', pixelsPerByte: 1 } as const;
    case LzType.a8:
      return { name: 'alpha', pixelsPerByte: 1 } as const;
    default:
      return null;
  }
}
