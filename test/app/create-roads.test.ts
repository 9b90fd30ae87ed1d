import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateLibvirtd, privateLibvirtdObstacle, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { makeIso, makePool } from '../faults/storage-bed.ts';
import { type RunningApp, startApp } from './launch.ts';

// The wizard in the real window, over a libvirt of its own: what was chosen is what the host has afterwards.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: the wizard's roads in the real window: ${obstacle}`);
const real = test.skipIf(obstacle !== undefined);

const run = promisify(execFile);
let daemon: PrivateLibvirtd;
let running: RunningApp;
let pool: string;
/** On this computer, in no pool: a disk of 64 MiB with something on it. */
let image: string;

beforeAll(async () => {
  if (obstacle !== undefined) return;
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'disks');
  const iso = await makeIso(join(daemon.dir, 'installer.iso'), 'INSTALLER');
  await copyFile(iso, join(pool, 'installer.iso'));
  await daemon.virsh('pool-refresh', 'disks');
  image = join(daemon.dir, 'system.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', image, '64M']);
  await run('qemu-io', ['-c', 'write -P 0x47 1M 1M', image]);
  running = await startApp({ uri: daemon.uri });
  running.page.setDefaultTimeout(60_000);
  await running.page.getByRole('link', { name: 'All guests' }).waitFor();
});
afterAll(async () => {
  if (obstacle !== undefined) return;
  await running.stop();
  await daemon.stop();
});

const main = () => running.page.getByRole('main');
const press = async (name: string) => main().getByRole('button', { name, exact: true }).click();
/** By the keyboard: the cards' labels lie over what is written on them. */
const road = async (title: string) => running.page.getByRole('radio', { name: title, exact: true }).press('Space');
/** A wizard that knows nothing of the one before, whatever became of that. */
const begin = async (title: string) => {
  const { page } = running;
  const open = async () => page.evaluate(() => (window.location.hash = '#/hosts/local/create'));
  await open();
  await press('Cancel');
  await page.getByRole('link', { name: 'All guests' }).waitFor();
  await open();
  await page.getByRole('heading', { level: 2, name: 'Begin with' }).waitFor();
  await road(title);
};
let made = 0;
/** A name that no try before this one has taken. */
const fresh = (name: string) => `${name}-${(made += 1)}`;
/** The next file dialog answers this. */
const chooses = async (path: string) =>
  running.app.evaluate(({ dialog }, chosen) => {
    Reflect.set(dialog, 'showOpenDialog', async () => ({ canceled: false, filePaths: [chosen] }));
  }, path);
/** Small, since the guest only gets as far as its firmware; made, and started. */
const create = async (name: string) => {
  const { page } = running;
  await page.getByRole('button', { name: /^Name and resources/ }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('textbox', { name: 'Memory', exact: true }).fill('64');
  await page.getByRole('combobox', { name: 'Unit of memory' }).selectOption('MiB');
  await page.getByRole('textbox', { name: 'Virtual CPUs' }).fill('1');
  await press('Review and create');
  await press('Create');
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  expect(await daemon.virsh('domstate', name)).toContain('running');
  const definition = await daemon.virsh('dumpxml', name);
  await daemon.virsh('destroy', name);
  return definition;
};
/** What is on the disk of a guest, where something was written on the image. */
const contents = async (path: string) => {
  const { stdout } = await run('qemu-io', ['-r', '-c', 'read -v 1M 16', path]);
  return stdout;
};

real('an ISO image of a pool is put into the drive, and a new disk beside it', async () => {
  await begin('ISO image');
  await running.page.getByRole('radio', { name: 'In a pool of the host' }).check();
  await running.page.getByRole('row', { name: /installer\.iso/ }).click();
  await press('Next');
  await running.page.getByRole('button', { name: 'Disk', exact: true }).click();
  await running.page.getByRole('textbox', { name: 'Size', exact: true }).fill('1');
  const name = fresh('from-pool');
  const definition = await create(name);
  expect(definition).toContain(`${pool}/installer.iso`);
  expect(definition).toMatch(/<disk type='(file|volume)' device='cdrom'>/);
  expect(definition).toContain(`${pool}/${name}.qcow2`);
});

real('an existing disk is copied and grown, and the image stays as it was', async () => {
  const before = createHash('sha256')
    .update(await readFile(image))
    .digest('hex');
  await begin('Existing disk');
  await chooses(image);
  await press('Choose disk image');
  await main().getByText('qcow2, 64 MiB').waitFor();
  await press('Next');
  await running.page.getByRole('button', { name: 'Disk', exact: true }).click();
  await running.page.getByRole('textbox', { name: 'Size', exact: true }).fill('96');
  const name = fresh('copied');
  expect(await create(name)).toContain(`${pool}/${name}.qcow2`);
  const { stdout } = await run('qemu-img', ['info', '--output=json', join(pool, `${name}.qcow2`)]);
  expect(JSON.parse(stdout)).toMatchObject({ format: 'qcow2', 'virtual-size': 96 * 1024 * 1024 });
  expect(await contents(join(pool, `${name}.qcow2`))).toContain('47 47 47 47');
  expect(
    createHash('sha256')
      .update(await readFile(image))
      .digest('hex'),
  ).toBe(before);
});

real('a cloud image gets a copy of its own, and a seed that names its user and never the password', async () => {
  const { page } = running;
  await begin('Cloud image');
  await chooses(image);
  await press('Choose disk image');
  await main().getByText('qcow2, 64 MiB').waitFor();
  await press('Next');
  await page.getByRole('textbox', { name: 'User', exact: true }).fill('ada');
  await page.getByLabel('Password', { exact: true }).fill('correct horse');
  await page.getByLabel('The same password again').fill('correct horse');
  await page.getByText('Set. Only its hash is kept.').waitFor();
  await page.getByRole('button', { name: 'Disk', exact: true }).click();
  await page.getByRole('textbox', { name: 'Size', exact: true }).fill('1');
  const name = fresh('cloudy');
  const definition = await create(name);
  expect(await contents(join(pool, `${name}.qcow2`))).toContain('47 47 47 47');
  const seed = /source file='([^']*seed[^']*)'/.exec(definition)?.[1];
  if (seed === undefined) throw new Error(`there is no seed in ${definition}`);
  const copy = join(daemon.dir, `${name}-user-data`);
  await run('xorriso', ['-osirrox', 'on', '-indev', seed, '-extract', '/user-data', copy]);
  const told = await readFile(copy, 'utf8');
  expect(told).toContain('ada');
  expect(told).toContain('$6$');
  expect(told).not.toContain('correct horse');
});

real('an empty machine is made as its own definition says, where that was changed first', async () => {
  const { page } = running;
  const name = fresh('bare');
  await begin('Empty machine');
  await press('Next');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('textbox', { name: 'Memory', exact: true }).fill('64');
  await page.getByRole('combobox', { name: 'Unit of memory' }).selectOption('MiB');
  await press('Next');
  await page.getByRole('radio', { name: 'No disk' }).check();
  await press('Review and create');
  await press('Customise first…');
  const dialog = page.getByRole('dialog', { name: 'Customise first' });
  await dialog.getByRole('button', { name: 'Add device' }).click();
  await page
    .getByRole('dialog', { name: 'Add a device' })
    .getByRole('button', { name: /^Watchdog/ })
    .click();
  const adding = page.getByRole('dialog', { name: 'Add: Watchdog' });
  await adding.getByLabel('When the guest hangs', { exact: true }).selectOption({ label: 'Pause it' });
  await adding.getByRole('button', { name: /^Review/ }).click();
  await dialog.getByRole('button', { name: /^Watchdog/ }).waitFor();
  await dialog.getByRole('tab', { name: 'Definition (XML)' }).click();
  await page
    .getByRole('textbox', { name: 'Definition' })
    .locator('div', { hasText: `<name>${name}</name>` })
    .click();
  await page.keyboard.press('End');
  await page.keyboard.type('<description>changed by hand</description>');
  await page.getByRole('button', { name: 'Use this definition' }).click();
  await page.getByText('It is made as your own definition says').waitFor();
  // Main asks itself: a definition can give a guest anything that the host has.
  const asked = running.app.waitForEvent('window');
  await press('Create');
  const question = await asked;
  await question.getByText('<description>changed by hand</description>').waitFor();
  const closed = question.waitForEvent('close');
  // The window closes before the click returns.
  await question.getByRole('button', { name: 'Make it' }).evaluate((element: HTMLElement) => setTimeout(() => element.click()));
  await closed;
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  const definition = await daemon.virsh('dumpxml', name);
  expect(definition).toContain('<description>changed by hand</description>');
  expect(definition).toContain("<watchdog model='i6300esb' action='pause'");
  expect(definition).not.toContain("device='disk'");
  await daemon.virsh('destroy', name);
});
