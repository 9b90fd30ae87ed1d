import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chownSync, mkdtempSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { windowUser } from '../../build/setup/window-user.mjs';
import { guestDefaults, type GuestSpec } from '../../backends/model/guest-spec.ts';
import { GuestSource } from '../../backends/model/guest-source.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { type PrivateLibvirtd, privateLibvirtdObstacle, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type WebFile, webFile } from '../bed/web-file.ts';
import { startWebServer, type WebServer } from '../bed/web-server.ts';
import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.ts';
import { clearHost, inventory, makeIso, makePool } from '../faults/storage-bed.ts';
import { KillableApp, type Run } from './killable-app.ts';

// L4 for what is fetched, converted, unpacked, moved or filled before there is a guest: the app is killed in the midst of it, and started again.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: killing the app while a guest is being made: ${obstacle}`);
const real = test.skipIf(obstacle !== undefined);

const run = promisify(execFile);
const PATIENCE = { timeout: 60_000 };
let daemon: PrivateLibvirtd;
let proxy: FaultProxy;
let pool: string;
let killable: KillableApp;
let web: WebServer;
let medium: WebFile;
let content: Buffer;
/** Of the window's user. */
let own: string;

beforeAll(async () => {
  if (obstacle !== undefined) return;
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'disks');
  proxy = await startFaultProxy(daemon.socket, join(daemon.dir, 'proxy'));
  await chmod(join(daemon.dir, 'proxy'), 0o777);
  content = await readFile(await makeIso(join(daemon.dir, 'medium.iso')));
  const home = mkdtempSync(join(tmpdir(), 'guesthouse-killed-'));
  own = join(home, 'images');
  await mkdir(own);
  give(home);
  give(own);
  // QEMU's own program, held to a pace at which it can be caught.
  const pace = [
    '#!/bin/sh',
    'real=/usr/bin/qemu-img',
    '[ "$1" != convert ] || { shift; exec "$real" convert -r 65536 "$@"; }',
    'exec "$real" "$@"',
  ];
  await mkdir(join(home, 'bin'));
  await writeFile(join(home, 'bin/qemu-img'), pace.join('\n'), { mode: 0o755 });
  killable = new KillableApp(home, { PATH: `${join(home, 'bin')}:${process.env['PATH']}` });
});
afterAll(async () => {
  if (obstacle !== undefined) return;
  await proxy.close();
  await daemon.stop();
  await rm(killable.home, { recursive: true, force: true });
});
afterEach(async () => {
  if (obstacle !== undefined) return;
  await killable.clear();
  await web?.close();
  proxy.arm();
  await clearHost(daemon, { disks: pool });
  for (const name of await readdir(own)) await rm(join(own, name));
});

const give = (path: string) => {
  const user = windowUser();
  if (user !== undefined) chownSync(path, user.uid, user.gid);
};
const everything = () => inventory(daemon, { disks: pool });
const cache = (name: string) => join(killable.home, 'cache/guesthouse', name);
const listed = (folder: string) => readdir(folder).catch(() => []);
const containers = (uri: string) => uri.replace(/^qemu/, 'lxc');

const guest = (source: GuestSource, more: Partial<GuestSpec> = {}): GuestSpec => ({
  ...guestDefaults,
  name: 'unlucky',
  source,
  firmware: 'bios',
  vcpus: 1,
  memory: 64 * MiB,
  disks: [],
  nics: [],
  ...more,
});
const create = (app: Run, spec: GuestSpec) => app.call('guests.create', { host: 'local', spec, operation: randomUUID() });
const disk = (token: unknown, move: boolean) =>
  GuestSource.parse({ kind: 'disk', from: { kind: 'file', token }, into: 'disks', size: null, ...(move && { move }) });

/** Command lines of programs that were told of this place. */
async function programsAt(place: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(place)).map((line) => line.replaceAll('\0', ' '));
}

/** A disk that takes the program a minute. */
async function foreignDisk(path: string): Promise<void> {
  const raw = join(own, 'raw.img');
  await writeFile(raw, randomBytes(4 * MiB));
  await run('qemu-img', ['convert', '-q', '-f', 'raw', '-O', 'vmdk', '-o', 'subformat=streamOptimized', raw, path]);
  await rm(raw);
}

real('killed while it fetched: the next attempt goes on from there, and nothing else is left', { timeout: 300_000 }, async () => {
  const before = await everything();
  medium = webFile(content);
  medium.troubles.push({ stallAfter: 100_000 });
  web = await startWebServer({ '/medium.iso': medium.answer });
  const from = { kind: 'url', url: `${web.url}/medium.iso`, checksum: null } as const;
  const spec = guest({ kind: 'iso', from, into: 'disks', unattended: null });
  const first = await killable.start(daemon.uri);
  await first.agree(() => create(first, spec), web.url, 'Fetch');
  const part = async () => {
    const [name] = (await listed(cache('downloads'))).filter((each) => !each.endsWith('.json'));
    return name === undefined ? 0 : (await stat(join(cache('downloads'), name))).size;
  };
  await expect.poll(part, PATIENCE).toBe(100_000);
  await first.kill();
  const next = await killable.start(daemon.uri);
  expect(await next.call('interruptions.count', {})).toBe(0);
  await expect.poll(() => listed(cache('workshops')), PATIENCE).toEqual([]);
  expect(await everything()).toEqual(before);
  await next.agree(() => create(next, spec), web.url, 'Fetch');
  await expect.poll(async () => (await everything())['domains'], PATIENCE).toEqual(['unlucky']);
  expect(medium.begun).toEqual([0, 100_000]);
  expect(await readFile(join(pool, 'medium.iso'))).toEqual(content);
  await expect.poll(async () => [...(await listed(cache('workshops'))), ...(await listed(cache('downloads')))], PATIENCE).toEqual([]);
  await next.end();
});

real('killed while it converted and unpacked: the programs end with it, and nothing is left', { timeout: 300_000 }, async () => {
  const before = await everything();
  const image = join(own, 'disk.vmdk');
  await foreignDisk(image);
  await foreignDisk(join(own, 'a.vmdk'));
  await writeFile(
    join(own, 'a.ovf'),
    `<Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:r="r"><References><File ovf:href="a.vmdk" ovf:id="f"/></References>
    <DiskSection><Disk ovf:capacity="4" ovf:capacityAllocationUnits="byte * 2^20" ovf:diskId="d" ovf:fileRef="f"/></DiskSection>
    <VirtualSystem ovf:id="packed"><Name>packed</Name><VirtualHardwareSection>
    <Item><r:ResourceType>17</r:ResourceType><r:HostResource>ovf:/disk/d</r:HostResource></Item></VirtualHardwareSection></VirtualSystem></Envelope>`,
  );
  const appliance = join(own, 'a.ova');
  await run('tar', ['-C', own, '--format=ustar', '-cf', appliance, 'a.ovf', 'a.vmdk']);
  const originals = [await readFile(image), await readFile(appliance)];
  const app = await killable.start(daemon.uri);
  await create(app, guest(disk(await app.chosen(image, 'media.chooseDisk', {}, 'token'), false)));
  const token = await app.chosen(appliance, 'media.chooseAppliance', {}, 'token');
  await create(app, guest(GuestSource.parse({ kind: 'appliance', token, into: 'disks' }), { name: 'packed' }));
  const workshops = cache('workshops');
  const work = async () => (await programsAt(workshops)).filter((line) => line.includes('convert'));
  await expect.poll(async () => (await work()).length, PATIENCE).toBe(2);
  await app.kill();
  await expect.poll(work, PATIENCE).toEqual([]);
  const next = await killable.start(daemon.uri);
  await expect.poll(() => listed(workshops), PATIENCE).toEqual([]);
  expect(await next.call('interruptions.count', {})).toBe(0);
  expect(await everything()).toEqual(before);
  expect([await readFile(image), await readFile(appliance)]).toEqual(originals);
  await next.end();
});

/** Begins to move a disk, and kills the app when this call was carried out. */
async function killedWhileMoving(call: string): Promise<{ image: string; bytes: Buffer }> {
  const image = join(own, 'system.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', image, '8M']);
  await run('qemu-io', ['-c', 'write -P 0x47 1M 1M', image]);
  give(image);
  const bytes = await readFile(image);
  const app = await killable.start(proxy.uri);
  const token = await app.chosen(image, 'media.chooseDisk', {}, 'token');
  proxy.arm({ mode: 'done, no reply', at: 1, among: { named: call } });
  await app.agree(() => create(app, guest(disk(token, true))), image, 'Move it');
  await expect.poll(() => proxy.spoilt, PATIENCE).toBe(call);
  await app.kill();
  proxy.arm();
  return { image, bytes };
}

real('killed while it moved a disk: the original stays, the half copy goes, and it can be moved again', { timeout: 300_000 }, async () => {
  const before = await everything();
  const { image, bytes } = await killedWhileMoving('storageVolUpload');
  expect(await readFile(image)).toEqual(bytes);
  const next = await killable.startAfterInterruption(daemon.uri);
  await next.page.getByText('Left there, perhaps incomplete').waitFor();
  await next.cleanUp(true, 'Delete the volume “unlucky.qcow2” in the pool “disks”');
  expect(await everything()).toEqual(before);
  expect(await readFile(image)).toEqual(bytes);
  const token = await next.chosen(image, 'media.chooseDisk', {}, 'token');
  await next.agree(() => create(next, guest(disk(token, true))), image, 'Move it');
  await expect.poll(() => listed(own), PATIENCE).toEqual([]);
  await daemon.virsh('destroy', 'unlucky');
  expect(await readFile(join(pool, 'unlucky.qcow2'))).toEqual(bytes);
  await next.end();
});

real('killed when the guest had its copy: the original stays beside it', { timeout: 300_000 }, async () => {
  const { image, bytes } = await killedWhileMoving('domainCreateWithFlags');
  await expect.poll(async () => (await daemon.virsh('domstate', 'unlucky')).trim(), PATIENCE).toBe('running');
  const next = await killable.startAfterInterruption(daemon.uri);
  await next.page.getByText('Kept. It runs.').waitFor();
  expect(await next.page.getByRole('button', { name: 'Clean up…' }).count()).toBe(0);
  expect(await readFile(image)).toEqual(bytes);
  await next.end();
});

const container = (from: unknown) =>
  guest(GuestSource.parse({ kind: 'container-os', from, into: 'disks', init: '/bin/sh', idMap: { start: 100_000, count: 65_536 } }), {
    firmware: null,
  });
const workers = async () => (await run('virsh', ['-c', containers(daemon.uri), 'list', '--all', '--name'])).stdout.trim();
const folder = 'Delete the folder “unlucky” in the pool “disks” with all that is in it';

real('killed while an archive was unpacked on the host: folder and copy are offered, and go', { timeout: 300_000 }, async () => {
  const before = await everything();
  const root = join(daemon.dir, 'root');
  await mkdir(join(root, 'bin'), { recursive: true });
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  await rm(join(root, 'bin/sh'), { force: true });
  await symlink('busybox', join(root, 'bin/sh'));
  const archive = join(own, 'system.tar');
  await run('tar', ['-C', root, '-cf', archive, '.']);
  const app = await killable.start(containers(proxy.uri));
  const token = await app.chosen(archive, 'media.chooseRoot', { what: 'archive' }, 'token');
  proxy.arm({ mode: 'done, no reply', at: 1, among: { named: 'domainCreateXml' } });
  await create(app, container({ kind: 'file', token }));
  await expect.poll(() => proxy.spoilt, PATIENCE).toBe('domainCreateXml');
  await app.kill();
  proxy.arm();
  const next = await killable.startAfterInterruption(containers(daemon.uri));
  await next.cleanUp(true, folder, 'Delete the volume “unlucky-files.tar” in the pool “disks”');
  expect(await everything()).toEqual(before);
  expect(await workers()).toBe('');
  expect(await listed(own)).toEqual(['system.tar']);
  await next.end();
});

real(
  'killed while a system was put together on the host: that ends when it is cleaned up, and the folder goes',
  { timeout: 300_000 },
  async () => {
    const before = await everything();
    const inside = (...words: string[]) => run(daemon.enter[0], [...daemon.enter.slice(1), ...words]);
    await inside('mount', '-t', 'tmpfs', 'stand-ins', '/usr/local/sbin');
    const script = join(daemon.dir, 'debootstrap');
    await writeFile(script, ['#!/bin/sh', 'mkdir "$5/half"', 'exec sleep 1000'].join('\n'));
    await inside('install', '-m', '755', script, '/usr/local/sbin/debootstrap');
    const app = await killable.start(containers(daemon.uri));
    const system = { tool: 'debootstrap', suite: 'bookworm', mirror: 'https://deb.debian.org/debian' };
    await app.agree(() => create(app, container({ kind: 'bootstrap', system })), 'bookworm', 'Put it together');
    await expect.poll(() => listed(join(pool, 'unlucky/.bootstrap')), PATIENCE).toContain('half');
    await app.kill();
    const next = await killable.startAfterInterruption(containers(daemon.uri));
    expect(await workers()).toMatch(/^guesthouse-/);
    await next.cleanUp(true, folder);
    expect(await everything()).toEqual(before);
    expect(await workers()).toBe('');
    await next.end();
  },
);
