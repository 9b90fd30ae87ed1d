import { zlibSync } from 'fflate';
import { expect, test } from 'vitest';
import { BodyWriter } from '../body-writer.ts';
import { SpiceError } from '../channel.ts';
import { bitmapFormats, unpackBits, unpackRows } from './bitmap.ts';
import { createBoundedCache } from './bounded-cache.ts';
import { decodeGlz } from './glz.ts';
import { createGlzWindow } from './glz-window.ts';
import { inflate } from './inflate.ts';
import { jpegSize } from './jpeg-size.ts';
import { decodeLz, decodeLzAlpha, LzType } from './lz.ts';
import { decodeLz4 } from './lz4.ts';
import { checkedArea, pixelOf } from './picture.ts';
import { decodeQuic } from './quic.ts';
import { finish } from './work.ts';

const RED = pixelOf(0xff_0000);
const GREEN = pixelOf(0x00_ff00);
const BLUE = pixelOf(0x00_00ff);
const WHITE = pixelOf(0xff_ffff);
const BLACK = pixelOf(0);

/** Numbers of a header, most significant byte first. */
function header(...words: number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  words.forEach((word, index) => new DataView(bytes.buffer).setUint32(index * 4, word));
  return bytes;
}

const join = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const lz = (type: number, width: number, height: number, stride: number, topDown: number, data: readonly number[]): Uint8Array =>
  join(header(0x2020_5a4c, 0x1_0001, type, width, height, stride, topDown), data);

const numbered = { width: 3, height: 2, topDown: true, palette: Uint32Array.from([RED, GREEN, BLUE, WHITE]) };

test.each([
  ['32', 12, [0, 0, 255, 9, 0, 255, 0, 9, 255, 0, 0, 9, 255, 255, 255, 9, 0, 0, 0, 9, 0, 0, 255, 9], [RED, GREEN, BLUE, WHITE, BLACK, RED]],
  ['24', 9, [0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 0, 255], [RED, GREEN, BLUE, WHITE, BLACK, RED]],
  ['16', 6, [0x00, 0x7c, 0xe0, 0x03, 0x1f, 0x00, 0xff, 0x7f, 0x00, 0x00, 0x00, 0x7c], [RED, GREEN, BLUE, WHITE, BLACK, RED]],
  ['8', 4, [0, 1, 2, 0, 3, 200, 0], [RED, GREEN, BLUE, WHITE, BLACK, RED]],
  ['4-be', 2, [0x01, 0x20, 0x39, 0x00], [RED, GREEN, BLUE, WHITE, BLACK, RED]],
  ['4-le', 2, [0x10, 0x02, 0x93, 0x00], [RED, GREEN, BLUE, WHITE, BLACK, RED]],
  ['1-be', 1, [0b0100_0000, 0b1010_0000], [RED, GREEN, RED, GREEN, RED, GREEN]],
  ['1-le', 1, [0b0000_0010, 0b0000_0101], [RED, GREEN, RED, GREEN, RED, GREEN]],
] as const)('rows of %s bits', (format, stride, rows, pixels) => {
  const source = { ...numbered, format, stride, rows: Uint8Array.from(rows) };
  expect([...finish(unpackRows(source)).pixels]).toEqual(pixels);
  expect([...finish(unpackRows({ ...source, topDown: false })).pixels]).toEqual([...pixels.slice(3), ...pixels.slice(0, 3)]);
  expect(() => finish(unpackRows({ ...source, rows: source.rows.subarray(0, -stride) }))).toThrow(SpiceError);
  expect(() => finish(unpackRows({ ...source, stride: 0 }))).toThrow(SpiceError);
});

test('rows with alpha values keep them, and a mask is one where a bit is set', () => {
  const rgba = finish(unpackRows({ ...numbered, width: 1, height: 1, format: 'rgba', stride: 4, rows: Uint8Array.of(1, 2, 3, 4) }));
  expect(rgba).toMatchObject({ opaque: false, pixels: Uint32Array.of(0x0401_0203) });
  const bits = unpackBits({ ...numbered, palette: null, format: '1-be', stride: 1, rows: Uint8Array.of(0b0100_0000, 0b1000_0000) });
  expect([...finish(bits)]).toEqual([0, 1, 0, 1, 0, 0]);
  expect(() => finish(unpackRows({ ...numbered, palette: null, format: '8', stride: 3, rows: new Uint8Array(6) }))).toThrow(SpiceError);
  expect(bitmapFormats).toHaveLength(11);
});

test('LZ: literals, runs and repetitions, of each kind of pixel', () => {
  // Two literals, then the last one three times more, then the first two of all again.
  const rgb = lz(LzType.rgb32, 7, 1, 28, 1, [1, 0, 0, 255, 0, 255, 0, (3 << 5) | 0, 0, (2 << 5) | 0, 4]);
  expect([...finish(decodeLz(rgb, null)).pixels]).toEqual([RED, GREEN, GREEN, GREEN, GREEN, RED, GREEN]);
  // Of 16 bits, a repetition is one longer than it says.
  const rgb16 = lz(LzType.rgb16, 4, 1, 8, 1, [0, 0x7c, 0x00, (2 << 5) | 0, 0]);
  expect([...finish(decodeLz(rgb16, null)).pixels]).toEqual([RED, RED, RED, RED]);
  const rgba = lz(LzType.rgba, 4, 1, 16, 1, [0, 0, 0, 255, (3 << 5) | 0, 0, 0, 128, (1 << 5) | 0, 0]);
  expect(finish(decodeLz(rgba, null))).toMatchObject({ opaque: false, pixels: new Uint32Array(4).fill(0x8000_00ff) });
  const upsideDown = lz(LzType.rgb24, 1, 2, 3, 0, [1, 0, 0, 255, 0, 255, 0]);
  expect([...finish(decodeLz(upsideDown, null)).pixels]).toEqual([GREEN, RED]);
});

test('LZ with a palette counts bytes of rows, the padding of each among them', () => {
  const palette = Uint32Array.from([RED, GREEN]);
  const data = lz(LzType.plt1Be, 3, 2, 1, 1, [1, 0b0100_0000, 0b1010_0000]);
  expect([...finish(decodeLz(data, palette)).pixels]).toEqual([RED, GREEN, RED, GREEN, RED, GREEN]);
  const bytes = lz(LzType.plt8, 5, 1, 5, 1, [0, 1, (2 << 5) | 0, 0]);
  expect([...finish(decodeLz(bytes, palette)).pixels]).toEqual([GREEN, GREEN, GREEN, GREEN, GREEN]);
  expect(() => finish(decodeLz(lz(LzType.plt8, 2, 8192, 60_000, 1, []), palette))).toThrow(SpiceError);
});

test('the alpha values of JPEG_ALPHA are put to its pixels', () => {
  const picture = { width: 2, height: 2, opaque: true, pixels: Uint32Array.from([RED, GREEN, BLUE, WHITE]) };
  const rows = lz(LzType.xxxa, 2, 2, 8, 0, [3, 1, 2, 3, 4]);
  expect([...finish(decodeLzAlpha(rows, picture)).pixels]).toEqual([0x0300_00ff, 0x0400_ff00, 0x01ff_0000, 0x02ff_ffff]);
});

test('a repetition of what is not there is refused', () => {
  const before = lz(LzType.rgb32, 4, 1, 16, 1, [0, 0, 0, 255, (3 << 5) | 0, 1]);
  const beyond = lz(LzType.rgb32, 2, 1, 8, 1, [0, 0, 0, 255, (3 << 5) | 0, 0]);
  for (const data of [before, beyond, beyond.subarray(0, 31), before.subarray(0, 20)])
    expect(() => finish(decodeLz(data, null))).toThrow(SpiceError);
  const glz = join(header(0x2020_5a4c, 0x1_0001), [8 | 16], header(1, 1, 4, 0, 7, 0), [1 << 5, 0, 1]);
  expect(() => finish(decodeGlz(glz, createGlzWindow(100)))).toThrow('not there');
  const large = join(header(0x2020_5a4c, 0x1_0001), [8 | 16], header(11, 10, 44, 0, 7, 0));
  expect(() => finish(decodeGlz(large, createGlzWindow(100)))).toThrow('damaged');
});

test('LZ4 in two blocks, the second of which repeats the first', () => {
  const first = [0x40, 0, 0, 255, 0];
  const second = [0x04, 4, 0, 0x40, 255, 255, 255, 0];
  const data = join([1, 8], header(first.length), first, header(second.length), second);
  expect([...finish(decodeLz4(data, 4, 1)).pixels]).toEqual([RED, RED, RED, WHITE]);
  expect(() => finish(decodeLz4(data, 5, 1))).toThrow(SpiceError);
  expect(() => finish(decodeLz4(data, 3, 1))).toThrow(SpiceError);
});

test('what inflates to more or less than it said is refused, and not held', () => {
  const bomb = zlibSync(new Uint8Array(1024 * 1024));
  expect(() => finish(inflate(bomb, 1000))).toThrow(SpiceError);
  expect(() => finish(inflate(bomb, 2 * 1024 * 1024))).toThrow(SpiceError);
  expect(() => finish(inflate(Uint8Array.of(1, 2, 3), 10))).toThrow(SpiceError);
  expect(() => finish(inflate(bomb, 0xffff_ffff))).toThrow(SpiceError);
  expect(finish(inflate(zlibSync(Uint8Array.of(5, 6, 7)), 3))).toEqual(Uint8Array.of(5, 6, 7));
});

test('a JPEG’s size is where its frame begins, behind what else it says', () => {
  const start = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc4, 0, 2];
  const frame = [0xff, 0xc2, 0, 17, 8, 0x01, 0x02, 0x03, 0x04, 3];
  expect(jpegSize(join(start, frame))).toEqual({ width: 0x0304, height: 0x0102 });
  // A decoder passes over a restart marker without a length, and would take the frame right behind it for the picture's.
  const hidden = [0xff, 0xd8, 0xff, 0xd0, 0, 4, 1, 2, ...frame];
  for (const bytes of [[], start, [0xff, 0xd8, 0, 0], [0xff, 0xd8, 0xff, 0xe0, 0, 0], hidden, [0xff, 0xd8, 0xff, 0x01, ...hidden]])
    expect(() => jpegSize(Uint8Array.from(bytes))).toThrow(SpiceError);
});

test('sizes are refused before anything is allocated for them', () => {
  for (const [width, height] of [
    [0, 5],
    [8193, 1],
    [1, 8193],
    [0xffff_ffff, 0xffff_ffff],
  ] as const) {
    expect(() => checkedArea(width, height)).toThrow(SpiceError);
    expect(() => finish(decodeLz(lz(LzType.rgb32, width, height, 4, 1, []), null))).toThrow(SpiceError);
    const quic = new BodyWriter(20).u32(0x4349_5551).u32(0).u32(4).u32(width).u32(height).done();
    expect(() => finish(decodeQuic(quic))).toThrow(SpiceError);
  }
  expect(checkedArea(8192, 8192)).toBe(8192 * 8192);
});

test('caches give out what they hold, and hold no more than they may', { timeout: 120_000 }, () => {
  const cache = createBoundedCache<string>(10);
  cache.put(1n, 'one', 6);
  expect(cache.get(1n)).toBe('one');
  expect(() => cache.put(2n, 'two', 6)).toThrow(SpiceError);
  cache.put(1n, 'other', 10);
  cache.drop(1n);
  expect(() => cache.get(1n)).toThrow(SpiceError);
  cache.put(2n, 'two', 10);
  cache.clear();
  cache.put(3n, 'three', 10);

  const tiny = createBoundedCache<null>(1_000_000);
  const fillUp = (): void => {
    for (let id = 0; id <= 262_144; id++) tiny.put(BigInt(id), null, 1);
  };
  expect(fillUp).toThrow(SpiceError);

  const window = createGlzWindow(4);
  window.add(1, 0, new Uint32Array(4));
  window.add(2, 1, new Uint32Array(4));
  expect(() => window.add(3, 1, new Uint32Array(4).fill(1))).not.toThrow();
  expect(() => window.add(4, 1, new Uint32Array(4))).toThrow(SpiceError);
  window.add(5, 5, new Uint32Array(4));
  const many = createGlzWindow(1_000_000);
  const pixel = new Uint32Array(1);
  const fillWindow = (): void => {
    for (let id = 0; id <= 524_288; id++) many.add(id, 0, pixel);
  };
  expect(fillWindow).toThrow(SpiceError);
  expect(() => window.pixelsOf(3)).toThrow(SpiceError);
});
