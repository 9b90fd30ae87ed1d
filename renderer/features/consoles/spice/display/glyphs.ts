import type { BodyReader } from '../body-reader.ts';
import { SpiceError } from '../channel.ts';
import { PIXELS_A_STEP } from './picture.ts';
import { intersection, type Rect } from './region.ts';
import type { Work } from './work.ts';

/** Text as small pictures, which old drivers of Windows draw. */
interface Glyph {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Of one pixel: 1, 4 or 8. */
  readonly bits: number;
  readonly rows: Uint8Array;
}

const StringFlag = { bits1: 1, bits4: 2, bits8: 4 } as const;

/** Throws SpiceError. Source: spice.proto, String and RasterGlyphA1 to A8. */
export function readGlyphs(reader: BodyReader): Glyph[] {
  const count = reader.u16();
  const bits = bitsOf(reader.u8());
  return Array.from({ length: count }, () => {
    const [renderX, renderY] = [reader.i32(), reader.i32()];
    const [originX, originY] = [reader.i32(), reader.i32()];
    const [width, height] = [reader.u16(), reader.u16()];
    return {
      left: renderX + originX,
      top: renderY + originY,
      width,
      height,
      bits,
      rows: reader.bytes(Math.ceil((width * bits) / 8) * height),
    };
  });
}

/** How much of each pixel within `bounds` the glyphs cover, of 255, row by row. Source: spice-common, canvas_base.c, canvas_put_glyph_bits. */
export function* coverageOf(glyphs: readonly Glyph[], bounds: Rect): Work<Uint8Array> {
  const across = bounds.right - bounds.left;
  const coverage = new Uint8Array(across * (bounds.bottom - bounds.top));
  let visited = 0;
  for (const glyph of glyphs) {
    const seen = intersection(bounds, {
      left: glyph.left,
      top: glyph.top,
      right: glyph.left + glyph.width,
      bottom: glyph.top + glyph.height,
    });
    for (let y = seen.top; y < seen.bottom; y++) {
      for (let x = seen.left; x < seen.right; x++) {
        const at = (y - bounds.top) * across + x - bounds.left;
        coverage[at] = Math.max(coverage[at] ?? 0, valueAt(glyph, x - glyph.left, y - glyph.top));
      }
      visited += Math.max(0, seen.right - seen.left);
      if (visited < PIXELS_A_STEP) continue;
      visited = 0;
      yield;
    }
  }
  return coverage;
}

/** Rows come from the bottom up. */
function valueAt({ width, height, bits, rows }: Glyph, x: number, y: number): number {
  const row = (height - 1 - y) * Math.ceil((width * bits) / 8);
  const byte = rows[row + Math.floor((x * bits) / 8)] ?? 0;
  if (bits === 8) return byte;
  if (bits === 1) return ((byte >> (7 - (x & 7))) & 1) * 255;
  // As the reference has it, of which 240 is the most.
  return (x & 1) === 0 ? byte & 0xf0 : (byte << 4) & 0xf0;
}

function bitsOf(flags: number): number {
  if ((flags & StringFlag.bits1) !== 0) return 1;
  if ((flags & StringFlag.bits4) !== 0) return 4;
  if ((flags & StringFlag.bits8) !== 0) return 8;
  throw new SpiceError('The screen sent text of a kind that Guesthouse does not know.');
}
