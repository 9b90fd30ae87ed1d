import { SpiceError } from '../channel.ts';

/** As SPICE has it: right and bottom are outside. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** One bit a pixel, 1 where something may be drawn. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly bits: Uint8Array;
}

export interface PlacedMask {
  readonly mask: Mask;
  /** What of the mask lies at the upper left corner of the box. */
  readonly x: number;
  readonly y: number;
  readonly inverted: boolean;
}

/** Where something is drawn: `rects` do not overlap, and all lie on the surface. */
export interface Region {
  readonly rects: readonly Rect[];
  /** The whole thing, of which only `rects` are drawn. */
  readonly box: Rect;
  readonly mask: PlacedMask | null;
}

export const widthOf = ({ left, right }: Rect): number => right - left;
export const heightOf = ({ top, bottom }: Rect): number => bottom - top;
const isEmpty = ({ left, top, right, bottom }: Rect): boolean => right <= left || bottom <= top;

export const intersection = (a: Rect, b: Rect): Rect => ({
  left: Math.max(a.left, b.left),
  top: Math.max(a.top, b.top),
  right: Math.min(a.right, b.right),
  bottom: Math.min(a.bottom, b.bottom),
});

/** What of `box` is within `bounds` and within one of `clip`, or anywhere where that is null. Throws SpiceError. */
export function regionOf(options: {
  readonly box: Rect;
  readonly bounds: Rect;
  readonly clip: readonly Rect[] | null;
  readonly mask: PlacedMask | null;
}): Region {
  const { box, clip, mask } = options;
  const visible = intersection(box, options.bounds);
  const rects = (clip ?? [visible]).map((rect) => intersection(rect, visible)).filter((rect) => !isEmpty(rect));
  // Honest lists do not overlap. This also bounds what one message can have us do.
  const area = rects.reduce((sum, rect) => sum + widthOf(rect) * heightOf(rect), 0);
  if (area > 0 && area > widthOf(visible) * heightOf(visible))
    throw new SpiceError('The screen sent a drawing whose clip list overlaps itself.');
  return { rects, box, mask };
}

/** The part of a region that is also within `bounds`. */
export const within = (region: Region, bounds: Rect): Region => ({
  ...region,
  rects: region.rects.map((rect) => intersection(rect, bounds)).filter((rect) => !isEmpty(rect)),
});

/** Every row of the region in pieces: `visit` draws from `left` up to `right`. */
export function eachSpan(region: Region, visit: (y: number, left: number, right: number) => void): void {
  const { rects, mask } = region;
  for (const { left, top, right, bottom } of rects)
    for (let y = top; y < bottom; y++) {
      if (mask === null) visit(y, left, right);
      else eachMarked({ placed: mask, box: region.box, y, left, right }, visit);
    }
}

interface MaskedRow {
  readonly placed: PlacedMask;
  readonly box: Rect;
  readonly y: number;
  readonly left: number;
  readonly right: number;
}

/** Nothing is drawn beside the mask, inverted or not. */
function eachMarked({ placed, box, y, left, right }: MaskedRow, visit: (y: number, left: number, right: number) => void): void {
  const { mask, inverted } = placed;
  const row = y - box.top + placed.y;
  const shift = placed.x - box.left;
  if (row < 0 || row >= mask.height) return;
  const wanted = inverted ? 0 : 1;
  const end = Math.min(right, mask.width - shift);
  for (let x = Math.max(left, -shift); x < end;) {
    if (mask.bits[row * mask.width + x + shift] !== wanted) {
      x += 1;
      continue;
    }
    const begin = x;
    while (x < end && mask.bits[row * mask.width + x + shift] === wanted) x += 1;
    visit(y, begin, x);
  }
}
