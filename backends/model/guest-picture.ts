import { z } from 'zod';

/** What a guest's screen showed at one moment, as its host encoded it. */
export const GuestPicture = z.strictObject({
  mime: z.enum(['image/png', 'image/x-portable-pixmap']),
  bytes: z.instanceof(Uint8Array),
});
export type GuestPicture = z.infer<typeof GuestPicture>;

export const pictureLimits = { pixels: 16 * 1024 * 1024, bytes: 64 * 1024 * 1024 } as const;

/** A PPM's own header: where its pixels begin, three bytes each. */
export interface PpmHeader {
  readonly width: number;
  readonly height: number;
  readonly offset: number;
}

/** Width and height by the header alone; null where it is none, is not there yet, or tells of more than `pictureLimits`. */
export function pictureSize(picture: GuestPicture): { readonly width: number; readonly height: number } | null {
  const size = picture.mime === 'image/png' ? pngSize(picture.bytes) : ppmHeader(picture.bytes);
  if (size === null || size.width < 1 || size.height < 1 || size.width * size.height > pictureLimits.pixels) return null;
  return { width: size.width, height: size.height };
}

// PNG, 11.2.2: the first chunk is IHDR, and begins with the two.
function pngSize(bytes: Uint8Array): { width: number; height: number } | null {
  const begin = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
  if (bytes.length < 24 || begin.some((byte, at) => bytes[at] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** Of the kind that QEMU writes: raw, 8 bits for each colour, no comments. */
export function ppmHeader(bytes: Uint8Array): PpmHeader | null {
  const text = String.fromCharCode(...bytes.subarray(0, 64));
  const header = /^P6\s+(\d{1,5})\s+(\d{1,5})\s+255\s/.exec(text);
  if (header === null) return null;
  return { width: Number(header[1]), height: Number(header[2]), offset: header[0].length };
}
