import { BodyReader } from '../body-reader.ts';
import { SpiceError } from '../channel.ts';
import { bitmapFormats, type Palette, type RowFormat } from './bitmap.ts';
import { checkedArea, corrupt, pixelOf } from './picture.ts';

/** Source: spice-protocol, SpiceImageType. */
const ImageType = {
  bitmap: 0,
  quic: 1,
  lzPlt: 100,
  lzRgb: 101,
  glzRgb: 102,
  fromCache: 103,
  surface: 104,
  jpeg: 105,
  fromCacheLossless: 106,
  zlibGlzRgb: 107,
  jpegAlpha: 108,
  lz4: 109,
} as const;

const ImageFlag = { cacheMe: 1, cacheReplaceMe: 4 } as const;
const BitmapFlag = { paletteCacheMe: 1, paletteFromCache: 2, topDown: 4 } as const;
const MOST_COLORS = 256;

export type PaletteSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'cached'; readonly id: bigint }
  | { readonly kind: 'sent'; readonly id: bigint; readonly colors: Palette; readonly keep: boolean };

export type ImageContent =
  | {
      readonly kind: 'bitmap';
      readonly format: RowFormat;
      readonly stride: number;
      readonly topDown: boolean;
      readonly palette: PaletteSource;
      readonly rows: Uint8Array;
    }
  | { readonly kind: 'quic' | 'lz' | 'glz' | 'jpeg' | 'lz4'; readonly bytes: Uint8Array }
  | { readonly kind: 'lz-palette'; readonly bytes: Uint8Array; readonly palette: PaletteSource }
  /** `size` is that of the GLZ picture inside. */
  | { readonly kind: 'zlib-glz'; readonly bytes: Uint8Array; readonly size: number }
  | { readonly kind: 'jpeg-alpha'; readonly jpeg: Uint8Array; readonly alpha: Uint8Array }
  | { readonly kind: 'cached' }
  | { readonly kind: 'surface'; readonly surface: number };

export interface ImageMessage {
  /** Number in the pixmap cache. */
  readonly id: bigint;
  /** Whether it is to be kept there. */
  readonly keep: boolean;
  readonly width: number;
  readonly height: number;
  readonly data: ImageContent;
}

/** The image at `offset` of a message, which is how messages refer to them; null where there is none. Throws SpiceError. Source: spice.proto, Image. */
export function readImage(body: Uint8Array, offset: number): ImageMessage | null {
  if (offset === 0) return null;
  const reader = readerAt(body, offset);
  const id = reader.u64();
  const type = reader.u8();
  const flags = reader.u8();
  const width = reader.u32();
  const height = reader.u32();
  checkedArea(width, height);
  const keep = (flags & (ImageFlag.cacheMe | ImageFlag.cacheReplaceMe)) !== 0;
  return { id, keep, width, height, data: readData(type, reader, body) };
}

export function readerAt(body: Uint8Array, offset: number): BodyReader {
  if (offset > body.length) throw corrupt();
  return new BodyReader(body.subarray(offset));
}

function readData(type: number, reader: BodyReader, body: Uint8Array): ImageContent {
  const bytes = (): Uint8Array => reader.bytes(reader.u32());
  switch (type) {
    case ImageType.bitmap:
      return readBitmap(reader, body);
    case ImageType.quic:
      return { kind: 'quic', bytes: bytes() };
    case ImageType.lzRgb:
      return { kind: 'lz', bytes: bytes() };
    case ImageType.glzRgb:
      return { kind: 'glz', bytes: bytes() };
    case ImageType.jpeg:
      return { kind: 'jpeg', bytes: bytes() };
    case ImageType.lz4:
      return { kind: 'lz4', bytes: bytes() };
    case ImageType.lzPlt: {
      const flags = reader.u8();
      const size = reader.u32();
      const palette = readPalette(flags, reader, body);
      return { kind: 'lz-palette', palette, bytes: reader.bytes(size) };
    }
    case ImageType.zlibGlzRgb: {
      const size = reader.u32();
      return { kind: 'zlib-glz', size, bytes: bytes() };
    }
    case ImageType.jpegAlpha: {
      reader.skip(1); // Whether the alpha values run from the top down: they say so themselves too.
      const jpegSize = reader.u32();
      const both = bytes();
      if (jpegSize > both.length) throw corrupt();
      return { kind: 'jpeg-alpha', jpeg: both.subarray(0, jpegSize), alpha: both.subarray(jpegSize) };
    }
    case ImageType.fromCache:
    case ImageType.fromCacheLossless:
      return { kind: 'cached' };
    case ImageType.surface:
      return { kind: 'surface', surface: reader.u32() };
    default:
      throw new SpiceError(`The screen sent a picture of kind ${type}, which Guesthouse does not know.`);
  }
}

function readBitmap(reader: BodyReader, body: Uint8Array): ImageContent {
  const format = bitmapFormats[reader.u8()] ?? null;
  const flags = reader.u8();
  reader.skip(4); // Width once more.
  const height = reader.u32();
  const stride = reader.u32();
  if (format === null) throw corrupt();
  const palette = readPalette(flags, reader, body);
  return { kind: 'bitmap', format, stride, topDown: (flags & BitmapFlag.topDown) !== 0, palette, rows: reader.bytes(stride * height) };
}

function readPalette(flags: number, reader: BodyReader, body: Uint8Array): PaletteSource {
  if ((flags & BitmapFlag.paletteFromCache) !== 0) return { kind: 'cached', id: reader.u64() };
  const offset = reader.u32();
  if (offset === 0) return { kind: 'none' };
  const palette = readerAt(body, offset);
  const id = palette.u64();
  const count = palette.u16();
  if (count > MOST_COLORS) throw corrupt();
  const colors = Uint32Array.from({ length: count }, () => pixelOf(palette.u32()));
  return { kind: 'sent', id, colors, keep: (flags & BitmapFlag.paletteCacheMe) !== 0 };
}
