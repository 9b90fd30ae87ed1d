import { createPicture, rowsAStep, type Picture } from './picture.ts';
import { heightOf, widthOf, type Rect } from './region.ts';
import type { Work } from './work.ts';

export interface Scaling {
  readonly picture: Picture;
  /** Which part of it becomes all of `box`. */
  readonly area: Rect;
  readonly box: Rect;
  /** Which part of `box` is needed; it lies on a surface, and so bounds what is allocated. */
  readonly wanted: Rect;
  readonly smooth: boolean;
}

/** The `wanted` part of a picture drawn larger or smaller. */
export function* scaled({ picture, area, box, wanted, smooth }: Scaling): Work<Picture> {
  const target = createPicture(widthOf(wanted), heightOf(wanted), picture.opaque);
  const across = widthOf(area) / widthOf(box);
  const down = heightOf(area) / heightOf(box);
  const sample = smooth ? blended(picture) : nearest(picture);
  const step = rowsAStep(target.width);
  for (let y = 0; y < target.height; y++) {
    const from = area.top + (wanted.top - box.top + y + 0.5) * down;
    for (let x = 0; x < target.width; x++)
      target.pixels[y * target.width + x] = sample(area.left + (wanted.left - box.left + x + 0.5) * across, from);
    if (y % step === 0) yield;
  }
  return target;
}

type Sample = (x: number, y: number) => number;

const nearest = ({ pixels, width, height }: Picture): Sample => {
  return (x, y) => pixels[clamp(Math.floor(y), height) * width + clamp(Math.floor(x), width)] ?? 0;
};

/** Between the four pixels around the point, by their distance. */
const blended = ({ pixels, width, height }: Picture): Sample => {
  return (x, y) => {
    const column = Math.floor(x - 0.5);
    const row = Math.floor(y - 0.5);
    const right = x - 0.5 - column;
    const low = y - 0.5 - row;
    const [left, next] = [clamp(column, width), clamp(column + 1, width)];
    const [upper, lower] = [clamp(row, height) * width, clamp(row + 1, height) * width];
    const a = pixels[upper + left] ?? 0;
    const b = pixels[upper + next] ?? 0;
    const c = pixels[lower + left] ?? 0;
    const d = pixels[lower + next] ?? 0;
    let pixel = 0;
    for (let shift = 0; shift < 32; shift += 8) {
      const above = ((a >>> shift) & 0xff) * (1 - right) + ((b >>> shift) & 0xff) * right;
      const below = ((c >>> shift) & 0xff) * (1 - right) + ((d >>> shift) & 0xff) * right;
      pixel |= Math.round(above * (1 - low) + below * low) << shift;
    }
    return pixel >>> 0;
  };
};

const clamp = (at: number, size: number): number => Math.min(Math.max(at, 0), size - 1);
