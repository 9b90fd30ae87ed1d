import { unpackBits, unpackRows, type Palette } from './bitmap.ts';
import { createBoundedCache } from './bounded-cache.ts';
import { decodeGlz } from './glz.ts';
import { createGlzWindow } from './glz-window.ts';
import type { ImageMessage, PaletteSource } from './image-message.ts';
import { inflate } from './inflate.ts';
import { jpegSize } from './jpeg-size.ts';
import { decodeLz, decodeLzAlpha } from './lz.ts';
import { decodeLz4 } from './lz4.ts';
import { corrupt, type Picture } from './picture.ts';
import { decodeQuic } from './quic.ts';
import type { Mask } from './region.ts';
import { inSlices, type Work } from './work.ts';

/** What DISPLAY_INIT tells the server that it may count on, in pixels: 32 MiB each. */
export const cacheSizes = { pixmaps: 8 * 1024 * 1024, glzWindow: 8 * 1024 * 1024 } as const;
const MOST_PALETTES = 1024;

export interface ImageDecoderOptions {
  /** Pixels of a JPEG whose size was looked at. Rejects with any error where it is none. */
  readonly decodeJpeg: (bytes: Uint8Array) => Promise<Picture>;
  /** What is on a surface now. Throws SpiceError where there is none. */
  readonly surface: (id: number) => Picture;
}

/** Turns images of messages into pictures, and keeps those which later messages refer to. All of it throws or rejects with SpiceError. */
export interface ImageDecoder {
  decode(image: ImageMessage): Promise<Picture>;
  /** An image of one bit that says where to draw. */
  mask(image: ImageMessage): Promise<Mask>;
  dropPictures(ids: readonly bigint[]): void;
  dropAllPictures(): void;
  dropPalette(id: bigint): void;
  dropAllPalettes(): void;
  dispose(): void;
}

export function createImageDecoder({ decodeJpeg, surface }: ImageDecoderOptions): ImageDecoder {
  // Twice the agreed size: the server may say what to drop only after it has sent what comes instead.
  const pictures = createBoundedCache<Picture>(2 * cacheSizes.pixmaps);
  const masks = createBoundedCache<Mask>(2 * cacheSizes.pixmaps);
  const palettes = createBoundedCache<Palette>(MOST_PALETTES);
  const window = createGlzWindow(cacheSizes.glzWindow);

  const palette = (source: PaletteSource): Palette | null => {
    switch (source.kind) {
      case 'none':
        return null;
      case 'cached':
        return palettes.get(source.id);
      case 'sent':
        break;
    }
    if (source.keep) palettes.put(source.id, source.colors, 1);
    return source.colors;
  };

  const jpeg = async (bytes: Uint8Array, { width, height }: ImageMessage): Promise<Picture> => {
    const said = jpegSize(bytes);
    if (said.width !== width || said.height !== height) throw corrupt();
    const picture = await decodeJpeg(bytes).catch(() => null);
    if (picture === null) throw corrupt();
    return picture;
  };

  const fresh = async (image: ImageMessage): Promise<Picture> => {
    const { data, width, height } = image;
    switch (data.kind) {
      case 'bitmap':
        return inSlices(unpackRows({ ...data, width, height, palette: palette(data.palette) }));
      case 'quic':
        return inSlices(decodeQuic(data.bytes));
      case 'lz':
        return inSlices(decodeLz(data.bytes, null));
      case 'lz-palette':
        return inSlices(decodeLz(data.bytes, palette(data.palette)));
      case 'glz':
        return inSlices(decodeGlz(data.bytes, window));
      case 'zlib-glz':
        return inSlices(inflated(data.bytes, data.size));
      case 'lz4':
        return inSlices(decodeLz4(data.bytes, width, height));
      case 'jpeg':
        return jpeg(data.bytes, image);
      case 'jpeg-alpha':
        return inSlices(decodeLzAlpha(data.alpha, await jpeg(data.jpeg, image)));
      case 'cached':
        return pictures.get(image.id);
      case 'surface':
        break;
    }
    return surface(data.surface);
  };

  function* inflated(bytes: Uint8Array, size: number): Work<Picture> {
    return yield* decodeGlz(yield* inflate(bytes, size), window);
  }

  return {
    decode: async (image) => {
      const picture = await fresh(image);
      if (image.data.kind === 'surface') return picture;
      if (picture.width !== image.width || picture.height !== image.height) throw corrupt();
      if (image.keep && image.data.kind !== 'cached') pictures.put(image.id, picture, picture.pixels.length);
      return picture;
    },
    mask: async ({ id, keep, width, height, data }) => {
      if (data.kind === 'cached') return masks.get(id);
      if (data.kind !== 'bitmap') throw corrupt();
      const mask = { width, height, bits: await inSlices(unpackBits({ ...data, width, height, palette: null })) };
      if (keep) masks.put(id, mask, mask.bits.length);
      return mask;
    },
    dropPictures: (ids) => {
      for (const id of ids) {
        pictures.drop(id);
        masks.drop(id);
      }
    },
    dropAllPictures: () => {
      pictures.clear();
      masks.clear();
    },
    dropPalette: palettes.drop,
    dropAllPalettes: palettes.clear,
    dispose: () => {
      pictures.clear();
      masks.clear();
      palettes.clear();
      window.clear();
    },
  };
}
