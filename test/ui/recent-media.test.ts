import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

const path = '/hosts/local/create';
const main = (page: Page) => page.getByRole('main');
const press = async (page: Page, name: string) => main(page).getByRole('button', { name, exact: true }).click();
const file = async (page: Page, name: string) => page.evaluate((chosen) => (window.harness.file = chosen), name);
const recent = (page: Page) => main(page).getByRole('group', { name: 'Recently used' });
const rows = async (page: Page) => recent(page).getByRole('listitem').allInnerTexts();
const fact = (page: Page, term: string) =>
  page
    .locator('dl > div')
    .filter({ has: page.getByRole('term').getByText(term, { exact: true }) })
    .getByRole('definition');

/** By the keyboard: the cards' labels lie over what is written on them. */
const road = async (page: Page, title: string) => page.getByRole('radio', { name: title, exact: true }).press('Space');
const begin = async (page: Page) => {
  await page.evaluate((to) => (window.location.hash = `#${to}`), path);
  await page.getByRole('heading', { level: 2, name: 'Begin with' }).waitFor();
};
/** Under the name that is proposed. */
const create = async (page: Page) => {
  await press(page, 'Review and create');
  const [name = ''] = (await fact(page, 'Name').innerText()).split('\n');
  await press(page, 'Create');
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
};
/** A guest from this file, so that it is one that was used. */
const madeFrom = async (page: Page, medium: string) => {
  await begin(page);
  await file(page, medium);
  await main(page)
    .getByRole('button', { name: /^Choose (ISO image|another)$/ })
    .click();
  await fact(page, 'File').waitFor();
  await create(page);
};

test('who has made nothing yet is offered nothing, and what was only looked at is not kept', async ({ open }) => {
  const { page } = await open({ path });
  await press(page, 'Choose ISO image');
  await fact(page, 'File').waitFor();
  expect(await recent(page).count()).toBe(0);
  await press(page, 'Cancel');
  await begin(page);
  await main(page).getByRole('button', { name: 'Choose ISO image' }).waitFor();
  expect(await recent(page).count()).toBe(0);
});

test('what a guest was made from is offered to the next one, by the keyboard alone, and a second guest is made of it', async ({ open }) => {
  const { page, faults } = await open({ path });
  await madeFrom(page, '/home/ada/Downloads/debian-13.iso');
  await begin(page);
  await expect.poll(async () => rows(page)).toEqual([expect.stringMatching(/^debian-13\.iso\s*in Downloads · 700 MiB · used .+/)]);
  expect(await main(page).innerText()).not.toContain('/home/ada');
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Choose ISO image' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(async () => fact(page, 'System').innerText()).toContain('Debian 13');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('debian-13.iso');
  await create(page);
  await begin(page);
  await expect.poll(async () => rows(page)).toHaveLength(1);
});

test('a file that is gone says so in its row, and is taken off the list there', async ({ open }) => {
  const { page, faults } = await open({ path });
  await madeFrom(page, '/srv/a/iso/debian-13.iso');
  await madeFrom(page, '/srv/b/iso/debian-13.iso');
  await begin(page);
  // The folder of one would not tell them apart.
  await expect.poll(async () => rows(page)).toEqual([expect.stringMatching(/in b\/iso · /), expect.stringMatching(/in a\/iso · /)]);
  await page.evaluate(() => window.harness.gone('/srv/b/iso/debian-13.iso'));
  const row = recent(page).getByRole('listitem').first();
  await row.getByRole('button', { name: 'debian-13.iso', exact: true }).click();
  await row.getByText('“debian-13.iso” is not there any more.').waitFor();
  expect(await faults()).toEqual([]);
  await row.getByRole('button', { name: 'Remove from the list', exact: true }).click();
  await expect.poll(async () => rows(page)).toEqual([expect.stringMatching(/in iso · /)]);
  await expect
    .poll(async () => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
    .toBe('Remove debian-13.iso from the list');
  await page.keyboard.press('Enter');
  await expect.poll(async () => recent(page).count()).toBe(0);
  await expect.poll(async () => page.evaluate(() => document.activeElement?.textContent)).toBe('Choose ISO image');
});

test('the whole list is cleared once main has asked', async ({ open }) => {
  const { page, question } = await open({ path });
  await madeFrom(page, '/home/ada/Downloads/debian-13.iso');
  await begin(page);
  await press(page, 'Clear all recent media…');
  await question.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect.poll(async () => rows(page)).toHaveLength(1);
  await press(page, 'Clear all recent media…');
  await question.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect.poll(async () => recent(page).count()).toBe(0);
});

test('a tree’s address is offered again, and looked up as a typed one is', async ({ open }) => {
  const { page, faults } = await open({ path });
  const url = 'https://example.org/fedora/os/';
  await road(page, 'Network install');
  await page.getByRole('textbox', { name: 'Address of the installation tree' }).fill(url);
  await page.keyboard.press('Enter');
  await fact(page, 'Tree').waitFor();
  await create(page);
  await begin(page);
  expect(await recent(page).count()).toBe(0);
  await road(page, 'Network install');
  await recent(page).getByRole('button', { name: url, exact: true }).click();
  expect(await faults()).toEqual([]);
  await page.keyboard.press('Enter');
  await fact(page, 'Tree').waitFor();
});
