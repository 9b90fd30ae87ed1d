import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

const path = '/hosts/local/storage/scratch';
const table = (page: Page) => page.getByRole('grid', { name: /^Volumes of/ });
const volume = (page: Page, name: string) =>
  table(page)
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name, exact: true }) });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const act = async (page: Page, name: string, item: string) => {
  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
const names = (page: Page) => table(page).getByRole('rowheader').allInnerTexts();
/** The one pool that nobody can look into: without it, it is certain who needs what. */
const leaveNoDoubt = async (page: Page) => {
  await page
    .getByRole('navigation', { name: 'Pools' })
    .getByRole('link', { name: /backup/ })
    .click();
  await button(page, 'Start').click();
  await page.getByRole('heading', { name: 'This pool is empty' }).waitFor();
  await page
    .getByRole('navigation', { name: 'Pools' })
    .getByRole('link', { name: /scratch/ })
    .click();
};

test('a volume tells its sizes, who needs it and what it lies over; the drawing leads along the chain', async ({ open }) => {
  const { page, faults } = await open({ path });
  await volume(page, 'debian-12-cloud.qcow2').getByText('base of').waitFor();
  await volume(page, 'notes').getByText('A folder').waitFor();
  await volume(page, 'vault.img').getByText('Unknown').waitFor();
  await table(page).getByRole('link', { name: 'trial-of-trial.qcow2' }).last().click();
  const details = page.getByRole('region', { name: 'Details of trial-of-trial.qcow2' });
  const chain = details.getByRole('list', { name: 'What is built on what' });
  await chain.getByRole('link', { name: 'debian-12-cloud.qcow2' }).waitFor();
  await details.getByText('/srv/scratch/trial-of-trial.qcow2').waitFor();
  await details.getByText('The storage pool “backup” is not active.').waitFor();
  expect(await faults()).toEqual([]);
  await chain.getByRole('link', { name: 'debian-12-cloud.qcow2' }).click();
  const base = page.getByRole('region', { name: 'Details of debian-12-cloud.qcow2' });
  await base.getByRole('link', { name: 'trial.qcow2', exact: true }).waitFor();
  await base.getByRole('button', { name: 'Close the details' }).click();
  await base.waitFor({ state: 'detached' });
});

test('guests are links, and a base names all that needs it', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/storage/default/template.qcow2' });
  const details = page.getByRole('region', { name: 'Details of template.qcow2' });
  for (const guest of ['template', 'build-runner-1', 'build-runner-2'])
    await details.getByRole('link', { name: guest, exact: true }).waitFor();
  await details.getByRole('link', { name: 'build-runner-2', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'build-runner-2' }).waitFor();
});

test('by the keyboard: letters search, arrows choose, Space ticks, Enter opens, Escape closes, Delete asks', async ({ open }) => {
  const { page, question } = await open({ path });
  await volume(page, 'vault.img').waitFor();
  await page.keyboard.type('va');
  await expect.poll(async () => names(page)).toEqual(['vault.img']);
  await page.keyboard.press('Escape');
  await volume(page, 'notes').waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Space');
  await page.getByText(/^1 volume ticked, would free/).waitFor();
  await page.keyboard.press('Enter');
  const details = page.getByRole('region', { name: 'Details of vault.img' });
  await details.waitFor();
  await page.keyboard.press('ArrowUp');
  await page.getByRole('region', { name: 'Details of trial.qcow2' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('region', { name: /^Details of/ }).waitFor({ state: 'detached' });
  await table(page).focus();
  await page.keyboard.press('Delete');
  await question.getByRole('heading', { name: 'Delete “vault.img”?' }).waitFor();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await volume(page, 'vault.img').waitFor();
});

test('what nobody needs is found, ticked and deleted together, after main has named it', async ({ open }) => {
  const { page, question, faults } = await open({ path });
  await volume(page, 'vault.img').waitFor();
  await button(page, 'Needed by nobody').click();
  await page.getByRole('heading', { name: 'No volume matches' }).waitFor();
  await button(page, 'Why?').click();
  await page.getByRole('dialog').getByText('The storage pool “backup” is not active.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await leaveNoDoubt(page);
  await expect.poll(async () => names(page)).toEqual(['netinst.iso', 'trial-of-trial.qcow2', 'vault.img']);
  await page.getByText(/6 volumes, nobody needs 3 \(/).waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('checkbox', { name: 'Tick all that are shown' }).check();
  await page.getByRole('checkbox', { name: 'Tick vault.img' }).click();
  await button(page, 'Delete…').click();
  await question.getByRole('heading', { name: 'Delete 2 volumes?' }).waitFor();
  await question.getByText('/srv/scratch/netinst.iso is deleted.').waitFor();
  await question.getByText(/This gives back/).waitFor();
  await question.getByRole('button', { name: 'Delete' }).click();
  await volume(page, 'netinst.iso').waitFor({ state: 'detached' });
  // What was built on by it is free now.
  await expect.poll(async () => names(page)).toEqual(['trial.qcow2', 'vault.img']);
});

test('what something needs can be neither deleted nor wiped, and says by whom; a base goes only with what is on it', async ({ open }) => {
  const { page } = await open({ path });
  await volume(page, 'trial.qcow2').getByText('base of').waitFor();
  await page.getByRole('button', { name: 'Actions for trial.qcow2', exact: true }).click();
  for (const name of ['Wipe…', 'Delete…', 'Resize…']) {
    expect(await page.getByRole('menuitem', { name }).getAttribute('aria-disabled')).toBe('true');
  }
  await page.getByRole('menuitem', { name: 'Delete…' }).hover();
  await page
    .getByRole('tooltip')
    .getByText(/trial-of-trial.qcow2/)
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('checkbox', { name: 'Tick trial.qcow2' }).click();
  await button(page, 'Delete…').hover();
  await page
    .getByRole('tooltip')
    .getByText(/“trial.qcow2”/)
    .waitFor();
  await page.mouse.move(0, 0);
  await page.getByRole('checkbox', { name: 'Tick trial-of-trial.qcow2' }).click();
  expect(await button(page, 'Delete…').getAttribute('aria-disabled')).not.toBe('true');
});

test('a new volume: its name follows the format, sizes and passphrases are checked, and it is made as asked', async ({ open }) => {
  const { page, faults } = await open({ path });
  await button(page, 'New volume…').click();
  const dialog = page.getByRole('dialog', { name: 'New volume in “scratch”' });
  const name = dialog.getByLabel('Name', { exact: true });
  await expect.poll(async () => name.inputValue()).toBe('disk.qcow2');
  await name.fill('web.qcow2');
  await dialog.getByLabel('Format').selectOption('raw');
  expect(await name.inputValue()).toBe('web.img');
  await dialog.getByLabel('Size', { exact: true }).fill('0');
  await dialog.getByText('A size such as 20 or 1.5.').waitFor();
  await dialog.getByLabel('Size', { exact: true }).fill('1,5');
  await dialog.getByRole('checkbox', { name: /Encrypt it/ }).check();
  await dialog.getByLabel('Passphrase', { exact: true }).fill('correct horse');
  await dialog.getByLabel('The passphrase once more').fill('correct');
  await dialog.getByText('The two are not the same.').waitFor();
  expect(await faults()).toEqual([]);
  await dialog.getByLabel('The passphrase once more').fill('correct horse');
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  await dialog.waitFor({ state: 'detached' });
  await volume(page, 'web.img').getByText('1.5 GiB').waitFor();
  await volume(page, 'web.img').getByText('raw').waitFor();
});

test('a volume on top of another begins as large as that, and is drawn on it', async ({ open }) => {
  const { page } = await open({ path });
  await act(page, 'debian-12-cloud.qcow2', 'New volume on top of it…');
  const dialog = page.getByRole('dialog', { name: 'New volume in “scratch”' });
  expect(await dialog.getByLabel('Size', { exact: true }).inputValue()).toBe('8');
  await dialog.getByLabel('Size', { exact: true }).fill('4');
  await dialog.getByText('Not smaller than what it lies over.').waitFor();
  await dialog.getByLabel('Size', { exact: true }).fill('12');
  await dialog.getByLabel('Name', { exact: true }).fill('second.qcow2');
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  await volume(page, 'second.qcow2').getByRole('link', { name: 'second.qcow2', exact: true }).click();
  await page
    .getByRole('region', { name: 'Details of second.qcow2' })
    .getByRole('list', { name: 'What is built on what' })
    .getByRole('link', { name: 'debian-12-cloud.qcow2' })
    .waitFor();
});

test('what a new volume lies over is chosen among the images of all pools, and has to be', async ({ open }) => {
  const { page, question, faults } = await open({ path });
  await button(page, 'New volume…').click();
  const dialog = page.getByRole('dialog', { name: 'New volume in “scratch”' });
  await dialog.getByRole('radio', { name: 'An image that is there' }).check();
  const images = dialog.getByRole('grid', { name: 'image below' });
  await images.getByRole('row', { name: /debian-13\.qcow2 default/ }).waitFor();
  expect(await images.getByRole('row', { name: /netinst\.iso/ }).count()).toBe(0);
  expect(await dialog.getByText('Choose the image, or let it begin empty.').count()).toBe(0);
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  await dialog.getByText('Choose the image, or let it begin empty.').waitFor();
  expect(await faults()).toEqual([]);
  await images.getByRole('row', { name: /debian-13\.qcow2 default/ }).click();
  expect(await dialog.getByLabel('Size', { exact: true }).inputValue()).toBe('20');
  await dialog.getByLabel('Name', { exact: true }).fill('over-another.qcow2');
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  await question.getByText('It is a disk of “debian-13”.').waitFor();
  await question.getByRole('button', { name: 'Go on' }).click();
  await volume(page, 'over-another.qcow2').getByRole('link', { name: 'over-another.qcow2', exact: true }).click();
  await page
    .getByRole('region', { name: 'Details of over-another.qcow2' })
    .getByRole('list', { name: 'What is built on what' })
    .getByRole('link', { name: 'debian-13.qcow2' })
    .waitFor();
});

test('a logical volume has a snapshot made of it, with room for changes, and stays for as long as that is there', async ({ open }) => {
  const { page, faults } = await open({ path: '/hosts/local/storage/fast' });
  await act(page, 'swap', 'New snapshot of it…');
  const dialog = page.getByRole('dialog', { name: 'New volume in “fast”' });
  expect(await dialog.getByLabel('Snapshot of', { exact: true }).locator('option:checked').innerText()).toBe('swap');
  expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('swap-snapshot');
  expect(await dialog.getByLabel('Room for changes', { exact: true }).inputValue()).toBe('64');
  await dialog.getByText(/the snapshot is lost/).waitFor();
  await dialog.getByLabel('Room for changes', { exact: true }).fill('8');
  expect(await faults()).toEqual([]);
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  await dialog.waitFor({ state: 'detached' });
  await volume(page, 'swap').getByText('base of').waitFor();
  await volume(page, 'swap-snapshot').getByRole('link', { name: 'swap-snapshot', exact: true }).click();
  const details = page.getByRole('region', { name: 'Details of swap-snapshot' });
  await details.getByRole('list', { name: 'What is built on what' }).getByRole('link', { name: 'swap', exact: true }).waitFor();
  expect(await faults()).toEqual([]);
  for (const [name, item] of [
    ['swap', 'Delete…'],
    ['swap-snapshot', 'New snapshot of it…'],
  ] as const) {
    await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
    expect(await page.getByRole('menuitem', { name: item }).getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Escape');
  }
});

test('a volume grows at once, and shrinks only where it can, after main has asked', async ({ open }) => {
  const { page, question } = await open({ path });
  await act(page, 'vault.img', 'Resize…');
  const dialog = page.getByRole('dialog', { name: 'Resize “vault.img”' });
  await dialog.getByLabel('New size', { exact: true }).fill('3');
  await dialog.getByText('From 2 GiB to 3 GiB: 1 GiB more').waitFor();
  await dialog.getByRole('button', { name: 'Resize' }).click();
  await volume(page, 'vault.img').getByText('3 GiB').waitFor();

  await act(page, 'vault.img', 'Resize…');
  await dialog.getByLabel('New size', { exact: true }).fill('1');
  await dialog.getByRole('button', { name: 'Shrink…' }).click();
  await question.getByText(/is lost/).waitFor();
  await question.getByRole('button', { name: 'Shrink' }).click();
  await volume(page, 'vault.img').getByText('1 GiB', { exact: true }).waitFor();

  await act(page, 'trial-of-trial.qcow2', 'Resize…');
  await page.getByLabel('New size', { exact: true }).fill('5');
  await page.getByText('Only a raw volume can be made smaller. Clone it as raw first.').waitFor();
});

test('a clone gets a name that is free, shows how far it is, and can be cancelled', async ({ open }) => {
  const { page } = await open({ path, delay: 800 });
  await act(page, 'vault.img', 'Clone…');
  const dialog = page.getByRole('dialog', { name: 'Clone “vault.img”' });
  await expect.poll(async () => dialog.getByLabel('Name of the clone').inputValue()).toBe('vault-clone.img');
  await dialog.getByLabel('Pool', { exact: true }).selectOption('default');
  await dialog.getByRole('button', { name: 'Clone' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Tasks/ }).click();
  const tasks = page.getByRole('region', { name: 'List of tasks' });
  await tasks.getByText('Clone “vault.img” to “vault-clone.img”').waitFor();
  await tasks.getByRole('button', { name: 'Cancel', exact: true }).click();
  await tasks.getByText('Cancelled').first().waitFor();
  await page
    .getByRole('navigation', { name: 'Pools' })
    .getByRole('link', { name: /default/ })
    .click();
  await volume(page, 'windows-11.qcow2').waitFor();
  expect(await volume(page, 'vault-clone.img').count()).toBe(0);
});

test('to wipe is asked by main, with what is lost', async ({ open }) => {
  const { page, question } = await open({ path });
  await act(page, 'vault.img', 'Wipe…');
  const dialog = page.getByRole('dialog', { name: 'Wipe “vault.img”' });
  await dialog.getByLabel('Overwrite with').selectOption('dod');
  await dialog.getByText(/needs the program scrub/).waitFor();
  await dialog.getByRole('button', { name: 'Wipe…' }).click();
  await question.getByRole('heading', { name: 'Wipe “vault.img”?' }).waitFor();
  await question.getByText('All that is in /srv/scratch/vault.img is overwritten.').waitFor();
  await question.getByRole('button', { name: 'Wipe' }).click();
  await dialog.waitFor({ state: 'detached' });
});

test('columns sort, and of thousands of volumes only those in sight exist', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/storage/default', guests: 3000 });
  await expect.poll(async () => table(page).getAttribute('aria-rowcount'), { timeout: 60_000 }).toMatch(/^30\d\d$/);
  await button(page, 'Size').click();
  await expect.poll(async () => (await names(page))[0]).toBe('shared-data.qcow2');
  await page.getByRole('columnheader', { name: 'Size' }).and(page.locator('[aria-sort="descending"]')).waitFor();
  expect(await table(page).getByRole('row').count()).toBeLessThan(100);
});

test.for(['light', 'dark'] as const)('axe finds nothing on the dialogs and menus, %s', async (colorScheme, { open }) => {
  const { page, faults } = await open({ path, colorScheme });
  await volume(page, 'vault.img').waitFor();
  for (const item of ['Resize…', 'Clone…', 'Wipe…']) {
    await page.getByRole('button', { name: 'Actions for vault.img', exact: true }).click();
    await page.getByRole('menuitem', { name: item }).waitFor();
    if (item === 'Resize…') expect(await faults()).toEqual([]);
    await page.getByRole('menuitem', { name: item }).click();
    await page.getByRole('dialog').waitFor();
    if (item === 'Resize…') await page.getByLabel('New size', { exact: true }).fill('1');
    expect(await faults()).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  }
});
