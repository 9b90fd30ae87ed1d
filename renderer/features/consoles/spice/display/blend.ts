import { OPAQUE } from './picture.ts';
import type { Combine } from './rop.ts';

/** A product of two values of which 255 is one, rounded as pixman does. */
const times = (a: number, b: number): number => {
  const product = a * b + 0x80;
  return (product + (product >> 8)) >> 8;
};

/** Each of the four values of a pixel times `factor`, of which 255 is one. */
export const faded = (pixel: number, factor: number): number =>
  factor === 255
    ? pixel
    : times(pixel & 0xff, factor) |
      (times((pixel >>> 8) & 0xff, factor) << 8) |
      (times((pixel >>> 16) & 0xff, factor) << 16) |
      (times(pixel >>> 24, factor) << 24);

/** The sum of two pixels; what is more than 255 is 255. */
const sum = (a: number, b: number): number =>
  Math.min(255, (a & 0xff) + (b & 0xff)) |
  (Math.min(255, ((a >>> 8) & 0xff) + ((b >>> 8) & 0xff)) << 8) |
  (Math.min(255, ((a >>> 16) & 0xff) + ((b >>> 16) & 0xff)) << 16) |
  (Math.min(255, (a >>> 24) + (b >>> 24)) << 24);

/** A pixel over another; its colours are multiplied by its alpha value already. */
export const over = (pixel: number, before: number): number => sum(pixel, faded(before, 255 - (pixel >>> 24)));

/** A picture over what is there, whose colours are multiplied by its alpha values already, and all of it by `alpha`. */
export function overBlend(alpha: number, sourceIsOpaque: boolean): Combine {
  return (pixel, before) => over(faded(sourceIsOpaque ? pixel | OPAQUE : pixel, alpha), before);
}
