import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { test } from './app-page.ts';

const database = guestId(6);
const at = (id: string) => `/hosts/local/guests/${id}/performance`;
const titles = ['CPU', 'Memory', 'Disks', 'Network'];
const chart = (page: Page, title: string) => page.getByRole('img', { name: new RegExp(`^${title}: `) });
const words = async (page: Page, title: string) => (await chart(page, title).getAttribute('aria-label')) ?? '';
const pixels = async (page: Page, title: string) =>
  chart(page, title)
    .locator('canvas')
    .evaluate((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ''));

test('four charts say their values in words and go on by themselves', async ({ open }) => {
  const { page, faults } = await open({ path: at(database) });
  await expect.poll(async () => words(page, 'CPU'), { timeout: 10_000 }).toMatch(/^CPU: Used \d+ %$/);
  await expect.poll(async () => words(page, 'Memory')).toMatch(/^Memory: Used [\d.]+ GiB$/);
  await expect.poll(async () => words(page, 'Disks')).toMatch(/^Disks: Read [\d.]+ \w?B\/s, Written [\d.]+ \w?B\/s$/);
  await expect.poll(async () => words(page, 'Network')).toMatch(/^Network: Received [\d.]+ \w?B\/s, Sent [\d.]+ \w?B\/s$/);
  for (const title of titles) {
    const before = await pixels(page, title);
    await expect.poll(async () => pixels(page, title), { timeout: 15_000 }).not.toBe(before);
  }
  expect(await faults()).toEqual([]);
});

test('ten minutes are another picture of the same values', async ({ open }) => {
  const { page } = await open({ path: at(database) });
  await expect.poll(async () => words(page, 'CPU'), { timeout: 10_000 }).toMatch(/\d/);
  const before = await pixels(page, 'CPU');
  await page.getByRole('button', { name: '10 minutes' }).click();
  expect(await page.getByRole('button', { name: '10 minutes' }).getAttribute('aria-pressed')).toBe('true');
  expect(await pixels(page, 'CPU')).not.toBe(before);
});

test('what was seen before is there again at once', async ({ open }) => {
  const { page } = await open({ path: at(database) });
  await expect.poll(async () => words(page, 'CPU'), { timeout: 10_000 }).toMatch(/\d/);
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.getByRole('tab', { name: 'Performance' }).click();
  await chart(page, 'CPU').waitFor();
  expect(await words(page, 'CPU')).toMatch(/\d/);
});

test('the pointer asks for the values of a moment', async ({ open }) => {
  const { page } = await open({ path: at(database) });
  await page.waitForTimeout(4000);
  const box = await chart(page, 'CPU').boundingBox();
  if (box === null) throw new Error('the chart has no place');
  await page.mouse.move(box.x + box.width - 60, box.y + 60);
  const times = page.locator('.gh-chart__time');
  await expect.poll(async () => (await times.allInnerTexts()).every((text) => /\d/.test(text))).toBe(true);
  await page.mouse.move(5, 5);
  await expect.poll(async () => times.allInnerTexts()).toEqual(['now', 'now', 'now', 'now']);
});

test('charts follow theme and width', async ({ open }) => {
  const { page } = await open({ path: at(database) });
  await expect.poll(async () => words(page, 'Memory'), { timeout: 10_000 }).toMatch(/\d/);
  const light = await pixels(page, 'Memory');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(async () => pixels(page, 'Memory')).not.toBe(light);
  await expect.poll(async () => page.evaluate(() => document.documentElement.classList.contains('pf-v6-theme-dark'))).toBe(true);
  const width = async () =>
    chart(page, 'CPU')
      .locator('canvas')
      .evaluate((canvas) => canvas.clientWidth);
  const wide = await width();
  await page.setViewportSize({ width: 900, height: 800 });
  await expect.poll(width).not.toBe(wide);
  await expect.poll(async () => await chart(page, 'CPU').evaluate((plot) => plot.scrollWidth <= plot.clientWidth)).toBe(true);
});

test('a guest that is off has no charts; they come when it starts', async ({ open }) => {
  const { page, faults } = await open({ path: at(guestId(3)) });
  await page.getByRole('heading', { name: 'The guest is off' }).waitFor();
  expect(await faults()).toEqual([]);
  await page.evaluate(() => window.harness.change('local', 'template', { state: 'running' }));
  await expect.poll(async () => words(page, 'CPU'), { timeout: 10_000 }).toMatch(/\d/);
});
