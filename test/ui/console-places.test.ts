import axe from 'axe-core';
import type { FrameLocator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { guestId, seedGuests } from '../../backends/fake/seed.ts';
import { test } from './app-page.ts';

const patience = { timeout: 60_000, interval: 200 } as const;
const at = (n: number) => `/hosts/local/guests/${guestId(n)}/console`;
const screenOf = (where: Page | FrameLocator) => where.getByRole('application', { name: 'Screen of the guest' });
const choose = async (page: Page, item: string): Promise<void> => {
  await page.getByRole('button', { name: 'Window', exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
test('a console goes to a window of its own and comes back; axe finds nothing in either', async ({ open }) => {
  const { page, faults } = await open({ path: at(0) });
  await screenOf(page).waitFor();
  await choose(page, 'Open in a window of its own');
  await page.getByRole('heading', { name: 'This console is in its own window' }).waitFor();
  const frame = page.frameLocator('iframe[title="Console window 1"]');
  await screenOf(frame).waitFor();
  await frame.getByText('Fake guest').waitFor();
  await frame.getByRole('button', { name: 'Pause' }).waitFor();
  expect(await faults()).toEqual([]);
  // The frame that stands for the window lies over it.
  await page.getByRole('button', { name: 'Bring it back' }).press('Enter');
  await screenOf(page).waitFor();
  expect(await page.locator('iframe').count()).toBe(0);
});

test('a torn-off console looks as it did in the page, and the page as it did in the window', async ({ open }) => {
  const { page } = await open({ path: at(0) });
  await screenOf(page).waitFor();
  await page.getByRole('button', { name: 'Size: fit' }).click();
  await page.getByRole('menuitem', { name: '75 %' }).click();
  await page.getByText('View only').click();
  await choose(page, 'Open in a window of its own');
  const frame = page.frameLocator('iframe[title="Console window 1"]');
  await frame.getByRole('button', { name: 'Size: 75 %' }).waitFor();
  expect(await frame.getByRole('switch', { name: 'View only' }).isChecked()).toBe(true);
  await frame.getByText('View only').click();
  await page.getByRole('button', { name: 'Bring it back' }).press('Enter');
  await page.getByRole('button', { name: 'Size: 75 %' }).waitFor();
  expect(await page.getByRole('switch', { name: 'View only' }).isChecked()).toBe(false);
});

test('tabs: news of the ones behind, keys, and closing', async ({ open }) => {
  const { page } = await open({ path: at(0) });
  await screenOf(page).waitFor();
  const first = { name: seedGuests()[0]?.guest.name ?? '' };
  const runner = seedGuests().find(({ guest }, n) => n > 0 && guest.state === 'running')?.guest;
  const second = { id: runner?.id ?? '', name: runner?.name ?? '' };
  await choose(page, 'Open in a window of its own');
  const frame = page.frameLocator('iframe[title="Console window 1"]');
  await screenOf(frame).waitFor();
  await page.evaluate((hash) => (window.location.hash = hash), `/hosts/local/guests/${second.id}/console`);
  await page.getByRole('heading', { level: 1, name: second.name }).waitFor();
  await choose(page, 'Open in a tab of the console window');
  await frame.getByRole('tab', { name: second.name, selected: true }).waitFor();
  // The fake guest's screen moves all the time.
  await frame.getByRole('tab', { name: `Something new: ${first.name}` }).waitFor({ timeout: patience.timeout });
  await expect.poll(() => frame.locator('.gh-screen canvas').count(), patience).toBe(2);

  await frame.getByRole('tab', { name: second.name }).focus();
  await page.keyboard.press('ArrowLeft');
  await frame.getByRole('tab', { name: first.name, exact: true, selected: true }).waitFor();
  await page.keyboard.press('Control+PageDown');
  await frame.getByRole('tab', { name: second.name, selected: true }).waitFor();
  const child = page.frames().find((one) => one !== page.mainFrame());
  await child?.evaluate(axe.source);
  const found = await child?.evaluate(async () =>
    (await window.axe.run(document, { resultTypes: ['violations'] })).violations.map(({ id }) => id),
  );
  expect(found).toEqual([]);
  await page.keyboard.press('Control+Shift+W');
  await frame.getByRole('heading', { name: first.name }).waitFor();
  await page.getByRole('heading', { name: second.name }).waitFor();
  await screenOf(page).waitFor();
});

test('a guest whose consoles do not connect by themselves waits for a click, now and the next time', async ({ open }) => {
  const { page, faults } = await open({ path: at(0) });
  await screenOf(page).waitFor();
  await choose(page, 'Do not connect by itself');
  await page.getByRole('heading', { name: 'Not connected' }).waitFor();
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.getByRole('tab', { name: 'Console' }).click();
  await page.getByRole('heading', { name: 'Not connected' }).waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await screenOf(page).waitFor();
  await choose(page, 'Connect by itself');
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.getByRole('tab', { name: 'Console' }).click();
  await screenOf(page).waitFor();
});

test('a screen that somebody else has says who, and is taken over only when asked', async ({ open }) => {
  const { page, faults } = await open({ path: '/hosts/local/create' });
  await page.evaluate(() => {
    const { invoke } = window.guesthouse;
    const fault = { code: 'console-busy', message: 'Taken.', reason: 'It is open from 10.0.0.7.', remedy: null } as const;
    const busy = (input: unknown): boolean => typeof input === 'object' && input !== null && 'force' in input && input.force === false;
    Object.assign(window.guesthouse, {
      invoke: async (channel: string, input: unknown) =>
        channel === 'consoles.open' && busy(input) ? { ok: false, fault } : invoke(channel, input),
    });
  });
  await page.evaluate((hash) => (window.location.hash = hash), at(0));
  await page.getByRole('heading', { name: 'In use by another session' }).waitFor();
  await page.getByText('It is open from 10.0.0.7.').waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Take over' }).click();
  await page.getByText('Fake guest').waitFor();
});

test('a console fills the screen, shows whose it is, and lets go again', async ({ open }) => {
  const { page, faults } = await open({ path: at(0) });
  await screenOf(page).waitFor();
  const region = page.getByRole('region', { name: /^Console of / });
  await choose(page, 'Full screen (F11)');
  await region.waitFor();
  expect(await region.evaluate((element) => [element.clientWidth, element.clientHeight])).toEqual([1280, 800]);
  await region.getByText('on This computer').waitFor();
  expect(await faults()).toEqual([]);
  await page.mouse.move(600, 500);
  await screenOf(page).focus();
  await expect.poll(() => region.getAttribute('data-toolbar-out'), patience).toBe('false');
  await page.mouse.move(600, 0);
  await expect.poll(() => region.getAttribute('data-toolbar-out'), patience).toBe('true');
  await region.getByRole('button', { name: 'Leave full screen' }).click();
  await expect.poll(() => region.count(), patience).toBe(0);
});

test('the toolbar is one line in a window of 1280 pixels, and icons keep their names', async ({ open }) => {
  const { page, faults } = await open({ path: at(0) });
  await page.getByText('Fake guest').waitFor();
  const isOneLine = () =>
    page.locator('.gh-console__toolbar').evaluate((bar) => {
      const boxes = [...bar.children].map((child) => child.getBoundingClientRect()).filter(({ width }) => width > 0);
      return Math.max(...boxes.map(({ top }) => top)) < Math.min(...boxes.map(({ bottom }) => bottom));
    });
  await expect.poll(isOneLine, patience).toBe(true);
  for (const name of ['Size: fit', 'Quality: automatic', 'Send keys', 'Picture', 'USB devices', 'Window']) {
    expect(await page.getByRole('button', { name, exact: true }).getAttribute('title'), name).toBeTruthy();
  }
  expect(await faults()).toEqual([]);
});

test('nothing of the toolbar is cut off in a narrow window', async ({ open }) => {
  const { page } = await open({ path: at(0) });
  await screenOf(page).waitFor();
  for (const width of [1024, 700]) {
    await page.setViewportSize({ width, height: 700 });
    const cut = () =>
      page.locator('.gh-console__toolbar').evaluate((bar) => {
        const room = bar.getBoundingClientRect();
        return [...bar.querySelectorAll('button')].filter((button) => button.getBoundingClientRect().right > room.right + 1).length;
      });
    await expect.poll(cut, patience).toBe(0);
  }
});

test('the screens of 100 guests: only those in sight are asked for, and Enter opens one', async ({ open }) => {
  const { page, faults } = await open({ path: '/screens', guests: 200 });
  const list = page.getByRole('listbox', { name: 'Screens' });
  await list.waitFor();
  await expect.poll(() => page.locator('.gh-screens__picture canvas:not([hidden])').count(), patience).toBeGreaterThan(3);
  const tiles = await page.getByRole('option').count();
  const all = Number(await page.getByRole('option').first().getAttribute('aria-setsize'));
  expect(all).toBeGreaterThan(40);
  expect(tiles).toBeLessThan(all / 2);
  expect(await faults()).toEqual([]);
  await page.getByRole('slider', { name: 'Size of the pictures' }).fill('480');
  await expect.poll(() => page.getByRole('option').count(), patience).toBeLessThan(tiles);
  await list.focus();
  await page.keyboard.press('End');
  const last = page.locator(`[role="option"][aria-posinset="${all}"]`);
  await last.waitFor();
  expect(await last.getAttribute('aria-selected')).toBe('true');
  await page.keyboard.press('Home');
  await page.locator('[role="option"][aria-posinset="1"][aria-selected="true"]').waitFor();
  await page.keyboard.press('Enter');
  await screenOf(page).waitFor();
});

test('a screen that comes back takes the focus from nobody who writes', async ({ open }) => {
  const { page } = await open({ path: at(0) });
  await screenOf(page).waitFor();
  const name = seedGuests()[0]?.guest.name ?? '';
  await page.keyboard.press('Control');
  await page.evaluate((guest) => window.harness.change('local', guest, { state: 'shut-off' }), name);
  await page.getByRole('heading', { name: 'The guest is off' }).waitFor();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('dialog', { name: /Go to/ }).locator('input');
  await field.waitFor();
  await page.evaluate((guest) => window.harness.change('local', guest, { state: 'running' }), name);
  // Drawn behind the dialog, where roles are hidden.
  await page.getByText('Fake guest').waitFor();
  await field.pressSequentially('abc');
  expect(await field.inputValue()).toBe('abc');
  expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
});

test('a click into a screen of full size takes the desktop’s keys, the release keys give them back', async ({ open }) => {
  const { page } = await open({ path: at(0) });
  await page.getByText('Fake guest').waitFor();
  await page.evaluate(() => {
    Object.assign(Reflect.get(navigator, 'keyboard'), { lock: async () => undefined, unlock: () => undefined });
  });
  await choose(page, 'Full screen (F11)');
  await page.getByRole('region', { name: /^Console of / }).waitFor();
  const isFull = () => page.evaluate(() => document.fullscreenElement !== null);
  expect(await isFull()).toBe(false);
  await page.mouse.click(600, 500);
  await expect.poll(isFull, patience).toBe(true);
  await page.keyboard.down('Control');
  await page.keyboard.down('Alt');
  await page.keyboard.up('Alt');
  await page.keyboard.up('Control');
  await expect.poll(isFull, patience).toBe(false);
});
