import { expect, test } from 'vitest';
import { SpiceError } from '../channel.ts';
import { createImageDecoder } from './image-decoder.ts';
import type { ImageContent, ImageMessage } from './image-message.ts';
import { pixelOf, type Picture } from './picture.ts';

const RED = pixelOf(0xff_0000);
/** What says of itself to be a JPEG of that size. */
const jpegOf = (width: number, height: number): Uint8Array =>
  Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255);
const red = (width: number, height: number): Picture => ({
  width,
  height,
  opaque: true,
  pixels: new Uint32Array(width * height).fill(RED),
});

function decoderOf(decodeJpeg: (bytes: Uint8Array) => Promise<Picture>) {
  return createImageDecoder({ decodeJpeg, surface: () => red(2, 2) });
}
const image = (data: ImageContent, size: { width: number; height: number }, more: Partial<ImageMessage> = {}): ImageMessage => ({
  id: 1n,
  keep: false,
  ...size,
  data,
  ...more,
});
const small = { width: 2, height: 1 };

test('a JPEG is decoded, kept for later, and forgotten when the server says so', async () => {
  const decoder = decoderOf(() => Promise.resolve(red(2, 1)));
  const jpeg = { kind: 'jpeg', bytes: jpegOf(2, 1) } as const;
  expect([...(await decoder.decode(image(jpeg, small, { keep: true }))).pixels]).toEqual([RED, RED]);
  expect([...(await decoder.decode(image({ kind: 'cached' }, small))).pixels]).toEqual([RED, RED]);
  decoder.dropPictures([1n]);
  await expect(decoder.decode(image({ kind: 'cached' }, small))).rejects.toThrow('has not sent');
});

test('a JPEG with alpha values behind it is transparent where they say so', async () => {
  const decoder = decoderOf(() => Promise.resolve(red(2, 1)));
  const alpha = new Uint8Array(
    [0x2020_5a4c, 0x1_0001, 10, 2, 1, 8, 1].flatMap((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255)),
  );
  const both = { kind: 'jpeg-alpha', jpeg: jpegOf(2, 1), alpha: Uint8Array.of(...alpha, 1, 0x40, 0x80) } as const;
  const { opaque, pixels } = await decoder.decode(image(both, small));
  expect([opaque, ...pixels]).toEqual([false, 0x4000_00ff, 0x8000_00ff]);
  const cut = { ...both, alpha: both.alpha.subarray(0, -1) };
  await expect(decoder.decode(image(cut, small))).rejects.toThrow(SpiceError);
});

test('nobody decodes a JPEG that says another size than its message, and one that becomes another is refused', async () => {
  let decoded = 0;
  const decoder = decoderOf(() => {
    decoded += 1;
    return Promise.resolve(red(3, 3));
  });
  await expect(decoder.decode(image({ kind: 'jpeg', bytes: jpegOf(60_000, 60_000) }, small))).rejects.toThrow('damaged');
  expect(decoded).toBe(0);
  await expect(decoder.decode(image({ kind: 'jpeg', bytes: jpegOf(2, 1) }, small))).rejects.toThrow('damaged');
  expect(decoded).toBe(1);
});

test('what the browser cannot decode is damaged', async () => {
  const decoder = decoderOf(() => Promise.reject(new Error('The source image could not be decoded.')));
  await expect(decoder.decode(image({ kind: 'jpeg', bytes: jpegOf(2, 1) }, small))).rejects.toThrow(SpiceError);
});
