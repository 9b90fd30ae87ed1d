import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MiB } from '../../backends/model/quantity.ts';
import { windowUser } from '../../build/setup/window-user.mjs';
import { addHostBySsh } from '../app/add-host.ts';
import { type RunningApp, startApp } from '../app/launch.ts';
import { asksToLogIn } from '../app/serial-login.ts';
import { StoragePage } from '../app/storage-page.ts';
import { Wizard } from '../app/wizard.ts';
import { type EmulatedHost, startEmulatedHost } from '../bed/emulated-host.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';

// Pools of block devices in the real window, on a host far away: what main asks before one is overwritten, what the host's own use of a volume
// forbids, and a guest from a multipath device.

const SLOW_MS = 240_000;
const patience = { timeout: SLOW_MS, interval: 1000 };
const WWN = '0x5000c50015ea71ad';
let host: EmulatedHost;
let running: RunningApp;
let folder: string;
let wizard: Wizard;
let storage: StoragePage;
/** Of the disk with something on it, by the name that the kernel gave it. */
let old: string;
let port: string;

beforeAll(async () => {
  const user = windowUser();
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-pools-'));
  const { iso } = await tinyGuest();
  const file = join(folder, 'old');
  await writeFile(file, '');
  await truncate(file, 256 * MiB);
  const wayTo = (id: string) => [
    ['-device', `virtio-scsi-pci,id=${id}`],
    ['-drive', `file=${iso},if=none,id=${id}-disk,format=raw,snapshot=on`],
    ['-device', `scsi-hd,drive=${id}-disk,bus=${id}.0,serial=PATHS,wwn=${WWN}`],
  ];
  host = await startEmulatedHost({
    devices: [
      ...wayTo('s0'),
      ...wayTo('s1'),
      ['-drive', `file=${file},if=none,id=old,format=raw`],
      ['-device', 'scsi-hd,drive=old,bus=s0.0,serial=OLD'],
    ].flat(),
    ...(user !== undefined && { owner: user }),
  });
  old = (await host.shell(`readlink -f ${OLD}`)).trim();
  await host.shell(`mkfs.ext4 -q -L photographs ${OLD} && udevadm settle`);
  await host.shell("printf 'defaults {\\n user_friendly_names yes\\n find_multipaths yes\\n}\\n' >/etc/multipath.conf");
  await host.shell('systemctl unmask multipathd.socket multipathd.service; systemctl start multipathd');
  await host.client.configure(`IdentityFile ${join(host.client.dir, 'emulated-key')}`);
  running = await startApp({ env: host.client.env });
  running.page.setDefaultTimeout(SLOW_MS);
  ({ port } = new URL(host.uri('qemu')));
  const id = await addHostBySsh(running.page, { port, name: 'attic' }, 'emulated');
  wizard = new Wizard(running, id);
  storage = new StoragePage(running, id);
  running.page.setDefaultTimeout(SLOW_MS);
  await mkdir('out/pools', { recursive: true });
}, 600_000);
afterAll(async () => {
  await running?.stop();
  await host?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const OLD = '/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_OLD';
const main = () => running.page.getByRole('main');
const picture = async (name: string, of: Page = running.page) => void (await of.screenshot({ path: `out/pools/${name}.png` }));
const virsh = (...words: readonly string[]) => host.shell(`virsh -c qemu:///system ${words.join(' ')}`);
const sum = async () => (await host.shell(`sha256sum ${OLD}`)).trim();
const isDisabled = async (item: Locator) => (await item.getAttribute('aria-disabled')) === 'true';
const focused = () => running.page.locator(':focus');

test('by the keyboard, a pool is to overwrite a disk: main says whose it is and what is on it, and nothing happens until it is agreed to', async () => {
  const { page } = running;
  const { keyboard } = page;
  const before = await sum();
  await storage.open();
  await main().getByRole('button', { name: 'New pool…' }).press('Enter');
  const form = page.getByRole('dialog');
  await expect.poll(() => focused().getAttribute('id')).toBe('pool-kind');
  await keyboard.type('Partitions');
  await keyboard.press('Tab');
  await keyboard.type(old);
  await form.getByRole('radio', { name: 'Use it as it is' }).focus();
  await keyboard.press('ArrowUp');
  expect(await form.getByRole('radio', { name: 'Prepare it and lose what is on it' }).isChecked()).toBe(true);
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('parts');
  await picture('form');
  await running.app.evaluate(({ nativeTheme }) => (nativeTheme.themeSource = 'dark'));
  await expect.poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
  await picture('form-dark');
  await running.app.evaluate(({ nativeTheme }) => (nativeTheme.themeSource = 'light'));

  const send = () => form.getByRole('button', { name: 'Make pool…' }).press('Enter');
  const says = async (question: Page) => {
    const text = await question.locator('body').innerText();
    for (const one of ['attic', `127.0.0.1:${port}`, old, OLD, '256.0 MiB', 'photographs', 'ext4', 'cannot be undone'])
      expect(text).toContain(one);
  };
  await wizard.agree(send, `Overwrite “${old}”?`, 'Cancel', async (question) => {
    await picture('question', question);
    await says(question);
  });
  // What was typed is still there.
  expect(await form.getByRole('textbox', { name: 'Disk', exact: true }).inputValue()).toBe(old);
  expect(await sum()).toBe(before);
  expect(await virsh('pool-list', '--all', '--name')).not.toContain('parts');

  await wizard.agree(send, `Overwrite “${old}”?`, 'Overwrite', says);
  await page.getByRole('heading', { name: 'This pool is empty' }).waitFor();
  await picture('empty');
  expect(await host.shell(`parted -s ${old} print`)).toContain('Partition Table: gpt');
}, 900_000);

test('a partition that the host has mounted is neither wiped nor deleted; once it is free, it goes', async () => {
  const { page } = running;
  await main().getByRole('button', { name: 'New volume…' }).click();
  const form = page.getByRole('dialog');
  await form.getByText('The host gives volumes of this pool their names.').waitFor();
  await form.getByRole('textbox', { name: 'Size', exact: true }).fill('64');
  await form.getByRole('combobox', { name: 'Unit of size' }).selectOption('MiB');
  await form.getByRole('button', { name: 'Make volume' }).click();
  const name = `${old.replace('/dev/', '')}1`;
  await storage.volume(name).getByText('Nobody').waitFor();

  await host.shell(`mkfs.ext4 -q ${old}1 && mount ${old}1 /mnt`);
  await storage.volume(name).getByText('In use').waitFor();
  for (const item of ['Wipe…', 'Overwrite from file…', 'Delete…']) {
    expect(await isDisabled(await storage.item(name, item))).toBe(true);
    await page.keyboard.press('Escape');
  }
  await (await storage.item(name, 'Delete…')).hover();
  const tip = page.getByRole('tooltip');
  await tip.getByText('The host itself uses it').waitFor();
  await expect.poll(() => tip.evaluate((element) => getComputedStyle(element).opacity)).toBe('1');
  await picture('mounted');
  await page.keyboard.press('Escape');
  await storage.volume(name).getByRole('link', { name }).click();
  await page
    .getByRole('region', { name: `Details of ${name}` })
    .getByText('The host itself uses it: it is mounted')
    .waitFor();
  await picture('mounted-details');
  // Nor can a guest get it.
  await wizard.beginWithVolume(name);
  await main().getByRole('row').filter({ hasText: name }).getByText('In use').waitFor();
  await picture('mounted-choice');
  await main().getByRole('button', { name: /^Disk/ }).click();
  await main().getByRole('radio', { name: 'Use it where it is', exact: true }).press('Space');
  await wizard.toReview(wizard.fresh('thief'), '256');
  await main().getByText(`The host itself uses ${old}1: it is mounted`).first().waitFor();
  await picture('mounted-review');
  expect(await main().getByRole('button', { name: 'Create', exact: true }).isDisabled()).toBe(true);

  await host.shell('umount /mnt');
  await storage.open('parts');
  await storage.volume(name).getByText('Nobody').waitFor();
  await wizard.agree(
    async () => (await storage.item(name, 'Delete…')).click(),
    `Delete “${name}”?`,
    'Delete',
    (question) => picture('delete', question),
  );
  await storage.volume(name).waitFor({ state: 'detached' });
  await expect.poll(() => host.shell(`lsblk -nro NAME ${old}`), patience).toBe(`${old.replace('/dev/', '')}\n`);
}, 900_000);

test('a guest starts from a multipath device of a pool that was made in the window', async () => {
  await expect.poll(() => host.shell('multipath -ll'), patience).toMatch(/^mpatha[^]*(running[^]*){2}/);
  const form = await storage.newPool('Multipath devices', {});
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('paths');
  await picture('paths-form');
  await wizard.agree(() => form.getByRole('button', { name: 'Make pool' }).click(), 'Make the pool “paths”?', 'Make pool');
  const volume = main().getByRole('row').filter({ hasText: 'Nobody' });
  await volume.waitFor();
  const name = await volume.getByRole('rowheader').innerText();
  await picture('paths');
  await wizard.beginWithVolume(name);
  const guest = wizard.fresh('web');
  await wizard.toReview(guest, '256');
  await wizard.press('Start the network “default”');
  await main().getByText('is not active').waitFor({ state: 'detached' });
  await picture('paths-review');
  await wizard.press('Create');
  expect(await wizard.made(guest, { virsh })).toContain("<source dev='/dev/mapper/mpatha'");
  await asksToLogIn(running.page, SLOW_MS);
  await picture('paths-console');
  await storage.open('paths');
  await storage.volume(name).getByRole('link', { name: guest }).waitFor();
  await picture('paths-needed');
}, 1_200_000);
