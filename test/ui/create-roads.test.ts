import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

const path = '/hosts/local/create';
const main = (page: Page) => page.getByRole('main');
const file = async (page: Page, name: string) => page.evaluate((chosen) => (window.harness.file = chosen), name);
const press = async (page: Page, name: string) => main(page).getByRole('button', { name, exact: true }).click();
const step = async (page: Page, title: string) => page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor();
/** By the keyboard: the cards' labels lie over what is written on them. */
const road = async (page: Page, title: string) => page.getByRole('radio', { name: title, exact: true }).press('Space');
const fact = (page: Page, term: string) =>
  page
    .locator('dl > div')
    .filter({ has: page.getByRole('term').getByText(term, { exact: true }) })
    .getByRole('definition');
const created = async (page: Page, name: string) => {
  await press(page, 'Create');
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
};

test('an image of a pool is found in whichever pool it is', async ({ open }) => {
  const { page, faults } = await open({ path });
  await page.getByRole('radio', { name: 'In a pool of the host' }).check();
  await page.getByRole('grid', { name: 'ISO image' }).waitFor();
  await page.getByRole('textbox', { name: 'Search for the ISO image' }).fill('no such image');
  await page.getByText('No volume matches').waitFor();
  await page.keyboard.press('Enter');
  expect(await page.getByRole('heading', { level: 2 }).innerText()).toBe('Begin with');
  expect(await faults()).toEqual([]);
  await page.getByRole('textbox', { name: 'Search for the ISO image' }).fill('SCRATCH net');
  await page.getByRole('row', { name: /netinst\.iso scratch/ }).click();
  expect(await fact(page, 'Volume').innerText()).toBe('netinst.iso');
  expect(await faults()).toEqual([]);
  await press(page, 'Review and create');
  expect(await fact(page, 'Begin with').innerText()).toContain('ISO image: netinst.iso');
  await created(page, 'netinst');
});

test('an ISO image on the web is looked up, with the sum that its server publishes, and goes into a pool', async ({ open }) => {
  const { page, faults } = await open({ path });
  await page.getByRole('radio', { name: 'On the web' }).check();
  await page.getByRole('textbox', { name: 'Address of the ISO image' }).fill('ftp://example.org/a.iso');
  await page.getByText(/Begin with https/).waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('textbox', { name: 'Address of the ISO image' }).fill('https://example.org/tiny.iso');
  await page.keyboard.press('Enter');
  await expect.poll(async () => fact(page, 'File').innerText()).toBe('tiny.iso');
  expect(await page.getByRole('textbox', { name: 'Checksum' }).inputValue()).toBe('5e'.repeat(32));
  await page.getByRole('textbox', { name: 'Checksum' }).fill('not a sum');
  await page.getByText(/64 \(SHA-256\) or 128/).waitFor();
  await page.getByRole('textbox', { name: 'Checksum' }).fill('');
  await press(page, 'Review and create');
  await created(page, 'tiny');
});

test('a download: found by search, end-of-life ones on request, and a cloud image asks for its first start', async ({ open }) => {
  const { page, faults } = await open({ path });
  await road(page, 'Download a system');
  const offered = page.getByRole('listbox', { name: 'To download' }).getByRole('option');
  await expect.poll(async () => offered.count()).toBe(3);
  await page.getByText('End-of-life systems').click();
  await expect.poll(async () => offered.count()).toBe(4);
  await page.getByRole('textbox', { name: 'Search for a system to download' }).fill('debian 13');
  await expect.poll(async () => offered.count()).toBe(2);
  await offered.filter({ hasText: 'Cloud image' }).click();
  await page.getByText(/700 MiB to download, goes on where it was cut/).waitFor();
  await page.getByText(/Checked against the sum that its server publishes/).waitFor();
  expect(await faults()).toEqual([]);
  await press(page, 'Next');
  await step(page, 'First start');
  await press(page, 'Review and create');
  expect(await fact(page, 'First start').innerText()).toContain('No user');
  await created(page, 'debian-13-2');
});

test('a cloud image is told its user, password, keys and packages, and nothing keeps the password', async ({ open }) => {
  const { page, faults } = await open({ path });
  await road(page, 'Cloud image');
  await file(page, '/images/debian-13.qcow2');
  await press(page, 'Choose disk image');
  await expect.poll(async () => fact(page, 'System').innerText()).toContain('Debian 13');
  await press(page, 'Next');
  await page.getByLabel('User', { exact: true }).fill('Ada');
  await page.getByText(/Begin with a small letter/).waitFor();
  await page.getByLabel('User', { exact: true }).fill('ada');
  await page.getByLabel('Password', { exact: true }).fill('correct horse');
  await page.getByLabel('The same password again').fill('wrong');
  await page.getByText('The two are not the same.').waitFor();
  await page.getByLabel('The same password again').fill('correct horse');
  await page.getByText('Set. Only its hash is kept.').waitFor();
  await page.getByRole('checkbox', { name: /id_ed25519\.pub/ }).check();
  await page.getByLabel('Packages').fill('git, vim');
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Own cloud-config and preview' }).click();
  const editor = page.getByRole('textbox', { name: 'Own cloud-config' });
  await editor.click();
  await page.keyboard.type('timezone: Europe/Paris');
  await page.getByRole('button', { name: 'Show what the image will read' }).click();
  const document = page.getByRole('region', { name: 'What the image will read' });
  await expect.poll(async () => document.innerText()).toContain('timezone: Europe/Paris');
  expect(await document.innerText()).toContain('user: ada');
  expect(await faults()).toEqual([]);
  await press(page, 'Review and create');
  expect(await fact(page, 'First start').innerText()).toContain('User ada, with a password and one key, packages, own cloud-config');
  expect(await main(page).innerText()).not.toContain('correct horse');
  await created(page, 'debian-13-2');
});

test('an existing disk is copied, grown on request, or used where it is', async ({ open }) => {
  const { page, faults } = await open({ path });
  await road(page, 'Existing disk');
  await file(page, '/images/old.vmdk');
  await press(page, 'Choose disk image');
  expect(await fact(page, 'Disk').innerText()).toBe('vmdk, 20 GiB');
  await press(page, 'Next');
  await press(page, 'Next');
  await step(page, 'Disk');
  await page.getByLabel('Size', { exact: true }).fill('1');
  await page.getByText('The image is 20 GiB large: a copy can be larger, not smaller.').waitFor();
  expect(await faults()).toEqual([]);
  await page.getByLabel('Size', { exact: true }).fill('30');
  await press(page, 'Review and create');
  expect(await fact(page, 'Disk').innerText()).toContain('A copy of 30 GiB in pool default');
  await page.getByRole('button', { name: 'Change disk' }).click();
  await page.getByRole('radio', { name: 'Use it where it is' }).check();
  await page.getByRole('button', { name: 'Done with disk' }).click();
  expect(await fact(page, 'Disk').innerText()).toContain('The disk itself, where it is');
  await created(page, 'old');
});

test('an image that cannot stand alone says so', async ({ open }) => {
  const { page } = await open({ path });
  await road(page, 'Existing disk');
  await file(page, '/images/overlay.qcow2');
  await press(page, 'Choose disk image');
  await page.getByText(/cannot be used alone/).waitFor();
  expect(await main(page).getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
});

test('an appliance brings its own machine', async ({ open }) => {
  const { page, faults } = await open({ path });
  await road(page, 'Appliance');
  await file(page, '/images/web.ova');
  await press(page, 'Choose appliance');
  expect(await fact(page, 'Appliance').innerText()).toBe('web-appliance');
  expect(await fact(page, 'Disk').innerText()).toBe('disk1.vmdk: vmdk, 8 GiB');
  expect(await faults()).toEqual([]);
  await press(page, 'Review and create');
  expect(await fact(page, 'Memory').innerText()).toContain('2 GiB');
  expect(await fact(page, 'Disk').innerText()).toContain('Copies of its disks in pool default');
  await created(page, 'web-appliance');
});

test('a network install knows its tree, and a single file is told from one', async ({ open }) => {
  const { page, faults } = await open({ path });
  await road(page, 'Network install');
  await page.getByLabel('Address of the installation tree').fill('https://example.org/a.iso');
  await press(page, 'Look it up');
  await page.getByText(/This is a single file and no installation tree/).waitFor();
  await page.getByLabel('Address of the installation tree').fill('https://example.org/fedora/');
  await press(page, 'Look it up');
  await expect.poll(async () => fact(page, 'System').innerText()).toContain('Fedora Linux 42');
  await page.getByLabel('Kernel arguments').fill('console=ttyS0');
  expect(await faults()).toEqual([]);
  await press(page, 'Review and create');
  await created(page, 'fedora-linux-42');
});

test('network boot proposes a bridge; an empty machine needs nothing', async ({ open }) => {
  const { page } = await open({ path });
  await road(page, 'Network boot');
  await press(page, 'Review and create');
  expect(await fact(page, 'Network').innerText()).toContain('Bridge br0');
  await page.getByRole('button', { name: 'Change begin with' }).click();
  await road(page, 'Empty machine');
  await press(page, 'Review and create');
  await created(page, 'empty');
});

test('Windows 11 is one choice: it sets all that its installer asks for, and says why', async ({ open }) => {
  const { page, faults } = await open({ path });
  await file(page, '/isos/win.iso');
  await press(page, 'Choose ISO image');
  await page.getByRole('button', { name: 'Choose the system' }).click();
  const dialog = page.getByRole('dialog', { name: 'Operating system' });
  await dialog.getByRole('textbox', { name: 'Search for a system' }).fill('windows');
  await expect.poll(async () => dialog.getByRole('option').count()).toBe(1);
  expect(await faults()).toEqual([]);
  await dialog.getByRole('option', { name: /Windows 11/ }).click();
  await page.getByText(/UEFI with secure boot: /).waitFor();
  await page.getByText(/An emulated TPM 2\.0: /).waitFor();
  await page.getByText(/virtio devices, with their drivers/).waitFor();
  expect(await fact(page, 'System').innerText()).toContain('chosen by you');
  await press(page, 'Review and create');
  expect(await fact(page, 'Machine').innerText()).toContain('UEFI with secure boot, TPM 2.0, driver disc');
  await page.getByRole('button', { name: 'Change machine' }).click();
  expect(await page.getByRole('checkbox', { name: /virtio-win\.iso/ }).isChecked()).toBe(true);
  expect(await page.getByRole('checkbox', { name: 'TPM 2.0' }).isChecked()).toBe(true);
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Done with machine' }).click();
  await created(page, 'microsoft-windows-11');
});

test('several disks and network cards: each is chosen in a row of its own, and stands in the review and in the definition', async ({
  open,
}) => {
  const { page, faults } = await open({ path });
  await road(page, 'Empty machine');
  await press(page, 'Next');
  await page.getByRole('button', { name: 'Disk', exact: true }).click();
  await press(page, 'Add a disk');
  const second = page.getByRole('group', { name: 'Disk 2' });
  await second.getByRole('textbox', { name: 'Size' }).fill('2');
  await second.getByLabel('Pool').selectOption('scratch');
  await press(page, 'Add a disk');
  const third = page.getByRole('group', { name: 'Disk 3', exact: true });
  await third.getByRole('radio', { name: 'A disk that is there' }).check();
  await third.getByText('Choose a disk.').waitFor();
  expect(await faults()).toEqual([]);
  await third.getByRole('button', { name: 'Remove disk 3' }).click();
  await expect
    .poll(async () => page.getByRole('button', { name: 'Add a disk' }).evaluate((one) => one === document.activeElement))
    .toBe(true);
  await press(page, 'Next');
  await press(page, 'Add a network card');
  await page.getByLabel('Network card 2', { exact: true }).selectOption({ label: 'Directly on wlp3s0 (macvtap)' });
  await page
    .getByText(/frames of one address only.*NAT works/)
    .nth(1)
    .waitFor();
  await page.getByLabel('Network card 2', { exact: true }).selectOption({ label: 'Directly on enp1s0 (macvtap)' });
  expect(await faults()).toEqual([]);
  await press(page, 'Next');
  expect(await fact(page, 'Disk').innerText()).toContain('20 GiB in pool default\n2 GiB in pool scratch');
  expect(await fact(page, 'Network').innerText()).toContain('default\nDirectly on enp1s0');
  expect(await faults()).toEqual([]);
  await created(page, 'empty');
});

const disks = (page: Page) => page.getByRole('grid', { name: 'disk', exact: true });
const names = async (page: Page) => disks(page).getByRole('rowheader').allInnerTexts();

test('a disk is chosen by the keyboard among those of all pools, which say who uses them; the pool is remembered', async ({ open }) => {
  const { page, faults } = await open({ path });
  await press(page, 'Choose ISO image');
  await press(page, 'Next');
  await press(page, 'Next');
  await page.getByRole('radio', { name: 'A disk that is there' }).check();
  await disks(page)
    .getByRole('row', { name: /debian-13\.qcow2 default 20 GiB qcow2 debian-13/ })
    .waitFor();
  expect(await faults()).toEqual([]);
  await disks(page).getByRole('button', { name: 'Size' }).click();
  await expect.poll(async () => (await names(page))[0]).not.toBe('build-runner-1.qcow2');
  await disks(page).getByRole('button', { name: 'Volume' }).click();
  await expect.poll(async () => (await names(page))[0]).toBe('build-runner-1.qcow2');
  await page.getByRole('combobox', { name: 'Pool of the disk' }).selectOption('default');
  await page.getByRole('textbox', { name: 'Search for the disk' }).fill('database');
  await expect.poll(async () => names(page)).toEqual(['database-standby.qcow2', 'database.qcow2', 'shared-data.qcow2']);
  await page.getByRole('textbox', { name: 'Search for the disk' }).press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(async () => disks(page).getByRole('row', { selected: true }).innerText()).toMatch(/^database\.qcow2/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Space');
  await expect.poll(async () => disks(page).getByRole('row', { selected: true }).innerText()).toMatch(/^database-standby\.qcow2/);
  await press(page, 'Add a disk');
  const second = page.getByRole('group', { name: 'Disk 2', exact: true });
  await second.getByRole('radio', { name: 'A disk that is there' }).check();
  expect(await second.getByRole('combobox', { name: 'Pool of the disk 2' }).inputValue()).toBe('default');
  expect(await faults()).toEqual([]);
});

test('a pool that cannot be listed is named, and the others’ disks can be chosen meanwhile', async ({ open }) => {
  const { page, faults } = await open({ path });
  await page.evaluate(() => window.harness.refuse('local', 'volumes of scratch', 'The share does not answer.'));
  await page.getByRole('radio', { name: 'Existing disk' }).press('Space');
  await page.getByRole('radio', { name: 'In a pool of the host' }).check();
  await page.getByText('Pool “scratch”: The share does not answer.').waitFor();
  await disks(page)
    .getByRole('row', { name: /debian-13\.qcow2 default/ })
    .waitFor();
  expect(
    await disks(page)
      .getByRole('row', { name: / scratch / })
      .count(),
  ).toBe(0);
  expect(await faults()).toEqual([]);
  await page.evaluate(() => window.harness.refuse('local', 'volumes of scratch', null));
  await press(page, 'Retry');
  await page.getByText('Pool “scratch”: The share does not answer.').waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Pool of the disk' }).selectOption('scratch');
  await disks(page)
    .getByRole('row', { name: / scratch / })
    .first()
    .waitFor();
});

test('the disc with Windows’ drivers can be one of a pool', async ({ open }) => {
  const { page, faults } = await open({ path });
  await file(page, '/isos/win.iso');
  await press(page, 'Choose ISO image');
  await page.getByRole('button', { name: 'Choose the system' }).click();
  const dialog = page.getByRole('dialog', { name: 'Operating system' });
  await dialog.getByRole('textbox', { name: 'Search for a system' }).fill('windows');
  await dialog.getByRole('option', { name: /Windows 11/ }).click();
  await press(page, 'Next');
  await page.getByRole('button', { name: /^Machine: / }).click();
  await press(page, 'Choose from a pool');
  await page.getByRole('row', { name: /netinst\.iso/ }).click();
  await page.getByRole('button', { name: 'Leave it out' }).waitFor();
  expect(await page.getByRole('checkbox', { name: /virtio-win\.iso/ }).isChecked()).toBe(false);
  expect(await faults()).toEqual([]);
  await press(page, 'Review and create');
  expect(await fact(page, 'Machine').innerText()).toContain('driver disc');
});

test('another machine is asked about anew, and shows what it can have', async ({ open }) => {
  const { page, faults } = await open({ path });
  await road(page, 'Empty machine');
  await press(page, 'Next');
  await page.getByRole('button', { name: /^Machine: KVM, x86_64, BIOS/ }).click();
  await page.getByLabel('Runs on').selectOption({ label: 'Emulation, aarch64' });
  await expect.poll(async () => page.getByRole('radio', { name: 'BIOS', exact: true }).isDisabled()).toBe(true);
  await page.getByLabel('Machine type').selectOption('virt-7.2');
  expect(await faults()).toEqual([]);
  await press(page, 'Review and create');
  expect(await fact(page, 'Machine').innerText()).toContain('Emulation, aarch64, UEFI');
  await created(page, 'empty');
});

test('the definition can be changed before anything exists, and forgotten; the command is shown', async ({ open }) => {
  const { page, faults } = await open({ path });
  await road(page, 'Empty machine');
  await press(page, 'Review and create');
  await press(page, 'Show command');
  await expect.poll(async () => page.getByRole('region', { name: 'Command', exact: true }).innerText()).toContain('virt-install');
  await press(page, 'Customise first…');
  const dialog = page.getByRole('dialog', { name: 'Customise first' });
  const editor = dialog.getByRole('textbox', { name: 'Definition' });
  await dialog.getByRole('button', { name: /^Memory/ }).waitFor();
  expect(await faults()).toEqual([]);
  await dialog.getByRole('tab', { name: 'Definition (XML)' }).click();
  await expect.poll(async () => editor.innerText()).toContain('<name>empty</name>');
  expect(await faults()).toEqual([]);
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('<!-- mine -->');
  await dialog.getByRole('button', { name: 'Use this definition' }).click();
  await page.getByText('It is made as your own definition says').waitFor();
  expect(await faults()).toEqual([]);
  await press(page, 'Customise first…');
  await dialog.getByRole('tab', { name: 'Definition (XML)' }).click();
  await expect.poll(async () => editor.innerText()).toContain('<!-- mine -->');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Forget it and follow the choices' }).click();
  await expect.poll(async () => page.getByText('It is made as your own definition says').count()).toBe(0);
  await created(page, 'empty');
});

test('main’s question about a definition leaves nothing of a long line out', async ({ open }) => {
  const { page, question } = await open({ path });
  await road(page, 'Empty machine');
  await press(page, 'Review and create');
  await press(page, 'Customise first…');
  const dialog = page.getByRole('dialog', { name: 'Customise first' });
  await dialog.getByRole('tab', { name: 'Definition (XML)' }).click();
  await dialog.getByRole('textbox', { name: 'Definition' }).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(`<!-- ${'harmless '.repeat(40)}the-end -->`);
  await dialog.getByRole('button', { name: 'Use this definition' }).click();
  await press(page, 'Create');
  await question.getByText(/the-end -->/).waitFor();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('It is made as your own definition says').waitFor();
});

test('what each road was told is kept while another is looked at, and closed roads say why', async ({ open }) => {
  const { page, faults } = await open({ path });
  const closed = page.getByRole('button', { name: 'Not possible on this host' });
  await closed.waitFor();
  expect(await page.getByRole('radio', { name: 'Application container' }).count()).toBe(0);
  await closed.focus();
  await page.keyboard.press('Enter');
  await page.getByText(/containers need a connection to libvirt’s LXC driver/).waitFor();
  await page.getByText('Application container, System container').waitFor();
  expect(await faults()).toEqual([]);
  await press(page, 'Choose ISO image');
  await fact(page, 'File').waitFor();
  await road(page, 'Network install');
  await page.getByLabel('Address of the installation tree').fill('https://example.org/half');
  await road(page, 'ISO image');
  expect(await fact(page, 'File').innerText()).toBe('debian-13.iso');
  await road(page, 'Network install');
  expect(await page.getByLabel('Address of the installation tree').inputValue()).toBe('https://example.org/half');
});

test('what was chosen is kept as a template, and a guest begins from it; main asks before one goes', async ({ open }) => {
  const { page, question, faults } = await open({ path });
  await road(page, 'Empty machine');
  await press(page, 'Next');
  await page.getByLabel('Memory', { exact: true }).fill('3');
  await press(page, 'Review and create');
  await press(page, 'Save as a template…');
  const dialog = page.getByRole('dialog', { name: 'Save as a template' });
  await dialog.getByLabel('Name of the template').fill(' ');
  await dialog.getByText('No spaces at its ends').waitFor();
  expect(await faults()).toEqual([]);
  await dialog.getByLabel('Name of the template').fill('small server');
  await page.keyboard.press('Enter');
  await page.getByText('Saved as “small server”.').waitFor();
  await press(page, 'Cancel');
  await page.evaluate((hash) => (window.location.hash = hash), path);
  await page.getByLabel('Template').selectOption('small server');
  expect(await faults()).toEqual([]);
  await press(page, 'Review and create');
  expect(await fact(page, 'Begin with').innerText()).toContain('Empty machine');
  expect(await fact(page, 'Memory').innerText()).toContain('3 GiB');
  await press(page, 'Back');
  await page.getByRole('button', { name: /^Begin with/ }).click();
  await page.getByLabel('Template').selectOption('small server');
  await press(page, 'Delete the template…');
  await question.getByText('Delete the template “small server”?').waitFor();
  await question.getByRole('button', { name: 'Delete' }).click();
  await expect.poll(async () => page.getByLabel('Template').count()).toBe(0);
});

test('a system that can install itself is answered beforehand; what is missing is said', async ({ open }) => {
  const { page, faults } = await open({ path });
  await road(page, 'Network install');
  await page.getByLabel('Address of the installation tree').fill('https://example.org/fedora/');
  await press(page, 'Look it up');
  await page.getByRole('checkbox', { name: 'Let it install by itself' }).check();
  await page.getByText('The installer asks for a user and a password.').waitFor();
  await page.getByLabel('User', { exact: true }).fill('ada');
  await page.getByLabel('Password', { exact: true }).fill('correct horse');
  await page.getByText('The two passwords are not the same.').waitFor();
  await page.getByLabel('The same password again').fill('correct horse');
  await expect.poll(async () => page.getByText('The two passwords are not the same.').count()).toBe(0);
  expect(await faults()).toEqual([]);
  await press(page, 'Review and create');
  expect(await fact(page, 'Begin with').innerText()).toContain('installs by itself');
  await created(page, 'fedora-linux-42');
});
