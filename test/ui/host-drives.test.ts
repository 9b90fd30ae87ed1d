import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

const path = '/hosts/local/create';
const main = (page: Page) => page.getByRole('main');
const press = async (page: Page, name: string) => main(page).getByRole('button', { name, exact: true }).click();
const fact = (page: Page, term: string) =>
  page
    .locator('dl > div')
    .filter({ has: page.getByRole('term').getByText(term, { exact: true }) })
    .getByRole('definition');
/** By the keyboard: the cards' labels lie over what is written on them. */
const radio = async (page: Page, name: string) => page.getByRole('radio', { name, exact: true }).press('Space');
const drive = (page: Page, list: string, name: RegExp) => page.getByRole('listbox', { name: list }).getByRole('option', { name });

test('a guest begins with the disc in a drive of the host, whose label says what it installs; by the keyboard alone', async ({ open }) => {
  const { page, faults } = await open({ path });
  await radio(page, 'A drive of the host');
  const dvd = drive(page, 'ISO image', /HL-DT-ST DVDRAM GH24 \(\/dev\/sr0\)/);
  await dvd.waitFor();
  expect(await dvd.innerText()).toMatch(/“Fedora-S-dvd-x86_64-42”, 900 MiB/);
  expect(await faults()).toEqual([]);
  // Only what takes discs is here.
  expect(await page.getByRole('listbox', { name: 'ISO image' }).getByRole('option').count()).toBe(2);
  await dvd.focus();
  await page.keyboard.press('Enter');
  await expect.poll(async () => fact(page, 'System').innerText()).toContain('Fedora Linux 42');
  expect(await fact(page, 'Drive').innerText()).toContain('/dev/sr0');
  await press(page, 'Review and create');
  await expect
    .poll(async () => fact(page, 'Begin with').innerText())
    .toMatch(/Fedora-S-dvd-x86_64-42, in the host’s drive HL-DT-ST DVDRAM GH24 \(\/dev\/sr0\)/);
  expect(await faults()).toEqual([]);
  const [name = ''] = (await fact(page, 'Name').innerText()).split('\n');
  await press(page, 'Create');
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
});

test('an empty drive can be chosen, and stands in the way until a disc is in it', async ({ open }) => {
  const { page } = await open({ path });
  await radio(page, 'A drive of the host');
  const empty = drive(page, 'ISO image', /ASUS SDRW/);
  expect(await empty.innerText()).toMatch(/No disc is in it/);
  await empty.click();
  await press(page, 'Review and create');
  await main(page).getByText('No disc is in the drive /dev/sr1.').first().waitFor();
  await page.evaluate(() =>
    window.harness.plug((drives) => {
      const found = drives.find(({ path: at }) => at === '/dev/sr1');
      if (found !== undefined) Object.assign(found, { loaded: true, label: 'Debian 13', size: 700 * 2 ** 20 });
    }),
  );
  await press(page, 'Change begin with');
  await expect.poll(async () => fact(page, 'Label').innerText()).toBe('Debian 13');
});

test('a disk of the host is used in place once main has asked; what the host needs cannot be chosen', async ({ open }) => {
  const { page, question, faults } = await open({ path });
  await radio(page, 'Existing disk');
  await radio(page, 'A drive of the host');
  const system = drive(page, 'disk', /Samsung SSD 990/);
  expect(await system.isDisabled()).toBe(true);
  expect(await system.innerText()).toMatch(/The host uses \/dev\/nvme0n1/);
  await drive(page, 'disk', /\/dev\/sdb1/).click();
  expect(await faults()).toEqual([]);
  await expect.poll(async () => fact(page, 'Disk').innerText()).toContain('WD Elements (/dev/sdb1)');
  await press(page, 'Review and create');
  await expect.poll(async () => fact(page, 'Disk').innerText()).toMatch(/The host’s own disk WD Elements \(\/dev\/sdb1\), where it is/);
  expect((await fact(page, 'Begin with').innerText()).split('\n')[0]).toBe('Existing disk: WD Elements (/dev/sdb1)');
  await press(page, 'Change disk');
  const roads = ['Copy it into a pool', 'Move it into a pool', 'Use it where it is'].map((name) =>
    page.getByRole('radio', { name, exact: true }),
  );
  expect(await Promise.all(roads.map(async (one) => one.isDisabled()))).toEqual([true, true, false]);
  expect(await faults()).toEqual([]);
  const [name = ''] = (await fact(page, 'Name').innerText()).split('\n');
  await press(page, 'Create');
  await question.getByText('/dev/sdb1', { exact: true }).waitFor();
  expect(await question.locator('body').innerText()).toMatch(/This computer[\s\S]*WD Elements[\s\S]*499\.0 GiB[\s\S]*backup[\s\S]*ext4/);
  await question.getByRole('button', { name: 'Cancel', exact: true }).click();
  expect(await page.getByRole('heading', { level: 1, name, exact: true }).count()).toBe(0);
  await press(page, 'Create');
  await question.getByRole('button', { name: 'Use this disk', exact: true }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
});

test('a disk that goes away meanwhile is said to be gone; a host without drives says so; a disc’s label is no text of ours', async ({
  open,
}) => {
  const { page } = await open({ path });
  await radio(page, 'A drive of the host');
  await page.evaluate(() =>
    window.harness.plug(([first]) => {
      if (first !== undefined) first.label = 'evil\u202Egnp.exe';
    }),
  );
  await expect.poll(async () => drive(page, 'ISO image', /sr0/).innerText()).toContain('evil\ufffdgnp.exe');
  await drive(page, 'ISO image', /sr0/).click();
  await page.evaluate(() => window.harness.plug((drives) => drives.splice(0)));
  await main(page).getByText('This host has no drive for discs').waitFor();
  await press(page, 'Review and create');
  await main(page).getByText('The host does not have this drive any more.').first().waitFor();
});

test('an image in a folder that is no pool: the folder becomes one once main has asked, and is looked through', async ({ open }) => {
  const { page, question, faults } = await open({ path });
  await radio(page, 'In a pool of the host');
  const pool = page.getByRole('combobox', { name: 'Pool of the ISO image' });
  await press(page, 'It is in another folder of the host…');
  const folder = page.getByRole('textbox', { name: 'Folder of the host' });
  await expect.poll(async () => folder.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type('isos');
  await page.keyboard.press('Enter');
  await main(page).getByText('Enter the whole path of a folder on the host, beginning with /.').waitFor();
  expect(await faults()).toEqual([]);
  await folder.fill('/data/isos/');
  await page.keyboard.press('Enter');
  await question.getByText('/data/isos', { exact: true }).waitFor();
  await question.getByRole('button', { name: 'Cancel', exact: true }).click();
  await press(page, 'Make a pool of it');
  await question.getByRole('button', { name: 'Make pool', exact: true }).click();
  await expect.poll(async () => pool.inputValue()).toBe('isos');
  await main(page).getByText('Nothing of this kind in the pool').waitFor();
  expect(await faults()).toEqual([]);
  // A folder that is one already is only shown.
  await press(page, 'It is in another folder of the host…');
  await folder.fill('/var/lib/libvirt/images');
  await press(page, 'Show what is in it');
  await expect.poll(async () => pool.inputValue()).toBe('default');
});
