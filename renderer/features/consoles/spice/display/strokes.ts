import type { BodyReader } from '../body-reader.ts';
import { SpiceError } from '../channel.ts';
import type { Rect } from './region.ts';
import type { Work } from './work.ts';

/** Lines of one pixel's width, which old drivers of Windows draw. All of it throws SpiceError. Source: spice-common, canvas_base.c and lines.c. */

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lengths of what is drawn and what is left out by turns, in pixels; null for unbroken lines. */
export type Dashes = readonly number[] | null;

const PathFlag = { begin: 1, end: 2, close: 8, bezier: 16 } as const;
const LineFlag = { startWithGap: 4, styled: 8 } as const;
const POINT_BYTES = 8;
/** Of one message together: what honest screens never need, and done in a moment. */
const MOST_STEPS = 4_000_000;
const STEPS_A_STEP = 65_536;
/** Of one message together, those that a curve is broken into among them. */
const MOST_POINTS = 250_000;
/** Pieces of a curve; the longest on a screen bends by less than a pixel in each. */
const PIECES = 24;

/** Lines through points, each without its last pixel. */
export function readPath(reader: BodyReader): Point[][] {
  const lines: Point[][] = [];
  let line: Point[] = [];
  const segments = reader.u32();
  let total = 0;
  for (let index = 0; index < segments; index++) {
    const flags = reader.u8();
    const count = reader.u32();
    total += 1 + ((flags & PathFlag.bezier) === 0 ? count : (count / 3) * PIECES);
    if (total > MOST_POINTS) throw new SpiceError('The screen draws lines through more points than Guesthouse takes.');
    const points = readPoints(reader, count);
    if ((flags & PathFlag.begin) !== 0) {
      line = [];
      lines.push(line);
    }
    if ((flags & PathFlag.bezier) !== 0) {
      const start = line.length === 0 ? points.shift() : line.at(-1);
      if (start === undefined || points.length % 3 !== 0) throw new SpiceError('The screen draws a curve without its points.');
      if (line.length === 0) line.push(start);
      for (let at = 0; at < points.length; at += 3) line.push(...curve([line.at(-1) ?? start, ...points.slice(at, at + 3)]));
    } else for (const point of points) line.push(point);
    const first = line[0];
    if ((flags & PathFlag.end) !== 0 && (flags & PathFlag.close) !== 0 && first !== undefined) line.push(first);
  }
  return lines.map((points) => points.map(({ x, y }) => ({ x: toPixel(x), y: toPixel(y) })));
}

/** `lengths` reads them where they are. */
export function readDashes(flags: number, lengths: () => number[]): Dashes {
  if ((flags & LineFlag.styled) === 0) return null;
  const all = lengths().map((length) => Math.max(1, toPixel(length)));
  if (all.length === 0) return null;
  return (flags & LineFlag.startWithGap) !== 0 ? [0, ...all] : all;
}

/** Marks each pixel of the lines that is within `bounds`, row by row. */
export function* markLines(lines: readonly (readonly Point[])[], dashes: Dashes, bounds: Rect): Work<Uint8Array> {
  const width = bounds.right - bounds.left;
  const marked = new Uint8Array(width * (bounds.bottom - bounds.top));
  let steps = 0;
  let pause = STEPS_A_STEP;
  for (const points of lines) {
    const isDrawn = dashing(dashes);
    for (const [index, to] of points.entries()) {
      const from = points[index - 1];
      if (from === undefined) continue;
      steps += Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
      if (steps > MOST_STEPS) throw new SpiceError('The screen draws lines that are longer than any screen.');
      eachStep(from, to, (x, y) => {
        const drawn = isDrawn();
        if (drawn && x >= bounds.left && x < bounds.right && y >= bounds.top && y < bounds.bottom)
          marked[(y - bounds.top) * width + x - bounds.left] = 1;
      });
      if (steps < pause) continue;
      pause = steps + STEPS_A_STEP;
      yield;
    }
  }
  return marked;
}

/** Bresenham's, with ties broken as X does: by the direction. The last pixel is left out. */
function eachStep(from: Point, to: Point, visit: (x: number, y: number) => void): void {
  const [signX, signY] = [to.x < from.x ? -1 : 1, to.y < from.y ? -1 : 1];
  const [across, down] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)];
  const steep = across <= down;
  const [long, short] = steep ? [down, across] : [across, down];
  const isBiased = steep ? signY < 0 : signX < 0;
  let error = -long - (isBiased ? 1 : 0);
  let { x, y } = from;
  for (let step = 0; step < long; step++) {
    visit(x, y);
    error += 2 * short;
    const sideways = error >= 0;
    if (sideways) error -= 2 * long;
    if (steep || sideways) y += signY;
    if (!steep || sideways) x += signX;
  }
}

/** Tells for one pixel after the other whether it is drawn. */
function dashing(dashes: Dashes): () => boolean {
  if (dashes === null) return () => true;
  let at = 0;
  let left = dashes[0] ?? 1;
  return () => {
    while (left === 0) {
      at = (at + 1) % dashes.length;
      left = dashes[at] ?? 1;
    }
    left -= 1;
    return at % 2 === 0;
  };
}

function readPoints(reader: BodyReader, count: number): Point[] {
  if (count * POINT_BYTES > reader.left) throw new SpiceError('The screen draws lines with fewer points than it says.');
  return Array.from({ length: count }, () => ({ x: reader.i32(), y: reader.i32() }));
}

/** Sixteenths of a pixel to whole ones; half of one goes down. */
const toPixel = (sixteenths: number): number => (sixteenths >> 4) + ((sixteenths & 15) > 8 ? 1 : 0);

/** Points of a cubic Bézier curve behind its first one. */
function curve([a, b, c, d]: readonly Point[]): Point[] {
  if (a === undefined || b === undefined || c === undefined || d === undefined) return [];
  return Array.from({ length: PIECES }, (_, index) => {
    const t = (index + 1) / PIECES;
    const at = (p: number, q: number, r: number, s: number): number =>
      Math.round((1 - t) ** 3 * p + 3 * (1 - t) ** 2 * t * q + 3 * (1 - t) * t ** 2 * r + t ** 3 * s);
    return { x: at(a.x, b.x, c.x, d.x), y: at(a.y, b.y, c.y, d.y) };
  });
}
