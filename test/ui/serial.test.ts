import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';
import { bytesOf, openConsole, received, send } from './console-wire.ts';

/** What a person does with a terminal, besides typing. */
const shown = (page: Page) => page.locator('.xterm-rows');
const search = (page: Page) => page.getByRole('search', { name: 'Search the terminal' });
const told = (page: Page, what: string) => search(page).getByRole('status').getByText(what, { exact: true }).waitFor();
const wanted = (page: Page) => page.getByRole('textbox', { name: 'Text to search for' });
const choose = async (page: Page, item: string) => {
  await page.getByRole('button', { name: 'More of the terminal' }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
const focus = async (page: Page) => page.getByRole('textbox', { name: 'Serial console of the guest' }).focus();

test('a character that is cut between two packets is whole, wide ones take two places', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  for (const byte of bytesOf('é 你好 🙂|\r\n')) await send(page, [byte]);
  await shown(page).getByText('é 你好 🙂|').waitFor();
  await send(page, bytesOf('\u001b[6n'));
  await send(page, bytesOf('你🙂\u001b[6n'));
  await expect.poll(async () => received(page)).toBe('\u001b[2;1R\u001b[2;5R');
});

test('searching finds what was shown, counts it, goes on and back, and Esc returns to the guest', async ({ open }) => {
  const { page, faults } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  await send(page, bytesOf(Array.from({ length: 3000 }, (_, index) => `line ${index} of the Log\r\n`).join('')));
  await focus(page);
  await page.keyboard.press('Control+Shift+F');
  await wanted(page).fill('line 77 ');
  await told(page, '1 of 1');
  await shown(page).getByText('line 77 of the Log').waitFor();
  expect(await faults()).toEqual([]);

  await wanted(page).fill('LINE 299');
  await told(page, '11 of 11');
  await page.keyboard.press('Enter');
  await told(page, '10 of 11');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Shift+Enter');
  await told(page, '1 of 11');
  await shown(page).getByText('line 299 of the Log').waitFor();
  await page.getByRole('button', { name: 'Match case' }).click();
  await told(page, 'Nothing was found');
  await page.getByRole('button', { name: 'Match case' }).click();
  await page.getByRole('button', { name: 'Whole words' }).click();
  await told(page, '1 of 1');
  await page.getByRole('button', { name: 'Regex' }).click();
  await wanted(page).fill(String.raw`line 29\d\d`);
  await told(page, '100 of 100');
  await wanted(page).fill('(');
  await told(page, 'Not a regular expression');
  await page.keyboard.press('Escape');
  await search(page).waitFor({ state: 'detached' });
  await page.keyboard.type('q');
  await expect.poll(async () => received(page)).toBe('q');
});

test('the guest is told the size only when the person asks', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  await page.setViewportSize({ width: 1100, height: 700 });
  await send(page, bytesOf('ready\r\n'));
  await shown(page).getByText('ready').waitFor();
  expect(await received(page)).toBe('');
  await choose(page, 'Tell the guest the size');
  await expect.poll(async () => received(page)).toMatch(/^stty rows \d+ cols \d+\r$/);
  const [, rows, columns] = /rows (\d+) cols (\d+)/.exec(await received(page)) ?? [];
  await page.getByText(`${columns} × ${rows}`).waitFor();
});

test('larger letters stay so, also for the next time', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  await send(page, bytesOf('letters'));
  const size = async () => shown(page).evaluate((rows) => Number.parseFloat(getComputedStyle(rows).fontSize));
  await focus(page);
  for (let i = 0; i < 3; i++) await page.keyboard.press('Control+Shift+Equal');
  await expect.poll(size).toBe(17);
  await page.keyboard.press('Control+Shift+Minus');
  await expect.poll(size).toBe(16);
  await page.reload();
  await page.getByRole('button', { name: 'Serial 1' }).click();
  await expect.poll(size).toBe(16);
  await choose(page, 'Usual size');
  await expect.poll(size).toBe(14);
  expect(await received(page).catch(() => '')).toBe('');
});

test('what it has shown is there again after another page, with a line between', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  // Cut off in the middle of a sequence that would swallow what follows.
  await send(page, bytesOf('before\r\n\u001b]0;never ending'));
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.getByRole('tab', { name: 'Console' }).click();
  const screen = await page.evaluateHandle(() => window.wire);
  await page.getByRole('button', { name: 'Serial 1' }).click();
  await page.waitForFunction((other) => window.wire !== other, screen);
  await shown(page).getByText('— reconnected').waitFor();
  await send(page, bytesOf('after'));
  await expect.poll(async () => (await shown(page).innerText()).replaceAll(/\s+/g, ' ')).toMatch(/before — reconnected [^—]+ — after/);
});

test('a full screen of the guest before its restart does not hold what comes after it', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  await send(page, bytesOf('shell\r\n\u001b[?1049h\u001b[Heditor\u001b[?1000h'));
  await shown(page).getByText('editor').waitFor();
  await page.evaluate(() => window.harness.change('local', 'debian-13', { state: 'shut-off' }));
  await page.getByRole('heading', { name: 'The guest is off' }).waitFor();
  const old = await page.evaluateHandle(() => window.wire);
  await page.evaluate(() => window.harness.change('local', 'debian-13', { state: 'running' }));
  await page.getByRole('button', { name: 'Serial 1' }).click();
  await shown(page).getByText('— reconnected').waitFor();
  await shown(page).getByText('shell').waitFor();
  expect(await shown(page).getByText('editor').count()).toBe(0);
  await page.waitForFunction((other) => window.wire !== other, old);
});

test('the right button opens a menu, unless a program of the guest has the mouse', async ({ open }) => {
  const { page, faults } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  await send(page, bytesOf('a word to copy'));
  await shown(page).click({ button: 'right', force: true });
  await page.getByRole('menuitem', { name: 'Select all' }).waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('menuitem', { name: 'Select all' }).click();
  await expect.poll(async () => page.getByRole('button', { name: 'Copy' }).isEnabled()).toBe(true);
  await send(page, bytesOf('\u001b[?1000h'));
  await shown(page).click({ button: 'right', force: true });
  expect(await page.getByRole('menuitem', { name: 'Select all' }).count()).toBe(0);
  await page.keyboard.down('Shift');
  await shown(page).click({ button: 'right', force: true });
  await page.keyboard.up('Shift');
  await page.getByRole('menuitem', { name: 'Select all' }).waitFor();
});

test('a graphics processor draws where there is one; once it is lost, the page does', async ({ open }) => {
  // Software draws here and is made to pass for a processor: what the browser and the addon say of it is none of ours.
  const { page } = await open({ path: '/hosts/local/create', tolerated: /WebGL|webgl|task queue/ });
  await page.evaluate(() => {
    const real = WebGL2RenderingContext.prototype.getParameter;
    WebGL2RenderingContext.prototype.getParameter = function getParameter(name: number): unknown {
      return name === 0x9246 || name === this.RENDERER ? 'A processor' : real.call(this, name);
    };
  });
  await openConsole(page, 'Serial 1', '.xterm-screen canvas');
  await send(page, bytesOf('drawn twice'));
  expect(await page.locator('.xterm-rows').count()).toBe(0);
  const lost = await page.evaluate(() => {
    const canvases = [...document.querySelectorAll<HTMLCanvasElement>('.xterm-screen canvas')];
    const context = canvases.map((canvas) => canvas.getContext('webgl2')).find((found) => found !== null);
    context?.getExtension('WEBGL_lose_context')?.loseContext();
    return context !== undefined;
  });
  expect(lost).toBe(true);
  await shown(page).getByText('drawn twice').waitFor();
});
