import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

const path = '/hosts/local/storage';
const pools = (page: Page) => page.getByRole('navigation', { name: 'Pools' });
const poolLink = (page: Page, name: string) => pools(page).getByRole('link', { name: new RegExp(`^\\W*${name} `) });
const heading = (page: Page, name: string) => page.getByRole('main').getByRole('heading', { level: 2, name, exact: true });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const act = async (page: Page, pool: string, item: string) => {
  await page.getByRole('button', { name: `Actions for pool ${pool}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

test('each pool tells what it is, and leads to what is in it; the way back leads back', async ({ open }) => {
  const { page, faults } = await open({ path });
  await heading(page, 'default').waitFor();
  await page.getByText('412 GiB free of 930 GiB').waitFor();
  await poolLink(page, 'fast').getByText('LVM volume group').waitFor();
  await poolLink(page, 'san').click();
  await heading(page, 'san').waitFor();
  await page.getByText('san.example.com iqn.2024-01.com.example:guests').waitFor();
  await page.getByRole('rowheader', { name: 'unit:0:0:1' }).waitFor();
  // What an iSCSI server has is made there, not here.
  await button(page, 'New volume…').hover();
  await page.getByRole('tooltip').getByText('The host cannot make volumes in a pool of this kind').waitFor();
  expect(await faults()).toEqual([]);
  await page.keyboard.press('Alt+ArrowLeft');
  await heading(page, 'default').waitFor();
});

test('many pools are searched and ordered; a handful is not', async ({ open }) => {
  const { page, faults } = await open({ path });
  await heading(page, 'default').waitFor();
  expect(await pools(page).getByRole('textbox').count()).toBe(0);
  await page.evaluate(() => {
    for (let i = 1; i <= 60; i++) window.harness.addPool('local', `lab-${i}`);
  });
  const search = pools(page).getByRole('textbox', { name: 'Search pools' });
  const shown = async () => pools(page).getByRole('listitem').count();
  await expect.poll(shown).toBe(65);
  await search.fill('lab-1');
  await expect.poll(shown).toBe(11);
  expect(await pools(page).getByRole('link').first().innerText()).toMatch(/^lab-1\n/);
  expect(await faults()).toEqual([]);
  await search.press('Enter');
  await page.keyboard.press('Enter');
  await heading(page, 'lab-1').waitFor();
  await search.fill('no such pool');
  await pools(page).getByRole('button', { name: 'Show all pools' }).click();
  await expect.poll(shown).toBe(65);
  await pools(page).getByRole('combobox', { name: 'Order of the pools' }).selectOption('Most free first');
  await expect.poll(async () => pools(page).getByRole('link').first().innerText()).toMatch(/^default\n/);
  expect(await faults()).toEqual([]);
});

test('a pool that is not active says so and is started', async ({ open }) => {
  const { page, faults } = await open({ path: `${path}/backup` });
  await page.getByRole('heading', { name: 'The pool is not active' }).waitFor();
  await page.getByRole('button', { name: 'Actions for pool backup' }).click();
  const refresh = page.getByRole('menuitem', { name: 'Refresh' });
  expect(await refresh.getAttribute('aria-disabled')).toBe('true');
  await refresh.hover();
  await page.getByRole('tooltip').getByText('It is not active').waitFor();
  expect(await faults()).toEqual([]);
  await page.keyboard.press('Escape');
  await button(page, 'Start').click();
  await page.getByRole('heading', { name: 'This pool is empty' }).waitFor();
  await act(page, 'backup', 'Stop');
  await page.getByRole('heading', { name: 'The pool is not active' }).waitFor();
});

test('whether a pool starts with the host is changed from its menu', async ({ open }) => {
  const { page } = await open({ path: `${path}/scratch` });
  await heading(page, 'scratch').waitFor();
  expect(await page.getByText('Starts with the host').count()).toBe(0);
  await act(page, 'scratch', 'Start with the host');
  await page.getByText('Starts with the host', { exact: true }).waitFor();
});

test('to take a pool off the list is asked by main, and says that nothing in it goes', async ({ open }) => {
  const { page, question } = await open({ path: `${path}/backup` });
  await act(page, 'backup', 'Remove from the list…');
  await question.getByText(/What is in it stays where it is/).waitFor();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await heading(page, 'backup').waitFor();
  await act(page, 'backup', 'Remove from the list…');
  await question.getByRole('button', { name: 'Remove from the list' }).click();
  await page.getByRole('heading', { name: 'The pool is gone' }).waitFor();
  await poolLink(page, 'default').click();
  await heading(page, 'default').waitFor();
});

test('a pool with what a guest needs is not deleted, and it is said who', async ({ open }) => {
  const { page, question } = await open({ path });
  await heading(page, 'default').waitFor();
  await act(page, 'default', 'Delete with its volumes…');
  await page
    .locator('.gh-toasts')
    .getByText(/cannot be deleted/)
    .waitFor();
  expect(await question.getByRole('heading').count()).toBe(0);
});

test('a folder becomes a pool: what is missing, odd or taken is said, and what was typed stays', async ({ open }) => {
  const { page, question, faults } = await open({ path });
  await button(page, 'New pool…').click();
  const dialog = page.getByRole('dialog', { name: 'New pool' });
  await dialog.getByRole('button', { name: 'Make pool' }).click();
  const folder = dialog.getByLabel('Folder on the host');
  await dialog.getByText('Fill this in.').waitFor();
  await expect.poll(async () => folder.evaluate((field) => field === document.activeElement)).toBe(true);
  await folder.fill('srv');
  await dialog.getByText('Begin with a slash.').waitFor();
  await folder.fill('/var/lib/libvirt/images/');
  await dialog.getByText(/The pool “default” is of this folder already/).waitFor();
  await folder.fill('/tmp/pool');
  await dialog.getByText(/may be gone after/).waitFor();
  expect(await faults()).toEqual([]);
  await folder.fill('/srv/lab images');
  expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('lab-images');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await button(page, 'New pool…').click();
  expect(await folder.inputValue()).toBe('/srv/lab images');
  await dialog.getByLabel('Name', { exact: true }).fill('scratch');
  await dialog.getByText('The host has a pool of that name already.').waitFor();
  await dialog.getByLabel('Name', { exact: true }).fill('lab');
  await page.evaluate(() => window.harness.fail('local', 'pool', 'no-space', 'The folder cannot be made.'));
  await dialog.getByRole('button', { name: 'Make pool' }).click();
  // Main asks: what lies in a pool can be given to guests.
  await question.getByRole('heading', { name: 'Make the pool “lab”?' }).waitFor();
  await question.getByText('/srv/lab images').waitFor();
  await question.getByRole('button', { name: 'Make pool' }).click();
  await dialog.getByText('The folder cannot be made.').waitFor();
  await dialog.getByRole('button', { name: 'Make pool' }).click();
  await question.getByRole('button', { name: 'Make pool' }).click();
  await heading(page, 'lab').waitFor();
  await poolLink(page, 'lab').getByText('100 GiB free').waitFor();
  // A new form is a new one.
  await button(page, 'New pool…').click();
  expect(await folder.inputValue()).toBe('');
});

test('every kind that the host offers asks for what it needs', async ({ open }) => {
  const { page, faults } = await open({ path });
  await button(page, 'New pool…').click();
  const dialog = page.getByRole('dialog', { name: 'New pool' });
  const kind = dialog.getByLabel('Kind');
  await expect.poll(async () => kind.getByRole('option').count()).toBe(12);
  for (const [value, field] of [
    ['fs', 'Mount point'],
    ['logical', 'Volume group'],
    ['iscsi-direct', 'Initiator name (IQN)'],
    ['scsi', 'Adapter (optional)'],
    ['mpath', 'Device folder (optional)'],
    ['gluster', 'Gluster volume'],
    ['rbd', 'Monitors'],
    ['zfs', 'ZFS pool or dataset'],
    ['disk', 'Disk'],
  ] as const) {
    await kind.selectOption(value);
    await dialog.getByLabel(field, { exact: true }).waitFor();
  }
  expect(await faults()).toEqual([]);
});

test('what a server has is looked for, and fills the form', async ({ open }) => {
  const { page, question } = await open({ path });
  await button(page, 'New pool…').click();
  const dialog = page.getByRole('dialog', { name: 'New pool' });
  await dialog.getByLabel('Kind').selectOption('netfs');
  const look = dialog.getByRole('button', { name: 'Look for it' });
  expect(await look.isDisabled()).toBe(true);
  await dialog.getByLabel('Server', { exact: true }).fill('nas');
  await look.click();
  await dialog.getByRole('radio', { name: '/export/iso' }).check();
  expect(await dialog.getByLabel('Folder on the server').inputValue()).toBe('/export/iso');
  await dialog.getByLabel('Mount point').fill('/mnt/iso');
  await dialog.getByRole('button', { name: 'Make pool' }).click();
  await question.getByRole('button', { name: 'Make pool' }).click();
  await heading(page, 'iso').waitFor();
  await page.getByText('nas /export/iso').waitFor();
});

test('to write over a device is asked by main', async ({ open }) => {
  const { page, question } = await open({ path });
  await button(page, 'New pool…').click();
  const dialog = page.getByRole('dialog', { name: 'New pool' });
  await dialog.getByLabel('Kind').selectOption('disk');
  await dialog.getByLabel('Disk', { exact: true }).fill('/dev/sdx');
  await dialog.getByRole('radio', { name: /lose what is on it/ }).check();
  await dialog.getByRole('button', { name: 'Make pool…' }).click();
  await question.getByRole('heading', { name: 'Overwrite “/dev/sdx”?' }).waitFor();
  await question.getByRole('button', { name: 'Cancel' }).click();
  // The form is still there, and says nothing of a failure.
  expect(await dialog.getByLabel('Disk', { exact: true }).inputValue()).toBe('/dev/sdx');
  expect(await dialog.getByText(/Cancelled/).count()).toBe(0);
});

test('a pool of any name has an address, and is shown as it is called', async ({ open }) => {
  const { page } = await open({ path });
  await heading(page, 'default').waitFor();
  for (const name of ['50%25 of/it?#x', '<b>é</b> ..']) {
    await page.evaluate((pool) => window.harness.addPool('local', pool), name);
    await pools(page).getByRole('link').filter({ hasText: name }).click();
    await heading(page, name).waitFor();
    await page.getByRole('heading', { name: 'This pool is empty' }).waitFor();
  }
});

test('a host that may only be looked at shows all, and says why nothing can be changed', async ({ open }) => {
  const { page, faults } = await open({ hosts: [], path: '/hosts/add' });
  await page.getByRole('radio', { name: /by ssh/ }).check();
  await page.getByRole('textbox', { name: 'Host' }).fill('attic');
  await page.getByRole('checkbox', { name: 'Only look' }).check();
  await button(page, 'Add and connect').click();
  await page.getByRole('link', { name: 'Storage' }).click();
  await page.getByRole('rowheader').first().waitFor();
  for (const name of ['New pool…', 'New volume…']) {
    await button(page, name).hover();
    await page.getByRole('tooltip').getByText('You may only look at this host').waitFor();
    await page.mouse.move(0, 0);
    await page.getByRole('tooltip').waitFor({ state: 'detached' });
  }
  await page.getByRole('button', { name: /^Actions for pool/ }).click();
  expect(await page.getByRole('menuitem', { name: 'Stop' }).getAttribute('aria-disabled')).toBe('true');
  expect(await faults()).toEqual([]);
});

test('a small window shows the pools above what is in one of them', async ({ open }) => {
  const { page, faults } = await open({ path: `${path}/scratch/vault.img`, colorScheme: 'dark' });
  await page.setViewportSize({ width: 820, height: 600 });
  await page.getByRole('region', { name: 'Details of vault.img' }).waitFor();
  const [list, table] = await Promise.all([pools(page).boundingBox(), page.getByRole('grid').boundingBox()]);
  expect((list?.y ?? 0) + (list?.height ?? 0)).toBeLessThanOrEqual(table?.y ?? 0);
  expect(await faults()).toEqual([]);
});
