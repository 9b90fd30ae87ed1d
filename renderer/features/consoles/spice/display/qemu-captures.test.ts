import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { array, assert, asyncProperty, constantFrom, double, integer, option, record } from 'fast-check';
import { z } from 'zod';
import { BodyReader } from '../body-reader.ts';
import { SpiceError } from '../channel.ts';
import { createImageDecoder } from './image-decoder.ts';
import { readImage } from './image-message.ts';
import { Painter } from './painter.ts';
import { pixelOf } from './picture.ts';
import { SurfaceStore, XRGB } from './surface.ts';

/**
 * What a real server sent (QEMU 7.2 with spice-server 0.15 over TCP): `painted` was written to the memory of a VGA card for each shift in
 * turn, and these are the DRAW_COPY messages that followed, up to the shift before. QEMU's own screendump was the same pixel by pixel.
 */
const Capture = z.record(z.string(), z.array(z.object({ shift: z.number(), messages: z.array(z.string()) })));
const captures = Capture.parse(JSON.parse(readFileSync(new URL('qemu-captures.json', import.meta.url), 'utf8')));

const WIDTH = 128;
const HEIGHT = 48;
const DRAW_COPY = 304;
const PICTURE = 21;

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

function createScreen() {
  const surfaces = new SurfaceStore();
  const screen = surfaces.create({ id: 0, width: WIDTH, height: HEIGHT, format: XRGB });
  const decoder = createImageDecoder({
    decodeJpeg: () => Promise.reject(new Error('There is no JPEG here.')),
    surface: (id) => surfaces.get(id),
  });
  return { screen, painter: new Painter({ surfaces, decoder, painted: () => undefined }) };
}

const bodiesOf = (messages: readonly string[]): Uint8Array[] => messages.map((message) => Uint8Array.from(Buffer.from(message, 'base64')));

function kindOf(body: Uint8Array): string {
  return readImage(body, new BodyReader(body.subarray(PICTURE)).u32())?.data.kind ?? 'none';
}

test.each([
  ['quic', ['quic']],
  ['glz', ['lz', 'glz']],
  ['zlib-glz', ['zlib-glz']],
  ['lz4', ['lz4']],
])('what the server sends as %s becomes the pixels that were there', async (name, kinds) => {
  const { screen, painter } = createScreen();
  const seen = new Set<string>();
  const frames = captures[name] ?? [];
  // Some captures begin in the middle: with what was there before.
  if (frames[0]?.shift !== 0) screen.pixels.set(painted(0));
  for (const { shift, messages } of frames) {
    for (const body of bodiesOf(messages)) {
      seen.add(kindOf(body));
      expect(await painter.draw(DRAW_COPY, body)).toBe(true);
    }
    expect(Buffer.compare(Buffer.from(screen.pixels.buffer), Buffer.from(painted(shift).buffer)), `shift ${shift}`).toBe(0);
  }
  expect([...seen]).toEqual(kinds);
});

const bodies = Object.values(captures)
  .flat()
  .flatMap(({ messages }) => bodiesOf(messages));

test('a message with bytes changed, cut or added is drawn or refused, and nothing else happens', async () => {
  const change = record({ at: double({ min: 0, max: 1, noNaN: true }), byte: integer({ min: 0, max: 255 }) });
  const place = double({ min: 0, max: 1, noNaN: true });
  let refused = 0;
  await assert(
    asyncProperty(constantFrom(...bodies), array(change, { minLength: 1, maxLength: 8 }), option(place), async (body, changes, cut) => {
      const { painter } = createScreen();
      const broken = body.slice(0, cut === null ? body.length : Math.ceil(cut * body.length));
      // Half of the changes hit what says how large things are.
      changes.forEach(({ at, byte }, index) => {
        broken[Math.floor(at * (index % 2 === 0 ? 120 : broken.length))] = byte;
      });
      const outcome: unknown = await painter.draw(DRAW_COPY, broken).catch((error: unknown) => error);
      if (outcome === true) return;
      expect(outcome).toBeInstanceOf(SpiceError);
      refused += 1;
    }),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(0);
}, 120_000);
