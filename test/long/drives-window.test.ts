import { chown, copyFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MiB } from '../../backends/model/quantity.ts';
import { windowUser } from '../../build/setup/window-user.mjs';
import { addHostBySsh } from '../app/add-host.ts';
import { type RunningApp, startApp } from '../app/launch.ts';
import { asksToLogIn } from '../app/serial-login.ts';
import { Wizard } from '../app/wizard.ts';
import { type EmulatedHost, startEmulatedHost } from '../bed/emulated-host.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';

// The drives of a host far away in the real window: a guest that installs from the disc in its drive, and one that has a disk of its as it is.

const SLOW_MS = 240_000;
let host: EmulatedHost;
let running: RunningApp;
let folder: string;
/** The window's wizard over that host. */
let wizard: Wizard;

beforeAll(async () => {
  const user = windowUser();
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-drives-'));
  const { iso } = await tinyGuest();
  // The medium boots from a disk too, as those that are written to memory sticks do.
  const [spare, used] = [join(folder, 'spare'), join(folder, 'used')];
  await copyFile(iso, spare);
  await writeFile(used, '');
  await truncate(used, 64 * MiB);
  const disk = (serial: string, file: string) => [
    '-drive',
    `file=${file},if=none,id=${serial},format=raw`,
    '-device',
    `scsi-hd,drive=${serial},bus=s0.0,serial=${serial}`,
  ];
  host = await startEmulatedHost({
    devices: [
      '-device',
      'virtio-scsi-pci,id=s0',
      ...disk('SPARE', spare),
      ...disk('USED', used),
      '-drive',
      `if=none,id=cd,media=cdrom,readonly=on,format=raw,file=${iso}`,
      '-device',
      'ide-cd,drive=cd,bus=ide.1,id=cdrom',
    ],
    ...(user !== undefined && { owner: user }),
  });
  await host.shell(`mkfs.ext4 -q ${idOf('USED')} && mount ${idOf('USED')} /mnt && udevadm settle`);
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  await host.client.configure(`IdentityFile ${join(host.client.dir, 'emulated-key')}`);
  running = await startApp({ env: host.client.env });
  running.page.setDefaultTimeout(SLOW_MS);
  const id = await addHostBySsh(running.page, { port: new URL(host.uri('qemu')).port, name: 'attic' }, 'emulated');
  wizard = new Wizard(running, id);
  running.page.setDefaultTimeout(SLOW_MS);
  await mkdir('out/drives', { recursive: true });
}, 600_000);
afterAll(async () => {
  await running?.stop();
  await host?.stop();
  await rm(folder, { recursive: true, force: true });
});

const idOf = (serial: string) => `/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_${serial}`;
const main = () => running.page.getByRole('main');
const picture = async (name: string) => void (await running.page.screenshot({ path: `out/drives/${name}.png` }));
const virsh = (...words: readonly string[]) => host.shell(`virsh -c qemu:///system ${words.join(' ')}`);
const fact = (term: string) =>
  running.page
    .locator('dl > div')
    .filter({ has: running.page.getByRole('term').getByText(term, { exact: true }) })
    .getByRole('definition');
/** One of the host's drives, in the list of that name. */
const drive = (list: string, name: string | RegExp) => running.page.getByRole('listbox', { name: list }).getByRole('option', { name });

test('a guest installs from the disc in the host’s drive, which is known by what it says of itself', async () => {
  await wizard.begin('ISO image');
  await running.page.getByRole('radio', { name: 'A drive of the host', exact: true }).press('Space');
  await drive('ISO image', /QEMU DVD-ROM \(\/dev\/sr0\)/).click();
  await expect.poll(() => fact('System').innerText()).toContain('Debian');
  await picture('disc');
  await main().getByRole('button', { name: /^Disk/ }).click();
  await wizard.press('Make the pool “default”');
  await wizard.sizeDisk('64');
  const name = wizard.fresh('reader');
  await wizard.toReview(name, '256');
  await wizard.press('Start the network “default”');
  await main().getByText('is not active').waitFor({ state: 'detached' });
  await picture('disc-review');
  const definition = await wizard.create(name, { virsh });
  expect(definition).toMatch(/<disk type='block' device='cdrom'>\s*<driver name='qemu' type='raw'[^>]*\/>\s*<source dev='\/dev\/sr0'/);
  await asksToLogIn(running.page, SLOW_MS);
  await picture('disc-console');
  // The drive has one reader at a time.
  await wizard.begin('ISO image');
  await running.page.getByRole('radio', { name: 'A drive of the host', exact: true }).press('Space');
  await expect.poll(() => drive('ISO image', /QEMU DVD-ROM/).innerText()).toContain(`“${name}” is running`);
  expect(await drive('ISO image', /QEMU DVD-ROM/).isDisabled()).toBe(true);
  await virsh('destroy', name);
}, 1_200_000);

test('a guest gets a disk of the host as it is once main has asked; deleting the guest leaves the disk', async () => {
  const spare = (await host.shell(`readlink -f ${idOf('SPARE')}`)).trim();
  const used = (await host.shell(`readlink -f ${idOf('USED')}`)).trim();
  const sum = async () => (await host.shell(`head -c 4M ${spare} | sha256sum`)).trim();
  const before = await sum();
  await wizard.begin('Existing disk');
  await running.page.getByRole('radio', { name: 'A drive of the host', exact: true }).press('Space');
  const mounted = drive('disk', new RegExp(`\\(${used}\\)`));
  expect(await mounted.innerText()).toContain(`The host uses ${used}`);
  expect(await mounted.isDisabled()).toBe(true);
  await drive('disk', new RegExp(`\\(${spare}\\)`)).click();
  await expect.poll(() => fact('Disk').innerText()).toContain(spare);
  await picture('disks');
  const name = wizard.fresh('owner');
  await wizard.toReview(name, '256');
  await picture('disk-review');
  await wizard.agree(() => wizard.press('Create'), spare, 'Use this disk');
  expect(await wizard.made(name, { virsh })).toContain(`<source dev='${idOf('SPARE')}'`);
  await asksToLogIn(running.page, SLOW_MS);
  await picture('disk-console');

  await main().getByRole('button', { name: 'More actions' }).click();
  await wizard.agree(() => running.page.getByRole('menuitem', { name: 'Delete…' }).click(), name, 'Delete');
  await expect.poll(() => virsh('list --all --name'), { timeout: SLOW_MS }).not.toContain(name);
  expect(await sum()).toBe(before);
}, 1_200_000);
