import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { test } from './app-page.ts';

const path = `/hosts/local/guests/${guestId(1)}/software`;
const look = (page: Page) => page.getByRole('button', { name: 'Look into its disks' }).click();
const table = (page: Page) => page.getByRole('table', { name: 'Installed applications' });
const tab = (page: Page, name: string) => page.getByRole('tab', { name }).click();

test('what is installed is read from the disks when a person asks, searched, sorted, and kept while one is elsewhere', async ({ open }) => {
  const { page, faults } = await open({ path });
  await page.getByText('The guest is running: what it has not written to its disks yet will be missing.').waitFor();
  expect(await faults()).toEqual([]);
  await look(page);
  await page.getByRole('heading', { name: 'Debian GNU/Linux 13 (trixie)' }).waitFor();
  await page.getByText('2,004 applications').waitFor();
  await page.getByText('/boot/efi').waitFor();
  // Of two thousand rows those in sight are there.
  expect(await table(page).getByRole('row').count()).toBeLessThan(100);
  expect(await faults()).toEqual([]);

  const search = page.getByRole('textbox', { name: 'Search for an application' });
  await search.fill('ssh secure');
  await table(page)
    .getByRole('row', { name: /openssh-server 1:10.0p1-7/ })
    .waitFor();
  await page.getByText('1 of 2,004 applications').waitFor();
  await search.fill('evil');
  await table(page).getByRole('row', { name: 'evil\ufffdgnp.exe 1:0-1 \u241b[31mnot what it seems' }).waitFor();
  await search.fill('nothing like it');
  await page.getByText('Nothing has these words').waitFor();
  await search.fill('');
  await page.getByRole('button', { name: 'Name' }).click();
  await expect.poll(() => table(page).getByRole('row').nth(1).innerText()).toContain('openssh-server');

  await tab(page, 'Overview');
  await tab(page, 'Software');
  await page.getByText('2,004 applications').waitFor();
});

test('a look into disks goes on elsewhere, is cancelled, and says why it failed with the way by hand', async ({ open }) => {
  const { page } = await open({ path, delay: 400 });
  await look(page);
  await page
    .getByRole('status')
    .getByText(/^Reading the disks from the host/)
    .waitFor();
  await tab(page, 'Overview');
  await tab(page, 'Software');
  await page.getByRole('heading', { name: 'Looking into its disks' }).waitFor();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByRole('button', { name: 'Look into its disks' }).waitFor();

  await page.evaluate(() => window.harness.fail('local', 'inspect', 'permission', 'The disks may not be read by you.'));
  await look(page);
  await page.getByRole('main').getByText('The disks may not be read by you.').waitFor();
  await page.getByText('fake inspect').waitFor();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByRole('heading', { name: 'Debian GNU/Linux 13 (trixie)' }).waitFor();
});
