import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { test } from './app-page.ts';

const running = `/hosts/local/guests/${guestId(1)}/hardware`;
const off = `/hosts/local/guests/${guestId(3)}/hardware`;
const list = (page: Page) => page.getByRole('navigation', { name: 'Devices and settings' });
const show = async (page: Page, title: RegExp) => list(page).getByRole('button', { name: title }).click();
const field = (page: Page, label: string) => page.getByRole('article').getByLabel(label, { exact: true });
const review = async (page: Page) => page.getByRole('button', { name: 'Review and apply' }).click();
const differences = (page: Page) => page.getByRole('table', { name: 'What will be different' });
const apply = async (page: Page) => page.getByRole('button', { name: 'Apply', exact: true }).click();
const pending = (page: Page) => page.getByRole('region', { name: 'What waits for the next start' });
const hasFocus = (page: Page, id: string) => expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe(id);

test('a change says when it counts before it is applied, is reviewed, waits for the next start, and a restart takes it up', async ({
  open,
}) => {
  const { page, faults } = await open({ path: running });
  await show(page, /^Disk vda/);
  await field(page, 'Cache').selectOption({ label: 'none' });
  await page.getByRole('article').getByText('At the next start').waitFor();
  await page.getByRole('button', { name: 'More settings: Speed' }).click();
  await field(page, 'Writes at most').fill('12 or so');
  await page.getByText('Writes at most must be a number.').waitFor();
  await page.getByText('2 changes are not applied; one of them is not right yet.').waitFor();
  await review(page);
  // Nothing is reviewed that is not right; the focus goes where it is mended.
  await hasFocus(page, 'hw-writes');
  await field(page, 'Writes at most').fill('120');
  await page.getByRole('article').getByText('Takes effect now').waitFor();
  await field(page, 'Bus').selectOption({ label: 'SATA' });
  expect(await faults()).toEqual([]);

  await review(page);
  await differences(page)
    .getByRole('row', { name: /Cache As the hypervisor likes none At the next start/ })
    .waitFor();
  await differences(page)
    .getByRole('row', { name: /Writes at most No limit 120 IO\/s Takes effect now/ })
    .waitFor();
  await page.getByText('Windows will not find this disk').waitFor();
  await page.getByRole('button', { name: 'Show the change in the definition' }).click();
  await page.getByRole('textbox', { name: 'Change in the definition' }).getByText('120 IO/s').waitFor();
  await page.getByRole('button', { name: 'Show command' }).click();
  await page.getByRole('region', { name: 'Command' }).getByText('fake change fedora-workstation').waitFor();
  expect(await faults()).toEqual([]);
  await page.getByLabel('Only at the next start').check();
  await differences(page)
    .getByRole('row', { name: /Writes at most .* At the next start/ })
    .waitFor();
  await page.getByLabel('Now, as far as').check();
  await differences(page)
    .getByRole('row', { name: /Writes at most .* Takes effect now/ })
    .waitFor();
  await apply(page);

  await page.getByText('2 changes wait for the next start').waitFor();
  await page.locator('.gh-toasts').getByText('A running guest does not take this: Bus, Cache.').waitFor();
  expect(await page.locator('.gh-toasts').getByText('“fedora-workstation”: done').count()).toBe(1);
  await page.getByRole('article').getByText('The guest runs with: virtio').waitFor();
  expect(await faults()).toEqual([]);

  await pending(page).getByRole('button', { name: 'Discard: Disk vda, Bus: virtio → SATA' }).click();
  await differences(page)
    .getByRole('row', { name: /Bus SATA virtio/ })
    .waitFor();
  await apply(page);
  await page.getByText('1 change waits for the next start').waitFor();

  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.getByRole('link', { name: /Show what waits/ }).click();
  await page.getByRole('button', { name: 'Restart now' }).click();
  await page.getByRole('button', { name: 'Do not start it again' }).waitFor();
  await pending(page).waitFor({ state: 'detached' });
  await page.getByText('Running', { exact: true }).first().waitFor();
  expect(await field(page, 'Cache').locator('option:checked').innerText()).toBe('none');
});

test('the last change is undone in one press, also of a device that was added or removed', async ({ open }) => {
  const { page, faults } = await open({ path: off });
  await show(page, /^Memory/);
  await field(page, 'Memory').fill('3');
  await review(page);
  await differences(page)
    .getByRole('row', { name: /Memory 2 GiB 3 GiB/ })
    .waitFor();
  await apply(page);
  await list(page).getByText('3 GiB').waitFor();
  const undo = page.getByRole('button', { name: 'Undo', exact: true });
  expect(await faults()).toEqual([]);
  await undo.click();
  await list(page).getByText('2 GiB').waitFor();
  await undo.waitFor({ state: 'detached' });

  const card = list(page).getByRole('button', { name: /^Network card/ });
  const cards = await card.count();
  await card.first().click();
  await page.getByRole('button', { name: 'Remove…' }).click();
  await apply(page);
  await expect.poll(() => card.count()).toBe(cards - 1);
  await undo.click();
  await expect.poll(() => card.count()).toBe(cards);

  // What others did since would be undone along with it: that is seen first.
  await show(page, /^Memory/);
  await field(page, 'Memory').fill('3');
  await review(page);
  await apply(page);
  await undo.waitFor();
  await page.evaluate(() => window.harness.changeDevice('local', 'template', 'overview', { title: 'Theirs' }));
  await page.getByRole('button', { name: 'Undo…' }).click();
  await differences(page)
    .getByRole('row', { name: /Title Theirs None/ })
    .waitFor();
});

test('somebody else’s change is shown beside what was typed, which stays over tabs and is applied over theirs', async ({ open }) => {
  const { page, faults } = await open({ path: off });
  await show(page, /^Overview/);
  await field(page, 'Title').fill('Mine');
  await field(page, 'Description').fill('Typed by me');
  await page.getByRole('tab', { name: 'Console' }).click();
  await page.getByRole('tab', { name: 'Hardware' }).click();
  expect(await field(page, 'Title').inputValue()).toBe('Mine');
  await list(page).getByText('Not applied').waitFor();

  await page.evaluate(() => window.harness.changeDevice('local', 'template', 'overview', { title: 'Theirs', machine: 'i440fx' }));
  const both = page.getByRole('table', { name: 'What was changed by both' });
  await both.getByRole('row', { name: /Title None Theirs Mine/ }).waitFor();
  // What they changed and I did not is theirs; what I alone changed is mine.
  expect(await both.getByRole('row').count()).toBe(2);
  expect(await field(page, 'Chipset').locator('option:checked').innerText()).toBe('i440FX');
  expect(await field(page, 'Description').inputValue()).toBe('Typed by me');
  expect(await faults()).toEqual([]);

  await page.getByRole('button', { name: 'Apply mine over theirs' }).click();
  await differences(page)
    .getByRole('row', { name: /Title Theirs Mine/ })
    .waitFor();
  // Once more, while it is being looked at.
  await page.evaluate(() => window.harness.changeDevice('local', 'template', 'overview', { title: 'Theirs again' }));
  await differences(page)
    .getByRole('row', { name: /Title Theirs again Mine/ })
    .waitFor();
  await page.getByText('The guest was changed meanwhile.').waitFor();
  await apply(page);
  await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
  expect(await field(page, 'Title').inputValue()).toBe('Mine');
  expect(await both.count()).toBe(0);

  await field(page, 'Title').fill('Mine again');
  await page.evaluate(() => window.harness.changeDevice('local', 'template', 'overview', { title: 'Theirs at last' }));
  await page.getByRole('button', { name: 'Take theirs' }).click();
  expect(await field(page, 'Title').inputValue()).toBe('Theirs at last');
});

test('a device that somebody removes tells what was typed for it; a lost host keeps it', async ({ open }) => {
  const { page } = await open({ path: off, tolerated: /./ });
  await show(page, /^Network card/);
  await field(page, 'MAC address').fill('52:54:00:aa:bb:cc');
  await page.evaluate(() => {
    window.harness.manners('local', 'permission');
    window.harness.drop('local');
  });
  await page.getByText('Nothing can be changed now: The host is not connected.').waitFor();
  expect(await field(page, 'MAC address').inputValue()).toBe('52:54:00:aa:bb:cc');
  expect(await page.getByRole('button', { name: 'Review and apply' }).getAttribute('aria-disabled')).toBe('true');
  await page.evaluate(() => window.harness.manners('local', 'open'));
  await page.getByRole('button', { name: /Retry/ }).first().click();
  await page.getByText('Nothing can be changed now').waitFor({ state: 'detached' });
  const id = await list(page).locator('[aria-current="page"]').innerText();
  const mac = /52:54:[0-9a-f:]+/.exec(id)?.[0] ?? '';
  await page.evaluate((device) => window.harness.changeDevice('local', 'template', device, null), `interface:${mac}`);
  await page.getByRole('heading', { name: '“Network card” is gone' }).waitFor();
  await page.getByText('52:54:00:aa:bb:cc').waitFor();
  await page.getByRole('button', { name: 'Show the others' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 3 }).waitFor();
});

test('a device is found, filled in, added to the running guest, and removed by the keyboard alone', async ({ open }) => {
  const { page, question, faults } = await open({ path: running });
  await list(page).getByRole('button', { name: 'Add device…' }).focus();
  await page.keyboard.press('Enter');
  const sought = page.getByRole('textbox', { name: 'Search the sorts of devices' });
  await expect.poll(() => sought.evaluate((input) => input === document.activeElement)).toBe(true);
  await page.keyboard.type('network');
  await page.getByRole('dialog').getByRole('button', { name: 'Disk' }).waitFor({ state: 'detached' });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const form = page.getByRole('dialog', { name: 'Add: Network card' });
  await form.getByText('The running guest gets it at once.').waitFor();
  await hasFocus(page, 'hw-modal-network');
  const mac = form.getByLabel('MAC address');
  await mac.focus();
  await mac.fill('52:54:00:12');
  await form.getByText('Six pairs of hexadecimal digits').waitFor();
  expect(await faults()).toEqual([]);
  await mac.fill('52:54:00:12:34:99');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Add: Network card' }).getByText('Takes effect now').first().waitFor();
  await page.getByRole('button', { name: 'Apply', exact: true }).focus();
  await page.keyboard.press('Enter');
  await list(page).getByText('52:54:00:12:34:99').waitFor();
  expect(await pending(page).count()).toBe(0);

  await show(page, /52:54:00:12:34:99/);
  await page.getByRole('button', { name: 'Remove…' }).focus();
  await page.keyboard.press('Enter');
  await differences(page).getByText('gone').waitFor();
  await page.getByRole('button', { name: 'Apply', exact: true }).focus();
  await page.keyboard.press('Enter');
  // What a running guest loses at once is asked for in main's own window.
  await question.getByRole('button', { name: 'Unplug' }).click();
  await list(page).getByText('52:54:00:12:34:99').waitFor({ state: 'detached' });
});

test('all settings are searched, and the one that is found gets the focus, folded away or not', async ({ open }) => {
  const { page, faults } = await open({ path: running });
  const search = page.getByRole('textbox', { name: 'Search all settings' });
  await search.fill('serial number');
  await list(page).getByRole('button', { name: 'Disk vda Serial number: None' }).click();
  await hasFocus(page, 'hw-serial');
  await search.fill('hexadecimal porridge');
  await list(page).getByText('Nothing has these words in it').waitFor();
  expect(await faults()).toEqual([]);
  await search.fill('takes its processors');
  await list(page).getByText('Nothing has these words in it').waitFor({ state: 'detached' });
});

test('rows of a list are moved by buttons, keys and dragging, added and removed', async ({ open }) => {
  const { page, faults } = await open({ path: off });
  await show(page, /^Boot/);
  const rows = page.getByRole('table', { name: 'Order' }).locator('tbody tr');
  const order = () => rows.locator('td:first-child').allInnerTexts();
  await expect.poll(order).toEqual(['Disk vda', 'Network card']);
  await page.getByRole('button', { name: 'Move row 2 up' }).click();
  await expect.poll(order).toEqual(['Network card', 'Disk vda']);
  await page.getByText('Row 2 is now number 1 of 2.').waitFor();
  // The focus went with the row.
  await hasFocus(page, 'hw-order-0-up');
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(order).toEqual(['Disk vda', 'Network card']);
  await rows.nth(1).locator('.gh-row-grip').dragTo(rows.nth(0));
  await expect.poll(order).toEqual(['Network card', 'Disk vda']);
  await review(page);
  await differences(page).getByText('Network card; Disk vda').waitFor();
  await page.getByRole('button', { name: 'Back' }).click();

  await show(page, /^Processors/);
  await page.getByRole('button', { name: 'More settings' }).click();
  await page.getByRole('button', { name: 'Add feature' }).click();
  await hasFocus(page, 'hw-features-0-name');
  await page.getByText('Feature is missing.').waitFor();
  await page.keyboard.type('vmx');
  await page.getByText('Feature is missing.').waitFor({ state: 'detached' });
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Remove row 1' }).click();
  await page.getByText('is not applied').waitFor({ state: 'detached' });
});

test('a password is set, kept and removed without ever being shown; a volume is picked from the pools', async ({ open }) => {
  const { page, faults } = await open({ path: off });
  await show(page, /^Display/);
  await page.getByText('Set; it is not shown').waitFor();
  await page.getByRole('button', { name: 'Replace: Password' }).click();
  await field(page, 'Password').fill('much too long');
  await page.getByText('At most 8 characters.').waitFor();
  await field(page, 'Password').fill('secret');
  await review(page);
  await differences(page).waitFor();
  expect(await page.getByRole('dialog').innerText()).not.toContain('secret');
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('button', { name: 'Keep the old one' }).click();
  await page.getByText('is not applied').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Remove: Password' }).click();
  await page.getByText('Will be removed').waitFor();
  expect(await faults()).toEqual([]);

  await show(page, /^Disk vda/);
  await page.getByRole('button', { name: 'Choose for: Volume or file' }).click();
  const dialog = page.getByRole('dialog', { name: 'Choose a volume' });
  await dialog.getByLabel('Search for the volume').fill('debian-13');
  await dialog.getByRole('row', { name: /debian-13\.qcow2/ }).click();
  expect(await faults()).toEqual([]);
  await dialog.getByRole('button', { name: 'Choose', exact: true }).click();
  expect(await field(page, 'Volume or file').inputValue()).toBe('/var/lib/libvirt/images/debian-13.qcow2');
});

test('the system in a guest is chosen by its name, ended ones on request, and one that nobody knows stays', async ({ open }) => {
  const { page, faults } = await open({ path: off });
  await show(page, /^Overview/);
  await page.getByText('Not in the list of systems that is installed here; kept as it is.').waitFor();
  const dialog = page.getByRole('dialog', { name: 'Operating system' });
  await page.getByRole('button', { name: 'Choose for: Operating system' }).click();
  await dialog.getByRole('textbox', { name: 'Search for a system' }).fill('debian');
  await dialog.getByRole('option', { name: /Debian 13/ }).waitFor();
  expect(await dialog.getByRole('option', { name: /Debian 9/ }).count()).toBe(0);
  await dialog.getByText('End-of-life systems').click();
  expect(await faults()).toEqual([]);
  await dialog.getByRole('option', { name: /Debian 9/ }).click();
  await expect.poll(() => field(page, 'Operating system').inputValue()).toBe('http://debian.org/debian/9');
  await page.getByText('Debian 9, which its makers do not mend any more').waitFor();
  await review(page);
  await differences(page)
    .getByRole('row', { name: /Operating system http:\/\/debian.org\/debian\/12 http:\/\/debian.org\/debian\/9/ })
    .waitFor();
});

test('what there is no form for is shown and changed by its definition; a broken one is refused where it was typed', async ({ open }) => {
  const { page, faults } = await open({ path: off });
  await show(page, /^cryptography-card/);
  const editor = page.getByRole('textbox', { name: 'Definition of cryptography-card' });
  await editor.getByText('x9').waitFor();
  await editor.fill('<nonsense/>');
  await page.locator('.cm-lint-marker-warning').waitFor();
  await editor.fill('<wat');
  await page.getByRole('option', { name: 'watchdog' }).waitFor();
  await page.keyboard.press('Escape');
  await editor.fill('not XML');
  await page.locator('.cm-lint-marker-error').waitFor();
  await review(page);
  await page.getByRole('dialog').getByText('The definition is no XML that can be read.').waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await editor.fill('<cryptography-card model="x10"/>');
  expect(await faults()).toEqual([]);
  await review(page);
  await differences(page).getByText('model="x10"').waitFor();
  await apply(page);
  await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
  await editor.getByText('x10').waitFor();
});

test('what can be done with a device has a form and a review of its own', async ({ open }) => {
  const { page, faults } = await open({ path: running });
  await show(page, /^CD-ROM drive sda/);
  await page.getByRole('button', { name: 'Eject…' }).click();
  const form = page.getByRole('dialog', { name: 'Eject: CD-ROM drive sda' });
  await form.getByLabel('Also when the guest has locked the tray').check({ force: true });
  expect(await faults()).toEqual([]);
  await form.getByRole('button', { name: 'Review…' }).click();
  await differences(page).getByText('Takes effect now').waitFor();
  await apply(page);
  await list(page).getByText('Empty').waitFor();
  expect(await page.getByRole('button', { name: 'Eject…' }).getAttribute('aria-disabled')).toBe('true');
});

test('a guest that exists only while it runs, a host that is only looked at, and a failure say so', async ({ open }) => {
  const { page } = await open({ path: `/hosts/local/guests/${guestId(10)}/hardware` });
  await page.getByText('This guest exists only while it runs: only').waitFor();
  await show(page, /^Overview/);
  await expect.poll(() => field(page, 'Chipset').isDisabled()).toBe(true);
  expect(await field(page, 'Title').isDisabled()).toBe(false);
  await field(page, 'Title').fill('Kept');
  await page.evaluate(() => window.harness.fail('local', 'hardware', 'internal', 'The daemon hung up.'));
  await review(page);
  await apply(page);
  await page.getByRole('dialog').getByText('The daemon hung up.').waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  expect(await field(page, 'Title').inputValue()).toBe('Kept');

  const looked = await open({ path: running, looking: 'local' });
  await looked.page.getByText(/Nothing can be changed now/).waitFor();
  await show(looked.page, /^Disk vda/);
  expect(await field(looked.page, 'Cache').isDisabled()).toBe(true);
  expect(await looked.faults()).toEqual([]);
});
