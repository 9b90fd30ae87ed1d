import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { test } from './app-page.ts';
import { takeWire } from './wire.ts';

const console = `/hosts/local/guests/${guestId(0)}/console`;
const screen = (page: Page) => page.getByRole('application', { name: 'Screen of the guest' });
/** Main keeps the choice and tells it, which takes a moment. */
const pick = async (page: Page, label: string) => {
  const choice = page.getByRole('dialog', { name: 'Keyboard in consoles' }).getByLabel(label);
  await choice.click();
  await expect.poll(() => choice.isChecked()).toBe(true);
};
const focusScreen = async (page: Page) => {
  await screen(page).focus();
  await expect.poll(() => screen(page).evaluate((canvas) => canvas === document.activeElement)).toBe(true);
};
const choose = async (page: Page, item: string | RegExp) => {
  await page.getByRole('button', { name: 'Send keys' }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
};

/** Opens elsewhere first, so that the port of the console is already ours. */
async function openConsole(page: Page) {
  await takeWire(page, 'tap');
  await page.evaluate((hash) => (window.location.hash = hash), console);
  await page.getByText('Fake guest').waitFor();
}

/** RFB's KeyEvent messages (RFC 6143, 7.5.4): "+" for down, "-" for up, then the keysym. */
const keyEvents = async (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const bytes = window.wire.received;
    const keys: string[] = [];
    for (let i = 0; i + 8 <= bytes.length; i++) {
      const head = bytes.slice(i, i + 6).join(' ');
      if (head !== '4 1 0 0 0 0' && head !== '4 0 0 0 0 0') continue;
      keys.push(`${head.startsWith('4 1') ? '+' : '-'}${((bytes[i + 6] ?? 0) * 256 + (bytes[i + 7] ?? 0)).toString(16)}`);
    }
    return keys;
  });

test('text is typed key by key, with what the layout lacks told before, and axe finds nothing', async ({ open }) => {
  const { page, faults } = await open({ path: '/hosts/local/create' });
  await openConsole(page);
  await choose(page, 'Type text into the guest…');
  const dialog = page.getByRole('dialog', { name: 'Type text into the guest' });
  const type = dialog.getByRole('button', { name: 'Type', exact: true });
  expect(await type.isDisabled()).toBe(true);
  await dialog.getByLabel('Keyboard layout of the guest').selectOption('us');
  await dialog.getByRole('textbox', { name: 'Text' }).fill('aß\nB');
  await dialog.getByText('The layout US has no keys for: ß (U+00DF)').waitFor();
  expect(await type.isDisabled()).toBe(true);
  expect(await faults()).toEqual([]);
  await dialog.getByLabel('Type the rest without them').check();
  await dialog.getByText('A space is typed instead.').waitFor();
  await type.click();
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => keyEvents(page)).toEqual(['+61', '-61', '+20', '-20', '+ffe1', '+42', '-42', '-ffe1']);
  expect(await screen(page).evaluate((canvas) => canvas === document.activeElement)).toBe(true);

  await choose(page, 'Type text into the guest…');
  await dialog.getByLabel('Keyboard layout of the guest').selectOption('de');
  await dialog.getByRole('textbox', { name: 'Text' }).fill('ß\n');
  await dialog.getByLabel('Press Enter at the line end').check();
  await type.click();
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(async () => (await keyEvents(page)).slice(8)).toEqual(['+df', '-df', '+ff0d', '-ff0d']);
  await choose(page, 'Type text into the guest…');
  expect(await dialog.getByLabel('Keyboard layout of the guest').inputValue()).toBe('de');
});

test('typing is stopped where it is', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page);
  await choose(page, 'Type text into the guest…');
  const dialog = page.getByRole('dialog', { name: 'Type text into the guest' });
  await dialog.getByLabel('Keyboard layout of the guest').selectOption('us');
  await dialog.getByLabel('Pace').selectOption('10');
  await dialog.getByRole('textbox', { name: 'Text' }).fill('a'.repeat(2000));
  await dialog.getByRole('button', { name: 'Type', exact: true }).click();
  await expect.poll(async () => (await keyEvents(page)).length).toBeGreaterThan(4);
  await dialog.getByRole('button', { name: 'Stop', exact: true }).click();
  await dialog.getByText('Stopped').waitFor();
  const typed = (await keyEvents(page)).length;
  await page.waitForTimeout(1000);
  expect((await keyEvents(page)).length).toBe(typed);
  expect(typed).toBeLessThan(4000);
});

test('an own combination is pressed, named, moved, sent and removed', async ({ open }) => {
  const { page, faults } = await open({ path: '/hosts/local/create' });
  await openConsole(page);
  await choose(page, 'Own combinations…');
  const dialog = page.getByRole('dialog', { name: 'Own combinations' });
  await dialog.getByRole('textbox', { name: 'Keys' }).focus();
  await page.keyboard.press('Control+Shift+T');
  expect(await dialog.getByRole('textbox', { name: 'Keys' }).inputValue()).toBe('Ctrl+Shift+T');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('New tab');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByLabel('Add a key').selectOption('MetaLeft');
  await dialog.getByLabel('Add a key').selectOption('KeyR');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByRole('button', { name: 'Move Super+R up' }).click();
  const names = () => dialog.getByRole('listitem').evaluateAll((items) => items.map((item) => item.getAttribute('aria-label')));
  await expect.poll(names).toEqual(['Super+R', 'New tab']);
  expect(await faults()).toEqual([]);
  await dialog.getByRole('button', { name: 'Remove Super+R' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await choose(page, 'New tab');
  await expect.poll(() => keyEvents(page)).toEqual(['+ffe3', '+ffe1', '+74', '-74', '-ffe1', '-ffe3']);
});

test('a modifier stays down, in sight, until it is let go or the window loses the keyboard', async ({ open }) => {
  const { page, faults } = await open({ path: '/hosts/local/create' });
  await openConsole(page);
  await choose(page, 'Hold Ctrl');
  await page.getByText('Ctrl is down').waitFor();
  await page.keyboard.press('c');
  await expect.poll(() => keyEvents(page)).toEqual(['+ffe3', '+63', '-63']);
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Let go of Ctrl' }).click();
  await expect.poll(async () => (await keyEvents(page)).at(-1)).toBe('-ffe3');
  await choose(page, 'Hold Super');
  await expect.poll(async () => (await keyEvents(page)).at(-1)).toBe('+ffeb');
  await page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await expect.poll(async () => (await keyEvents(page)).at(-1)).toBe('-ffeb');
  expect(await page.getByText('Super is down').count()).toBe(0);
});

test('other release keys can be chosen, are shown, and work', async ({ open }) => {
  const { page, faults } = await open({ path: console });
  await page.getByText('Ctrl+Alt releases the keyboard').waitFor();
  await page.getByRole('button', { name: 'Appearance' }).click();
  await page.getByRole('menuitem', { name: 'Keyboard…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Keyboard in consoles' });
  await pick(page, 'Right Ctrl');
  expect(await faults()).toEqual([]);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByText('Right Ctrl releases the keyboard').waitFor();
  const hasFocus = () => screen(page).evaluate((canvas) => canvas === document.activeElement);
  await screen(page).focus();
  await page.keyboard.press('Control+Alt+a');
  expect(await hasFocus()).toBe(true);
  await page.keyboard.press('ControlRight');
  await expect.poll(hasFocus).toBe(false);
});

test('shortcuts of the window are the guest’s, or the window’s where the person says so', async ({ open }) => {
  const { page } = await open({ path: console });
  await page.getByText('Ctrl+Alt releases the keyboard').waitFor();
  const palette = page.getByRole('dialog', { name: /Go to/ });
  await focusScreen(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.press('a');
  expect(await palette.count()).toBe(0);
  await page.getByRole('button', { name: 'Appearance' }).click();
  await page.getByRole('menuitem', { name: 'Keyboard…' }).click();
  await pick(page, 'Never');
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await focusScreen(page);
  await page.keyboard.press('Control+k');
  await palette.waitFor();
});
