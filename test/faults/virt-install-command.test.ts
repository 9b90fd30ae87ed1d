import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { GuestFiles, GuestRequest } from '../../backends/backend.ts';
import type { GuestSource, Origin } from '../../backends/model/guest-source.ts';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import { GiB, MiB } from '../../backends/model/quantity.ts';
import type { UnattendedWish } from '../../backends/model/unattended.ts';
import { osinfoDb } from '../../backends/osinfo-db.ts';
import { fetchBootFiles, recogniseTree } from '../../backends/sources/install-tree.ts';
import { chosenToken, guestRequest, newDisk, onNetwork, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startWebServer, type WebServer } from '../bed/web-server.ts';
import { keptByLibvirt, linesOf } from './domain-lines.ts';
import { makeIso, makePool, openParts, type Parts } from './storage-bed.ts';
import { allReasons, whyDifferent } from './virt-install-differences.ts';

// The command that a preview shows makes what the preview shows: virt-install itself is asked what it would make of it, and libvirt what it
// keeps of both. Each word that differs has its reason in virt-install-differences.ts.
const run = promisify(execFile);
let daemon: PrivateLibvirtd;
let machines: Parts;
let containers: Parts;
let web: WebServer;
let image: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  await makePool(daemon, 'disks');
  await daemon.virsh('net-define', '/usr/share/libvirt/networks/default.xml');
  await daemon.virsh('vol-create-as', 'disks', 'there.qcow2', '1G', '--format', 'qcow2');
  await daemon.virsh('vol-create-as', 'disks', 'there.img', '8M', '--format', 'raw');
  await daemon.virsh('vol-create-as', 'disks', 'a, b', '1G', '--format', 'qcow2');
  await makeIso(join(daemon.dir, 'nothing.iso'));
  await copyFile(join(daemon.dir, 'nothing.iso'), join(daemon.dir, 'virtio-win.iso'));
  await copyFile(join(daemon.dir, 'nothing.iso'), join(daemon.dir, 'disks/there.iso'));
  image = join(daemon.dir, 'image.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', image, '1G']);
  await writeFile(join(daemon.dir, 'seed.iso'), Buffer.alloc(65_536));
  await daemon.virsh('pool-refresh', 'disks');
  web = await startWebServer({
    '/os/.treeinfo': '[general]\nfamily = Fedora\nversion = 36\narch = x86_64\n[images-x86_64]\nkernel = vmlinuz\ninitrd = initrd.img\n',
    '/os/vmlinuz': Buffer.alloc(4096, 'kernel'),
    '/os/initrd.img': Buffer.alloc(4096, 'initrd'),
  });
  machines = await openParts(daemon.uri);
  containers = await openParts(`lxc:///system?socket=${daemon.socket}`);
});
afterAll(async () => {
  machines.host.close();
  containers.host.close();
  await web.close();
  await daemon.stop();
});

const kept = ['there.qcow2', 'there.img', 'there.iso', 'a, b'];
// Although it only prints, it makes the disks.
afterEach(async () => {
  for (const name of await readdir(join(daemon.dir, 'disks'))) if (!kept.includes(name)) await rm(join(daemon.dir, 'disks', name));
  await daemon.virsh('pool-refresh', 'disks');
});

const fromFile = { kind: 'file', token: chosenToken } as const;
const volume = (name: string) => ({ kind: 'volume', volume: { pool: 'disks', name } }) as const;
const cloudInit = { hostname: null, user: null, packages: [], own: null };
const spec = (more: Partial<GuestSpec>) => plainSpec('x', { os: debian, vcpus: 2, memory: 1 * GiB, nics: [onNetwork('default')], ...more });
const debian = 'http://debian.org/debian/11';
const kvm = { type: 'kvm', abi: 'hvm', arch: 'x86_64', machine: 'q35' } as const;
const one = () => [newDisk('disks', GiB)];
const disk = (from: Origin, into: string | null, size: number | null = null): GuestSource => ({ kind: 'disk', from, into, size });

const file = (name: string) => join(daemon.dir, name);
const ofIso = (more: Partial<GuestSpec>, files: Partial<GuestFiles> = {}) => guestRequest(spec(more), file('nothing.iso'), files);
const ofContainer = (source: GuestSource, more: Partial<GuestSpec> = {}) =>
  guestRequest(spec({ os: null, firmware: null, source, nics: [], ...more }), file('root'));
const idMap = { start: 100_000, count: 65_536 };
const answers: UnattendedWish = {
  os: debian,
  script: 'any',
  hostname: 'x',
  user: { name: 'ada', fullName: '', password: 'correct horse' },
  rootPassword: null,
  language: 'en_US',
  keyboard: 'us',
  timezone: 'UTC',
  productKey: null,
};
const windows = { os: 'http://microsoft.com/win/11', machine: kvm, vcpus: 4, memory: 8 * GiB } as const;
const windows11 = { ...windows, firmware: 'uefi-secure-boot', tpm: true } as const;
const large = () => [newDisk('disks', 64 * GiB)];

const cases: Readonly<Record<string, () => GuestRequest | Promise<GuestRequest>>> = {
  'a medium and a new disk': () => ofIso({ disks: [newDisk('disks', 10 * GiB)] }),
  'a medium of a pool, and files with strange names': async () => {
    const strange = file(String.raw`a, \ b.iso`);
    await copyFile(file('nothing.iso'), strange);
    const source: GuestSource = { kind: 'iso', from: volume('there.iso'), into: null, unattended: null };
    const drivers = { from: { kind: 'found' }, into: null } as const;
    return guestRequest(spec({ source, drivers, disks: [volume('a, b')] }), '', { drivers: { path: strange } });
  },
  'an unknown system, with two disks and two cards': () =>
    ofIso({ os: null, disks: [newDisk('disks', GiB), newDisk('disks', 2 * GiB)], nics: [onNetwork('default'), { kind: 'user' }] }),
  'disks and cards of every kind': () =>
    ofIso({
      disks: [newDisk('disks', GiB), { kind: 'new', pool: 'disks', size: MiB, format: 'raw' }, volume('there.qcow2'), volume('there.img')],
      nics: [onNetwork('default'), { kind: 'bridge', device: 'br9' }, { kind: 'direct', device: 'eth9' }, { kind: 'user' }],
    }),
  'UEFI with SPICE': () => ofIso({ firmware: 'uefi', graphics: 'spice', disks: one() }),
  'UEFI and secure boot, with a TPM': () => ofIso({ firmware: 'uefi-secure-boot', tpm: true, disks: one() }),
  'no display at all': () => ofIso({ graphics: 'none', disks: one() }),
  'a PC of the older kind': () => ofIso({ machine: { ...kvm, type: 'qemu', machine: 'pc' }, disks: one() }),
  'the CPU as libvirt models it': () => ofIso({ machine: kvm, cpu: 'host-model', disks: one() }),
  'Windows 11 with a disc of drivers': () =>
    ofIso(
      { ...windows11, disks: large(), drivers: { from: { kind: 'found' }, into: null } },
      { drivers: { path: file('virtio-win.iso') } },
    ),
  'Windows 11 with SPICE': () => ofIso({ ...windows11, graphics: 'spice', disks: large() }),
  'Windows 10 with a BIOS': () => ofIso({ ...windows, os: 'http://microsoft.com/win/10', disks: one() }),
  'a medium with answers beside it': () =>
    ofIso(
      {
        source: {
          kind: 'iso',
          from: fromFile,
          into: null,
          unattended: answers,
        },
        disks: one(),
      },
      { seed: { path: file('seed.iso') } },
    ),
  'a disk that is there': () => guestRequest(spec({ source: disk(volume('there.qcow2'), null) }), ''),
  'a copy of a disk that is there': () => guestRequest(spec({ source: disk(volume('there.qcow2'), 'disks', 2 * GiB) }), ''),
  'a disk of this computer where it lies': () =>
    guestRequest(spec({ source: disk(fromFile, null) }), image, { image: { file: { path: image }, format: 'qcow2' } }),
  'a cloud image with its seed': () =>
    guestRequest(spec({ source: { kind: 'cloud-image', from: fromFile, into: 'disks', size: 2 * GiB, cloudInit } }), image, {
      image: { file: { path: image }, format: 'qcow2' },
      seed: { path: file('seed.iso') },
    }),
  'an installation tree': async () => {
    const progress = { report: () => undefined, signal: new AbortController().signal };
    const url = `${web.url}/os/`;
    const kernel = await fetchBootFiles(await recogniseTree(url, await osinfoDb(), progress.signal), file('boot'), progress);
    const source: GuestSource = { kind: 'tree', url, arguments: 'console=ttyS0', into: 'disks', unattended: null };
    return guestRequest(spec({ os: 'http://fedoraproject.org/fedora/36', source, disks: one() }), '', { kernel });
  },
  'the network to boot from': () => guestRequest(spec({ source: { kind: 'pxe' }, disks: one() }), ''),
  'nothing yet': () => guestRequest(spec({ source: { kind: 'empty' }, disks: one(), nics: [] }), ''),
  'one program in a container': () =>
    ofContainer({ kind: 'container-app', init: '/bin/sh', arguments: ['-c', `echo "a", it's \\ b`], idMap: null }),
  'one program with users of its own': () =>
    ofContainer({ kind: 'container-app', init: '/bin/sh', arguments: [], idMap }, { nics: [onNetwork('default')] }),
  'a system with users of its own, in a folder with a strange name': async () => {
    await mkdir(file('root, b'), { recursive: true });
    const source: GuestSource = {
      kind: 'container-os',
      from: fromFile,
      into: null,
      init: '/sbin/init',
      idMap,
      hostname: null,
      rootPasswordHash: null,
    };
    return guestRequest(spec({ os: null, firmware: null, source, nics: [] }), file('root, b'));
  },
};

/** Runs the whole line, up to what virt-install prints instead of making it. Files are named in it as they are called here. */
async function printed(command: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', `${command} --print-xml 1`], { cwd: daemon.dir, env: { ...process.env, HOME: daemon.dir } });
  return stdout.slice(stdout.lastIndexOf('<domain'));
}

const reasons = new Set<string>();

test.each(Object.keys(cases))('%s', async (name) => {
  const request = await cases[name]?.();
  if (request === undefined) throw new Error('no such case');
  const parts = request.spec.source.kind.startsWith('container') ? containers : machines;
  const { definition, command } = await parts.creation.preview(request);
  if (command === null) throw new Error('there is no command');
  const ours = linesOf(await keptByLibvirt(daemon, parts.host.address, definition));
  const theirs = linesOf(await keptByLibvirt(daemon, parts.host.address, await printed(command)));
  const only = (lines: readonly string[], others: readonly string[], whose: string) =>
    lines.filter((line) => !others.includes(line)).map((line) => `${whose}: ${line}`);
  const differences = [...only(ours, theirs, 'ours'), ...only(theirs, ours, 'theirs')];
  expect(differences.filter((line) => whyDifferent(line) === null)).toEqual([]);
  for (const line of differences) reasons.add(whyDifferent(line) ?? '');
  expect(ours.length).toBeGreaterThan(20);
});

test('no reason is given for what is the same', () => {
  expect([...reasons].sort()).toEqual([...allReasons].sort());
});
