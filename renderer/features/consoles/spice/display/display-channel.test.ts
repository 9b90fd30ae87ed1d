import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BodyWriter } from '../body-writer.ts';
import { SpiceError, type DisplayHead } from '../channel.ts';
import { DisplayChannel } from './display-channel.ts';
import { Draw } from './draw-kinds.ts';
import { pixelOf } from './picture.ts';

const Told = { reset: 103, streamCreate: 122, surfaceCreate: 314, surfaceDestroy: 315, monitors: 317, glScanout: 320 } as const;

/** What the browser's is to the channel. */
class FakeImageData {
  readonly pixels: Uint32Array;

  constructor(data: Uint8ClampedArray) {
    this.pixels = new Uint32Array(data.buffer);
  }
}

let frames: (() => void)[];
/** What was brought to the canvas: the rectangle, and the first pixel of the picture then. */
let put: { readonly rect: readonly number[]; readonly pixel: number | undefined }[];
let sizes: ({ readonly width: number; readonly height: number } | null)[];
let heads: readonly DisplayHead[];
let sent: { readonly type: number; readonly body: Uint8Array }[];
let canvas: { width: number; height: number };

beforeEach(() => {
  [frames, put, sizes, heads, sent] = [[], [], [], [], []];
  vi.stubGlobal('ImageData', FakeImageData);
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', () => (frames = []));
});
afterEach(() => vi.unstubAllGlobals());

function createDisplay(): DisplayChannel {
  const putImageData = (image: unknown, ...rect: readonly number[]): void => {
    put.push({ rect: rect.slice(2), pixel: image instanceof FakeImageData ? image.pixels[0] : undefined });
  };
  const paper = { width: 0, height: 0, getContext: () => ({ putImageData }) };
  canvas = paper;
  return new DisplayChannel({
    id: 3,
    canvas: paper,
    link: { send: (type, body = new Uint8Array()) => sent.push({ type, body }) },
    resized: (size) => sizes.push(size),
    drawn: () => undefined,
    heads: (given) => (heads = given),
    mediaTime: () => 0,
    failed: () => undefined,
  });
}

const words = (...values: readonly number[]): Uint8Array =>
  values.reduce((body, value) => body.u32(value), new BodyWriter(4 * values.length)).done();
const surface = (width: number, height: number, id = 0, primary = 1): Uint8Array => words(id, width, height, 32, primary);
const fill = (width: number, height: number, color: number): Uint8Array => {
  const base = new BodyWriter(41).u32(0).u32(0).u32(0).u32(height).u32(width).u8(0);
  return base.u8(1).u32(color).u16(8).u8(0).u32(0).u32(0).u32(0).done();
};
/** A picture of SpiceImageType `kind` whose size is said to be that; `data` is what it is made of. */
const draw = (kind: number, width: number, height: number, data: Uint8Array): Uint8Array => {
  const body = new BodyWriter(79 + data.length).u32(0).u32(0).u32(0).u32(48).u32(64).u8(0).u32(57);
  const head = body.u32(0).u32(0).u32(48).u32(64).u16(8).u8(1).u8(0).u32(0).u32(0).u32(0);
  return head.u64(1n).u8(kind).u8(0).u32(width).u32(height).bytes(data).done();
};
const garbage = Uint8Array.from({ length: 300 }, (_, index) => (index * 73) & 255);
const counted = new BodyWriter(304).u32(300).bytes(garbage).done();

test('it says at once what its caches hold, which the server waits for', () => {
  createDisplay();
  expect(sent).toMatchObject([{ type: 101 }]);
  const body = sent[0]?.body ?? new Uint8Array();
  const view = new DataView(body.buffer);
  expect([body.length, view.getUint8(0), view.getBigUint64(1, true), view.getUint8(9), view.getUint32(10, true)]).toEqual([
    14,
    3,
    BigInt(8 * 1024 * 1024),
    3,
    8 * 1024 * 1024,
  ]);
});

test('the canvas has the size of the surface that is shown, and what changed is brought to it once a frame', async () => {
  const display = createDisplay();
  await display.receive(Told.surfaceCreate, surface(64, 48));
  expect([sizes, canvas.width, canvas.height]).toEqual([[{ width: 64, height: 48 }], 64, 48]);
  await display.receive(Draw.fill, fill(64, 48, 0xff_0000));
  await display.receive(Draw.fill, fill(10, 20, 0x00_ff00));
  expect([frames.length, put]).toEqual([1, []]);
  frames[0]?.();
  expect(put).toEqual([
    { rect: [0, 0, 64, 48], pixel: pixelOf(0x00_ff00) },
    { rect: [0, 0, 10, 20], pixel: pixelOf(0x00_ff00) },
  ]);
  put = [];
  for (let index = 1; index < 40; index++) await display.receive(Draw.fill, fill(index, 1, 0));
  display.present();
  expect(put.length).toBeLessThanOrEqual(17);
  expect(Math.max(...put.map(({ rect }) => rect[2] ?? 0))).toBe(39);
});

test('another surface takes the place of the one that is shown; one beside it does not', async () => {
  const display = createDisplay();
  await display.receive(Told.surfaceCreate, surface(64, 48));
  await display.receive(Told.surfaceCreate, surface(10, 10, 5, 0));
  await display.receive(Told.surfaceDestroy, words(5));
  await display.receive(Told.surfaceDestroy, words(0));
  await display.receive(Told.surfaceCreate, surface(80, 60));
  await display.receive(Told.reset, new Uint8Array());
  expect(sizes).toEqual([{ width: 64, height: 48 }, null, { width: 80, height: 60 }, null]);
  await expect(display.receive(Draw.fill, fill(64, 48, 0))).rejects.toThrow('not there');
});

test('heads are those that are on', async () => {
  const display = createDisplay();
  const body = new BodyWriter(60).u16(2).u16(4);
  for (const value of [0, 0, 1024, 768, 0, 0, 0, 1, 0, 0, 0, 1024, 0, 0]) body.u32(value);
  await display.receive(Told.monitors, body.done());
  expect(heads).toEqual([{ id: 0, x: 0, y: 0, width: 1024, height: 768 }]);
});

const monitors = (...all: readonly (readonly [x: number, y: number, width: number, height: number])[]): Uint8Array => {
  const body = new BodyWriter(4 + 28 * all.length).u16(all.length).u16(4);
  all.forEach(([x, y, width, height], id) => body.u32(id).u32(0).u32(width).u32(height).u32(x).u32(y).u32(0));
  return body.done();
};

test('of a surface that is larger than its heads only these are shown, until the next surface', async () => {
  const display = createDisplay();
  await display.receive(Told.surfaceCreate, surface(1024, 768));
  await display.receive(Draw.fill, fill(1024, 768, 0x00_ff00));
  await display.receive(Told.monitors, monitors([0, 0, 980, 600]));
  expect([canvas.width, canvas.height, sizes.at(-1)]).toEqual([980, 600, { width: 980, height: 600 }]);
  display.present();
  // What was there before is on the new canvas too.
  expect(put.at(-1)).toEqual({ rect: [0, 0, 980, 600], pixel: pixelOf(0x00_ff00) });
  const known = sizes.length;
  await display.receive(Told.monitors, monitors([0, 0, 980, 600]));
  expect(sizes).toHaveLength(known);
  await display.receive(Told.monitors, monitors([0, 0, 500, 600], [500, 0, 500, 400]));
  expect(sizes.at(-1)).toEqual({ width: 1000, height: 600 });
  await display.receive(Told.monitors, monitors([0, 0, 0xffff_ffff, 0xffff_ffff]));
  expect(sizes.at(-1)).toEqual({ width: 1024, height: 768 });
  await display.receive(Told.monitors, monitors([0, 0, 10, 10]));
  await display.receive(Told.monitors, monitors());
  expect(sizes.at(-1)).toEqual({ width: 10, height: 10 });
  await display.receive(Told.surfaceCreate, surface(64, 48));
  expect([canvas.width, canvas.height, sizes.at(-1)]).toEqual([64, 48, { width: 64, height: 48 }]);
});

test('nothing is shown any more once it is over, even in the middle of a large surface', async () => {
  const display = createDisplay();
  const creating = display.receive(Told.surfaceCreate, surface(8192, 2048));
  display.dispose();
  await creating;
  expect(sizes.filter((size) => size !== null)).toEqual([]);
});

test('a screen that is another one all the time is refused', async () => {
  const display = createDisplay();
  const flood = async (): Promise<void> => {
    for (let index = 0; index < 10_000; index++) await display.receive(Told.surfaceCreate, surface(8, 8));
  };
  await expect(flood()).rejects.toThrow('changed its size too often');
});

test.each([
  ['QUIC', 1, counted],
  ['LZ', 101, counted],
  ['GLZ', 102, counted],
  ['a picture of its cache', 103, new Uint8Array()],
  ['a surface that is not there', 104, words(9)],
  ['JPEG', 105, counted],
  ['zlib', 107, new BodyWriter(308).u32(900).bytes(counted).done()],
  ['JPEG with alpha values', 108, new BodyWriter(309).u8(0).u32(9).bytes(counted).done()],
  ['LZ4', 109, counted],
  ['what nobody knows', 77, counted],
])('garbage as %s is refused', async (_name, kind, data) => {
  const display = createDisplay();
  await display.receive(Told.surfaceCreate, surface(64, 48));
  await expect(display.receive(Draw.copy, draw(kind, 64, 48, data))).rejects.toThrow(SpiceError);
  await expect(display.receive(Draw.copy, draw(kind, 65_535, 65_535, data))).rejects.toThrow('65535 by 65535');
});

test.each([
  ['a surface of 65,535²', Told.surfaceCreate, surface(65_535, 65_535), '65535 by 65535'],
  ['a surface of more than 64 megapixels', Told.surfaceCreate, surface(8192, 8193), '8192 by 8193'],
  ['a surface without pixels', Told.surfaceCreate, surface(0, 8), '0 by 8'],
  ['a surface of no known format', Told.surfaceCreate, words(0, 8, 8, 33, 1), 'format 33'],
  ['a film by a codec that was not agreed on', Told.streamCreate, new BodyWriter(10).u32(0).u32(1).u8(1).u8(3).done(), 'codec 3'],
  ['OpenGL of its own host', Told.glScanout, new Uint8Array(), 'OpenGL'],
  ['a message that ends too early', Draw.copy, new Uint8Array(20), 'shorter than it says'],
])('%s is refused', async (_name, type, body, reason) => {
  await expect(createDisplay().receive(type, body)).rejects.toThrow(reason);
});
