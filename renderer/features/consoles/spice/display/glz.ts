import { SpiceError } from '../channel.ts';
import type { GlzWindow } from './glz-window.ts';
import { LITERALS, LZ_MAGIC, LZ_VERSION, LzType } from './lz.ts';
import { checkedArea, corrupt, flipped, truncated, type Picture } from './picture.ts';
import { alphaUnits, inPieces, rgb16Units, rgbUnits, type PixelUnits } from './units.ts';
import type { Work } from './work.ts';

const HEADER = 33;
const UNITS_A_STEP = 65_536;

/** GLZ_RGB: LZ whose repetitions may also be of the pictures before, which `window` keeps. Throws SpiceError. Source: spice-gtk, decode-glz-tmpl.c. */
export function* decodeGlz(input: Uint8Array, window: GlzWindow): Work<Picture> {
  const { id, oldest, type, width, height, topDown } = readHeader(input);
  const area = checkedArea(width, height);
  if (area > window.capacity) throw corrupt();
  const pixels = new Uint32Array(area);
  const expand = (start: number, units: PixelUnits): Work<number> =>
    expandGlz({ input, start, units, earlier: (distance) => window.pixelsOf(id - distance) });
  let opaque = true;
  switch (type) {
    case LzType.rgb16:
      yield* expand(HEADER, rgb16Units(pixels));
      break;
    case LzType.rgb24:
    case LzType.rgb32:
      yield* expand(HEADER, rgbUnits(pixels));
      break;
    case LzType.rgba: {
      const at = yield* expand(HEADER, rgbUnits(pixels));
      yield* expand(at, alphaUnits(pixels));
      opaque = false;
      break;
    }
    default:
      throw new SpiceError('The screen sent a picture in a form of GLZ that Guesthouse does not know.');
  }
  window.add(id, oldest, pixels);
  return { width, height, opaque, pixels: topDown ? pixels : yield* flipped(pixels, width) };
}

interface Expansion {
  readonly input: Uint8Array;
  readonly start: number;
  readonly units: PixelUnits;
  /** The picture so many pictures ago, its pixels in the order in which they were sent. */
  readonly earlier: (distance: number) => Uint32Array;
}

/** Fills all of `units`. Returns where in `input` what follows begins. */
function* expandGlz({ input, start, units, earlier }: Expansion): Work<number> {
  const end = input.length;
  let at = start;
  const byte = (): number => {
    if (at >= end) throw truncated();
    return input[at++] ?? 0;
  };
  let pause = UNITS_A_STEP;
  for (let to = 0; to < units.count;) {
    const control = byte();
    if (control < LITERALS) {
      const count = control + 1;
      if (to + count > units.count) throw corrupt();
      if (at + count * units.bytesPerLiteral > end) throw truncated();
      units.literals(input, at, to, count);
      at += count * units.bytesPerLiteral;
      to += count;
    } else {
      const { length, offset, distance } = readReference(control, byte);
      const count = length + units.lengthBias;
      if (to + count > units.count) throw corrupt();
      if (distance === 0) {
        const from = to - offset - 1;
        if (from < 0) throw corrupt();
        yield* inPieces(count, (at, part) => units.repeat(from + at, to + at, part));
      } else {
        const picture = earlier(distance);
        if (offset + count > picture.length) throw corrupt();
        yield* inPieces(count, (at, part) => units.repeatOf(picture, offset + at, to + at, part));
      }
      to += count;
    }
    if (to < pause) continue;
    pause = to + UNITS_A_STEP;
    yield;
  }
  return at;
}

/** What is repeated: `length` units that lie `offset` from the beginning of the picture `distance` pictures ago; in this one, as far back and one more. */
function readReference(control: number, byte: () => number) {
  let length = control >> 5;
  if (length === 7)
    for (let more = 255; more === 255;) {
      more = byte();
      length += more;
    }
  let offset = (control & 0x0f) | (byte() << 4);
  const second = byte();
  const bytesOfDistance = second >> 6;
  const isFar = (control & 0x10) !== 0;
  let distance = isFar ? 0 : second & 0x3f;
  for (let index = 0, shift = isFar ? 0 : 6; index < bytesOfDistance; index++, shift += 8) distance += byte() * 2 ** shift;
  if (isFar) {
    offset += (second & 0x1f) << 12;
    if ((second & 0x20) !== 0) offset += byte() << 17;
  }
  return { length, offset, distance };
}

function readHeader(input: Uint8Array) {
  if (input.length < HEADER) throw truncated();
  const view = new DataView(input.buffer, input.byteOffset, HEADER);
  if (view.getUint32(0) !== LZ_MAGIC || view.getUint32(4) !== LZ_VERSION) throw corrupt();
  const kind = view.getUint8(8);
  const id = Number(view.getBigUint64(21));
  if (!Number.isSafeInteger(id)) throw corrupt();
  return {
    type: kind & 0x0f,
    topDown: kind >> 4 !== 0,
    width: view.getUint32(9),
    height: view.getUint32(13),
    id,
    /** No picture before this one is needed any more. */
    oldest: id - view.getUint32(29),
  };
}
