import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { attribute, child, children, parseXml } from '../../backends/libvirt/xml/document.ts';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';
import type { Task } from '../../backends/model/task.ts';
import { GuestMaker } from '../../main/guest-maker.ts';
import { createLocalSources } from '../../main/local-sources.ts';
import { MediaTokens } from '../../main/media-tokens.ts';
import { Questions } from '../../main/questions.ts';
import { Registry } from '../../main/registry.ts';
import { Tasks } from '../../main/tasks.ts';
import { VolumeLocks } from '../../main/volume-locks.ts';
import { WebApprovals } from '../../main/web-approvals.ts';
import { newDisk, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type TinyGuest, tinyGuest } from '../bed/tiny-guest.ts';
import { startWebServer, type WebServer } from '../bed/web-server.ts';
import { Reader } from '../conformance/bytes.ts';
import { clearHost, inventory, makePool } from '../faults/storage-bed.ts';
import { unkeptJournal } from '../fakes/fake-shelf.ts';

// All of main that makes guests, on this computer's own files and a web of its own, to real guests.
const run = promisify(execFile);
const PATIENCE_MS = 300_000;
vi.setConfig({ testTimeout: 400_000 });
let daemon: PrivateLibvirtd;
let registry: Registry;
let web: WebServer;
let tiny: TinyGuest;
let work: string;
let disks: string;
let maker: GuestMaker;
const tokens = new MediaTokens(randomUUID);
const told: Task[] = [];

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  disks = await makePool(daemon, 'disks');
  tiny = await tinyGuest();
  work = await mkdtemp(join(tmpdir(), 'guesthouse-roads-'));
  const treeinfo = '[general]\nfamily = Tiny\nversion = 1\narch = x86_64\n[images-x86_64]\nkernel = vmlinux\ninitrd = initrd.gz\n';
  web = await startWebServer({
    '/tiny.iso': await readFile(tiny.iso),
    '/tree/.treeinfo': treeinfo,
    '/tree/vmlinux': await readFile(tiny.vmlinux),
    '/tree/initrd.gz': await readFile(tiny.initrd),
  });
  const publish = {
    hosts: { changed: () => {}, removed: () => {}, loaded: () => {}, stale: () => {} },
    guests: { changed: () => {}, relisted: () => {}, sampled: () => {}, noticed: () => {} },
  };
  const address = { road: 'uri', uri: daemon.uri } as const;
  const here = { id: 'here', name: 'Here', uri: daemon.uri, address, autoconnect: true, readOnly: false };
  registry = new Registry({ backends: [libvirtBackend], hosts: [here], publish, log: () => {}, random: Math.random });
  registry.connectAll();
  await vi.waitFor(() => registry.connection('here'), { timeout: 60_000 });
  const sources = createLocalSources(join(work, 'cache'));
  const questions = new Questions(async () => ({ kind: 'confirmed', ticked: [] }));
  maker = new GuestMaker({
    registry,
    tasks: new Tasks(
      (task) => told.push(task),
      () => {},
      randomUUID,
      unkeptJournal,
    ),
    tokens,
    recent: { remember: async () => {} },
    sources,
    questions,
    locks: new VolumeLocks(() => false),
    webApprovals: new WebApprovals(questions, sources),
    uuid: randomUUID,
    grantAccess: async () => undefined,
  });
}, PATIENCE_MS);
afterAll(async () => {
  await registry.close();
  await web.close();
  await daemon.stop();
  await rm(work, { recursive: true, force: true });
});

afterEach(() => clearHost(daemon, { disks }));

const choose = (path: string) => ({ kind: 'file', token: tokens.issue(1, { path }) }) as const;

/** Makes it, and resolves to how that ended. Whatever came of it, nothing is left on this computer. */
async function make(spec: GuestSpec): Promise<Task> {
  const operation = randomUUID();
  await maker.create(1, { host: 'here', spec, operation });
  const ended = await vi.waitFor(
    () => {
      const task = told.filter(({ id }) => id === operation).at(-1);
      if (task === undefined || task.state.kind === 'running') throw new Error('it runs');
      return task;
    },
    { timeout: PATIENCE_MS, interval: 100 },
  );
  expect(await readdir(join(work, 'cache/workshops'))).toEqual([]);
  return ended;
}

async function made(spec: GuestSpec): Promise<string> {
  const { guest, state } = await make(spec);
  expect(state).toMatchObject({ kind: 'done' });
  if (guest === null) throw new Error('a task that made a guest says which');
  return guest;
}

async function filesOf(id: string): Promise<(string | null)[]> {
  const domain = parseXml(await daemon.virsh('dumpxml', id, '--inactive'));
  return children(child(domain, 'devices'), 'disk').map((disk) => attribute(child(disk, 'source'), 'file'));
}

async function seesLogin(id: string): Promise<void> {
  const stream = await registry.connection('here').openConsole(id, 'serial0', { force: false });
  await new Reader(stream).until(/login: /, PATIENCE_MS);
  await stream.close();
  await daemon.virsh('destroy', id);
}

const spec = (name: string, source: GuestSpec['source'], more: Partial<GuestSpec> = {}) =>
  plainSpec(name, { source, memory: 256 * MiB, start: false, ...more });

describe('an ISO by its address', () => {
  const source = async (value: string) => {
    const checksum = { algorithm: 'sha256', value } as const;
    return { kind: 'iso', from: { kind: 'url', url: `${web.url}/tiny.iso`, checksum }, into: 'disks', unattended: null } as const;
  };

  test('is fetched into the pool under its own name, as its sum says', async () => {
    const sum = createHash('sha256')
      .update(await readFile(tiny.iso))
      .digest('hex');
    const id = await made(spec('by-address', await source(sum)));
    expect(await filesOf(id)).toEqual([join(disks, 'tiny.iso')]);
    await run('cmp', [tiny.iso, join(disks, 'tiny.iso')]);
  });

  test('that is another file than its sum says makes nothing', async () => {
    const before = await inventory(daemon, { disks });
    const { state } = await make(spec('other', await source('0'.repeat(64))));
    expect(state).toMatchObject({ kind: 'failed', fault: { code: 'bad-file' } });
    expect(await inventory(daemon, { disks })).toEqual(before);
  });
});

describe('a disk of another program', () => {
  /** What is in it boots: what grub-mkrescue makes does so from a disk as well. */
  const foreign = async (format: string, options: readonly string[] = []) => {
    const file = join(work, `system.${format}`);
    await run('qemu-img', ['convert', '-q', '-f', 'raw', '-O', format, ...options, tiny.iso, file]);
    return file;
  };

  test.each([
    ['vmdk', ['-o', 'subformat=streamOptimized']],
    ['vdi', []],
    ['vhdx', []],
  ] as const)('in the format %s becomes a qcow2 of the pool with the same in it', async (format, options) => {
    const file = await foreign(format, options);
    const id = await made(spec(`from-${format}`, { kind: 'disk', from: choose(file), into: 'disks', size: null }));
    const copy = join(disks, `from-${format}.qcow2`);
    expect(await filesOf(id)).toEqual([copy]);
    // Zeros at the end are what a format rounds its size up with.
    await run('qemu-img', ['compare', '-f', format, '-F', 'qcow2', file, copy]);
  });

  test('boots as a guest', async () => {
    const source = { kind: 'disk', from: choose(await foreign('vmdk')), into: 'disks', size: 64 * MiB } as const;
    await seesLogin(await made(spec('boots', source, { start: true })));
  });

  test('that needs another file is refused', async () => {
    const file = join(work, 'overlay.qcow2');
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', '/etc/hostname', '-F', 'raw', file]);
    const { state } = await make(spec('overlay', { kind: 'disk', from: choose(file), into: 'disks', size: null }));
    expect(state).toMatchObject({ kind: 'failed', fault: { code: 'bad-file' } });
  });
});

describe('a disk that is moved', () => {
  const sumOf = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  const image = async (path: string) => {
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', path, '64M']);
    await run('qemu-io', ['-c', 'write -P 0x47 40M 1M', path]);
    return sumOf(path);
  };

  test('from this computer is in the pool as it was, and nowhere else', async () => {
    const path = join(work, 'moved.qcow2');
    const before = await image(path);
    const guest = await made(spec('moved', { kind: 'disk', from: choose(path), into: 'disks', size: null, move: true }));
    expect(await filesOf(guest)).toEqual([join(disks, 'moved.qcow2')]);
    expect(await sumOf(join(disks, 'moved.qcow2'))).toBe(before);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  test('from another pool goes only when no guest needs it, and stays where the copy fails', async () => {
    const from = `old-${randomUUID().slice(0, 8)}`;
    const old = await makePool(daemon, from);
    const before = await image(join(old, 'system.qcow2'));
    await daemon.virsh('pool-refresh', from);
    const volume = { pool: from, name: 'system.qcow2' };
    const moved = { kind: 'disk', from: { kind: 'volume', volume }, into: 'disks', size: 96 * MiB, move: true } as const;
    const user = await made(spec('user', { ...moved, into: null, size: null, move: undefined }));
    await expect(make(spec('thief', moved))).rejects.toMatchObject({ code: 'in-use' });
    await daemon.virsh('undefine', user);
    const { state } = await make(spec('too-much', moved, { disks: [newDisk('nowhere', MiB)] }));
    expect(state).toMatchObject({ kind: 'failed' });
    expect(await sumOf(join(old, 'system.qcow2'))).toBe(before);
    const guest = await made(spec('mover', moved));
    expect(await filesOf(guest)).toEqual([join(disks, 'mover.qcow2')]);
    expect(await readdir(old)).toEqual([]);
    const { stdout } = await run('qemu-io', ['-r', '-c', 'read -v 40M 16', join(disks, 'mover.qcow2')]);
    expect(stdout).toContain('47 47 47 47');
    const { stdout: info } = await run('qemu-img', ['info', '--output=json', join(disks, 'mover.qcow2')]);
    expect(JSON.parse(info)).toMatchObject({ format: 'qcow2', 'virtual-size': 96 * MiB });
    await daemon.virsh('pool-destroy', from);
    await daemon.virsh('pool-undefine', from);
  });
});

test('an appliance becomes a guest with its disks', async () => {
  const folder = join(work, 'appliance');
  await mkdir(folder, { recursive: true });
  await run('qemu-img', ['convert', '-q', '-f', 'raw', '-O', 'vmdk', '-o', 'subformat=streamOptimized', tiny.iso, join(folder, 'a.vmdk')]);
  await writeFile(
    join(folder, 'a.ovf'),
    `<Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"><References><File ovf:href="a.vmdk" ovf:id="f"/></References>
    <DiskSection><Disk ovf:capacity="64" ovf:capacityAllocationUnits="byte * 2^20" ovf:diskId="d" ovf:fileRef="f"/></DiskSection>
    <VirtualSystem ovf:id="a"><Name>a</Name><VirtualHardwareSection>
    <Item><rasd:HostResource xmlns:rasd="r">ovf:/disk/d</rasd:HostResource><rasd:ResourceType xmlns:rasd="r">17</rasd:ResourceType></Item>
    </VirtualHardwareSection></VirtualSystem></Envelope>`,
  );
  await run('tar', ['-C', folder, '--format=ustar', '-cf', join(folder, 'a.ova'), 'a.ovf', 'a.vmdk']);
  const { token } = choose(join(folder, 'a.ova'));
  const id = await made(spec('packed', { kind: 'appliance', token, into: 'disks' }));
  expect(await filesOf(id)).toEqual([join(disks, 'packed.qcow2')]);
  await run('qemu-img', ['compare', '-f', 'raw', '-F', 'qcow2', tiny.iso, join(disks, 'packed.qcow2')]);
});

test('a cloud image comes with a seed that says who the guest is', async () => {
  const image = join(work, 'cloud.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', image, '8M']);
  const cloudInit = { hostname: 'web-1', user: null, packages: ['nginx'], own: null };
  const id = await made(spec('cloud', { kind: 'cloud-image', from: choose(image), into: 'disks', size: 32 * MiB, cloudInit }));
  const seed = join(disks, 'cloud-seed.iso');
  expect(await filesOf(id)).toEqual([join(disks, 'cloud.qcow2'), seed]);
  const out = await mkdtemp(join(work, 'seed-'));
  await run('xorriso', ['-osirrox', 'on', '-indev', seed, '-extract', '/', out]);
  expect(await readFile(join(out, 'user-data'), 'utf8')).toMatch(/^#cloud-config\n[^]*web-1[^]*nginx/);
  expect(await readFile(join(out, 'meta-data'), 'utf8')).toContain('instance-id');
});

test('a tree on the web is installed from', async () => {
  // On a busy machine an emulated timer is late, which the kernel would take for a broken one.
  const words = 'console=tty0 console=ttyS0,115200 no_timer_check';
  const source = { kind: 'tree', url: `${web.url}/tree`, arguments: words, into: 'disks', unattended: null } as const;
  const before = await readdir(disks);
  const id = await made(spec('from-tree', source, { disks: [newDisk('disks', 8 * MiB)], start: true }));
  expect(await daemon.virsh('dumpxml', id)).toContain(`inst.repo=${web.url}/tree`);
  expect((await readdir(disks)).filter((name) => !before.includes(name))).toEqual(['from-tree.qcow2']);
  await seesLogin(id);
});
