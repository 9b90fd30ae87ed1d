import { execFile } from 'node:child_process';
import { chownSync } from 'node:fs';
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { windowUser } from '../../build/setup/window-user.mjs';
import { type PrivateLibvirtd, privateLibvirtdObstacle, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type TinyGuest, tinyGuest } from '../bed/tiny-guest.ts';
import { startWebServer, type WebServer } from '../bed/web-server.ts';
import { makePool } from '../faults/storage-bed.ts';
import { type RunningApp, startApp } from './launch.ts';
import { startNetwork, Wizard } from './wizard.ts';

// The wizard's other roads in the real window: what is fetched, unpacked, moved, or first let in. What was chosen is what the host has then.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: what is fetched, in the real window: ${obstacle}`);
const real = test.skipIf(obstacle !== undefined);

const run = promisify(execFile);
const PATIENCE = { timeout: 120_000 };
const pictures = 'out/create';
let daemon: PrivateLibvirtd;
let running: RunningApp;
let wizard: Wizard;
let web: WebServer;
let tiny: TinyGuest;
let pool: string;

beforeAll(async () => {
  if (obstacle !== undefined) return;
  await mkdir(pictures, { recursive: true });
  tiny = await tinyGuest();
  daemon = await startPrivateLibvirtd({ network: true });
  pool = await makePool(daemon, 'disks');
  await startNetwork(daemon);
  web = await startWebServer({
    '/tiny.iso': await readFile(tiny.iso),
    '/tree/.treeinfo': '[general]\nfamily = Tiny\nversion = 1\narch = x86_64\n[images-x86_64]\nkernel = vmlinux\ninitrd = initrd.gz\n',
    '/tree/vmlinux': await readFile(tiny.vmlinux),
    '/tree/initrd.gz': await readFile(tiny.initrd),
  });
  running = await startApp({ uri: daemon.uri });
  wizard = new Wizard(running);
  await wizard.page.getByRole('link', { name: 'All guests' }).waitFor();
}, 240_000);
afterAll(async () => {
  if (obstacle !== undefined) return;
  await photograph('last');
  await running?.stop();
  await web?.close();
  await daemon?.stop();
});

const photograph = (name: string) => wizard.page.screenshot({ path: `${pictures}/${name}.png` });
/** In a folder of the person's own, where nobody else may look. */
const ownFolder = async (name: string) => {
  const folder = join(running.home, name);
  await mkdir(folder, { mode: 0o700 });
  give(folder);
  return folder;
};
const give = (path: string) => {
  const user = windowUser();
  if (user !== undefined) chownSync(path, user.uid, user.gid);
};
const looksUp = async (label: string, address: string) => {
  await wizard.page.getByRole('textbox', { name: label }).fill(address);
  await wizard.press('Look it up');
};
let isKnown = false;
/** Main asks once a run before it goes to a server. */
const fetches = async (label: string, address: string) => {
  if (isKnown) return looksUp(label, address);
  await wizard.agree(() => looksUp(label, address), web.url, 'Fetch');
  isKnown = true;
};

real('an ISO image of the web is fetched into the pool when main was allowed to, and is in the drive', async () => {
  await wizard.begin('ISO image');
  await wizard.page.getByRole('radio', { name: 'On the web' }).check();
  await fetches('Address of the ISO image', `${web.url}/tiny.iso`);
  await wizard.main().getByText('tiny.iso', { exact: true }).waitFor();
  await photograph('iso-by-url');
  await wizard.press('Next');
  await wizard.sizeDisk('64');
  const name = wizard.fresh('fetched');
  await wizard.toReview(name);
  await photograph('iso-by-url-review');
  const definition = await wizard.create(name, daemon);
  const medium = /<source file='([^']*tiny[^']*\.iso)'/.exec(definition)?.[1] ?? '';
  expect(medium).toContain(pool);
  await run('cmp', [tiny.iso, medium]);
  expect(definition).toContain(`${pool}/${name}.qcow2`);
  await daemon.virsh('destroy', name);
});

real('a tree of the web starts its installer, whose kernel and initrd are gone from the host after it', async () => {
  await wizard.begin('Network install');
  await fetches('Address of the installation tree', `${web.url}/tree/`);
  await wizard.main().getByText('Tiny 1', { exact: true }).waitFor();
  await wizard.page.getByRole('textbox', { name: 'Kernel arguments' }).fill('console=ttyS0,115200 quiet no_timer_check');
  await photograph('tree');
  await wizard.press('Next');
  await wizard.sizeDisk('64');
  const name = wizard.fresh('tree');
  await wizard.toReview(name, '256');
  const definition = await wizard.create(name, daemon);
  expect(definition).toContain('no_timer_check');
  const later = await daemon.virsh('dumpxml', '--inactive', name);
  expect(later).not.toContain('<kernel>');
  expect(await daemon.virsh('vol-list', 'disks')).not.toMatch(/kernel|initrd/);
  await wizard.page.getByRole('button', { name: 'Serial console', exact: true }).click();
  const shown = wizard.page.locator('.gh-terminal-stage:visible .xterm-rows');
  await expect
    .poll(
      async () => {
        await wizard.page.locator('.gh-terminal-stage:visible .xterm-helper-textarea').press('Enter');
        return shown.innerText();
      },
      { ...PATIENCE, interval: 1000 },
    )
    .toMatch(/login:/);
  await daemon.virsh('destroy', name);
});

real('network boot starts from the card, in the network that was chosen', async () => {
  await wizard.begin('Network boot');
  await wizard.press('Next');
  await wizard.page.getByRole('button', { name: 'Disk', exact: true }).click();
  await wizard.page.getByRole('radio', { name: 'No disk' }).check();
  await wizard.press('Next');
  await wizard.page.getByRole('radio', { name: 'default' }).check();
  const name = wizard.fresh('pxe');
  await wizard.toReview(name);
  const definition = await wizard.create(name, daemon);
  expect(definition).toMatch(/<interface type='network'>[^]*<source network='default'[^]*<boot order='1'\/>[^]*<\/interface>/);
  expect(definition).not.toContain("device='disk'");
  await daemon.virsh('destroy', name);
});

real('an appliance is unpacked into a guest with its disk and its memory', async () => {
  const folder = join(daemon.dir, 'appliance');
  await mkdir(folder, { recursive: true });
  await run('qemu-img', ['convert', '-q', '-f', 'raw', '-O', 'vmdk', '-o', 'subformat=streamOptimized', tiny.iso, join(folder, 'a.vmdk')]);
  const item = (type: number, more: string) =>
    `<Item><rasd:ResourceType xmlns:rasd="r">${type}</rasd:ResourceType>${more.replaceAll('rasd:', 'r:').replaceAll(/<r:(\w+)>/g, '<r:$1 xmlns:r="r">')}</Item>`;
  const hardware = [
    item(3, '<rasd:VirtualQuantity>1</rasd:VirtualQuantity>'),
    item(4, '<rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:VirtualQuantity>96</rasd:VirtualQuantity>'),
    item(17, '<rasd:HostResource>ovf:/disk/d</rasd:HostResource>'),
  ];
  await writeFile(
    join(folder, 'a.ovf'),
    `<Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"><References><File ovf:href="a.vmdk" ovf:id="f"/></References>
    <DiskSection><Disk ovf:capacity="64" ovf:capacityAllocationUnits="byte * 2^20" ovf:diskId="d" ovf:fileRef="f"/></DiskSection>
    <VirtualSystem ovf:id="packed"><Name>packed</Name><VirtualHardwareSection>${hardware.join('')}</VirtualHardwareSection></VirtualSystem></Envelope>`,
  );
  await run('tar', ['-C', folder, '--format=ustar', '-cf', join(folder, 'a.ova'), 'a.ovf', 'a.vmdk']);
  await wizard.begin('Appliance');
  await wizard.chooses(join(folder, 'a.ova'));
  await wizard.press('Choose appliance');
  await wizard.main().getByText('a.vmdk: vmdk, 64 MiB').waitFor();
  await photograph('appliance');
  await wizard.press('Next');
  expect(await wizard.page.getByRole('textbox', { name: 'Memory', exact: true }).inputValue()).toBe('96');
  const name = wizard.fresh('unpacked');
  await wizard.toReview(name, '96');
  const definition = await wizard.create(name, daemon);
  expect(definition).toContain(`${pool}/${name}.qcow2`);
  await daemon.virsh('destroy', name);
  await run('qemu-img', ['compare', '-f', 'raw', '-F', 'qcow2', tiny.iso, join(pool, `${name}.qcow2`)]);
});

real('a file that the hypervisor cannot read is let in, when main’s question is answered so', async () => {
  const closed = join(await ownFolder(wizard.fresh('closed')), 'mine.iso');
  await copyFile(tiny.iso, closed);
  give(closed);
  await wizard.begin('ISO image');
  await wizard.chooses(closed);
  await wizard.press('Choose ISO image');
  await wizard.press('Next');
  await wizard.sizeDisk('64');
  const name = wizard.fresh('let-in');
  await wizard.toReview(name);
  await wizard.main().getByRole('button', { name: 'Let the hypervisor read it…' }).waitFor();
  await photograph('objection-grant');
  expect(await wizard.main().getByRole('button', { name: 'Create', exact: true }).isDisabled()).toBe(true);
  await wizard.agree(() => wizard.press('Let the hypervisor read it…'), 'setfacl', 'Grant');
  expect(await wizard.create(name, daemon)).toContain(closed);
  await daemon.virsh('destroy', name);
});

real('or is copied into a pool, at a click', async () => {
  const closed = join(await ownFolder(wizard.fresh('closed')), 'theirs.iso');
  await copyFile(tiny.iso, closed);
  give(closed);
  await wizard.begin('ISO image');
  await wizard.chooses(closed);
  await wizard.press('Choose ISO image');
  await wizard.press('Next');
  await wizard.sizeDisk('64');
  const name = wizard.fresh('copied-in');
  await wizard.toReview(name);
  await wizard.press('Copy it into the pool “disks”');
  const definition = await wizard.create(name, daemon);
  expect(definition).toMatch(new RegExp(`${pool}/theirs(-\\d+)?\\.iso`));
  expect((await stat(closed)).size).toBeGreaterThan(0);
  await daemon.virsh('destroy', name);
});

real('a disk is moved into a pool: main names what will go, and it is gone when the guest is there', async () => {
  const original = join(await ownFolder(wizard.fresh('images')), 'system.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', original, '64M']);
  await run('qemu-io', ['-c', 'write -P 0x47 1M 1M', original]);
  give(original);
  await wizard.begin('Existing disk');
  await wizard.chooses(original);
  await wizard.press('Choose disk image');
  await wizard.main().getByText('qcow2, 64 MiB').waitFor();
  await wizard.press('Next');
  await wizard.page.getByRole('button', { name: 'Disk', exact: true }).click();
  await wizard.page.getByRole('radio', { name: 'Move it into a pool' }).check();
  await photograph('move');
  const name = wizard.fresh('moved');
  await wizard.toReview(name);
  await wizard.agree(() => wizard.press('Create'), original, 'Move it');
  expect(await wizard.made(name, daemon)).toContain(`${pool}/${name}.qcow2`);
  await expect.poll(async () => stat(original).catch(() => null), PATIENCE).toBe(null);
  await daemon.virsh('destroy', name);
  const { stdout } = await run('qemu-io', ['-r', '-c', 'read -v 1M 16', join(pool, `${name}.qcow2`)]);
  expect(stdout).toContain('47 47 47 47');
});
