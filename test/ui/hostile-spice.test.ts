import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';
import { bytesOf, firstPixel } from './console-wire.ts';
import {
  agentSays,
  channels,
  counted,
  drawAlpha,
  drawCopy,
  drawRop3,
  fill,
  heard,
  init,
  le16,
  le32,
  message,
  openSpice,
  reconnect,
  rect,
  say,
  surface,
  wireOf,
  type SpiceWire,
} from './spice-wire.ts';
import { u32 } from './wire.ts';

/** Nothing that a SPICE server sends may freeze, fool or fill the window. The server is ours here. */
const CANARY = 'canary of the host';
const patience = { timeout: 60_000 };

const Image = { quic: 1, lzRgb: 101, glzRgb: 102, jpeg: 105, zlibGlz: 107, jpegAlpha: 108, lz4: 109 } as const;
const garbage = Array.from({ length: 300 }, (_, index) => (index * 73) & 255);
const noSize = [...le16(101), ...le32(0xffffffff)];
const shown = surface(64, 48);
const lzHeader = (type: number, width: number, height: number): number[] =>
  [0x2020_5a4c, 0x1_0001, type, width, height, 4 * width, 1].flatMap((each) => u32(each));
/** The beginning of a JPEG of 8 by 8 pixels, in which nothing follows. */
const emptyJpeg = [0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 8, 0, 8, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];

const screen = (page: Page) => page.getByRole('application', { name: 'Screen of the guest' });

async function start(page: Page, ...bytes: readonly (readonly number[])[]): Promise<void> {
  await openSpice(page);
  await say(page, 'main', [...init(), ...channels('display', 'inputs', 'cursor', 'playback')]);
  for (const piece of bytes) await say(page, 'display', piece);
}

type Attack = readonly [what: string, said: readonly (readonly [SpiceWire, readonly number[]])[], reason: RegExp];

const greetings: readonly Attack[] = [
  ['a message of 4 GiB at the very beginning', [['main', noSize]], /a message of 4294967295 bytes/],
  ['a million channels', [['main', [...init(), ...message(104, le32(1_000_000))]]], /has 1000000 channels/],
  ['fewer channels than it says', [['main', [...init(), ...message(104, le32(9), [2, 0])]]], /shorter than it says/],
  ['beginning twice', [['main', [...init(), ...init()]]], /began twice/],
];
const screens: readonly Attack[] = [
  ['a message of 4 GiB on the display', [['display', noSize]], /a message of 4294967295 bytes/],
  [
    'a pointer of 65,535²',
    [
      [
        'cursor',
        message(101, le16(0), le16(0), le32(0), [1], le16(0), le32(1), le32(0), [0], ...Array.from({ length: 4 }, () => le16(65_535))),
      ],
    ],
    /pointer of 65535/,
  ],
  ['a surface of 65,535²', [['display', surface(65_535, 65_535)]], /65535 by 65535 pixels/],
  ['a surface of more than 64 megapixels', [['display', surface(8192, 8193)]], /8192 by 8193 pixels/],
  ['changing size a thousand times', [['display', Array.from({ length: 1000 }, () => shown).flat()]], /changed its size too often/],
  ['drawing where nothing is', [['display', fill(64, 48, 0)]], /surface that is not there/],
  ['a picture of 65,535²', [['display', [...shown, ...drawCopy(Image.quic, 65_535, 65_535, counted(garbage))]]], /65535 by 65535 pixels/],
  ['a clip list of 4 GiB', [['display', [...shown, ...message(302, le32(0), rect(0, 0, 64, 48), [1], le32(0xffffffff))]]], /clip list/],
];
const pictures: readonly Attack[] = [
  ['garbage as QUIC', [['display', [...shown, ...drawCopy(Image.quic, 64, 48, counted(garbage))]]], /damaged|too early/],
  ['garbage as LZ', [['display', [...shown, ...drawCopy(Image.lzRgb, 64, 48, counted(garbage))]]], /damaged|too early/],
  ['LZ that ends too early', [['display', [...shown, ...drawCopy(Image.lzRgb, 64, 48, counted(lzHeader(8, 64, 48)))]]], /too early/],
  ['garbage as GLZ', [['display', [...shown, ...drawCopy(Image.glzRgb, 64, 48, counted(garbage))]]], /damaged|too early/],
  ['garbage as zlib', [['display', [...shown, ...drawCopy(Image.zlibGlz, 64, 48, [...le32(900), ...counted(garbage)])]]], /damaged/],
  ['garbage as LZ4', [['display', [...shown, ...drawCopy(Image.lz4, 64, 48, counted([1, 8, ...garbage]))]]], /damaged|too early/],
  ['garbage as JPEG', [['display', [...shown, ...drawCopy(Image.jpeg, 64, 48, counted(garbage))]]], /damaged/],
  ['a JPEG of nothing but its size', [['display', [...shown, ...drawCopy(Image.jpeg, 8, 8, counted(emptyJpeg))]]], /damaged/],
  ['a JPEG of another size than it says', [['display', [...shown, ...drawCopy(Image.jpeg, 9, 8, counted(emptyJpeg))]]], /damaged/],
  [
    'garbage behind a JPEG’s alpha',
    [['display', [...shown, ...drawCopy(Image.jpegAlpha, 8, 8, [0, ...le32(9), ...counted(garbage)])]]],
    /damaged/,
  ],
  ['a picture of an unknown kind', [['display', [...shown, ...drawCopy(77, 64, 48, counted(garbage))]]], /picture of kind 77/],
];
const rarities: readonly Attack[] = [
  ['a film that nobody asked for', [['display', [...shown, ...message(122, le32(0), le32(1), [1, 3])]]], /film by codec 3/],
  ['OpenGL of its own host', [['display', [...shown, ...message(320, le32(0))]]], /OpenGL/],
  ['having moved away', [['display', [...shown, ...message(1, le32(0))]]], /moved to another host/],
];

// One after the other in one page, which is there for the next one as if nothing had been.
test.for<[string, readonly Attack[]]>([
  ['greetings', greetings],
  ['screens', screens],
  ['pictures', pictures],
  ['messages', rarities],
])('G8, G9, G13: hostile %s end the screen with a reason and nothing else', { timeout: 600_000 }, async ([, attacks], { open }) => {
  const { page, faults } = await open({ path: '/hosts/local/create' });
  await openSpice(page);
  for (const [what, said, reason] of attacks) {
    if (said[0]?.[0] !== 'main') await say(page, 'main', [...init(), ...channels('display', 'inputs', 'cursor', 'playback')]);
    for (const [wire, bytes] of said) await say(page, wire, bytes);
    await page.getByRole('heading', { name: 'The screen was closed.' }).waitFor(patience);
    expect(await page.getByRole('tabpanel').innerText(), what).toMatch(reason);
    expect(await page.evaluate(() => [...(window.wires?.values() ?? [])].every(({ ended }) => ended)), what).toBe(true);
    if (what === attacks[0]?.[0]) expect((await faults()).filter((fault) => !fault.startsWith('region'))).toEqual([]);
    await reconnect(page);
  }
});

test('CS2: what is drawn is shown, also in pieces of one byte, as JPEG and with alpha values', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await start(page, shown);
  const wire = await wireOf(page, 'display');
  await wire.evaluate(
    async (end, bytes) => {
      for (const byte of bytes) await end?.send([byte]);
    },
    fill(64, 48, 0x01_c803),
  );
  const pixel = () => firstPixel(screen(page).locator('canvas'));
  await expect.poll(pixel, patience).toEqual([1, 200, 3, 255]);

  const jpeg = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(8, 8);
    const context = canvas.getContext('2d');
    if (context === null) return [];
    context.fillStyle = 'rgb(60 60 60)';
    context.fillRect(0, 0, 8, 8);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 1 });
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  const isNear = (value: number) => async () => (await pixel())?.slice(0, 3).every((each) => Math.abs(each - value) <= 3);
  await say(page, 'display', drawCopy(Image.jpeg, 8, 8, counted(jpeg)));
  await expect.poll(isNear(60), patience).toBe(true);
  // One alpha value of 128, then the same 63 times: half of the white below is seen.
  const alpha = [...lzHeader(10, 8, 8), 0, 128, 7 << 5, 54, 0];
  await say(page, 'display', [
    ...fill(64, 48, 0xff_ffff),
    ...drawAlpha(Image.jpegAlpha, 8, 8, [1, ...le32(jpeg.length), ...counted([...jpeg, ...alpha])]),
  ]);
  await expect.poll(isNear(187), patience).toBe(true);
});

/** The longest time for which the page had no turn for anything else while it was sent this, as a part of the whole: 1 if it had none. */
async function longestWithoutATurn(page: Page, bytes: readonly number[], times: number): Promise<number> {
  const wire = await wireOf(page, 'display');
  return wire.evaluate(
    async (end, { encoded, count }) => {
      const once = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
      const all = new Uint8Array(count * once.length);
      for (let index = 0; index < count; index++) all.set(once, index * once.length);
      const began = performance.now();
      let last = began;
      let longest = 0;
      const turn = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
      };
      const clock = setInterval(turn, 0);
      await end?.send(all);
      clearInterval(clock);
      turn();
      return longest / (last - began);
    },
    { encoded: Buffer.from(bytes).toString('base64'), count: times },
  );
}

test('G13: drawings that take long, and floods of those that do not, leave the page its turns', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await start(page, surface(4096, 2048), fill(4096, 2048, 0));
  // An even number of times: what was there is there again.
  expect(await longestWithoutATurn(page, drawRop3(4096, 2048), 8)).toBeLessThan(1 / 3);
  expect(await longestWithoutATurn(page, fill(4096, 2048, 0xff_0000), 400)).toBeLessThan(1 / 3);
  await expect.poll(() => firstPixel(screen(page).locator('canvas')), patience).toEqual([255, 0, 0, 255]);
  // Pings, to each of which there is an answer, and messages that nobody knows.
  await longestWithoutATurn(page, [...message(4, le32(1), le32(0), le32(0)), ...message(999, [])], 20_000);
  await say(page, 'display', fill(4096, 2048, 0xff00));
  await expect.poll(() => firstPixel(screen(page).locator('canvas')), patience).toEqual([0, 255, 0, 255]);
});

test('G10, G11: the guest’s agent gets nothing of the host’s clipboard, and no file begins by itself', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(async (text) => navigator.clipboard.writeText(text), CANARY);
  await openSpice(page);
  await say(page, 'main', [...init(1000), ...channels('display', 'inputs')]);
  await say(page, 'display', [...shown, ...fill(64, 48, 0x01_c803)]);
  const selection = [0, 0, 0, 0];
  const everything = 0xffff_ffff & ~(1 << 13);
  await say(page, 'main', [
    // Of all that an agent can do but to refuse files; then what it grabs, wants, and sends unasked; then a file, in both of its steps.
    ...agentSays(6, [...le32(1), ...le32(everything)]),
    ...agentSays(7, [...selection, ...le32(1)]),
    ...agentSays(8, [...selection, ...le32(1)]),
    ...agentSays(4, [...selection, ...le32(1), ...bytesOf('stolen')]),
    ...agentSays(10, [...le32(1), ...bytesOf('[vdagent-file-xfer]\nname=../../.ssh/authorized_keys\nsize=3\n\0')]),
    ...agentSays(12, [...le32(1), ...le32(3), ...le32(0), 1, 2, 3]),
    ...agentSays(11, [...le32(1), ...le32(0)]),
    // One that claims 4 GiB: it is passed over as it comes.
    ...message(109, le32(1), le32(4), le32(0), le32(0), le32(0xffffffff), garbage),
  ]);
  await screen(page).click();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect.poll(() => firstPixel(screen(page).locator('canvas')), patience).toEqual([1, 200, 3, 255]);
  await expect
    .poll(async () => (await heard(page, 'main')).filter(({ type }) => type === 107).map(({ body }) => body.readUInt32LE(4)), patience)
    // What we can do, twice; and that there is nothing to be had.
    .toEqual([6, 6, 4]);
  const answer = (await heard(page, 'main'))
    .filter(({ type }) => type === 107)
    .at(-1)
    ?.body.subarray(20);
  expect([...(answer ?? [])]).toEqual([...selection, ...le32(0)]);
  for (const wire of ['main', 'display', 'inputs'] as const)
    expect(Buffer.concat((await heard(page, wire)).map(({ body }) => body)).toString('latin1')).not.toContain('canary');
  expect(await page.evaluate(async () => navigator.clipboard.readText())).toBe(CANARY);
  expect(await page.evaluate(() => window.harness.clipboard.read())).not.toContain('stolen');
});

test.for<[string, readonly number[]]>([
  ['says nothing', []],
  ['has half a header', [...le16(103), 50]],
  ['begins and offers nothing', init()],
  ['offers a display on which nothing is shown', [...init(), ...channels('display')]],
])('G12: a server that %s is given up', async ([, bytes], { open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await page.clock.install();
  await openSpice(page);
  const wire = await wireOf(page, 'main');
  await say(page, 'main', bytes);
  await page.clock.fastForward('01:00');
  await page.getByText('The screen did not answer.').waitFor(patience);
  expect(await wire.evaluate((end) => end?.ended)).toBe(true);
});

test('the display’s caches are agreed on before anything is waited for', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openSpice(page);
  await say(page, 'main', [...init(), ...channels('display')]);
  await expect.poll(async () => (await heard(page, 'display')).map(({ type, body }) => [type, body.length]), patience).toEqual([[101, 14]]);
});
