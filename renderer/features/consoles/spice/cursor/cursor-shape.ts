import { BodyReader } from '../body-reader.ts';
import { SpiceError, spiceLimits } from '../channel.ts';

/** A pointer as the guest draws it: RGBA, four bytes a pixel, row by row, not premultiplied. */
export interface CursorShape {
  readonly width: number;
  readonly height: number;
  readonly hotX: number;
  readonly hotY: number;
  readonly rgba: Uint8ClampedArray;
}

export interface CursorHeader {
  readonly type: number;
  readonly width: number;
  readonly height: number;
  readonly hotX: number;
  readonly hotY: number;
}

type Rgba = readonly [red: number, green: number, blue: number, alpha: number];
const clear: Rgba = [0, 0, 0, 0];
const black: Rgba = [0, 0, 0, 255];
const white: Rgba = [255, 255, 255, 255];

/** SPICE_CURSOR_TYPE_… by its number: reads one pixel. Colours without transparency are followed by a mask of one bit a pixel. */
const Type = { alpha: 0, mono: 1, color4: 2, color8: 3, color16: 4, color24: 5, color32: 6 } as const;

/** Throws SpiceError where it is larger than any pointer, shorter than it says, or of a type that no server sends. */
export function readCursorShape(header: CursorHeader, data: Uint8Array): CursorShape {
  const { type, width, height, hotX, hotY } = header;
  if (Math.max(width, height) > spiceLimits.cursor) throw new SpiceError(`The screen sent a pointer of ${width} × ${height} pixels.`);
  const pixel = pixelReader(type, { width, height }, new BodyReader(data));
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set(pixel(x, y), 4 * (y * width + x));
  }
  return { width, height, hotX: Math.min(hotX, Math.max(0, width - 1)), hotY: Math.min(hotY, Math.max(0, height - 1)), rgba };
}

type PixelReader = (x: number, y: number) => Rgba;
interface Size {
  readonly width: number;
  readonly height: number;
}

function pixelReader(type: number, size: Size, body: BodyReader): PixelReader {
  const { width, height } = size;
  const bytesOf = (bits: number): Uint8Array => body.bytes(Math.ceil((width * bits) / 8) * height);
  const at = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0;
  switch (type) {
    case Type.alpha: {
      const bgra = bytesOf(32);
      return (x, y) => {
        const i = 4 * (y * width + x);
        const alpha = at(bgra, i + 3);
        const straight = (value: number): number => (alpha === 0 ? 0 : Math.min(255, Math.round((value * 255) / alpha)));
        return [straight(at(bgra, i + 2)), straight(at(bgra, i + 1)), straight(at(bgra, i)), alpha];
      };
    }
    case Type.mono:
      return monoReader(bytesOf(1), bytesOf(1), size);
    case Type.color32:
    case Type.color24: {
      const step = type === Type.color32 ? 4 : 3;
      const bgr = bytesOf(8 * step);
      return masked(bytesOf(1), size, (x, y) => {
        const i = step * (y * width + x);
        return [at(bgr, i + 2), at(bgr, i + 1), at(bgr, i), 255];
      });
    }
    case Type.color16: {
      const pixels = bytesOf(16);
      const wide = (five: number): number => ((five & 31) << 3) | ((five & 31) >> 2);
      return masked(bytesOf(1), size, (x, y) => {
        const i = 2 * (y * width + x);
        const value = at(pixels, i) | (at(pixels, i + 1) << 8);
        return [wide(value >> 10), wide(value >> 5), wide(value), 255];
      });
    }
    case Type.color4:
    case Type.color8: {
      const bits = type === Type.color4 ? 4 : 8;
      const stride = Math.ceil((width * bits) / 8);
      const indexes = bytesOf(bits);
      const palette = body.bytes(4 * 2 ** bits);
      return masked(bytesOf(1), size, (x, y) => {
        const byte = at(indexes, y * stride + ((x * bits) >> 3));
        const index = 4 * (bits === 8 ? byte : x % 2 === 0 ? byte >> 4 : byte & 15);
        return [at(palette, index + 2), at(palette, index + 1), at(palette, index), 255];
      });
    }
    default:
      throw new SpiceError('The screen sent a pointer of an unknown kind.');
  }
}

function bitReader(bytes: Uint8Array, { width, height }: Size): (x: number, y: number) => boolean {
  const stride = Math.ceil(width / 8);
  return (x, y) => x >= 0 && y >= 0 && x < width && y < height && (((bytes[y * stride + (x >> 3)] ?? 0) << (x & 7)) & 0x80) !== 0;
}

/** Where the mask is set, what is below shows through; a colour there would be mixed into it, which no canvas and no CSS can do. */
function masked(mask: Uint8Array, size: Size, colour: PixelReader): PixelReader {
  const isClear = bitReader(mask, size);
  return (x, y) => (isClear(x, y) ? clear : colour(x, y));
}

/**
 * The screen is and-ed with one mask, xor-ed with the other. Pixels that turn the screen's colour round (the usual text pointer) are drawn
 * black within a white edge instead, which is seen on any ground.
 */
function monoReader(and: Uint8Array, xor: Uint8Array, size: Size): PixelReader {
  const keeps = bitReader(and, size);
  const turns = bitReader(xor, size);
  const inverts = (x: number, y: number): boolean => keeps(x, y) && turns(x, y);
  return (x, y) => {
    if (!keeps(x, y)) return turns(x, y) ? white : black;
    if (turns(x, y)) return black;
    return inverts(x - 1, y) || inverts(x + 1, y) || inverts(x, y - 1) || inverts(x, y + 1) ? white : clear;
  };
}
