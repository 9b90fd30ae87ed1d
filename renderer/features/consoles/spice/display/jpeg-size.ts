import { corrupt, truncated } from './picture.ts';

const START_OF_IMAGE = 0xffd8;
const MARKER = 0xff;

/** What a JPEG says of its size, read before anybody decodes it. Throws SpiceError where it does not say. Source: ITU-T T.81, B.2. */
export function jpegSize(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u16 = (at: number): number => {
    if (at + 2 > bytes.length) throw truncated();
    return view.getUint16(at);
  };
  if (u16(0) !== START_OF_IMAGE) throw corrupt();
  for (let at = 2; ;) {
    if (u16(at) >> 8 !== MARKER) throw corrupt();
    const kind = u16(at) & 0xff;
    if (kind === MARKER) {
      at += 1; // Markers may be padded with it.
      continue;
    }
    // Without a length behind them, and nothing that stands before a frame: a decoder passes over them otherwise than over a segment, and
    // would then find another frame, of another size, than was looked at here.
    if (kind <= 0x01 || (kind >= 0xd0 && kind <= 0xd9)) throw corrupt();
    if (isFrame(kind)) return { width: u16(at + 7), height: u16(at + 5) };
    const length = u16(at + 2);
    if (length < 2) throw corrupt();
    at += 2 + length;
  }
}

/** SOF0 to SOF15 without the three that are something else: DHT, JPG and DAC. */
const isFrame = (kind: number): boolean => kind >= 0xc0 && kind <= 0xcf && kind !== 0xc4 && kind !== 0xc8 && kind !== 0xcc;
