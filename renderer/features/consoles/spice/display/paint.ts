import { OPAQUE, rowsAStep, type Picture } from './picture.ts';
import { eachSpan, within, type Rect, type Region } from './region.ts';
import { copy, type Combine } from './rop.ts';
import type { Surface } from './surface.ts';
import type { Work } from './work.ts';

/** What takes the place of a pixel; alpha is put right afterwards where the surface has none. */
type PixelAt = (x: number, y: number, before: number) => number;

/** Draws each pixel of a region by itself: for all that is not copying or filling. */
export function paintPixels({ pixels, width, opaque }: Surface, region: Region, pixelAt: PixelAt): void {
  const always = opaque ? OPAQUE : 0;
  eachSpan(region, (y, left, right) => {
    const row = y * width;
    for (let x = left; x < right; x++) pixels[row + x] = pixelAt(x, y, pixels[row + x] ?? 0) | always;
  });
}

export function paintSolid(surface: Surface, region: Region, pixel: number, combine: Combine): void {
  if (combine !== copy) {
    paintPixels(surface, region, (_x, _y, before) => combine(pixel, before));
    return;
  }
  const { pixels, width, opaque } = surface;
  const filled = opaque ? pixel | OPAQUE : pixel;
  eachSpan(region, (y, left, right) => pixels.fill(filled, y * width + left, y * width + right));
}

/** A picture on a surface; `x` and `y` are where its upper left corner lies. What lies beside the picture is not drawn. */
export interface PlacedPicture {
  readonly picture: Picture;
  readonly x: number;
  readonly y: number;
}

export function paintPicture(surface: Surface, region: Region, { picture, x: atX, y: atY }: PlacedPicture, combine: Combine): void {
  const there = within(region, { left: atX, top: atY, right: atX + picture.width, bottom: atY + picture.height });
  const source = picture.pixels;
  if (combine !== copy || (surface.opaque && !picture.opaque)) {
    paintPixels(surface, there, (x, y, before) => combine(source[(y - atY) * picture.width + x - atX] ?? 0, before));
    return;
  }
  const { pixels, width } = surface;
  eachSpan(there, (y, left, right) => {
    const from = (y - atY) * picture.width - atX;
    pixels.set(source.subarray(from + left, from + right), y * width + left);
  });
}

/** A picture again and again, one of them with its upper left corner at `x` and `y`. */
export function paintTiles(surface: Surface, region: Region, { picture, x: atX, y: atY }: PlacedPicture, combine: Combine): void {
  const { width, height, pixels } = picture;
  paintPixels(surface, region, (x, y, before) => combine(pixels[modulo(y - atY, height) * width + modulo(x - atX, width)] ?? 0, before));
}

/** A copy of a part, for what is drawn onto itself. What lies beside the picture is transparent. */
export function* cut(picture: Picture, { left, top, right, bottom }: Rect): Work<Picture> {
  const width = right - left;
  const pixels = new Uint32Array(width * (bottom - top));
  const from = Math.max(left, 0);
  const to = Math.min(right, picture.width);
  if (from < to)
    for (let y = Math.max(top, 0); y < Math.min(bottom, picture.height); y++) {
      pixels.set(picture.pixels.subarray(y * picture.width + from, y * picture.width + to), (y - top) * width + from - left);
      if (y % rowsAStep(width) === 0) yield;
    }
  return { width, height: bottom - top, pixels, opaque: picture.opaque };
}

/** Draws a region in parts of so few pixels that each is done in no time. `paint` draws each of its pixels by itself, in any order. */
export function* paintInParts(region: Region, paint: (part: Region) => void): Work<void> {
  for (const rect of region.rects) {
    const rows = rowsAStep(rect.right - rect.left);
    for (let { top } = rect; top < rect.bottom; top += rows) {
      paint({ ...region, rects: [{ ...rect, top, bottom: Math.min(rect.bottom, top + rows) }] });
      yield;
    }
  }
}

export const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor;
