import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

const card = (page: Page, title: string) => page.getByRole('article', { name: title });
const notice = (page: Page) => page.getByRole('link', { name: 'See what was left' });

test('nothing interrupted, nothing said', async ({ open }) => {
  const { page } = await open({ left: false });
  await page.getByRole('row').nth(1).waitFor();
  expect(await notice(page).count()).toBe(0);
  await page.evaluate(() => (window.location.hash = '#/interrupted'));
  await page.getByText('Nothing was left').waitFor();
});

test('what an earlier run left is offered, each thing with what has become of it', async ({ open }) => {
  const { page, faults } = await open({ left: true });
  await page.getByText('5 operations were interrupted.').waitFor();
  expect(await faults()).toEqual([]);
  if (process.env['GUESTHOUSE_PICTURES'] !== undefined)
    await page.screenshot({ path: `${process.env['GUESTHOUSE_PICTURES']}/interrupted-notice.png` });
  await notice(page).click();
  const upload = card(page, 'Upload “half.img”');
  await upload.getByRole('row', { name: 'Volume half.img in scratch Left there, perhaps incomplete' }).waitFor();
  const creation = page.getByRole('article', { name: /^Create “/ });
  await creation.getByRole('row', { name: /^Volume never-made.qcow2 in default Not there$/ }).waitFor();
  await creation.getByText('Kept. It runs.').waitFor();
  // A running guest is never touched: there is nothing to clean up.
  expect(await creation.getByRole('button', { name: 'Clean up…' }).count()).toBe(0);
  const away = card(page, 'Download “old.qcow2”');
  await away.getByText('Cannot be told. The host is not among your connections any more.').waitFor();
  await away.getByRole('row', { name: 'File on this computer old-copy.qcow2.part Left there' }).waitFor();
  expect(await page.getByText('/home/ada').count()).toBe(0);
  await page.getByText('44444444-4444-4444-8444-444444444444.json').waitFor();
  expect(await faults()).toEqual([]);
  if (process.env['GUESTHOUSE_PICTURES'] !== undefined)
    await page.screenshot({ path: `${process.env['GUESTHOUSE_PICTURES']}/interrupted.png` });
});

test('a volume that was being filled says so in its pool', async ({ open }) => {
  const { page, faults } = await open({ left: true, path: '/hosts/local/storage/scratch' });
  const row = page.getByRole('row').filter({ has: page.getByText('half.img', { exact: true }) });
  await row.getByText('Incomplete').waitFor();
  expect(await faults()).toEqual([]);
  if (process.env['GUESTHOUSE_PICTURES'] !== undefined)
    await page.screenshot({ path: `${process.env['GUESTHOUSE_PICTURES']}/incomplete.png` });
});

test('cleaning up asks in main’s window, names each thing, and says when it is done', async ({ open }) => {
  const { page, question, faults } = await open({ left: true, path: '/interrupted' });
  await card(page, 'Upload “half.img”').getByRole('button', { name: 'Clean up…' }).click();
  await question.getByText('Remove what “Upload “half.img”” left?').waitFor();
  expect(await question.getByRole('checkbox', { name: /Delete the volume “half\.img” in the pool “scratch”/ }).isChecked()).toBe(true);
  expect(await faults()).toEqual([]);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await card(page, 'Upload “half.img”').getByText('Left there').waitFor();
  await card(page, 'Upload “half.img”').getByRole('button', { name: 'Clean up…' }).click();
  await question.getByRole('button', { name: 'Delete' }).click();
  await card(page, 'Upload “half.img”').waitFor({ state: 'detached' });
  await page
    .getByRole('button', { name: /^Tasks/ })
    .getByText('Clean up after “Upload “half.img””: done')
    .waitFor();
  expect(await page.evaluate(() => window.guesthouse.invoke('interruptions.incompleteVolumes', { host: 'local' }))).toEqual({
    ok: true,
    value: [{ pool: 'default', name: 'never-made.qcow2' }],
  });
});

test('a device that VFIO was left with is given back, not deleted', async ({ open }) => {
  const { page, question, faults } = await open({ left: true, path: '/interrupted' });
  const rehearsal = card(page, 'Change “windows”');
  const row = (words: string) => rehearsal.getByRole('row', { name: `PCI device of the host ${words}` }).waitFor();
  await row('NVIDIA GeForce (0000:01:00.0) Still taken from the host, by VFIO');
  await row('NVIDIA HD Audio (0000:01:00.1) The host has it');
  if (process.env['GUESTHOUSE_PICTURES'] !== undefined)
    await page.screenshot({ path: `${process.env['GUESTHOUSE_PICTURES']}/borrowed.png`, fullPage: true });
  await rehearsal.getByRole('button', { name: 'Give back…' }).click();
  await question.getByText('Give back what “Change “windows”” took?').waitFor();
  expect(await question.getByRole('checkbox').count()).toBe(1);
  expect(await question.getByRole('checkbox', { name: 'Give back the PCI device “NVIDIA GeForce (0000:01:00.0)”' }).isChecked()).toBe(true);
  expect(await faults()).toEqual([]);
  if (process.env['GUESTHOUSE_PICTURES'] !== undefined)
    await page.screenshot({ path: `${process.env['GUESTHOUSE_PICTURES']}/give-back.png` });
  await question.getByRole('button', { name: 'Give back' }).click();
  await rehearsal.waitFor({ state: 'detached' });
});

test('what is kept is not told of again, and a record that cannot be read only once', async ({ open }) => {
  const { page, question } = await open({ left: true, path: '/interrupted' });
  for (const [title, word] of [
    [/^Create/, 'Dismiss'],
    [/^Upload/, 'Keep all of it…'],
    [/^Download/, 'Keep all of it…'],
    [/^Change/, 'Keep all of it…'],
  ] as const) {
    const one = page.getByRole('article', { name: title });
    await one.getByRole('button', { name: word }).click();
    // What could be cleaned up is forgotten only when the person has read what that is.
    if (word !== 'Dismiss') await question.getByRole('button', { name: 'Keep all of it' }).click();
    await one.waitFor({ state: 'detached' });
  }
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await page.getByText('Nothing was left').waitFor();
  await page.evaluate(() => (window.location.hash = '#/'));
  await page.getByRole('row').nth(1).waitFor();
  expect(await notice(page).count()).toBe(0);
});
