import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { array, assert, asyncProperty, constantFrom, double, integer, option, record } from 'fast-check';
import { z } from 'zod';
import { SpiceError } from '../channel.ts';
import { createImageDecoder } from './image-decoder.ts';
import type { ImageMessage } from './image-message.ts';
import { Painter } from './painter.ts';
import { pixelOf } from './picture.ts';
import { SurfaceStore, XRGB } from './surface.ts';
import { finish } from './work.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

/**
 * What a real server sent (QEMU 7.2 with spice-server 0.15 over TCP): `painted` was written to the memory of a VGA card for each shift in
 * turn, and these are the DRAW_COPY messages that followed. QEMU's own screendump was the same pixel by pixel.
 */
const vga = z.record(z.string(), z.array(z.object({ shift: z.number(), messages: z.array(z.string()) }))).parse(read('vga-captures.json'));

/**
 * What the same server sent when commands were put into the rings of a QXL card, one for each cell of 32 by 24 pixels: copies of pictures
 * of seven formats, clipped, masked, scaled, from the cache; fills with colours and patterns and seven ROPs; ROP3, a transparent colour, alpha
 * values, lines, text; the screen onto itself. `cells` are hashes of what QEMU's own screendump showed then.
 */
const QxlCapture = z.object({ cells: z.array(z.string()), messages: z.array(z.object({ type: z.number(), body: z.string() })) });
const qxl = z.record(z.string(), QxlCapture).parse(read('qxl-captures.json'));
const QXL = { width: 256, height: 192, cellWidth: 32, cellHeight: 24 } as const;

const WIDTH = 128;
const HEIGHT = 48;
const DRAW_COPY = 304;

/** A gradient above, then stripes, then noise. */
function painted(shift: number): Uint32Array {
  const colorAt = (x: number, y: number): number => {
    const at = x + shift;
    if (y < 16) return (((at * 7) & 255) << 16) | (((y * 15) & 255) << 8) | ((x * y) & 255);
    if (y < 32) return ((at >> 3) & 1) === 1 ? 0xff_ffff : 0x20_4060;
    return ((at * at * 31 + y * 17) >>> 3) & 0x3f_3f3f;
  };
  return Uint32Array.from({ length: WIDTH * HEIGHT }, (_, index) => pixelOf(colorAt(index % WIDTH, Math.floor(index / WIDTH))));
}

function createScreen({ width, height }: { readonly width: number; readonly height: number } = { width: WIDTH, height: HEIGHT }) {
  const surfaces = new SurfaceStore();
  const screen = finish(surfaces.create({ id: 0, width, height, format: XRGB }));
  const decoder = createImageDecoder({
    decodeJpeg: () => Promise.reject(new Error('There is no JPEG here.')),
    surface: (id) => surfaces.get(id),
  });
  const decoded = new Set<string>();
  const watched = {
    ...decoder,
    decode: (image: ImageMessage) => {
      decoded.add(image.data.kind);
      return decoder.decode(image);
    },
  };
  return { screen, decoded, painter: new Painter({ surfaces, decoder: watched, painted: () => undefined }) };
}

const bodiesOf = (messages: readonly string[]): Uint8Array[] => messages.map((message) => Uint8Array.from(Buffer.from(message, 'base64')));

test.each([
  ['zlib-glz', ['zlib-glz']],
  ['lz4', ['lz4']],
])('what the server sends as %s becomes the pixels that were there', async (name, kinds) => {
  const { screen, painter, decoded } = createScreen();
  const frames = vga[name] ?? [];
  // The capture begins in the middle: with what was there before.
  screen.pixels.set(painted(0));
  for (const { shift, messages } of frames) {
    for (const body of bodiesOf(messages)) {
      expect(await painter.draw(DRAW_COPY, body)).toBe(true);
    }
    expect(Buffer.compare(Buffer.from(screen.pixels.buffer), Buffer.from(painted(shift).buffer)), `shift ${shift}`).toBe(0);
  }
  expect([...decoded]).toEqual(kinds);
});

test.each([
  ['auto-lz', ['bitmap', 'cached', 'lz', 'lz-palette', 'quic']],
  ['glz', ['cached', 'glz', 'lz', 'lz-palette']],
])('what a QXL card is told to draw is drawn as its own server does, with pictures as %s', async (name, kinds) => {
  const { screen, painter, decoded } = createScreen(QXL);
  const { cells, messages } = qxl[name] ?? { cells: [], messages: [] };
  for (const { type, body } of messages) expect(await painter.draw(type, Uint8Array.from(Buffer.from(body, 'base64')))).toBe(true);
  expect(cells).toHaveLength(64);
  const { width, cellWidth, cellHeight } = QXL;
  const actual = cells.map((_, cell) => {
    const top = Math.floor(cell / 8) * cellHeight;
    const left = (cell % 8) * cellWidth;
    const rows = Array.from({ length: cellHeight }, (_row, y) =>
      screen.pixels.slice((top + y) * width + left, (top + y) * width + left + cellWidth),
    );
    return createHash('sha256')
      .update(Buffer.concat(rows.map(({ buffer }) => Buffer.from(buffer))))
      .digest('hex')
      .slice(0, 12);
  });
  expect(actual).toEqual(cells);
  expect([...decoded].sort()).toEqual(kinds);
});

const drawn = [
  ...Object.values(vga)
    .flat()
    .flatMap(({ messages }) => bodiesOf(messages).map((body) => ({ type: DRAW_COPY, body }))),
  ...Object.values(qxl).flatMap(({ messages }) =>
    messages.map(({ type, body }) => ({ type, body: Uint8Array.from(Buffer.from(body, 'base64')) })),
  ),
];

test('a message with bytes changed, cut or added is drawn or refused, and nothing else happens', async () => {
  const change = record({ at: double({ min: 0, max: 1, noNaN: true }), byte: integer({ min: 0, max: 255 }) });
  const place = double({ min: 0, max: 1, noNaN: true });
  let refused = 0;
  await assert(
    asyncProperty(
      constantFrom(...drawn),
      array(change, { minLength: 1, maxLength: 8 }),
      option(place),
      async ({ type, body }, changes, cut) => {
        const { painter } = createScreen();
        const broken = body.slice(0, cut === null ? body.length : Math.ceil(cut * body.length));
        // Half of the changes hit what says how large things are.
        changes.forEach(({ at, byte }, index) => {
          broken[Math.floor(at * (index % 2 === 0 ? 120 : broken.length))] = byte;
        });
        const outcome: unknown = await painter.draw(type, broken).catch((error: unknown) => error);
        if (outcome === true) return;
        expect(outcome).toBeInstanceOf(SpiceError);
        refused += 1;
      },
    ),
    { numRuns: 1000 },
  );
  expect(refused).toBeGreaterThan(0);
}, 120_000);
