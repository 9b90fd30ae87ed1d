import { SpiceError, spiceLimits } from '../channel.ts';
import type { Work } from './work.ts';

/**
 * Pixels from the top row down, each as ImageData holds it in memory: 0xAABBGGRR as a number. Every pixel of an opaque picture has an
 * alpha of 255, so that rows can be copied as they are.
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array<ArrayBuffer>;
  readonly opaque: boolean;
}

export const OPAQUE = 0xff00_0000;

/** Number of pixels. Throws SpiceError where there are none or more than a picture may have; call it before anything is allocated. */
export function checkedArea(width: number, height: number): number {
  const { side, pixels } = spiceLimits;
  const area = width * height;
  if (width < 1 || height < 1 || width > side || height > side || area > pixels)
    throw new SpiceError(`The screen sent a picture of ${width} by ${height} pixels, which Guesthouse does not take.`);
  return area;
}

/** A colour of SPICE, 0x00RRGGBB, as an opaque pixel. */
export const pixelOf = (color: number): number => (((color & 0xff) << 16) | (color & 0xff00) | ((color >>> 16) & 0xff) | OPAQUE) >>> 0;

/** How many pixels are dealt with before others may have a turn; done in a few milliseconds, whatever is done with each. */
export const PIXELS_A_STEP = 32_768;

/** How many rows of that width that is. */
export const rowsAStep = (width: number): number => Math.max(1, Math.floor(PIXELS_A_STEP / width));

/** Turns rows that came from the bottom up. */
export function* flipped(pixels: Uint32Array, width: number): Work<Uint32Array<ArrayBuffer>> {
  const turned = new Uint32Array(pixels.length);
  const step = rowsAStep(width) * width;
  for (let from = 0; from < pixels.length; from += width) {
    turned.set(pixels.subarray(from, from + width), pixels.length - width - from);
    if (from % step === 0) yield;
  }
  return turned;
}

export const truncated = (): SpiceError => new SpiceError('The screen sent a picture that ends too early.');
export const corrupt = (): SpiceError => new SpiceError('The screen sent a picture that is damaged.');

/** Without a pixel in it yet. Throws SpiceError where it would be too large. */
export const createPicture = (width: number, height: number, opaque: boolean): Picture => ({
  width,
  height,
  opaque,
  pixels: new Uint32Array(checkedArea(width, height)),
});
