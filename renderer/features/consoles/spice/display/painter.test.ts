import { expect, test } from 'vitest';
import { BodyReader } from '../body-reader.ts';
import { BodyWriter } from '../body-writer.ts';
import { SpiceError } from '../channel.ts';
import { Draw } from './draw-kinds.ts';
import { readClip } from './draw-message.ts';
import { coverageOf, readGlyphs } from './glyphs.ts';
import { createImageDecoder } from './image-decoder.ts';
import { Painter } from './painter.ts';
import { paintInParts } from './paint.ts';
import { PIXELS_A_STEP, pixelOf } from './picture.ts';
import { scaled } from './scale.ts';
import { markLines, readPath } from './strokes.ts';
import { SurfaceStore, XRGB, type Surface } from './surface.ts';
import { finish, type Work } from './work.ts';

const rejected = (): Promise<never> => Promise.reject(new Error('There is no JPEG here.'));

function createScreen(width: number, height: number): { readonly screen: Surface; readonly painter: Painter } {
  const surfaces = new SurfaceStore();
  const screen = finish(surfaces.create({ id: 0, width, height, format: XRGB }));
  const decoder = createImageDecoder({ decodeJpeg: rejected, surface: (id) => surfaces.get(id) });
  return { screen, painter: new Painter({ surfaces, decoder, painted: () => undefined }) };
}

/** ROP3 by `code` of all of the surface and itself, with white as the pattern. */
function rop3OfItself(width: number, height: number, code: number): Uint8Array {
  const rect = (body: BodyWriter): BodyWriter => body.u32(0).u32(0).u32(height).u32(width);
  const base = rect(new BodyWriter(83).u32(0)).u8(0);
  const drawing = rect(base.u32(61)).u8(1).u32(0xff_ffff).u8(code).u8(1).u8(0).u32(0).u32(0).u32(0);
  return drawing.u64(1n).u8(104).u8(0).u32(width).u32(height).u32(0).done();
}

function stepsOf(work: Work<unknown>): number {
  let steps = 0;
  while (work.next().done !== true) steps += 1;
  return steps;
}

test('others have their turn while a large surface is drawn on pixel by pixel', { timeout: 120_000 }, async () => {
  const { screen, painter } = createScreen(2048, 1024);
  screen.pixels.fill(pixelOf(0x12_3456));
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  // Pattern xor source.
  expect(await painter.draw(Draw.rop3, rop3OfItself(2048, 1024, 0x3c))).toBe(true);
  isDone = true;
  expect(turns).toBeGreaterThan(1);
  expect(screen.pixels.every((pixel) => pixel === pixelOf(0xed_cba9))).toBe(true);
});

test('a region is drawn in small parts, which are all of it', () => {
  const rects = [
    { left: 0, top: 0, right: 8192, bottom: 100 },
    { left: 5, top: 200, right: 7, bottom: 100_000 },
  ];
  const areas: number[] = [];
  const region = { rects, box: { left: 0, top: 0, right: 8192, bottom: 100_000 }, mask: null };
  const work = paintInParts(region, (part) => {
    for (const { left, top, right, bottom } of part.rects) areas.push((right - left) * (bottom - top));
  });
  expect(stepsOf(work)).toBeGreaterThan(25);
  expect(Math.max(...areas)).toBeLessThanOrEqual(PIXELS_A_STEP);
  expect(areas.reduce((sum, area) => sum + area)).toBe(8192 * 100 + 2 * 99_800);
});

test('what is done to whole pictures beforehand pauses too', { timeout: 120_000 }, () => {
  const [width, height] = [2048, 512];
  const all = { left: 0, top: 0, right: width, bottom: height };
  const picture = { width, height, opaque: true, pixels: new Uint32Array(width * height) };
  expect(stepsOf(scaled({ picture, area: { ...all, right: 7 }, box: all, wanted: all, smooth: true }))).toBeGreaterThan(10);
  // A hundred glyphs one upon the other.
  const glyph = { left: 0, top: 0, width: 512, height: 512, bits: 8, rows: new Uint8Array(512 * 512) };
  expect(
    stepsOf(
      coverageOf(
        Array.from({ length: 100 }, () => glyph),
        all,
      ),
    ),
  ).toBeGreaterThan(100);
  const back = Array.from({ length: 400 }, (_, index) => ({ x: index % 2 === 0 ? 0 : 2000, y: 5 }));
  expect(stepsOf(markLines([back], null, all))).toBeGreaterThan(5);
  expect(stepsOf(new SurfaceStore().create({ id: 0, width: 4096, height: 1024, format: XRGB }))).toBeGreaterThan(3);
});

test('lists that would take more memory than they are long are refused before they are read', { timeout: 120_000 }, () => {
  const claims = (count: number, ...before: readonly number[]): BodyReader => {
    const body = new BodyWriter(8 * 1024 * 1024).bytes(Uint8Array.from(before));
    return new BodyReader(body.u32(count).done());
  };
  expect(() => readClip(claims(65_537, 1))).toThrow(SpiceError);
  expect(readClip(claims(65_536, 1))).toHaveLength(65_536);
  const path = (count: number, flags: number) => readPath(claims(count, 1, 0, 0, 0, flags));
  expect(() => path(250_001, 1)).toThrow(SpiceError);
  // Each curve through three points becomes two dozen.
  expect(() => path(60_001, 1 | 16)).toThrow('more points');
  expect(path(1000, 1)).toMatchObject([{ length: 1000 }]);
  expect(() => readGlyphs(new BodyReader(Uint8Array.of(255, 255, 1)))).toThrow(SpiceError);
});
