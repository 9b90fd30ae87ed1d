import { SpiceError } from '../channel.ts';
import { expand, repeatedLength } from './expand.ts';
import type { GlzWindow } from './glz-window.ts';
import { LZ_MAGIC, LZ_VERSION, LzType } from './lz.ts';
import { checkedArea, corrupt, flipped, truncated, type Picture } from './picture.ts';
import { alphaUnits, inPieces, rgb16Units, rgbUnits, type PixelUnits } from './units.ts';
import type { Work } from './work.ts';

const HEADER = 33;

/** GLZ_RGB: LZ whose repetitions may also be of the pictures before, which `window` keeps. Throws SpiceError. Source: spice-gtk, decode-glz-tmpl.c. */
export function* decodeGlz(input: Uint8Array, window: GlzWindow): Work<Picture> {
  const { id, oldest, type, width, height, topDown } = readHeader(input);
  const area = checkedArea(width, height);
  if (area > window.capacity) throw corrupt();
  const pixels = new Uint32Array(area);
  const expandFrom = (start: number, units: PixelUnits): Work<number> =>
    expand({ input, start, units, repeat: (control, byte, to) => repeatOf(readReference(control, byte), to, units) });
  const repeatOf = ({ length, offset, distance }: Reference, to: number, units: PixelUnits): Work<number> => {
    const count = length + units.lengthBias;
    if (to + count > units.count) throw corrupt();
    if (distance === 0) {
      const from = to - offset - 1;
      if (from < 0) throw corrupt();
      return inPieces(count, (at, part) => units.repeat(from + at, to + at, part));
    }
    const picture = window.pixelsOf(id - distance);
    if (offset + count > picture.length) throw corrupt();
    return inPieces(count, (at, part) => units.repeatOf(picture, offset + at, to + at, part));
  };
  let opaque = true;
  switch (type) {
    case LzType.rgb16:
      yield* expandFrom(HEADER, rgb16Units(pixels));
      break;
    case LzType.rgb24:
    case LzType.rgb32:
      yield* expandFrom(HEADER, rgbUnits(pixels));
      break;
    case LzType.rgba: {
      const at = yield* expandFrom(HEADER, rgbUnits(pixels));
      yield* expandFrom(at, alphaUnits(pixels));
      opaque = false;
      break;
    }
    default:
      throw new SpiceError('The screen sent a picture in a form of GLZ that Guesthouse does not know.');
  }
  window.add(id, oldest, pixels);
  return { width, height, opaque, pixels: topDown ? pixels : yield* flipped(pixels, width) };
}

/** What is repeated: `length` units that lie `offset` from the beginning of the picture `distance` pictures ago; in this one, as far back and one more. */
interface Reference {
  readonly length: number;
  readonly offset: number;
  readonly distance: number;
}

function readReference(control: number, byte: () => number): Reference {
  const length = repeatedLength(control, byte);
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
