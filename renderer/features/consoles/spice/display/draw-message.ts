import type { BodyReader } from '../body-reader.ts';
import { SpiceError } from '../channel.ts';
import { readImage, type ImageMessage } from './image-message.ts';
import type { Rect } from './region.ts';

/** Parts that drawing messages have in common. All of it throws SpiceError. Source: spice.proto. */

export interface DrawBase {
  readonly surface: number;
  readonly box: Rect;
  /** Null: no clipping but by the surface. */
  readonly clip: readonly Rect[] | null;
}

export type Brush =
  | { readonly kind: 'none' }
  | { readonly kind: 'solid'; readonly color: number }
  | { readonly kind: 'pattern'; readonly image: ImageMessage; readonly x: number; readonly y: number };

export interface MaskMessage {
  readonly image: ImageMessage;
  readonly x: number;
  readonly y: number;
  readonly inverted: boolean;
}

/** Source: spice-protocol, SpiceClipType and SpiceBrushType. */
const ClipType = { none: 0, rects: 1 } as const;
const BrushType = { none: 0, solid: 1, pattern: 2 } as const;
const RECT_BYTES = 16;
/** Of one clip list; a window of the oddest shape has some thousands. */
const MOST_RECTS = 65_536;

export function readRect(reader: BodyReader): Rect {
  const top = reader.i32();
  const left = reader.i32();
  const bottom = reader.i32();
  const right = reader.i32();
  return { left, top, right, bottom };
}

export function readClip(reader: BodyReader): readonly Rect[] | null {
  switch (reader.u8()) {
    case ClipType.none:
      return null;
    case ClipType.rects: {
      const count = reader.u32();
      if (count > MOST_RECTS) throw new SpiceError('The screen sent a longer clip list than Guesthouse takes.');
      if (count * RECT_BYTES > reader.left) throw new SpiceError('The screen sent a clip list that is shorter than it says.');
      return Array.from({ length: count }, () => readRect(reader));
    }
    default:
      throw new SpiceError('The screen sent a clip list of a kind that Guesthouse does not know.');
  }
}

export const readBase = (reader: BodyReader): DrawBase => ({ surface: reader.u32(), box: readRect(reader), clip: readClip(reader) });

/** An image that a message cannot do without. */
export function readNeededImage(reader: BodyReader, body: Uint8Array): ImageMessage {
  const image = readImage(body, reader.u32());
  if (image === null) throw new SpiceError('The screen sent a drawing without its picture.');
  return image;
}

export function readBrush(reader: BodyReader, body: Uint8Array): Brush {
  switch (reader.u8()) {
    case BrushType.none:
      return { kind: 'none' };
    case BrushType.solid:
      return { kind: 'solid', color: reader.u32() };
    case BrushType.pattern:
      return { kind: 'pattern', image: readNeededImage(reader, body), x: reader.i32(), y: reader.i32() };
    default:
      throw new SpiceError('The screen draws with a brush of a kind that Guesthouse does not know.');
  }
}

export function readMask(reader: BodyReader, body: Uint8Array): MaskMessage | null {
  const inverted = (reader.u8() & 1) !== 0;
  const x = reader.i32();
  const y = reader.i32();
  const image = readImage(body, reader.u32());
  return image === null ? null : { image, x, y, inverted };
}
