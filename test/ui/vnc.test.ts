import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';
import { firstPixel, openConsole, received, send, serve } from './console-wire.ts';
import { clientMessage, rfbMessages, type RfbMessage } from './rfb-messages.ts';
import { rfbOpening, rfbRectangle, u16, u32 } from './wire.ts';

/** What a VNC screen does on the wire. The guest's end of it is ours here. */
const raw = 0;
const pointerType = -257;
const extendedKeys = -258;
const extendedDesktopSize = -308;
const nothing = { width: 0, height: 0 };

/** However slow the machine is. */
const poll = <T>(read: () => Promise<T>, message?: string) =>
  expect.poll(read, { timeout: 30_000, interval: 100, ...(message !== undefined && { message }) });
const screen = (page: Page) => page.getByRole('application', { name: 'Screen of the guest' });
const messages = async (page: Page, type: number): Promise<RfbMessage[]> =>
  rfbMessages(await received(page)).filter((message) => message.type === type);
const choose = async (page: Page, menu: RegExp, item: string) => {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menuitem', { name: new RegExp(`^${item}`) }).click();
};
/** One screen, of the size that the rectangle says. */
const screens = (width: number, height: number) => [1, 0, 0, 0, ...u32(7), ...u16(0), ...u16(0), ...u16(width), ...u16(height), ...u32(0)];

async function connect(page: Page, width = 640, height = 480): Promise<void> {
  await openConsole(page, 'Screen');
  await serve(page, rfbOpening(width, height), rfbRectangle(nothing, extendedKeys));
  // QEMU's first word of its screens comes by itself, and says that it takes wishes.
  await send(page, rfbRectangle({ width, height }, extendedDesktopSize, screens(width, height)));
  await poll(async () => messages(page, clientMessage.updateRequest)).not.toEqual([]);
  await screen(page).focus();
}
/** [down, keysym, scancode] of each QEMU extended key event. */
const keys = async (page: Page) =>
  (await messages(page, clientMessage.qemu)).map(({ bytes }) => [bytes.readUInt16BE(2), bytes.readUInt32BE(4), bytes.readUInt32BE(8)]);
const lastPlace = async (page: Page) => {
  const last = (await messages(page, clientMessage.pointer)).at(-1)?.bytes;
  return last === undefined ? null : { buttons: last[1], x: last.readUInt16BE(2), y: last.readUInt16BE(4) };
};

test('keys go by where they are on the keyboard, whatever its layout', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await connect(page);
  const devtools = await page.context().newCDPSession(page);
  const press = async (code: string, key: string, keyCode: number) => {
    for (const type of ['keyDown', 'keyUp'] as const) {
      await devtools.send('Input.dispatchKeyEvent', { type, code, key, windowsVirtualKeyCode: keyCode });
    }
  };
  // A German keyboard: the key right of T says z, that left of X says y, and one more key is beside the left Shift.
  await press('KeyY', 'z', 90);
  await press('KeyZ', 'y', 89);
  await press('IntlBackslash', '<', 226);
  await press('Semicolon', 'ö', 192);
  await press('AltRight', 'AltGraph', 225);
  await press('Equal', 'Dead', 221);
  await expect
    .poll(async () => (await keys(page)).filter(([down]) => down === 1).map(([, keysym, scancode]) => [keysym, scancode]))
    .toEqual([
      [0x7a, 0x15],
      [0x79, 0x2c],
      [0x3c, 0x56],
      [0xf6, 0x27],
      [0xfe03, 0xb8],
      [0, 0x0d],
    ]);
  expect((await keys(page)).filter(([down]) => down === 0)).toHaveLength(6);
});

test('a key that is held when the keyboard goes elsewhere is let go in the guest', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await connect(page);
  const down = async () => {
    const held = new Set<number>();
    for (const [isDown, , scancode = 0] of await keys(page)) {
      if (isDown === 1) held.add(scancode);
      else held.delete(scancode);
    }
    return [...held];
  };
  const hold = async () => {
    await screen(page).focus();
    await page.keyboard.down('Shift');
    await page.keyboard.down('a');
    await poll(down).toEqual([0x2a, 0x1e]);
  };
  const ends: Readonly<Record<string, () => Promise<unknown>>> = {
    'to the toolbar': async () => page.getByRole('button', { name: /^Size: / }).focus(),
    'to another window': async () => page.evaluate(() => window.dispatchEvent(new Event('blur'))),
    'for nobody sees it': async () =>
      page.evaluate(() => {
        Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
        Reflect.deleteProperty(document, 'hidden');
      }),
    'as one may only look': async () => page.getByText('View only').click(),
  };
  for (const [name, end] of Object.entries(ends)) {
    await hold();
    await end();
    await poll(down, name).toEqual([]);
    await page.keyboard.up('a');
    await page.keyboard.up('Shift');
  }
});

test('a button that is held when the pointer goes elsewhere is let go, and nothing lies over the window', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await connect(page);
  const isCovered = async () =>
    page.evaluate(() => document.elementFromPoint(window.innerWidth / 2, window.innerHeight - 20)?.id === 'noVNC_mouse_capture_elem');
  const ends: Readonly<Record<string, () => Promise<unknown>>> = {
    'to another window': async () => page.evaluate(() => window.dispatchEvent(new Event('blur'))),
    'and comes back without it': async () =>
      page.evaluate(() => window.dispatchEvent(new PointerEvent('pointermove', { pointerType: 'mouse', clientX: 600, clientY: 500 }))),
    'for nobody sees it': async () =>
      page.evaluate(() => {
        Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
        Reflect.deleteProperty(document, 'hidden');
      }),
  };
  for (const [name, end] of Object.entries(ends)) {
    await page.mouse.move(600, 500);
    await page.mouse.down();
    await poll(async () => (await lastPlace(page))?.buttons, name).toBe(1);
    const held = await lastPlace(page);
    await poll(isCovered, name).toBe(true);
    await end();
    await poll(async () => lastPlace(page), name).toEqual({ ...held, buttons: 0 });
    expect(await isCovered(), name).toBe(false);
    await page.mouse.up();
  }
  await page.mouse.down();
  await poll(isCovered).toBe(true);
  await page.evaluate(() => (window.location.hash = '/hosts/local'));
  await screen(page).waitFor({ state: 'detached' });
  expect(await isCovered()).toBe(false);
});

test('each pixel of the screen points at the guest’s own, at every size and density', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await connect(page);
  const devtools = await page.context().newCDPSession(page);
  for (const ratio of [1, 1.5, 2]) {
    await devtools.send('Emulation.setDeviceMetricsOverride', { width: 1280, height: 800, deviceScaleFactor: ratio, mobile: false });
    for (const [scale, factor] of [
      ['100 %', 1],
      ['200 %', 2],
      ['50 %', 0.5],
    ] as const) {
      await choose(page, /^Size: /, scale);
      const shown = async () => screen(page).evaluate((canvas) => canvas.getBoundingClientRect().width * window.devicePixelRatio);
      await poll(async () => Math.round(await shown())).toBe(640 * factor);
      expect(Math.abs((await shown()) - 640 * factor)).toBeLessThan(0.02);
      const box = await screen(page).evaluate((canvas) => ({
        left: canvas.getBoundingClientRect().left,
        top: canvas.getBoundingClientRect().top,
      }));
      for (const at of [3, 41, 42]) {
        // The middle of a pixel of the person's screen.
        const pixel = (start: number) => start + (Math.floor(at * factor) + 0.5) / ratio;
        await page.mouse.move(pixel(box.left), pixel(box.top));
        // Half as large, two of the guest's pixels share one; its middle is the beginning of the second.
        const expected = factor < 1 ? at | 1 : at;
        await poll(async () => lastPlace(page), `${at} at ${scale}, ${ratio}`).toEqual({ buttons: 0, x: expected, y: expected });
      }
    }
  }
});

test('Ctrl and the wheel zoom while the keyboard is not the guest’s, and the size is remembered', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await connect(page);
  await choose(page, /^Size: /, '100 %');
  const size = page.getByRole('button', { name: /^Size: / });
  await screen(page).hover();
  const zoom = async (by: number) => {
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, by);
    await page.keyboard.up('Control');
  };
  const wheels = async () => (await messages(page, clientMessage.pointer)).filter(({ bytes }) => ((bytes[1] ?? 0) & 0b11000) !== 0);
  await screen(page).focus();
  await zoom(-100);
  await poll(async () => (await wheels()).length).toBe(1);
  expect(await size.textContent()).toBe('Size: 100 %');
  await size.focus();
  await zoom(-100);
  await page.getByRole('button', { name: 'Size: 125 %' }).waitFor();
  await zoom(100);
  await page.getByRole('button', { name: 'Size: 100 %' }).waitFor();
  expect(await wheels()).toHaveLength(1);
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.getByRole('tab', { name: 'Console' }).click();
  await page.getByRole('button', { name: 'Size: 100 %' }).waitFor();
});

test('a large picture scrolls, and the pointer is right there too', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await connect(page, 1600, 1200);
  await choose(page, /^Size: /, '200 %');
  await poll(async () => Math.round(await screen(page).evaluate((canvas) => canvas.getBoundingClientRect().width))).toBe(3200);
  await screen(page).evaluate((canvas) => canvas.parentElement?.scrollTo(10_000, 10_000));
  const room = await page.locator('.gh-screen').boundingBox();
  const corner = { x: (room?.x ?? 0) + (room?.width ?? 0) - 40, y: (room?.y ?? 0) + (room?.height ?? 0) - 40 };
  await page.mouse.move(corner.x, corner.y);
  await poll(async () => ((await lastPlace(page))?.x ?? 0) > 1570).toBe(true);
  expect((await lastPlace(page))?.y).toBeGreaterThan(1170);
});

test('the guest follows the window, in pixels of the screen, once it has settled', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await connect(page);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setDeviceMetricsOverride', { width: 1280, height: 800, deviceScaleFactor: 1.5, mobile: false });
  const asked = async () =>
    (await messages(page, clientMessage.setDesktopSize)).map(({ bytes }) => ({
      width: bytes.readUInt16BE(2),
      height: bytes.readUInt16BE(4),
    }));
  const room = async () =>
    page.locator('.gh-screen').evaluate((stage) => {
      const { width, height } = stage.getBoundingClientRect();
      return { width: Math.floor(width * 1.5 + 0.01), height: Math.floor(height * 1.5 + 0.01) };
    });
  expect(await asked()).toEqual([]);
  await choose(page, /^Size: /, 'Guest follows the window');
  await poll(async () => (await asked()).at(-1)).toEqual(await room());
  const { width, height } = await room();
  await send(page, rfbRectangle({ x: 1, y: 0, width, height }, extendedDesktopSize, screens(width, height)));
  await poll(async () => screen(page).evaluate((canvas) => canvas instanceof HTMLCanvasElement && canvas.width)).toBe(width);
  const before = (await asked()).length;
  for (let step = 1; step <= 20; step++) {
    await devtools.send('Emulation.setDeviceMetricsOverride', {
      width: 1280 - 10 * step,
      height: 800,
      deviceScaleFactor: 1.5,
      mobile: false,
    });
  }
  await poll(async () => (await asked()).at(-1)).toEqual(await room());
  // Far fewer than the sizes on the way: each is a new mode for the guest.
  expect((await asked()).length - before).toBeLessThan(10);
  // What nobody sees has no size that a guest should take.
  const seen = (await asked()).length;
  await page.locator('.gh-screen').evaluate((stage) => (stage.style.display = 'none'));
  await page.waitForTimeout(600);
  expect(await asked()).toHaveLength(seen);
  await page.locator('.gh-screen').evaluate((stage) => (stage.style.display = ''));
  // Refused: the guest keeps its size, and the menu says so.
  await send(page, rfbRectangle({ x: 1, y: 3, width, height }, extendedDesktopSize, screens(width, height)));
  await page.getByRole('button', { name: /^Size: / }).click();
  await page.getByText('cannot be given another size').waitFor();
  expect(await page.getByRole('menuitem', { name: 'Guest follows the window' }).getAttribute('aria-disabled')).toBe('true');
});

test('the quality that is chosen is what the host is asked for', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await connect(page);
  const wanted = async () => {
    const bytes = (await messages(page, clientMessage.setEncodings)).at(-1)?.bytes ?? Buffer.alloc(4);
    return Array.from({ length: bytes.readUInt16BE(2) }, (_, index) => bytes.readInt32BE(4 + 4 * index));
  };
  const quality = (encodings: readonly number[]) => encodings.filter((number) => number >= -32 && number <= -23);
  await choose(page, /^Quality: /, 'Best');
  await poll(async () => quality(await wanted())).toEqual([]);
  await choose(page, /^Quality: /, 'Fast');
  await poll(async () => quality(await wanted())).toEqual([-30]);
  expect(await wanted()).toContain(-247);
  // JPEG, H.264 and PNG of their own, and a clipboard that nobody allowed.
  for (const unwanted of [21, 50, -260, 0xc0a1e5ce | 0]) expect(await wanted()).not.toContain(unwanted);
  // All of the picture once more, not only what changes.
  expect((await messages(page, clientMessage.updateRequest)).at(-1)?.bytes[1]).toBe(0);
});

test('a guest with a mouse and no tablet is told steps', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await connect(page);
  await choose(page, /^Size: /, '100 %');
  const box = await screen(page).boundingBox();
  await send(page, rfbRectangle({ x: 0, width: 640, height: 480 }, pointerType));
  await page.mouse.move((box?.x ?? 0) + 100, (box?.y ?? 0) + 100);
  await poll(async () => lastPlace(page)).toEqual({ buttons: 0, x: 0x7fff, y: 0x7fff });
  await page.mouse.move((box?.x ?? 0) + 110, (box?.y ?? 0) + 95);
  await poll(async () => lastPlace(page)).toEqual({ buttons: 0, x: 0x7fff + 10, y: 0x7fff - 5 });
  await send(page, rfbRectangle({ x: 1, width: 640, height: 480 }, pointerType));
  await page.mouse.move((box?.x ?? 0) + 120, (box?.y ?? 0) + 90);
  await poll(async () => lastPlace(page)).toEqual({ buttons: 0, x: 120, y: 90 });
});

test('the guest’s pointer is drawn as the guest draws it, and a hidden one is a dot', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await connect(page);
  const cursor = async () => screen(page).evaluate((canvas) => getComputedStyle(canvas).cursor);
  await poll(cursor).toMatch(/image-set\(.*\) 1 1, default$/);
  const red = Array.from({ length: 4 }, () => [0, 0, 255, 0]).flat();
  await choose(page, /^Size: /, '200 %');
  await send(page, rfbRectangle({ x: 1, y: 0, width: 2, height: 2 }, -239, [...red, 0xc0, 0xc0]));
  // Twice as large as the guest's, like all else that is shown of it; its tip too.
  await poll(cursor).toMatch(/\) 2 0, default$/);
  const pixel = await page.evaluate(
    async (style) => {
      const image = new Image();
      image.src = /url\("([^"]+)"\)/.exec(style)?.[1] ?? '';
      await image.decode();
      const context = new OffscreenCanvas(1, 1).getContext('2d');
      context?.drawImage(image, 0, 0);
      return { width: image.width, pixel: [...(context?.getImageData(0, 0, 1, 1).data ?? [])] };
    },
    await cursor(),
  );
  expect(pixel).toEqual({ width: 4, pixel: [255, 0, 0, 255] });
  await page.getByText('View only').click();
  await poll(cursor).toBe('default');
});

test('what was shown last stays, grey, until the next connection draws', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await connect(page, 2, 1);
  await send(page, rfbRectangle({ width: 2, height: 1 }, raw, [1, 200, 3, 0, 9, 9, 9, 0]));
  await poll(async () => firstPixel(screen(page))).toEqual([1, 200, 3, 255]);
  const first = await page.evaluateHandle(() => window.wire);
  await page.evaluate(() => window.wire.end());
  await poll(async () => firstPixel(page.locator('.gh-screen__last'))).toEqual([1, 200, 3, 255]);
  await page.getByText('It is tried again by itself').waitFor();
  // It comes back without anybody's doing.
  await page.waitForFunction((before) => window.wire !== before, first, { timeout: 60_000 });
  await serve(page, rfbOpening(2, 1), rfbRectangle({ width: 2, height: 1 }, raw, [5, 6, 7, 0, 9, 9, 9, 0]));
  await poll(async () => firstPixel(screen(page))).toEqual([5, 6, 7, 255]);
  expect(await page.locator('.gh-screen__last').count()).toBe(0);
});

/** Whether the window asked to share the screen: the byte after version and choice of security. */
const shared = async (page: Page) => (await received(page)).charCodeAt(13);

test('a screen is shared, and taken from others only after the question', async ({ open }) => {
  const { page, faults } = await open({ path: '/hosts/local/create' });
  await connect(page);
  expect(await shared(page)).toBe(1);
  const first = await page.evaluateHandle(() => window.wire);
  await choose(page, /^Quality: /, 'Take this screen for yourself');
  const question = page.getByRole('dialog');
  await question.getByText('loses it now').waitFor();
  expect((await faults()).filter((fault) => !fault.startsWith('region'))).toEqual([]);
  await question.getByRole('button', { name: 'Cancel' }).click();
  expect(await page.evaluate((wire) => window.wire === wire, first)).toBe(true);
  await choose(page, /^Quality: /, 'Take this screen for yourself');
  await question.getByRole('button', { name: 'Take it' }).click();
  await page.waitForFunction((before) => window.wire !== before, first);
  await serve(page, rfbOpening(640, 480));
  await poll(async () => shared(page)).toBe(0);
  const alone = await page.evaluateHandle(() => window.wire);
  await choose(page, /^Quality: /, 'Share this screen');
  await page.waitForFunction((before) => window.wire !== before, alone);
  await serve(page, rfbOpening(640, 480));
  await poll(async () => shared(page)).toBe(1);
});

test('a screen that somebody else has exclusively is not fought for', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Screen');
  // As QEMU does: let in, and closed before it is told anything.
  await serve(page, rfbOpening(640, 480).slice(0, 18));
  await poll(async () => (await received(page)).length).toBe(14);
  await page.evaluate(() => window.wire.end());
  await page.getByText('while another viewer has it exclusively').waitFor();
  const taken = await page.evaluateHandle(() => window.wire);
  await page.getByRole('button', { name: 'Take over' }).click();
  await page.waitForFunction((before) => window.wire !== before, taken);
  await serve(page, rfbOpening(640, 480));
  await poll(async () => shared(page)).toBe(0);
});
