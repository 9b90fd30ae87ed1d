import { deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { type AppPage, test } from './app-page.ts';
import { at, openConsole, received, send, serve } from './console-wire.ts';
import { clientMessage, rfbMessages } from './rfb-messages.ts';
import { rfbOpening, u32 } from './wire.ts';

const CANARY = 'canary-of-the-desktop';
const TEXT = 1;
// rfbproto, "Extended Clipboard Pseudo-Encoding".
const action = { caps: 1 << 24, request: 1 << 25, notify: 1 << 27, provide: 1 << 28 } as const;

const button = (page: Page) => page.getByRole('button', { name: /^Clipboard:/ });
const toGuest = (page: Page) => page.getByRole('switch', { name: 'From this computer to the guest' });
const fromGuest = (page: Page) => page.getByRole('switch', { name: 'From the guest to this computer' });
const desktop = async (page: Page) => page.evaluate(() => window.harness.clipboard.text);
const copyOnDesktop = async (page: Page, text: string) =>
  page.evaluate((copied) => {
    window.harness.clipboard.text = copied;
  }, text);
const goToScreen = async (page: Page) => page.getByRole('application', { name: 'Screen of the guest' }).focus();
/** Extended ServerCutText: its length is negative. */
const cutText = (flags: number, more: Uint8Array = new Uint8Array()): number[] => [
  3,
  0,
  0,
  0,
  ...u32(-(4 + more.length) >>> 0),
  ...u32(flags >>> 0),
  ...more,
];
const provided = (text: string): number[] => {
  const body = Buffer.from(`${text}\0`);
  return cutText(action.provide | TEXT, deflateSync(Buffer.concat([Buffer.from(u32(body.length)), body])));
};
/** The flags of the extended ClientCutText messages that the window sent. */
const told = async (page: Page): Promise<number[]> =>
  rfbMessages(await received(page))
    .filter(({ type, bytes }) => type === clientMessage.cutText && bytes.readInt32BE(4) < 0)
    .map(({ bytes }) => bytes.readUInt32BE(8));
const saysThatThereIsText = async (page: Page) => (await told(page)).filter((flags) => flags === (action.notify | TEXT)).length;

async function openShared({ page }: AppPage): Promise<void> {
  await page.locator('main').waitFor();
  await openConsole(page, 'Screen');
  await serve(page, rfbOpening(64, 64));
  await page.getByRole('application', { name: 'Screen of the guest' }).waitFor();
}

async function allow({ page, question }: AppPage, way: typeof toGuest): Promise<void> {
  await button(page).click();
  await way(page).click({ force: true });
  await question.getByRole('button', { name: 'Allow' }).click();
  await expect.poll(async () => way(page).isChecked()).toBe(true);
  await page.keyboard.press('Escape');
}

test('G10, G11: until it is allowed, nothing of either clipboard passes or is even read', async ({ open }) => {
  const shown = await open({ path: '/hosts/local/create' });
  const { page } = shown;
  await copyOnDesktop(page, CANARY);
  await openShared(shown);
  await send(page, cutText(action.caps | action.request | action.notify | action.provide | TEXT, Buffer.from(u32(1 << 20))));
  await send(page, cutText(action.notify | TEXT));
  await send(page, cutText(action.request | TEXT));
  await send(page, provided('unasked'));
  await goToScreen(page);
  await page.keyboard.press('Control+v');
  await page.waitForTimeout(500);
  expect(await received(page)).not.toContain(CANARY);
  expect(await told(page)).toEqual([]);
  expect(await desktop(page)).toBe(CANARY);
  expect(await page.evaluate(() => window.harness.clipboard.reads)).toBe(0);
  // Nor does a page that asks main by itself get anywhere.
  const asked = await page.evaluate(
    async (guest) => [
      await window.guesthouse.invoke('clipboard.toGuest', { guest }),
      await window.guesthouse.invoke('clipboard.fromGuest', { guest, text: 'x' }),
    ],
    { host: 'local', id: guestId(0) },
  );
  expect(asked).toEqual([
    { ok: true, value: null },
    { ok: true, value: false },
  ]);
  expect(await button(page).getAttribute('aria-label')).toBe('Clipboard: off');
});

test('one way to the guest: it is asked about, and goes only while the screen has the keyboard', async ({ open }) => {
  const shown = await open({ path: '/hosts/local/create' });
  const { page, question, faults } = shown;
  await copyOnDesktop(page, 'first');
  await openShared(shown);
  await button(page).click();
  await toGuest(page).click({ force: true });
  await question.getByText('the guest is told each text that you have copied').waitFor();
  expect(await faults()).toEqual([]);
  await question.getByRole('button', { name: 'Cancel' }).click();
  expect(await toGuest(page).isChecked()).toBe(false);
  await page.keyboard.press('Escape');

  await allow(shown, toGuest);
  await send(page, cutText(action.caps | action.request | action.notify | action.provide | TEXT, Buffer.from(u32(1 << 20))));
  const before = await saysThatThereIsText(page);
  await copyOnDesktop(page, 'second, äöü 你好');
  await button(page).focus();
  await page.waitForTimeout(300);
  expect(await saysThatThereIsText(page)).toBe(before);
  await goToScreen(page);
  await expect.poll(async () => saysThatThereIsText(page)).toBeGreaterThan(before);
  const sent = (await told(page)).length;
  await send(page, cutText(action.request | TEXT));
  await expect.poll(async () => (await told(page)).slice(sent)).toContain((action.provide | TEXT) >>> 0);
  await expect.poll(async () => button(page).getAttribute('aria-label')).toBe('Clipboard: to the guest');

  // The other way stayed shut.
  await send(page, cutText(action.notify | TEXT));
  await send(page, provided('from the guest'));
  await page.waitForTimeout(300);
  expect(await desktop(page)).toBe('second, äöü 你好');

  // Without the focus of the window, main reads nothing.
  await page.evaluate(() => {
    window.harness.clipboard.focused = false;
  });
  await copyOnDesktop(page, CANARY);
  const reads = await page.evaluate(() => window.harness.clipboard.reads);
  await button(page).focus();
  await goToScreen(page);
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => window.harness.clipboard.reads)).toBe(reads);
});

test('one way from the guest: what it copies can be pasted here, and is not sent back', async ({ open }) => {
  const shown = await open({ path: '/hosts/local/create' });
  const { page } = shown;
  await copyOnDesktop(page, CANARY);
  await openShared(shown);
  await allow(shown, fromGuest);
  await goToScreen(page);
  await send(page, cutText(action.caps | action.request | action.notify | action.provide | TEXT, Buffer.from(u32(1 << 20))));
  await send(page, cutText(action.notify | TEXT));
  await expect.poll(async () => told(page)).toContain((action.request | TEXT) >>> 0);
  await send(page, provided('copied in the guest'));
  await expect.poll(async () => desktop(page)).toBe('copied in the guest');
  await expect.poll(async () => button(page).getAttribute('aria-label')).toBe('Clipboard: from the guest');
  await button(page).focus();
  await goToScreen(page);
  await page.waitForTimeout(300);
  expect(await saysThatThereIsText(page)).toBe(0);
  expect(await received(page)).not.toContain(CANARY);

  await button(page).click();
  await fromGuest(page).click({ force: true });
  await expect.poll(async () => button(page).getAttribute('aria-label')).toBe('Clipboard: off');
  await page.keyboard.press('Escape');
  await goToScreen(page);
  await send(page, cutText(action.notify | TEXT));
  await send(page, provided('after it was shut'));
  await page.waitForTimeout(300);
  expect(await desktop(page)).toBe('copied in the guest');
});

test('the light says which side is missing, and the missing channel is added when asked', async ({ open }) => {
  const shown = await open({ path: '/hosts/local' });
  const { page, faults } = shown;
  await page.evaluate(() => window.harness.agentChannel('local', 'debian-13', { kind: 'missing', addable: 'now' }));
  await page.evaluate((hash) => (window.location.hash = hash), at);
  await allow(shown, toGuest);
  await expect.poll(async () => button(page).getAttribute('aria-label')).toBe('Clipboard: no channel for the agent');
  await button(page).click();
  await page.getByText('It can be added while the guest runs.').waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Add the channel' }).click();
  await expect.poll(async () => button(page).getAttribute('aria-label')).toBe('Clipboard: waiting for the guest');
});

test('a channel that comes with the next start is said before and after; what cannot be is said too', async ({ open }) => {
  const shown = await open({ path: '/hosts/local' });
  const { page } = shown;
  await page.evaluate(() => window.harness.agentChannel('local', 'debian-13', { kind: 'missing', addable: 'next-start' }));
  await page.evaluate((hash) => (window.location.hash = hash), at);
  await button(page).click();
  await page.getByText(/from its next start on/).waitFor();
  await page.getByRole('button', { name: 'Add the channel' }).click();
  await page.getByText('The channel comes with the guest’s next start').waitFor();
  await page.keyboard.press('Escape');
  expect(await button(page).evaluate((element) => element === document.activeElement)).toBe(true);

  await page.evaluate(() => window.harness.agentChannel('local', 'debian-13', { kind: 'impossible', why: 'It is so old' }));
  await page.evaluate(() => window.harness.change('local', 'debian-13', {}));
  await allow(shown, toGuest);
  await expect.poll(async () => button(page).getAttribute('aria-label')).toBe('Clipboard: not possible here');
  await button(page).click();
  await page.getByText('It is so old.').waitFor();
});
