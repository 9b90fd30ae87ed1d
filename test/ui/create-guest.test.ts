import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

const path = '/hosts/local/create';
const main = (page: Page) => page.getByRole('main');
const choose = async (page: Page, file?: string) => {
  if (file !== undefined) await page.evaluate((name) => (window.harness.file = name), file);
  await page.getByRole('button', { name: /Choose ISO image|Choose another/ }).click();
};
const press = async (page: Page, name: string) => main(page).getByRole('button', { name, exact: true }).click();
const step = async (page: Page, title: string) => page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor();
const fact = (page: Page, term: string) =>
  page
    .locator('dl > div')
    .filter({ has: page.getByRole('term').getByText(term, { exact: true }) })
    .getByRole('definition');

test('three clicks from an ISO image to its console', async ({ open }) => {
  const { page, row } = await open({ path });
  await choose(page);
  await press(page, 'Review and create');
  await press(page, 'Create');
  await page.getByRole('heading', { level: 1, name: 'debian-13-2' }).waitFor();
  expect(new URL(page.url()).hash).toMatch(/\/console$/);
  await page.getByText('Fake guest').waitFor();
  await page.evaluate(() => (window.location.hash = '#/'));
  await row('debian-13-2').getByText('Running').waitFor();
});

test('the system is recognised and fills in every step; axe finds nothing in any', async ({ open }) => {
  const { page, faults } = await open({ path });
  expect(await main(page).getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
  expect(await faults()).toEqual([]);
  await choose(page);
  await expect.poll(async () => fact(page, 'System').innerText()).toContain('Debian 13');
  await page.getByText('Recommended: 2 GiB of memory, 2 processors, a disk of 20 GiB.').waitFor();
  expect(await fact(page, 'Size').innerText()).toBe('700 MiB');
  expect(await faults()).toEqual([]);
  await press(page, 'Next');
  await step(page, 'Name and resources');
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('debian-13-2');
  expect(await page.getByLabel('Memory', { exact: true }).inputValue()).toBe('2');
  expect(await page.getByLabel('Virtual CPUs').inputValue()).toBe('2');
  await page.getByText('The host has 64 GiB').waitFor();
  await page.getByText('at most 64').waitFor();
  expect(await faults()).toEqual([]);
  await press(page, 'Next');
  await step(page, 'Disk');
  expect(await page.getByLabel('Size', { exact: true }).inputValue()).toBe('20');
  const pools = await page.getByLabel('Pool').locator('option').allInnerTexts();
  expect(pools.slice(0, 2)).toEqual(['default (412 GiB of 930 GiB free)', 'scratch (3 GiB of 16 GiB free)']);
  // Nobody makes volumes on an iSCSI target but its own server.
  expect(pools.filter((pool) => pool.startsWith('san'))).toEqual([]);
  expect(await faults()).toEqual([]);
  await press(page, 'Next');
  await step(page, 'Network');
  expect(await page.getByRole('radio', { name: 'default' }).isChecked()).toBe(true);
  await page.getByText('lab (not active)').waitFor();
  expect(await faults()).toEqual([]);
  await press(page, 'Next');
  await step(page, 'Review');
  expect(await fact(page, 'Disk').innerText()).toContain('20 GiB in pool default');
  expect(await fact(page, 'Acceleration').innerText()).toContain('KVM');
  expect(await faults()).toEqual([]);
});

test('an unknown system can be installed all the same', async ({ open }) => {
  const { page } = await open({ path });
  await choose(page, '/isos/tiny.iso');
  await expect.poll(async () => fact(page, 'System').innerText()).toContain('Not recognised');
  await page.getByText('This system is not known here.').waitFor();
  await press(page, 'Review and create');
  expect(await fact(page, 'Name').innerText()).toContain('tiny');
});

test('what is no ISO image says so, and a cancelled dialog changes nothing', async ({ open }) => {
  const { page, faults } = await open({ path });
  await choose(page, '/home/ada/notes.txt');
  await page.getByText('“notes.txt” is no ISO image.').waitFor();
  expect(await faults()).toEqual([]);
  await choose(page, '/isos/debian-13.iso');
  await fact(page, 'System').waitFor();
  await page.evaluate(() => (window.harness.file = null));
  await choose(page);
  expect(await fact(page, 'File').innerText()).toBe('debian-13.iso');
});

test('mistakes are named at their field, and the step that holds them is marked', async ({ open }) => {
  const { page, faults } = await open({ path });
  await choose(page);
  await press(page, 'Next');
  await page.getByLabel('Name', { exact: true }).fill('database');
  await page.getByText('This host has a guest of that name already.').waitFor();
  await page.getByLabel('Memory', { exact: true }).fill('much');
  await page.getByText('Enter a number.').waitFor();
  expect(await faults()).toEqual([]);
  await press(page, 'Review and create');
  await page.getByRole('button', { name: /^Name and resources.*has a problem$/ }).waitFor();
  expect(await main(page).getByRole('button', { name: 'Create', exact: true }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Change memory' }).click();
  await expect
    .poll(async () => page.getByLabel('Memory', { exact: true }).evaluate((input) => input === document.activeElement))
    .toBe(true);
  expect(await page.getByLabel('Memory', { exact: true }).inputValue()).toBe('much');
});

test('the host’s objections stand at their choices before anything is made', async ({ open }) => {
  const { page, faults } = await open({ path });
  await choose(page);
  await press(page, 'Next');
  await page.getByLabel('Memory', { exact: true }).fill('60');
  await press(page, 'Next');
  await page.getByLabel('Pool').selectOption('scratch');
  await press(page, 'Next');
  await page.getByText('lab (not active)').click();
  await press(page, 'Next');
  await expect.poll(async () => fact(page, 'Memory').innerText()).toContain('less memory free than that right now');
  expect(await fact(page, 'Disk').innerText()).toContain('too little space for this disk');
  expect(await fact(page, 'Network').innerText()).toContain('is not active');
  expect(await main(page).getByRole('button', { name: 'Create', exact: true }).isDisabled()).toBe(true);
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Change disk' }).click();
  await fact(page, 'Disk').getByText('too little space for this disk').waitFor();
  expect(await faults()).toEqual([]);
  await page.getByLabel('Pool').selectOption('default');
  await page.getByRole('button', { name: 'Done with disk' }).click();
  await fact(page, 'Network').getByRole('button', { name: 'Start the network “lab”' }).click();
  await expect.poll(async () => main(page).getByRole('button', { name: 'Create', exact: true }).isEnabled()).toBe(true);
});

test('a failure keeps everything, says why, and Try again succeeds', async ({ open }) => {
  const { page, faults } = await open({ path });
  await choose(page);
  await press(page, 'Next');
  await page.getByLabel('Name', { exact: true }).fill('mine');
  await press(page, 'Review and create');
  await page.evaluate(() => window.harness.fail('local', 'make-disk', 'no-space', 'The pool is full.'));
  await press(page, 'Create');
  await main(page).getByText('The pool is full.').waitFor();
  await main(page).getByText('Tell it otherwise.').waitFor();
  expect(await fact(page, 'Name').innerText()).toContain('mine');
  expect(await faults()).toEqual([]);
  await press(page, 'Try again');
  await page.getByRole('heading', { level: 1, name: 'mine' }).waitFor();
});

test('the focus goes where one reads on: as the page opens, while it is made, and to a failure', async ({ open }) => {
  const { page, faults } = await open({ path: '/' });
  const focused = async (text: string | RegExp) =>
    expect.poll(async () => page.evaluate(() => document.activeElement?.textContent)).toMatch(text);
  await page.getByRole('main').getByRole('button', { name: 'Create guest' }).click();
  await focused('Begin with');
  await page.keyboard.press('Tab');
  await expect.poll(async () => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('road');
  await choose(page);
  await press(page, 'Review and create');
  await focused('Review');
  await page.evaluate(() => window.harness.fail('local', 'make-disk', 'no-space', 'The pool is full.'));
  await press(page, 'Create');
  await focused(/^Making |The pool is full/);
  await focused(/The pool is full/);
  expect(await faults()).toEqual([]);
});

test('the first Tab offers a way past the sidebar', async ({ open }) => {
  const { page, faults, row } = await open({ path: '/' });
  await row('debian-13').waitFor();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('button', { name: 'Skip to the page', exact: true });
  await expect.poll(async () => skip.evaluate((one) => one === document.activeElement)).toBe(true);
  expect(await faults()).toEqual([]);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.getByRole('main').locator(':focus').count()).toBe(1);
});

test('making shows its steps and can be cancelled; nothing is left and everything is kept', async ({ open }) => {
  const { page, row } = await open({ path, delay: 600 });
  await choose(page);
  await press(page, 'Next');
  await page.getByLabel('Name', { exact: true }).fill('never');
  await press(page, 'Review and create');
  await press(page, 'Create');
  await main(page).getByText('Making the disk').waitFor();
  await page.getByRole('progressbar', { name: 'Progress of making the guest' }).waitFor();
  await press(page, 'Cancel');
  await page.getByText('Cancelled. Nothing of it was left on the host.').waitFor();
  expect(await fact(page, 'Name').innerText()).toContain('never');
  await page.evaluate(() => (window.location.hash = '#/'));
  await row('debian-13').waitFor();
  expect(await row('never').count()).toBe(0);
});

test('a wizard that is left is found again as it was; Cancel forgets it', async ({ open }) => {
  const { page } = await open({ path });
  await choose(page);
  await press(page, 'Next');
  await page.getByLabel('Name', { exact: true }).fill('half done');
  await page.getByRole('link', { name: 'All guests' }).click();
  await page.getByRole('grid').waitFor();
  await page.goBack();
  await step(page, 'Name and resources');
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('half done');
  await press(page, 'Cancel');
  await page.getByRole('grid').waitFor();
  await page.evaluate((hash) => (window.location.hash = hash), path);
  await step(page, 'Begin with');
});

test('the keyboard alone makes a guest', async ({ open }) => {
  const { page } = await open({ path });
  await page.getByRole('radio', { name: 'ISO image' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('combobox', { name: 'Architecture' }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('button', { name: 'Choose ISO image' }).focus();
  await page.keyboard.press('Enter');
  await fact(page, 'System').waitFor();
  const tabTo = async (name: string) => {
    for (let i = 0; i < 40; i++) {
      if ((await page.evaluate(() => document.activeElement?.textContent)) === name) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab never came to ${name}`);
  };
  await tabTo('Next');
  await page.keyboard.press('Enter');
  await step(page, 'Name and resources');
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Name and resources');
  await page.keyboard.press('Tab');
  await page.keyboard.type('by hand');
  await page.keyboard.press('Enter');
  await step(page, 'Disk');
  await tabTo('Review and create');
  await page.keyboard.press('Enter');
  await step(page, 'Review');
  await tabTo('Create');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'by hand' }).waitFor();
});

test('names from files are text that cannot disguise itself', async ({ open }) => {
  const { page } = await open({ path });
  await choose(page, '/isos/<img src=x>\u202ecod.iso');
  await expect.poll(async () => fact(page, 'File').innerText()).toContain('<img src=x>');
  expect(await fact(page, 'File').innerText()).not.toContain('\u202e');
  expect(await page.locator('img[src="x"]').count()).toBe(0);
});

test('a host that is gone keeps what was chosen', async ({ open }) => {
  const { page } = await open({ path });
  await choose(page);
  await press(page, 'Next');
  await page.getByLabel('Name', { exact: true }).fill('patient');
  await page.evaluate(() => {
    window.harness.manners('local', 'daemon-missing');
    window.harness.drop('local');
  });
  await page.getByRole('heading', { name: 'The host is not connected' }).waitFor();
  await page.evaluate(() => window.harness.manners('local', 'open'));
  await step(page, 'Name and resources');
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('patient');
});
