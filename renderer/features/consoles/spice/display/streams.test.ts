import { beforeEach, expect, test } from 'vitest';
import { BodyWriter } from '../body-writer.ts';
import { SpiceError } from '../channel.ts';
import { pixelOf, type Picture } from './picture.ts';
import type { Rect } from './region.ts';
import { Streams } from './streams.ts';
import { SurfaceStore, XRGB } from './surface.ts';
import { finish } from './work.ts';

const Told = { create: 122, data: 123, clip: 124, destroy: 125, dataSized: 316 } as const;
const [WIDTH, HEIGHT] = [8, 6];

const BLACK = pixelOf(0);
const UPPER = pixelOf(0xff_0000);
const LOWER = pixelOf(0x00_00ff);

let surfaces: SurfaceStore;
let streams: Streams;
let now: number;
let painted: Rect[];

/** What says of itself to be a JPEG of that size; `decode` makes its upper half red and its lower half blue. */
const jpeg = (width: number, height: number): Uint8Array =>
  Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255);

function decode(bytes: Uint8Array): Promise<Picture> {
  const [width, height] = [bytes[10] ?? 0, bytes[8] ?? 0];
  const pixels = new Uint32Array(width * height).fill(UPPER);
  pixels.fill(LOWER, (width * height) / 2);
  return Promise.resolve({ width, height, pixels, opaque: true });
}

const rect = (body: BodyWriter, { top, left, bottom, right }: Rect): BodyWriter => body.u32(top).u32(left).u32(bottom).u32(right);
const dest: Rect = { left: 2, top: 1, right: 6, bottom: 5 };

function create({ topDown = 1, codec = 1, box = dest } = {}): Promise<boolean> {
  const body = new BodyWriter(67).u32(0).u32(7).u8(topDown).u8(codec).u64(0n).u32(4).u32(4).u32(4).u32(4);
  return streams.receive(Told.create, rect(body, box).u8(0).done());
}

function frame(bytes: Uint8Array, time = 0): Promise<boolean> {
  return streams.receive(Told.data, new BodyWriter(12 + bytes.length).u32(7).u32(time).u32(bytes.length).bytes(bytes).done());
}

/** The screen as letters: red, blue or nothing. */
function screen(): string[] {
  const { pixels } = surfaces.get(0);
  const letters = [...pixels].map((pixel) => (pixel === UPPER ? 'r' : pixel === LOWER ? 'b' : pixel === BLACK ? '.' : '?')).join('');
  return Array.from({ length: HEIGHT }, (_, y) => letters.slice(y * WIDTH, (y + 1) * WIDTH));
}

beforeEach(() => {
  surfaces = new SurfaceStore();
  finish(surfaces.create({ id: 0, width: WIDTH, height: HEIGHT, format: XRGB }));
  now = 0;
  painted = [];
  streams = new Streams({ surfaces, decodeJpeg: decode, mediaTime: () => now, painted: (_surface, bounds) => painted.push(bounds) });
});

test('a frame is drawn where the film plays, and nowhere else', async () => {
  expect(await create()).toBe(true);
  expect(await frame(jpeg(4, 4))).toBe(true);
  expect(screen()).toEqual(['........', '..rrrr..', '..rrrr..', '..bbbb..', '..bbbb..', '........']);
  expect(painted).toEqual([dest]);
});

test('one that comes from the bottom up is turned', async () => {
  await create({ topDown: 0 });
  await frame(jpeg(4, 4));
  expect(screen()[1]).toBe('..bbbb..');
});

test('a frame of another size is made to fit, also where it reaches over the edge', async () => {
  await create({ box: { left: -4, top: 2, right: 4, bottom: 10 } });
  await frame(jpeg(4, 4));
  expect(screen()).toEqual(['........', '........', 'rrrr....', 'rrrr....', 'rrrr....', expect.stringMatching(/^....\.{4}$/)]);
});

test('a frame may say where it is to be', async () => {
  await create();
  const bytes = jpeg(2, 2);
  const body = new BodyWriter(36 + bytes.length).u32(7).u32(0).u32(2).u32(2);
  await streams.receive(Told.dataSized, rect(body, { left: 0, top: 0, right: 2, bottom: 2 }).u32(bytes.length).bytes(bytes).done());
  expect(screen().slice(0, 2)).toEqual(['rr......', 'bb......']);
});

test('what is in front of a film stays', async () => {
  await create();
  const clip = rect(new BodyWriter(25).u32(7).u8(1).u32(1), { left: 4, top: 0, right: 8, bottom: 6 });
  await streams.receive(Told.clip, clip.done());
  await frame(jpeg(4, 4));
  expect(screen()[1]).toBe('....rr..');
});

test('late frames are dropped, but not for long', async () => {
  await create();
  await frame(jpeg(4, 4));
  now = 400;
  await frame(jpeg(4, 4), 50);
  expect(painted).toHaveLength(1);
  await frame(jpeg(4, 4), 350);
  expect(painted).toHaveLength(2);
  now = 1000;
  await frame(jpeg(4, 4), 400);
  expect(painted).toHaveLength(3);
});

test('frames of a film that is over, or never was, are left alone', async () => {
  expect(await frame(jpeg(4, 4))).toBe(true);
  await create();
  await streams.receive(Told.destroy, new BodyWriter(4).u32(7).done());
  await frame(jpeg(4, 4));
  expect(painted).toEqual([]);
});

test('what no honest server sends is refused before it is decoded', async () => {
  await expect(create({ codec: 3 })).rejects.toThrow(SpiceError);
  await create();
  await expect(frame(jpeg(9000, 4))).rejects.toThrow(SpiceError);
  await expect(frame(Uint8Array.of(1, 2, 3))).rejects.toThrow(SpiceError);
  expect(await streams.receive(999, new Uint8Array())).toBe(false);
});
