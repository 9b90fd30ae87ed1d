import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

const path = '/hosts/local/storage';
const main = (page: Page) => page.getByRole('main');
const answer = (page: Page, file: string | null) => page.evaluate((name) => (window.harness.file = name), file);
const volume = (page: Page, name: string) =>
  main(page)
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name, exact: false }) });
const choose = async (page: Page, file: string) => {
  await answer(page, file);
  await page.getByRole('button', { name: 'Upload to default…' }).click();
};
const act = async (page: Page, name: string, item: string) => {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

test('an image is chosen, named and uploaded, with its progress at the volume and in the tasks', async ({ open }) => {
  const { page, faults } = await open({ path, delay: 60 });
  await choose(page, '/home/ada/fedora-43.qcow2');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('fedora-43.qcow2').waitFor();
  await dialog.getByText('20 GiB').waitFor();
  expect(await page.getByLabel('Name of the volume').inputValue()).toBe('fedora-43.qcow2');
  expect(await faults()).toEqual([]);
  await page.getByLabel('Name of the volume').fill('fedora.qcow2');
  await dialog.getByRole('button', { name: 'Upload', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await volume(page, 'fedora.qcow2')
    .getByText(/^Upload \d+/)
    .waitFor();
  await page.getByRole('button', { name: /^Tasks/ }).click();
  await page
    .getByRole('list')
    .getByText(/^Uploading [\d.]+ of 4 GiB, 310 MB\/s/)
    .waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('region', { name: 'List of tasks' }).getByText(/^Done/).waitFor();
  await volume(page, 'fedora.qcow2').getByText('700 MiB').waitFor();
  expect(
    await volume(page, 'fedora.qcow2')
      .getByText(/^Upload/)
      .count(),
  ).toBe(0);
});

test('a cancelled upload leaves no volume, and the same name can be used again', async ({ open }) => {
  const { page } = await open({ path, delay: 200 });
  for (const last of [false, true]) {
    await choose(page, '/home/ada/fedora.qcow2');
    await page.getByRole('dialog').getByRole('button', { name: 'Upload', exact: true }).click();
    await volume(page, 'fedora.qcow2').waitFor();
    if (!last) await page.getByRole('button', { name: /^Tasks/ }).click();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await volume(page, 'fedora.qcow2').waitFor({ state: 'detached' });
  }
});

test('names that do not do are said so while they are typed', async ({ open }) => {
  const { page, faults } = await open({ path });
  await choose(page, '/home/ada/disk.img');
  const dialog = page.getByRole('dialog');
  const name = page.getByLabel('Name of the volume');
  for (const [value, problem] of [
    ['a/b', 'No slashes'],
    ['.hidden', 'may not begin with a dot'],
    ['', 'Give it a name'],
  ] as const) {
    await name.fill(value);
    await dialog.getByText(problem).waitFor();
    expect(await dialog.getByRole('button', { name: 'Upload', exact: true }).isDisabled()).toBe(true);
  }
  expect(await faults()).toEqual([]);
  const taken = await page.getByRole('rowheader', { includeHidden: true }).first().innerText();
  await name.fill(taken);
  await dialog.getByText('The pool has a volume of that name already.').waitFor();
});

test('a file that is not whole is refused before anything is asked; a cancelled dialog changes nothing', async ({ open }) => {
  const { page } = await open({ path });
  await choose(page, '/home/ada/overlay.qcow2');
  await page.getByText(/cannot be uploaded alone/).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  await answer(page, null);
  await page.getByRole('button', { name: 'Upload to default…' }).click();
  await expect.poll(async () => page.getByRole('button', { name: 'Upload to default…' }).isEnabled()).toBe(true);
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('a failure says why, in the tasks and once more as it happens', async ({ open }) => {
  const { page } = await open({ path });
  await page.evaluate(() => window.harness.fail('local', 'transfer', 'no-space', 'The disk of the pool “default” is full.'));
  await choose(page, '/home/ada/big.qcow2');
  await page.getByRole('dialog').getByRole('button', { name: 'Upload', exact: true }).click();
  await page.getByText('The disk of the pool “default” is full.').first().waitFor();
  // The list of volumes is read again after the failure is known.
  await volume(page, 'big.qcow2').waitFor({ state: 'detached' });
});

test('a volume is downloaded and overwritten from its menu, by the keyboard too', async ({ open }) => {
  const { page, question, faults } = await open({ path, delay: 120 });
  await choose(page, '/home/ada/plain.img');
  await page.getByRole('dialog').getByRole('button', { name: 'Upload', exact: true }).click();
  await volume(page, 'plain.img').getByText('700 MiB').waitFor();

  await answer(page, '/home/ada/copy.img');
  await page.getByRole('button', { name: 'Actions for plain.img' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Download…' }).waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('menuitem', { name: 'Download…' }).press('Enter');
  await volume(page, 'plain.img')
    .getByText(/^Download \d+/)
    .waitFor();
  await volume(page, 'plain.img')
    .getByText(/^Download/)
    .waitFor({ state: 'detached' });

  await answer(page, '/home/ada/other.img');
  await act(page, 'plain.img', 'Overwrite from file…');
  await question.getByRole('heading', { name: 'Overwrite “plain.img”?' }).waitFor();
  expect(await faults()).toEqual([]);
  await question.getByRole('button', { name: 'Overwrite' }).click();
  await volume(page, 'plain.img')
    .getByText(/^Upload \d+/)
    .waitFor();
  await volume(page, 'plain.img')
    .getByText(/^Upload/)
    .waitFor({ state: 'detached' });
});

test('what a guest uses is not overwritten, and it is said which', async ({ open }) => {
  const { page } = await open({ path });
  await volume(page, 'database.qcow2').getByRole('link', { name: 'database', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Actions for database.qcow2' }).click();
  const overwrite = page.getByRole('menuitem', { name: 'Overwrite from file…' });
  expect(await overwrite.getAttribute('aria-disabled')).toBe('true');
  await overwrite.hover();
  await page
    .getByRole('tooltip')
    .getByText(/“database”/)
    .waitFor();
});

test('the overview shows the screen of a running guest, keeps it dimmed when the next fails, and leads to the console', async ({
  open,
}) => {
  const { page, row, faults } = await open();
  await row('database').getByRole('link').click();
  const screen = page.getByRole('link', { name: /^The screen of database, as of .* Open the console$/ });
  await screen.waitFor();
  const box = await screen.boundingBox();
  expect(await faults()).toEqual([]);
  await page.evaluate(() => window.harness.fail('local', 'screenshot', 'internal', 'No picture.'));
  await expect.poll(async () => screen.getAttribute('data-stale'), { timeout: 15_000 }).toBe('true');
  expect(await screen.boundingBox()).toEqual(box);
  expect(await faults()).toEqual([]);
  await expect.poll(async () => screen.getAttribute('data-stale'), { timeout: 15_000 }).toBe('false');
  await screen.click();
  expect(new URL(page.url()).hash).toMatch(/\/console$/);
});

test('a guest that is off shows no picture and can have none saved; a running one’s is saved from its menu', async ({ open }) => {
  const { page, row } = await open();
  await answer(page, '/home/ada/screen.png');
  await row('database').getByRole('button', { name: 'Actions for database' }).click();
  await page.getByRole('menuitem', { name: 'Save screenshot…' }).click();
  await page.getByText('The screen of “database” was saved').waitFor();
  await page.evaluate(() => window.harness.change('local', 'database', { state: 'shut-off' }));
  await row('database').getByRole('link').click();
  await page.getByText('Not running').waitFor();
});
