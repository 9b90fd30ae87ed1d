import { expect } from 'vitest';
import { test } from './app-page.ts';
import { bytesOf, firstPixel, openConsole, received, send, serve } from './console-wire.ts';
import { clientMessage, rfbMessages } from './rfb-messages.ts';
import { rfbOpening, rfbRectangle, u32 } from './wire.ts';

/** Nothing that a VNC screen sends may freeze, fool or fill the window. The guest's end of it is ours here. */
const CANARY = 'canary of the host';

const raw = 0;
const cursor = -239;
const vmwareCursor = 0x574d5664;
const desktopName = -307;
const desktopSize = -223;
const extendedDesktopSize = -308;
const zrle = 16;
const small = rfbOpening(64, 48);

test.for<[string, number[], number[], RegExp]>([
  ['a screen of 65,535²', rfbOpening(65_535, 65_535), [], /wants to be 65535 × 65535 pixels/],
  ['a screen of more than 64 megapixels', rfbOpening(8192, 8193), [], /wants to be/],
  ['a name that claims 4 GiB', rfbOpening(64, 48, 'x', 0xffffffff), [], /text that is too long/],
  ['a later name that claims 2 GiB', small, rfbRectangle({ width: 0, height: 0 }, desktopName, u32(0x7fffffff)), /text that is too long/],
  ['growing to 65,535²', small, rfbRectangle({ width: 65_535, height: 65_535 }, desktopSize), /wants to be/],
  [
    'changing size a thousand times',
    small,
    Array.from({ length: 1000 }, () => rfbRectangle({ width: 64, height: 48 }, desktopSize)).flat(),
    /changed its size too often/,
  ],
  [
    'a picture outside of the screen',
    small,
    rfbRectangle(
      { x: 60, width: 20, height: 20 },
      raw,
      Array.from({ length: 1600 }, () => 0),
    ),
    /lies outside/,
  ],
  ['a cursor of 65,535²', small, rfbRectangle({ width: 65_535, height: 65_535 }, cursor), /cursor of 65535 × 65535/],
  ['a VMware cursor of 65,535²', small, rfbRectangle({ width: 65_535, height: 65_535 }, vmwareCursor, [0, 0]), /cursor of 65535 × 65535/],
  ['an unknown encoding', small, rfbRectangle({ width: 1, height: 1 }, 99), /Unsupported encoding/],
  ['a thousand unknown messages', small, Array.from({ length: 1000 }, () => 77), /Unexpected server message/],
  ['zlib that is none', small, rfbRectangle({ width: 64, height: 48 }, 6, [...u32(8), 1, 2, 3, 4, 5, 6, 7, 8]), /Error decoding rect/],
  [
    'a VMware cursor of no known kind',
    small,
    rfbRectangle({ width: 8, height: 8 }, vmwareCursor, [7, 0, 1, 2, 3]),
    /cursor of an unknown kind/,
  ],
  ['a PNG that nobody asked for', small, rfbRectangle({ width: 8, height: 8 }, -260, [0xa0, 1, 0]), /Unsupported encoding/],
  ['a JPEG that nobody asked for', small, rfbRectangle({ width: 8, height: 8 }, 21, [0xff, 0xd8]), /Unsupported encoding/],
  [
    'a film that nobody asked for',
    small,
    rfbRectangle({ width: 64, height: 48 }, 50, [...u32(4), ...u32(0), 0, 0, 0, 1]),
    /Unsupported encoding/,
  ],
  ['255 kinds of security, none known', [...bytesOf('RFB 003.008\n'), 255, ...Array.from({ length: 255 }, () => 200)], [], /security type/],
  [
    'changing its screens a thousand times',
    small,
    Array.from({ length: 1000 }, () =>
      rfbRectangle({ width: 64, height: 48 }, extendedDesktopSize, [1, 0, 0, 0, ...Array.from({ length: 16 }, () => 0)]),
    ).flat(),
    /changed its size too often/,
  ],
  ['an unknown protocol', bytesOf('HTTP/1.1 200 OK\r\n\r\n'), [], /Unknown server version|Invalid server version/i],
  [
    'a refusal with HTML in it',
    [...bytesOf('RFB 003.008\n'), 0, ...u32(30), ...bytesOf('<img src=x onerror=alert(1)>  ')],
    [],
    /<img src=x/,
  ],
])('G8, G9, G12: %s ends the screen with a reason and nothing else', async ([, opening, more, reason], { open }) => {
  const { page, faults } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Screen');
  const before = await page.evaluate(() => Reflect.get(performance, 'memory')?.usedJSHeapSize ?? 0);
  await serve(page, opening, more);
  await page.getByRole('heading', { name: 'The screen was closed.' }).waitFor();
  expect(await page.getByRole('tabpanel').innerText()).toMatch(reason);
  expect(await page.evaluate(() => window.wire.ended)).toBe(true);
  expect((await page.evaluate(() => Reflect.get(performance, 'memory')?.usedJSHeapSize ?? 0)) - before).toBeLessThan(100e6);
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  expect((await faults()).filter((fault) => !fault.startsWith('region'))).toEqual([]);
});

test('G8: the name of a screen is text, cut short', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Screen');
  await serve(page, rfbOpening(64, 48, `<b>bold</b>\u202e\u0007${'x'.repeat(5000)}`));
  const name = page.locator('.gh-console__name');
  await name.waitFor();
  const text = (await name.textContent()) ?? '';
  expect(text).toContain('<b>bold</b>');
  for (const hidden of ['\u202e', '\u0007']) expect(text).not.toContain(hidden);
  expect(text.length).toBeLessThanOrEqual(256);
});

test('G10, G11: the clipboard of the guest goes nowhere, and the host’s stays here', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(async (text) => navigator.clipboard.writeText(text), CANARY);
  await openConsole(page, 'Screen');
  await serve(page, small);
  await page.getByText('Ctrl+Alt releases').waitFor();
  const cutText = (length: number, data: readonly number[]) => [3, 0, 0, 0, ...u32(length), ...data];
  const extended = (flags: number, data: readonly number[] = []) => cutText(-(4 + data.length), [...u32(flags), ...data]);
  const text = 1;
  await send(page, [
    ...cutText(6, bytesOf('stolen')),
    // Capabilities, then each question of the extended clipboard, then a bomb: zlib whose first four bytes claim 2 GiB.
    ...extended(0x1f000000 | text, u32(0)),
    ...extended(0x02000000 | text),
    ...extended(0x04000000),
    ...extended(0x08000000 | text),
    ...extended(0x10000000 | text, [0x78, 0x9c, 0x01, 0x04, 0x00, 0xfb, 0xff, 0x7f, 0xff, 0xff, 0xff]),
  ]);
  // 20 MB of clipboard, more than noVNC would be given room for at once; then a picture, which must still come through.
  await page.evaluate(async () => {
    const size = 20_000_000;
    await window.wire.send([3, 0, 0, 0, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255]);
    await window.wire.send(new Uint8Array(size).fill(65));
  });
  await page.getByRole('application').click();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await send(page, rfbRectangle({ width: 1, height: 1 }, raw, [1, 200, 3, 0]));
  await expect.poll(async () => firstPixel(page.getByRole('application')), { timeout: 30_000 }).toEqual([1, 200, 3, 255]);
  const wire = await received(page);
  expect(wire).not.toContain('canary');
  const types = rfbMessages(wire).map(({ type }) => type);
  expect(types).toContain(clientMessage.setEncodings);
  expect(types).not.toContain(clientMessage.cutText);
  expect(await page.evaluate(async () => navigator.clipboard.readText())).toBe(CANARY);
});

test('G12: a server that says nothing is given up after ten seconds', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Screen');
  await send(page, bytesOf('RFB 003.008\n'));
  await page.getByText('The screen did not answer.').waitFor({ timeout: 60_000 });
  expect(await page.evaluate(() => window.wire.ended)).toBe(true);
});

test('G12: a picture that cannot be decoded ends the screen', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Screen');
  // Tight's JPEG rectangle with no JPEG in it, then another update that would wait for it.
  const garbage = Array.from({ length: 40 }, (_, i) => i);
  await serve(page, small, [
    ...rfbRectangle({ width: 64, height: 48 }, 7, [0x90, garbage.length, ...garbage]),
    ...rfbRectangle({ width: 1, height: 1 }, raw, [0, 0, 0, 0]),
  ]);
  await page.getByRole('heading', { name: 'The screen was closed.' }).waitFor({ timeout: 60_000 });
  await page.getByText('could not be decoded').waitFor();
});

test('G12: a rectangle that never ends is waited for only so long', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Screen');
  await serve(page, small, rfbRectangle({ width: 64, height: 48 }, zrle, u32(0xffffffff)));
  await page.evaluate(async () => window.wire.send(new Uint8Array(48_000_000)));
  await page.getByRole('heading', { name: 'The screen was closed.' }).waitFor();
  await page.getByText('sent something too long').waitFor();
});

test('G9: a screen without a size is nothing to see, and one that gets a size later is shown', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Screen');
  await serve(page, rfbOpening(0, 0), rfbRectangle({ width: 0, height: 0 }, raw));
  await send(page, rfbRectangle({ width: 64, height: 0 }, desktopSize));
  await send(page, rfbRectangle({ width: 2, height: 1 }, desktopSize));
  await send(page, rfbRectangle({ width: 2, height: 1 }, raw, [1, 200, 3, 0, 9, 9, 9, 0]));
  await expect.poll(async () => firstPixel(page.getByRole('application')), { timeout: 30_000 }).toEqual([1, 200, 3, 255]);
});
