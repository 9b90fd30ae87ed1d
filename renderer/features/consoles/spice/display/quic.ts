import { checkedArea, corrupt, OPAQUE, type Picture } from './picture.ts';
import { QuicBits } from './quic-bits.ts';
import { QuicPlane } from './quic-plane.ts';
import { eightBits, fiveBits } from './quic-tables.ts';
import type { Work } from './work.ts';

const MAGIC = 0x4349_5551;
/** The server writes its major version twice where it means 0.1, and always has. */
const VERSION = 0;
/** Source: spice-common, quic.h, QuicImageType. */
const QuicType = { gray: 1, rgb16: 2, rgb24: 3, rgb32: 4, rgba: 5 } as const;
const PIXELS_A_STEP = 16_384;

const colors = { channels: 3, shift: 0 };
const gray = { channels: 1, shift: 0 };
const alpha = { channels: 1, shift: 24 };

/** QUIC: predictive coding of pixels that looks like a photograph's. Throws SpiceError. Source: spice-common, quic.c. */
export function* decodeQuic(input: Uint8Array): Work<Picture> {
  const bits = new QuicBits(input);
  if (bits.word() !== MAGIC || bits.word() !== VERSION) throw corrupt();
  const type = bits.word();
  const width = bits.word();
  const height = bits.word();
  const area = checkedArea(width, height);
  const plan = planOf(type);
  const pixels = new Uint32Array(area);
  const planes = plan.planes.map((plane) => new QuicPlane({ bits, family: plan.family, width, ...plane }));
  const rowsAStep = Math.max(1, Math.floor(PIXELS_A_STEP / width));
  for (let y = 0; y < height; y++) {
    const row = pixels.subarray(y * width, (y + 1) * width);
    const above = y === 0 ? null : pixels.subarray((y - 1) * width, y * width);
    for (const plane of planes) plane.row(row, above);
    bits.check();
    if (y % rowsAStep === 0) yield;
  }
  if (plan.finish !== null)
    for (let at = 0; at < area; at++) {
      pixels[at] = plan.finish(pixels[at] ?? 0);
      if (at % PIXELS_A_STEP === 0) yield;
    }
  return { width, height, pixels, opaque: type !== QuicType.rgba };
}

function planOf(type: number) {
  switch (type) {
    case QuicType.rgb24:
    case QuicType.rgb32:
      return { family: eightBits, planes: [colors], finish: (pixel: number) => pixel | OPAQUE };
    case QuicType.rgba:
      return { family: eightBits, planes: [colors, alpha], finish: null };
    case QuicType.rgb16:
      // Upper bits once more below, so that white stays white.
      return {
        family: fiveBits,
        planes: [colors],
        finish: (pixel: number) => ((pixel << 3) & 0xf8_f8f8) | ((pixel >>> 2) & 0x07_0707) | OPAQUE,
      };
    case QuicType.gray:
      return { family: eightBits, planes: [gray], finish: (pixel: number) => (pixel & 0xff) * 0x01_0101 + OPAQUE };
    default:
      throw corrupt();
  }
}
