import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { VolumeTransfers } from '../../backends/backend.ts';
import type { OpenHost } from '../../backends/libvirt/host/open-host.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { GiB, MiB } from '../../backends/model/quantity.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { failure, inside, makePool } from '../faults/storage-bed.ts';
import { allocated, countingRoad, openTransfers, run, sha256, sparseFile, stillDisk, watched } from './transfer-bed.ts';

let daemon: PrivateLibvirtd;
let pool: string;
let dir: string;
let host: OpenHost;
let transfers: VolumeTransfers;

const file = (name: string) => join(dir, name);
const here = (name: string) => ({ path: file(name) });
const there = (name: string) => join(pool, name);
const disks = (name: string) => ({ pool: 'disks', name });
const upload = (name: string, source: string, watch = watched()) => transfers.upload(disks(name), here(source), watch.operation);
const download = (name: string, to: string, watch = watched()) =>
  transfers.download(disks(name), { path: file(to), replaces: null }, watch.operation);

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'disks');
  dir = await mkdtemp(join(tmpdir(), 'guesthouse-transfer-'));
  await writeFile(file('random'), randomBytes(64 * MiB + 12_345));
  ({ host, transfers } = await openTransfers(daemon.uri));
});
beforeEach(async () => {
  for (const name of await readdir(pool)) await rm(there(name));
  await daemon.virsh('pool-refresh', 'disks');
});
afterAll(async () => {
  host.close();
  await daemon.stop();
  await rm(dir, { recursive: true });
});

test('random data goes up and comes down bit by bit, with its progress', async () => {
  const up = watched();
  await upload('random.img', 'random', up);
  expect(await sha256(there('random.img'))).toBe(await sha256(file('random')));
  expect(up.steps[0]).toBe('Checking the file');
  expect(up.steps.some((step) => /^Uploading [\d.]+ of 64 MiB(, [\d.]+ MB\/s, \d+ s left)?$/.test(step))).toBe(true);
  await download('random.img', 'down');
  expect(await sha256(file('down'))).toBe(await sha256(file('random')));
  expect((await stat(file('down'))).mode & 0o777).toBe(0o600);
  expect(await readdir(dir)).not.toContain('down.part');
  expect(await daemon.virsh('vol-info', '--pool', 'disks', 'random.img')).toMatch(/Capacity: +64\.01 MiB/);
});

test('20 GiB with a few blocks of data move only these, both ways, in little memory', { timeout: 300_000 }, async () => {
  const block = randomBytes(100_000);
  const pieces = [0, 64 * 1024 - 7, 5 * GiB + 1, 20 * GiB - 3 * MiB].map((at) => ({ at, bytes: block }));
  await sparseFile(file('sparse'), 20 * GiB, pieces);
  const road = await countingRoad(daemon.socket, join(daemon.dir, 'counted'));
  const counted = await openTransfers(road.uri);
  const before = process.memoryUsage().rss;
  let most = before;
  const sample = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  await counted.transfers.upload(disks('sparse.img'), here('sparse'), watched().operation);
  clearInterval(sample);
  expect(most - before).toBeLessThan(64 * MiB);
  expect(road.bytes()).toBeLessThan(2 * MiB);
  expect((await stat(there('sparse.img'))).size).toBe(20 * GiB);
  expect(await allocated(there('sparse.img'))).toBeLessThan(2 * MiB);
  for (const { at, bytes } of pieces.slice(1)) expect(await bytesAt(there('sparse.img'), at, bytes.length)).toEqual(bytes);
  await counted.transfers.download(disks('sparse.img'), { path: file('sparse-down'), replaces: null }, watched().operation);
  expect(road.bytes()).toBeLessThan(4 * MiB);
  counted.host.close();
  road.close();
  expect(await allocated(file('sparse-down'))).toBeLessThan(2 * MiB);
  expect((await stat(file('sparse-down'))).size).toBe(20 * GiB);
  for (const { at, bytes } of pieces.slice(1)) expect(await bytesAt(file('sparse-down'), at, bytes.length)).toEqual(bytes);
});

test('holes at the begin, in the middle and at the end keep their place; a file of nothing but a hole, and an empty one', async () => {
  const bytes = randomBytes(MiB + 5);
  await sparseFile(file('holes'), 8 * MiB + 77, [{ at: 3 * MiB + 11, bytes }]);
  await sparseFile(file('hole'), 3 * MiB + 1, []);
  await sparseFile(file('empty'), 0, []);
  for (const name of ['holes', 'hole', 'empty']) {
    await upload(name, name);
    await download(name, `${name}-down`);
    expect(await sha256(there(name))).toBe(await sha256(file(name)));
    expect(await sha256(file(`${name}-down`))).toBe(await sha256(file(name)));
  }
});

test('a qcow2 image is one on the host, whole, with its capacity', async () => {
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', file('disk.qcow2'), '3G']);
  await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 7 100M 3M', file('disk.qcow2')]);
  await upload('disk.qcow2', 'disk.qcow2');
  const xml = await daemon.virsh('vol-dumpxml', '--pool', 'disks', 'disk.qcow2');
  expect(xml).toContain("<format type='qcow2'/>");
  expect(xml).toContain(`<capacity unit='bytes'>${3 * GiB}</capacity>`);
  await run('qemu-img', ['check', '-q', there('disk.qcow2')]);
  await run('qemu-img', ['compare', file('disk.qcow2'), there('disk.qcow2')]);
});

test('an overlay is not uploaded without its base', async () => {
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', file('base.qcow2'), '8M']);
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', file('base.qcow2'), '-F', 'qcow2', file('overlay.qcow2')]);
  expect(await failure(upload('overlay', 'overlay.qcow2'))).toMatchObject({ code: 'bad-file' });
  expect(await readdir(pool)).toEqual([]);
});

test('a file behind a link is read, another one than was chosen, a folder and a device are not', async () => {
  await symlink(file('random'), file('link'));
  await upload('linked', 'link');
  expect(await sha256(there('linked'))).toBe(await sha256(file('random')));
  const refused = [{ path: file('random'), identity: '1:2' }, { path: dir }, { path: '/dev/zero' }, { path: file('nothing') }];
  for (const source of refused) {
    expect(await failure(transfers.upload(disks('refused'), source, watched().operation))).toMatchObject({ code: 'bad-file' });
  }
  expect(await readdir(pool)).toEqual(['linked']);
});

test('a name that is taken, a pool that is not there, and one that is off are refused', async () => {
  await writeFile(there('taken'), 'precious');
  expect(await failure(upload('taken', 'random'))).toMatchObject({ code: 'exists' });
  expect(await failure(transfers.upload({ pool: 'none', name: 'a' }, here('random'), watched().operation))).toMatchObject({
    code: 'not-found',
  });
  await daemon.virsh('pool-destroy', 'disks');
  expect(await failure(upload('a', 'random'))).toMatchObject({ code: 'pool-inactive' });
  await daemon.virsh('pool-start', 'disks');
  expect((await readdir(pool)).sort()).toEqual(['taken']);
});

test.each(['shrinks', 'grows'])('a file that %s while it is read fails, and leaves no volume (39)', async (how) => {
  await sparseFile(file('moving'), 200 * MiB, [{ at: 0, bytes: randomBytes(150 * MiB) }]);
  let done = false;
  const change = watched((step) => {
    if (done || !step.startsWith('Uploading')) return;
    done = true;
    void truncate(file('moving'), how === 'shrinks' ? 90 * MiB : 300 * MiB);
  });
  expect(await failure(upload('moving', 'moving', change))).toMatchObject({ code: 'bad-file' });
  expect(await readdir(pool)).toEqual([]);
});

test('cancelled in the middle: ended within a second, and nothing is left on either side', async () => {
  await sparseFile(file('long'), 400 * MiB, [{ at: 0, bytes: randomBytes(400 * MiB) }]);
  for (const way of [
    (watch: ReturnType<typeof watched>) => upload('long', 'long', watch),
    (watch: ReturnType<typeof watched>) => download('fixed', 'long-down', watch),
  ]) {
    if (!(await readdir(pool)).includes('fixed')) await run('cp', [file('long'), there('fixed')]);
    await daemon.virsh('pool-refresh', 'disks');
    let cancelledAt = 0;
    const watch = watched((_, progress) => {
      if (cancelledAt > 0 || progress === null || progress < 0.02) return;
      cancelledAt = performance.now();
      watch.cancel();
    });
    expect(await failure(way(watch))).toMatchObject({ code: 'cancelled' });
    expect(cancelledAt).toBeGreaterThan(0);
    expect(performance.now() - cancelledAt).toBeLessThan(8000);
  }
  expect(await readdir(pool)).toEqual(['fixed']);
  expect((await readdir(dir)).filter((name) => name.startsWith('long-down'))).toEqual([]);
});

test('a daemon that stands still holds the reading back, and cancelling does not wait for it', async () => {
  await sparseFile(file('long'), 400 * MiB, [{ at: 0, bytes: randomBytes(400 * MiB) }]);
  const before = process.memoryUsage().rss;
  let stopped: Promise<unknown> | null = null;
  const watch = watched((step) => {
    if (stopped === null && /^Uploading [1-9]/.test(step)) stopped = signalDaemon('STOP');
  });
  const failed = failure(upload('long', 'long', watch));
  await expect.poll(() => stopped, { timeout: 10_000 }).not.toBeNull();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * MiB);
  // The deletion needs the daemon; the transfer has ended before.
  const cancelledAt = performance.now();
  watch.cancel();
  await expect.poll(() => watch.steps.at(-1), { timeout: 15_000 }).toBe('Deleting the volume');
  expect(performance.now() - cancelledAt).toBeLessThan(8000);
  await signalDaemon('CONT');
  expect(await failed).toMatchObject({ code: 'cancelled' });
  expect(await readdir(pool)).toEqual([]);
});

test('a daemon killed in the middle: said so, and nothing is left when it is back', { timeout: 60_000 }, async () => {
  await sparseFile(file('long'), 400 * MiB, [{ at: 0, bytes: randomBytes(400 * MiB) }]);
  let back: Promise<void> | null = null;
  const watch = watched((step) => {
    if (back === null && /^Uploading [1-9]/.test(step)) back = daemon.crash().then(() => daemon.revive());
  });
  const error = await failure(upload('long', 'long', watch));
  expect(error).toMatchObject({ code: 'connection-lost' });
  expect(error.message).not.toContain('left behind');
  expect(back).not.toBeNull();
  expect(await readdir(pool)).toEqual([]);
  host.close();
  ({ host, transfers } = await openTransfers(daemon.uri));
  const again: Promise<void>[] = [];
  await run('cp', [file('long'), there('fixed')]);
  await daemon.virsh('pool-refresh', 'disks');
  const down = watched((step) => {
    if (again.length === 0 && /^Downloading [1-9]/.test(step)) again.push(daemon.crash().then(() => daemon.revive()));
  });
  expect(await failure(download('fixed', 'killed-down', down))).toMatchObject({ code: 'connection-lost' });
  await Promise.all(again);
  expect((await readdir(dir)).filter((name) => name.startsWith('killed-down'))).toEqual([]);
  host.close();
  ({ host, transfers } = await openTransfers(daemon.uri));
});

test('a pool that is too small is known before; one that fills up meanwhile leaves no volume (L6)', async () => {
  const small = join(daemon.dir, 'small');
  await inside(daemon, 'sh', '-c', `mkdir ${small} && mount -t tmpfs -o size=16m tmpfs ${small}`);
  await daemon.virsh('pool-define-as', 'small', 'dir', '--target', small);
  await daemon.virsh('pool-start', 'small');
  const into = { pool: 'small', name: 'full' };
  expect(await failure(transfers.upload(into, here('random'), watched().operation))).toMatchObject({ code: 'no-space' });
  await sparseFile(file('fits'), 12 * MiB, [{ at: 0, bytes: randomBytes(12 * MiB) }]);
  const [enter, ...words] = daemon.enter;
  let filled = false;
  const watch = watched((step) => {
    if (step !== 'Making the volume' || filled) return;
    // Another program takes the room between the look and the upload; it is waited for, or the upload might be quicker.
    execFileSync(enter, [...words, 'sh', '-c', `head -c 10M /dev/zero > ${small}/other`]);
    filled = true;
  });
  const error = await failure(transfers.upload(into, here('fits'), watch.operation));
  expect(error).toMatchObject({ code: 'no-space' });
  expect(error.message).toContain('full');
  expect((await inside(daemon, 'ls', small)).trim().split('\n')).toEqual(['other']);
});

test('a disk of this side that stands still in a write holds no cancel, and gives the part up when it moves', async () => {
  await run('cp', [file('random'), there('fixed')]);
  await daemon.virsh('pool-refresh', 'disks');
  const disk = await stillDisk('writev');
  const watch = watched();
  const failed = failure(download('fixed', 'still', watch));
  await disk.stands;
  watch.cancel();
  expect(await failed).toMatchObject({ code: 'cancelled', message: expect.stringContaining('still there') });
  expect(await readdir(dir)).toContain('still.part');
  disk.move();
  await expect.poll(async () => (await readdir(dir)).filter((name) => name.startsWith('still'))).toEqual([]);
});

test('a download that is cancelled while it waits for the disk does not appear when the disk is done', async () => {
  await run('cp', [file('random'), there('fixed')]);
  await daemon.virsh('pool-refresh', 'disks');
  const disk = await stillDisk('sync');
  const watch = watched();
  const failed = failure(download('fixed', 'late', watch));
  await disk.stands;
  watch.cancel();
  expect(await failed).toMatchObject({ code: 'cancelled' });
  disk.move();
  await expect.poll(async () => (await readdir(dir)).filter((name) => name.startsWith('late'))).toEqual([]);
});

test('a disk that an image is read from and that stands still holds no cancel either', async () => {
  const disk = await stillDisk('read', 8 * MiB);
  const watch = watched();
  const failed = failure(upload('still', 'random', watch));
  await disk.stands;
  watch.cancel();
  expect(await failed).toMatchObject({ code: 'cancelled', message: 'Cancelled.' });
  expect(await readdir(pool)).toEqual([]);
  disk.move();
});

test('a full disk on this side is said plainly, and no part is left', async () => {
  const small = file('small');
  await run('sh', ['-c', `mkdir ${small} && mount -t tmpfs -o size=160m tmpfs ${small}`]);
  try {
    await sparseFile(there('large'), 200 * MiB, [{ at: 0, bytes: randomBytes(200 * MiB) }]);
    await sparseFile(there('fits'), 150 * MiB, [{ at: 0, bytes: randomBytes(150 * MiB) }]);
    await daemon.virsh('pool-refresh', 'disks');
    const get = (name: string, watch = watched()) =>
      failure(transfers.download(disks(name), { path: join(small, name), replaces: null }, watch.operation));
    expect(await get('large')).toMatchObject({ code: 'no-space' });
    // Another program takes the room after the look.
    let filled = false;
    const fill = watched((step) => {
      if (!step.startsWith('Downloading') || filled) return;
      filled = true;
      // At once, and as much as there is room for.
      spawnSync('sh', ['-c', `head -c 100M /dev/zero > ${join(small, 'other')}`]);
    });
    expect(await get('fits', fill)).toMatchObject({ code: 'no-space', message: expect.stringContaining('no room') });
    expect(await readdir(small)).toEqual(['other']);
  } finally {
    await run('umount', [small]);
  }
});

test('a file that has appeared at the target is not replaced unless that was agreed to', async () => {
  await run('cp', [file('random'), there('random.img')]);
  await daemon.virsh('pool-refresh', 'disks');
  await writeFile(file('mine'), 'precious');
  expect(await failure(download('random.img', 'mine'))).toMatchObject({ code: 'exists' });
  const { dev, ino } = await stat(file('mine'), { bigint: true });
  await transfers.download(disks('random.img'), { path: file('mine'), replaces: `${dev}:${ino}` }, watched().operation);
  expect(await sha256(file('mine'))).toBe(await sha256(file('random')));
  expect((await readdir(dir)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a volume is overwritten wholly, zeros too, if nothing needs it and it has the size', async () => {
  await run('sh', ['-c', `head -c ${MiB} /dev/urandom > '${there('old')}'`]);
  await daemon.virsh('pool-refresh', 'disks');
  await sparseFile(file('zeros'), MiB, [{ at: 7, bytes: Buffer.from('begin') }]);
  expect(await transfers.doubtsAboutReplacing(disks('old'))).not.toContain('old');
  await transfers.replace(disks('old'), here('zeros'), watched().operation);
  expect(await sha256(there('old'))).toBe(await sha256(file('zeros')));
  expect(await failure(transfers.replace(disks('old'), here('random'), watched().operation))).toMatchObject({ code: 'bad-file' });
});

test('what a guest or an overlay needs, and a link out of the pool, are not overwritten (L21, G19)', async () => {
  await sparseFile(file('zeros'), MiB, []);
  for (const name of ['used', 'base', 'free']) await sparseFile(there(name), MiB, []);
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', there('base'), '-F', 'raw', there('overlay')]);
  await writeFile(file('outside'), Buffer.alloc(MiB, 'x'));
  await symlink(file('outside'), there('leads-outside'));
  await daemon.virsh('pool-refresh', 'disks');
  await writeFile(
    file('guest.xml'),
    `<domain type="qemu"><name>user</name><memory unit="MiB">32</memory><os><type arch="x86_64" machine="q35">hvm</type></os>
    <devices><disk type="file" device="disk"><source file="${there('used')}"/><target dev="vda"/></disk></devices></domain>`,
  );
  await daemon.virsh('define', file('guest.xml'));
  const replace = (name: string) => failure(transfers.replace(disks(name), here('zeros'), watched().operation));
  expect(await replace('used')).toMatchObject({ code: 'in-use' });
  expect(await replace('base')).toMatchObject({ code: 'in-use' });
  expect(await replace('leads-outside')).toMatchObject({ code: 'unsupported' });
  expect(await replace('nothing')).toMatchObject({ code: 'not-found' });
  await transfers.replace(disks('free'), here('zeros'), watched().operation);
  await daemon.virsh('start', 'user');
  expect(await failure(download('used', 'used-down'))).toMatchObject({ code: 'in-use' });
  await daemon.virsh('destroy', 'user');
  await download('used', 'used-down');
  await daemon.virsh('undefine', 'user');
});

test('short calls are answered at once while an upload and a download run', async () => {
  await sparseFile(file('long'), 400 * MiB, [{ at: 0, bytes: randomBytes(400 * MiB) }]);
  await run('cp', [file('long'), there('fixed')]);
  await daemon.virsh('pool-refresh', 'disks');
  const running = new Set(['up', 'down']);
  const both = [
    upload('long', 'long').finally(() => running.delete('up')),
    download('fixed', 'both-down').finally(() => running.delete('down')),
  ];
  const times: number[] = [];
  while (running.size > 0) {
    const begin = performance.now();
    await host.call(remote.connectListAllDomains, { needResults: 1, flags: 0 });
    times.push(performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await Promise.all(both);
  times.sort((a, b) => a - b);
  expect(times.length).toBeGreaterThan(10);
  expect(times[Math.floor(times.length * 0.9)]).toBeLessThan(2000);
});

async function bytesAt(path: string, at: number, length: number): Promise<Buffer> {
  const handle = await open(path);
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, at);
  await handle.close();
  return buffer;
}

async function signalDaemon(name: string): Promise<void> {
  await inside(daemon, 'sh', '-c', `kill -${name} $(cat ${daemon.dir}/libvirtd.pid)`);
}
