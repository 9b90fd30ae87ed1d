import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, chown, copyFile, lstat, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HostConnection, Operation } from '../../backends/backend.ts';
import { fillTree } from '../../backends/libvirt/creation/tree-filler.ts';
import { EnduringHost } from '../../backends/libvirt/host/enduring-host.ts';
import { openHost } from '../../backends/libvirt/host/open-host.ts';
import type { GuestSource, RootOrigin } from '../../backends/model/guest-source.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { chosenToken, guestRequest, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';
import { Reader } from '../conformance/bytes.ts';
import { startFaultProxy } from '../faults/fault-proxy.ts';
import { makePool } from '../faults/storage-bed.ts';

// The files of containers, put into place by libvirt's real LXC driver: from archives, hostile ones among them, and by a bootstrap whose program
// is a stand-in, since what it fetches is not reached here.
const run = promisify(execFile);
const PATIENCE_MS = 60_000;
const idMap = { start: 300_000, count: 65_536 };
let daemon: PrivateLibvirtd;
let connection: HostConnection;
let pool: string;
/** A system of one program, and a folder of its user 1000. */
let system: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'roots');
  system = join(daemon.dir, 'system');
  for (const folder of ['bin', 'dev', 'proc', 'sys', 'tmp', 'home/someone/dev']) await mkdir(join(system, folder), { recursive: true });
  await copyFile('/bin/busybox', join(system, 'bin/busybox'));
  await symlink('busybox', join(system, 'bin/sh'));
  await writeFile(join(system, 'home/someone/dev/notes'), 'no device');
  await chown(join(system, 'home/someone'), 1000, 1000);
  await chmod(join(system, 'tmp'), 0o1777);
  await run('mknod', [join(system, 'dev/null'), 'c', '1', '3']);
  // Only this daemon and its containers see what is mounted there.
  await run(daemon.enter[0], [...daemon.enter.slice(1), 'mount', '-t', 'tmpfs', 'stand-ins', '/usr/local/sbin']);
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  connection = await connectTo(`lxc:///system?socket=${daemon.socket}`);
});
afterEach(async () => {
  for (const { id } of await connection.listGuests()) await connection.deletion?.delete(id, [], quietOperation());
  await connection.close();
});

function creation() {
  if (connection.creation === null) throw new Error('this host makes containers');
  return connection.creation;
}
const chosen: RootOrigin = { kind: 'file', token: chosenToken };
const request = (name: string, path: string, more: Partial<Extract<GuestSource, { kind: 'container-os' }>> = {}) =>
  guestRequest(
    plainSpec(name, {
      source: {
        kind: 'container-os',
        from: chosen,
        into: 'roots',
        init: '/bin/sh',
        idMap,
        hostname: null,
        rootPasswordHash: null,
        ...more,
      },
      firmware: null,
      memory: 64 * MiB,
    }),
    path,
  );

async function pack(name: string, words: readonly string[]): Promise<string> {
  const archive = join(daemon.dir, name);
  await run('tar', ['-cf', archive, ...words]);
  return archive;
}
const inPool = async () => (await readdir(pool)).sort();
const running = async () =>
  (await run('virsh', ['-c', `lxc+unix:///system?socket=${daemon.socket}`, 'list', '--all', '--name'])).stdout.trim();

async function answerOf(id: string, line: string, answer: RegExp): Promise<string> {
  const [console] = (await connection.describeGuest(id)).consoles;
  const stream = await connection.openConsole(id, console?.name ?? '', { force: false });
  const reader = new Reader(stream);
  await stream.write(Buffer.from(`${line}\n`));
  const text = await reader.until(answer, PATIENCE_MS);
  await stream.close();
  return text;
}

async function standIn(program: string, lines: readonly string[]): Promise<void> {
  const path = join(daemon.dir, program);
  await writeFile(path, ['#!/bin/sh', ...lines].join('\n'));
  await run(daemon.enter[0], [...daemon.enter.slice(1), 'install', '-m', '755', path, `/usr/local/sbin/${program}`]);
}

test.each([
  ['as it is', '.tar', []],
  ['compressed by gzip', '.tar.gz', ['-z']],
  ['compressed by xz', '.tar.xz', ['-J']],
  ['compressed by zstd', '.tar.zst', ['--zstd']],
])('the files of an archive, %s, belong to the container’s own users, and it starts', async (_, ending, options) => {
  const name = `packed${ending.replaceAll('.', '-')}`;
  const archive = await pack(`system${ending}`, [...options, '-C', system, '.']);
  const { operation, notes } = notedOperation();
  expect((await creation().check(request(name, archive))).filter(({ severity }) => severity === 'error')).toEqual([]);
  const { definition, command } = await creation().preview(request(name, archive));
  expect(definition).toContain(`<source dir="${join(pool, name)}"`);
  expect(command).toContain(`lxc-usernsexec -m b:0:300000:65536 -- tar --numeric-owner -xpf system${ending} -C ${join(pool, name)} &&`);
  const id = await creation().create(request(name, archive), operation);
  const said = await answerOf(id, 'busybox stat -c %u:%g / /bin/busybox /home/someone; busybox ls -l /dev/null; echo the-end', /\nthe-end/);
  expect(said).toMatch(/0:0\r?\n0:0\r?\n1000:1000/);
  expect((await lstat(join(pool, name, 'home/someone'))).uid).toBe(idMap.start + 1000);
  // Only the archive's own /dev is left out.
  expect(await readdir(join(pool, name, 'home/someone/dev'))).toEqual(['notes']);
  // The archive has gone again, and so has the container that unpacked it.
  expect(await inPool()).toContain(name);
  expect((await inPool()).filter((each) => each.includes('files'))).toEqual([]);
  expect(await running()).toBe(name);
  expect(notes.map(({ product, state }) => `${product.kind} ${state}`)).toEqual(['volume gone', 'tree made', 'guest made']);
});

test('an archive in a pool is unpacked where it lies, and stays', async () => {
  await run('tar', ['-cf', join(pool, 'kept.tar'), '-C', system, '.']);
  await daemon.virsh('pool-refresh', 'roots');
  const from: RootOrigin = { kind: 'volume', volume: { pool: 'roots', name: 'kept.tar' } };
  const id = await creation().create(request('from-pool', '', { from, idMap: null }), quietOperation());
  await answerOf(id, 'busybox cat /proc/self/uid_map; echo the-end', /4294967295[^]*the-end/);
  expect((await lstat(join(pool, 'from-pool/home/someone'))).uid).toBe(1000);
  expect(await inPool()).toContain('kept.tar');
});

test('nothing of a hostile archive comes to lie outside of the container’s folder, and what was unpacked of it goes', async () => {
  const trap = join(daemon.dir, 'trap');
  const target = join(daemon.dir, 'target');
  await mkdir(join(trap, 'out'), { recursive: true });
  await mkdir(target);
  await chmod(target, 0o777);
  await writeFile(join(trap, 'out/escaped'), 'x');
  const archives = {
    dots: await pack('dots.tar', ['-P', '-C', trap, '--transform', `s,^out/escaped,../../../../../../..${target}/escaped,`, 'out/escaped']),
    absolute: await pack('absolute.tar', ['-P', '-C', trap, '--transform', `s,^out/escaped,${target}/escaped,`, 'out/escaped']),
    link: await pack('link.tar', ['-C', trap, '--exclude=*', '.']),
    device: await pack('device.tar', ['-C', system, '--transform', 's,^dev/null,node,', 'dev/null']),
  };
  const links = join(daemon.dir, 'links');
  await mkdir(links);
  await symlink(target, join(links, 'out'));
  await run('tar', ['-rf', archives.link, '-C', links, 'out']);
  await run('tar', ['-rf', archives.link, '-C', trap, 'out/escaped']);
  const before = await inPool();
  for (const [name, archive] of Object.entries(archives)) {
    await expect(creation().create(request(name, archive), quietOperation()), name).rejects.toMatchObject({ code: 'bad-file' });
  }
  expect(await readdir(target)).toEqual([]);
  expect(await inPool()).toEqual(before);
  expect(await running()).toBe('');
});

test('an archive without the first program, one of layers and what is no archive are refused in words', async () => {
  const before = await inPool();
  const empty = await pack('no-init.tar', ['-C', system, './home']);
  await expect(creation().create(request('a', empty), quietOperation())).rejects.toMatchObject({
    message: expect.stringContaining('first program'),
  });
  await writeFile(join(daemon.dir, 'manifest.json'), '[]');
  const layers = await pack('layers.tar', ['-C', daemon.dir, 'manifest.json']);
  await expect(creation().create(request('b', layers), quietOperation())).rejects.toMatchObject({
    message: expect.stringContaining('not one image'),
    remedy: expect.stringContaining('export'),
  });
  const none = join(daemon.dir, 'manifest.json');
  expect(await creation().check(request('c', none))).toMatchObject([{ severity: 'error', message: 'This file is no tar archive.' }]);
  const unplaced = await creation().check(request('d', empty, { into: null }));
  expect(unplaced).toMatchObject([{ severity: 'error', mends: [{ kind: 'copy', pool: 'roots' }] }]);
  expect(await inPool()).toEqual(before);
});

const debian: RootOrigin = { kind: 'bootstrap', system: { tool: 'debootstrap', suite: 'bookworm', mirror: 'http://deb.example/debian' } };

test('a system is put together by the host’s own program, whose words are told, and its owners are shifted', async () => {
  await standIn('debootstrap', [
    'echo "I: Retrieving $4 for $6"',
    '[ "$#" = 6 ] && [ "$(id -u)" = 0 ] && ! touch /usr/written 2>/dev/null || exit 1',
    `for each in bin home proc sys tmp; do cp -a ${system}/$each "$5" || exit; done`,
  ]);
  const steps: string[] = [];
  const report: Operation['report'] = (step) => void steps.push(step);
  const id = await creation().create(request('made', '', { from: debian }), quietOperation({ report }));
  expect(steps).toContain('Putting the system together: I: Retrieving bookworm for http://deb.example/debian');
  const said = await answerOf(id, 'busybox stat -c %u:%g / /home/someone; busybox ls -A /; echo the-end', /\nthe-end/);
  expect(said).toMatch(/0:0\r?\n1000:1000/);
  expect(said).not.toContain('.bootstrap');
});

// The check before would look for dnf on this computer, where it need not be; what comes after it is the same for all programs.
test.each([
  ['dnf 4, which looks for the repositories itself', '4.14.0', ''],
  ['dnf 5, which has to be told whose repositories', 'dnf5 version 5.2.6.2', '--use-host-config '],
])('so is one of packages of Fedora’s kind, by %s', async (_, version, more) => {
  await standIn('dnf', [
    `[ "$*" != --version ] || { echo '${version}'; exit; }`,
    'echo "Installing: $*"',
    '[ "$(id -u)" = 0 ] && ! touch /usr/written 2>/dev/null || exit 1',
    'for word; do case $word in --installroot=*) root=${word#*=} ;; esac; done',
    `for each in bin home proc sys tmp; do cp -a ${system}/$each "$root" || exit; done`,
  ]);
  const tree = join(pool, 'of-packages');
  await mkdir(tree);
  await chown(tree, idMap.start, idMap.start);
  const host = await openHost(`lxc:///system?socket=${daemon.socket}`, unattended(), async () => undefined);
  const enduring = new EnduringHost(host);
  const steps: string[] = [];
  const operation = quietOperation({ report: (step) => void steps.push(step) });
  const fill = { kind: 'bootstrap', system: { tool: 'dnf', release: '42' } } as const;
  const filling = { path: tree, fill, idMap, init: '/bin/sh', hostname: null, rootPasswordHash: null };
  await fillTree(enduring, randomUUID(), filling, operation);
  enduring.close();
  host.close();
  const words = '--releasever=42 --setopt=install_weak_deps=False install systemd util-linux dnf passwd iproute';
  expect(steps).toContain(`Putting the system together: Installing: ${more}-y --installroot=${tree}/.bootstrap ${words}`);
  expect((await readdir(tree)).sort()).toEqual(['bin', 'home', 'proc', 'sys', 'tmp']);
  expect((await lstat(join(tree, 'bin/busybox'))).uid).toBe(idMap.start);
  expect((await lstat(join(tree, 'home/someone'))).uid).toBe(idMap.start + 1000);
  expect(await running()).toBe('');
  await rm(tree, { recursive: true });
});

test('a bootstrap that fails tells its last words, one that is cancelled ends, and neither leaves anything', async () => {
  const before = await inPool();
  await standIn('debootstrap', ['mkdir "$5/half"', 'echo "E: Failed getting release file"', 'exit 1']);
  await expect(creation().create(request('made', '', { from: debian }), quietOperation())).rejects.toMatchObject({
    reason: expect.stringContaining('E: Failed getting release file'),
  });
  await standIn('debootstrap', ['mkdir "$5/half"', 'echo "I: Waiting"', 'sleep 1000']);
  const cancel = new AbortController();
  const report: Operation['report'] = (step) => void (step.includes('Waiting') && cancel.abort());
  const cancelled = creation().create(request('made', '', { from: debian }), quietOperation({ report, signal: cancel.signal }));
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled', message: 'Creating the guest was cancelled.' });
  expect(await inPool()).toEqual(before);
  expect(await running()).toBe('');
});

test('a pool that runs full says so, and has its room again', async () => {
  const small = join(daemon.dir, 'lib/small');
  await mkdir(small, { recursive: true });
  await run(daemon.enter[0], [...daemon.enter.slice(1), 'mount', '-t', 'tmpfs', '-o', 'size=3m', 'small', small]);
  await daemon.virsh('pool-create-as', 'small', 'dir', '--target', small);
  await writeFile(join(daemon.dir, 'zeros'), Buffer.alloc(6 * MiB));
  const archive = await pack('full.tar.gz', ['-z', '-C', daemon.dir, 'zeros']);
  await expect(creation().create(request('full', archive, { into: 'small' }), quietOperation())).rejects.toMatchObject({
    code: 'no-space',
  });
  const { stdout } = await run(daemon.enter[0], [...daemon.enter.slice(1), 'ls', '-A', small]);
  expect(stdout).toBe('');
});

test('what an app that died in the middle left is found, ended and removed', async () => {
  await standIn('debootstrap', ['mkdir "$5/half"', 'echo "I: Waiting"', 'sleep 1000']);
  const proxy = await startFaultProxy(daemon.socket, join(daemon.dir, 'proxy'));
  const other = await connectTo(proxy.uri.replace('qemu:', 'lxc:'));
  const { operation, notes } = notedOperation();
  await new Promise<void>((resolve, reject) => {
    const report: Operation['report'] = (step) => void (step.includes('Waiting') && resolve());
    // Nobody waits for its end any more.
    void other.creation?.create(request('left', '', { from: debian }), { ...operation, report }).catch(reject);
  });
  // It finds no way back.
  await proxy.close();
  const noted = notes.map(({ product, state }) => ({ product, made: state === 'made' }));
  expect(noted).toMatchObject([{ product: { kind: 'tree', pool: 'roots', name: 'left' }, made: true }]);
  expect(await connection.leftovers?.find(noted)).toEqual([{ kind: 'there' }]);
  for (const each of noted) await connection.leftovers?.remove(each);
  expect(await connection.leftovers?.find(noted)).toEqual([{ kind: 'gone' }]);
  expect(await running()).toBe('');
  await other.close();
});
