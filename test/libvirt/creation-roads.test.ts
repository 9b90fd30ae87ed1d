import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GuestRequest, HostConnection } from '../../backends/backend.ts';
import { BackendError } from '../../backends/errors.ts';
import { createGuestCreation } from '../../backends/libvirt/creation/creation.ts';
import { createStorage } from '../../backends/libvirt/storage/storage.ts';
import { attribute, child, children, parseXml, path, textAt, type XmlElement } from '../../backends/libvirt/xml/document.ts';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { chosenToken, guestRequest, newDisk, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';
import { type TinyGuest, tinyGuest } from '../bed/tiny-guest.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { Reader } from '../conformance/bytes.ts';
import { clearHost, failure, inventory, makePool, openParts } from '../faults/storage-bed.ts';
import { grantAccess } from '../../main/grant-access.ts';

// From every source to a guest of real libvirt and QEMU, and what is left where one fails.
const run = promisify(execFile);
/** Emulated, on a busy machine. */
const BOOT_MS = 240_000;
let daemon: PrivateLibvirtd;
let connection: HostConnection;
let tiny: TinyGuest;
let disks: string;
let images: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  disks = await makePool(daemon, 'disks');
  images = await makePool(daemon, 'images');
  tiny = await tinyGuest();
}, 300_000);
afterAll(() => daemon.stop());
beforeEach(async () => {
  connection = await connectTo(daemon.uri);
});
afterEach(async () => {
  await clearHost(daemon, { disks, images });
  await connection.close();
});

function creation() {
  if (connection.creation === null) throw new Error('this host makes guests');
  return connection.creation;
}
const create = (request: GuestRequest) => creation().create(request, quietOperation());
const definitionOf = async (id: string) => parseXml(await daemon.virsh('dumpxml', id, '--inactive'));
const fromFile = { kind: 'file', token: chosenToken } as const;
const fromVolume = (pool: string, name: string) => ({ kind: 'volume', volume: { pool, name } }) as const;
const spec = (name: string, more: Partial<GuestSpec>) => plainSpec(name, { memory: 256 * MiB, ...more });
const everything = () => inventory(daemon, { disks });

interface DiskLine {
  readonly device: string | null;
  readonly file: string | null;
  readonly format: string | null;
  readonly order: string | null;
}

function disksOf(domain: XmlElement): DiskLine[] {
  return children(child(domain, 'devices'), 'disk').map((disk) => ({
    device: attribute(disk, 'device'),
    file: attribute(child(disk, 'source'), 'file'),
    format: attribute(child(disk, 'driver'), 'type'),
    order: attribute(child(disk, 'boot'), 'order'),
  }));
}

async function putVolume(pool: string, name: string, file: string): Promise<void> {
  await daemon.virsh('vol-create-as', pool, name, String((await stat(file)).size), '--format', 'raw');
  await daemon.virsh('vol-upload', '--pool', pool, name, file);
}

/** A disk of which the program makes a file in that format; what is in it boots nothing. */
async function makeImage(format: string): Promise<string> {
  const file = join(daemon.dir, `image.${format}`);
  await run('qemu-img', ['create', '-q', '-f', format, file, '8M']);
  return file;
}

async function seesLogin(id: string): Promise<void> {
  const stream = await connection.openConsole(id, 'serial0', { force: false });
  await new Reader(stream).until(/login: /, BOOT_MS);
  await stream.close();
}

describe('a medium', () => {
  test('that is a volume of a pool stays where it is', async () => {
    await putVolume('images', 'tiny.iso', tiny.iso);
    const source = { kind: 'iso', from: fromVolume('images', 'tiny.iso'), into: null, unattended: null } as const;
    const id = await create(guestRequest(spec('by-volume', { source, disks: [newDisk('disks', 8 * MiB)] }), ''));
    expect(disksOf(await definitionOf(id))).toEqual([
      { device: 'disk', file: join(disks, 'by-volume.qcow2'), format: 'qcow2', order: '1' },
      { device: 'cdrom', file: join(images, 'tiny.iso'), format: 'raw', order: '2' },
    ]);
    expect((await daemon.virsh('domstate', id)).trim()).toBe('running');
  });

  test('of this computer is copied into a pool under a name that is free, byte for byte', async () => {
    const file = join(daemon.dir, 'my medium.iso');
    await copyFile(tiny.iso, file);
    await writeFile(join(disks, 'my medium.iso'), 'precious');
    const source = { kind: 'iso', from: fromFile, into: 'disks', unattended: null } as const;
    const id = await create(guestRequest(spec('by-copy', { source, start: false }), file));
    const copy = join(disks, 'my medium-1.iso');
    expect(disksOf(await definitionOf(id))).toEqual([{ device: 'cdrom', file: copy, format: 'raw', order: '1' }]);
    await run('cmp', [file, copy]);
    expect((await daemon.virsh('domstate', id)).trim()).toBe('shut off');
  });
});

describe('a file that the hypervisor cannot read where it lies', () => {
  const inPlace = { kind: 'iso', from: fromFile, into: null, unattended: null } as const;
  const closedCopy = async () => {
    const folder = await mkdtemp(join(daemon.dir, 'closed-'));
    await copyFile(tiny.iso, join(folder, 'a.iso'));
    return join(folder, 'a.iso');
  };

  test('is told with the two ways out, and when it was let in the guest starts', async () => {
    const file = await closedCopy();
    const request = guestRequest(spec('let-in', { source: inPlace }), file);
    const objections = await creation().check(request);
    expect(objections).toMatchObject([
      {
        field: 'media',
        severity: 'error',
        mends: [
          { kind: 'grant', token: chosenToken },
          { kind: 'copy', pool: expect.stringMatching(/disks|images/) },
        ],
      },
    ]);
    expect((await failure(create(request))).code).toBe('bad-file');
    await grantAccess(await creation().grantsFor({ path: file }));
    expect(await creation().check(request)).toEqual([]);
    expect(await creation().grantsFor({ path: file })).toEqual([]);
    const id = await create(request);
    expect((await daemon.virsh('domstate', id)).trim()).toBe('running');
  });

  test('or a disk in a pool whose folder the hypervisor may not enter, is told before it is made', async () => {
    const closed = await makePool(daemon, 'closed');
    await copyFile(tiny.iso, join(closed, 'a.iso'));
    await daemon.virsh('pool-refresh', 'closed');
    await chmod(closed, 0o700);
    const onIt = guestRequest(spec('on-it', { source: { kind: 'empty' }, disks: [newDisk('closed', 8 * MiB)] }), '');
    const source = { kind: 'iso', from: fromVolume('closed', 'a.iso'), into: null, unattended: null } as const;
    const fromIt = guestRequest(spec('from-it', { source }), '');
    const told = { severity: 'error', message: expect.stringContaining(closed), remedy: expect.stringContaining('setfacl') };
    expect(await creation().check(onIt)).toMatchObject([{ ...told, field: 'disk' }]);
    expect(await creation().check(fromIt)).toMatchObject([{ ...told, field: 'media' }]);
    expect((await failure(create(onIt))).code).toBe('permission');
    await chmod(closed, 0o711);
    expect(await creation().check(fromIt)).toEqual([]);
    await daemon.virsh('pool-destroy', 'closed');
    await daemon.virsh('pool-undefine', 'closed');
  });

  test('since the host is another computer, is copied there, and taken back when the guest does not start', async () => {
    const parts = await openParts(daemon.uri);
    // Over a road to its daemon alone, where the bridge below can be missed only at the start.
    const route = new Proxy(parts.host.route, { get: (road, name) => (name === 'run' ? null : Reflect.get(road, name, road)) });
    const elsewhere = new Proxy(parts.host, {
      get(host, name) {
        const value: unknown = name === 'local' ? false : name === 'route' ? route : Reflect.get(host, name, host);
        return typeof value === 'function' ? value.bind(host) : value;
      },
    });
    const far = createGuestCreation(elsewhere, createStorage(elsewhere), null);
    const file = await closedCopy();
    expect((await far.offer()).readsLocalFiles).toBe(false);
    const [objection] = await far.check(guestRequest(spec('far', { source: inPlace }), file));
    expect(objection).toMatchObject({ severity: 'error', mends: [{ kind: 'copy' }] });

    const source = { ...inPlace, into: 'disks' };
    const bridge = { kind: 'bridge', device: 'none-such0' } as const;
    const before = await everything();
    const error = await failure(far.create(guestRequest(spec('far', { source, nics: [bridge] }), file), quietOperation()));
    expect(error.message).toMatch(/^Starting the guest failed/);
    expect(await everything()).toEqual(before);
    const id = await far.create(guestRequest(spec('far', { source }), file), quietOperation());
    expect(disksOf(await definitionOf(id)).map((disk) => disk.file)).toEqual([join(disks, 'a.iso')]);
    await daemon.virsh('destroy', id);
    parts.host.close();
  });
});

describe('a disk', () => {
  test('copied from a volume, grown, boots, and its original is as it was', async () => {
    // What grub-mkrescue makes boots from a disk as well as from a drive.
    await putVolume('images', 'system.img', tiny.iso);
    const size = (await stat(tiny.iso)).size + 16 * MiB;
    const source = { kind: 'disk', from: fromVolume('images', 'system.img'), into: 'disks', size } as const;
    const id = await create(guestRequest(spec('copied', { source }), ''));
    const copy = join(disks, 'copied.qcow2');
    expect(disksOf(await definitionOf(id))).toEqual([{ device: 'disk', file: copy, format: 'qcow2', order: '1' }]);
    await seesLogin(id);
    await daemon.virsh('destroy', id);
    expect(await daemon.virsh('vol-dumpxml', 'copied.qcow2', '--pool', 'disks')).toContain(`<capacity unit='bytes'>${size}</capacity>`);
    await run('cmp', [tiny.iso, join(images, 'system.img')]);
  }, 300_000);

  test.each([
    ['qcow2', '.qcow2'],
    ['raw', '.img'],
  ] as const)('of this computer in the format %s is copied as it is, and grown', async (format, ending) => {
    const file = await makeImage(format);
    const source = { kind: 'disk', from: fromFile, into: 'disks', size: 32 * MiB } as const;
    const id = await create(
      guestRequest(spec(`of-${format}`, { source, start: false }), file, { image: { file: { path: file }, format } }),
    );
    const copy = join(disks, `of-${format}${ending}`);
    expect(disksOf(await definitionOf(id))).toEqual([{ device: 'disk', file: copy, format, order: '1' }]);
    const info = JSON.parse((await run('qemu-img', ['info', '--output=json', copy])).stdout);
    expect(info).toMatchObject({ format, 'virtual-size': 32 * MiB });
  });

  test.each(['qcow2', 'raw', 'vmdk', 'vdi', 'vpc'] as const)('of this computer in the format %s is used where it is', async (format) => {
    const file = await makeImage(format);
    const source = { kind: 'disk', from: fromFile, into: null, size: null } as const;
    const request = guestRequest(spec(`in-place-${format}`, { source }), file, { image: { file: { path: file }, format } });
    const id = await create(request);
    expect(disksOf(await definitionOf(id))).toEqual([{ device: 'disk', file, format, order: '1' }]);
    expect((await daemon.virsh('domstate', id)).trim()).toBe('running');
  });

  test('that another guest has, or on which others are built, is not given to a second one', async () => {
    await daemon.virsh('vol-create-as', 'images', 'taken.qcow2', '8M', '--format', 'qcow2');
    const base = ['--backing-vol', 'base.qcow2', '--backing-vol-format', 'qcow2'];
    await daemon.virsh('vol-create-as', 'images', 'base.qcow2', '8M', '--format', 'qcow2');
    await daemon.virsh('vol-create-as', 'images', 'overlay.qcow2', '8M', '--format', 'qcow2', ...base);
    const whole = (name: string) => ({ kind: 'disk', from: fromVolume('images', name), into: null, size: null }) as const;
    await create(guestRequest(spec('owner', { source: whole('taken.qcow2'), start: false }), ''));
    for (const [name, who] of [
      ['taken.qcow2', 'owner'],
      ['base.qcow2', 'overlay.qcow2'],
    ] as const) {
      const request = guestRequest(spec('second', { source: whole(name), start: false }), '');
      const message = expect.stringContaining(`needed by “${who}”`);
      const mends = [{ kind: 'copy', pool: 'images' }];
      expect(await creation().check(request)).toMatchObject([{ field: 'media', severity: 'error', message, mends }]);
      expect((await failure(create(request))).code).toBe('in-use');
      const beside = spec('second', { source: { kind: 'empty' }, disks: [fromVolume('images', name)], start: false });
      expect(await creation().check(guestRequest(beside, ''))).toMatchObject([{ field: 'disk', severity: 'error', message }]);
    }
    await daemon.virsh('start', 'owner');
    const copied = spec('copy', { source: { ...whole('taken.qcow2'), into: 'disks' }, start: false });
    expect(await creation().check(guestRequest(copied, ''))).toMatchObject([
      { message: expect.stringContaining('a copy would be of no use') },
    ]);
    await daemon.virsh('destroy', 'owner');
    expect(await creation().check(guestRequest(copied, ''))).toEqual([]);
    const file = join(images, 'taken.qcow2');
    const source = { kind: 'disk', from: fromFile, into: null, size: null } as const;
    const byPath = guestRequest(spec('third', { source }), file, { image: { file: { path: file }, format: 'qcow2' } });
    expect((await creation().check(byPath)).map(({ message }) => message)).toContainEqual(expect.stringContaining('needed by “owner”'));
  });

  test('of an appliance: each becomes a disk of the guest, in their order', async () => {
    const file = await makeImage('qcow2');
    const source = { kind: 'appliance', token: chosenToken, into: 'disks' } as const;
    const two = [1, 2].map(() => ({ capacity: 8 * MiB, file: { path: file } }));
    const id = await create(guestRequest(spec('packed', { source, start: false }), '/nowhere.ova', { disks: two }));
    expect(disksOf(await definitionOf(id)).map(({ file: at, order }) => [at, order])).toEqual([
      [join(disks, 'packed.qcow2'), '1'],
      [join(disks, 'packed-1.qcow2'), '2'],
    ]);
  });
});

describe('a cloud image', () => {
  const cloudInit = { hostname: 'cloud', user: null, packages: [], own: null };

  test('is a copy with a seed beside it, from which nothing boots', async () => {
    const [file, seed] = [await makeImage('qcow2'), join(daemon.dir, 'seed.iso')];
    await writeFile(seed, Buffer.alloc(64 * 1024, 7));
    const source = { kind: 'cloud-image', from: fromFile, into: 'disks', size: 64 * MiB, cloudInit } as const;
    const files = { image: { file: { path: file }, format: 'qcow2' }, seed: { path: seed } } as const;
    const { operation, notes } = notedOperation();
    const id = await creation().create(guestRequest(spec('cloud', { source }), file, files), operation);
    expect(disksOf(await definitionOf(id))).toEqual([
      { device: 'disk', file: join(disks, 'cloud.qcow2'), format: 'qcow2', order: '1' },
      { device: 'cdrom', file: join(disks, 'cloud-seed.iso'), format: 'raw', order: null },
    ]);
    await run('cmp', [seed, join(disks, 'cloud-seed.iso')]);
    expect(notes.map(({ product, state }) => [product.kind, state])).toEqual([
      ['volume', 'made'],
      ['volume', 'made'],
      ['guest', 'made'],
    ]);
  });

  test('of which the seed cannot be copied leaves nothing, and says what was undone', async () => {
    const file = await makeImage('qcow2');
    const source = { kind: 'cloud-image', from: fromFile, into: 'disks', size: null, cloudInit } as const;
    const files = { image: { file: { path: file }, format: 'qcow2' }, seed: { path: join(daemon.dir, 'gone.iso') } } as const;
    const before = await everything();
    const { operation, notes } = notedOperation();
    const error = await failure(creation().create(guestRequest(spec('seedless', { source }), file, files), operation));
    expect(error.code).toBe('bad-file');
    expect(await everything()).toEqual(before);
    expect(notes.map(({ state }) => state)).toEqual(['gone']);
  });
});

test('a tree boots its kernel once: the definition that stays has none, and its files are gone', async () => {
  // On a busy machine an emulated timer is late, which the kernel would take for a broken one.
  const words = 'console=tty0 console=ttyS0,115200 no_timer_check';
  const source = { kind: 'tree', url: 'https://example.org/tree/', arguments: 'quiet', into: 'disks', unattended: null } as const;
  const kernel = { kernel: { path: tiny.vmlinux }, initrd: { path: tiny.initrd }, arguments: words };
  const { operation, notes } = notedOperation();
  const request = guestRequest(spec('tree', { source, disks: [newDisk('disks', 8 * MiB)], nics: [{ kind: 'user' }] }), '', { kernel });
  const before = await everything();
  const id = await creation().create(request, operation);
  const live = parseXml(await daemon.virsh('dumpxml', id));
  expect(textAt(live, 'os', 'cmdline')).toBe(`${words} quiet`);
  expect(textAt(live, 'on_reboot')).toBe('destroy');
  const next = await definitionOf(id);
  expect([path(next, 'os', 'kernel'), path(next, 'os', 'initrd'), path(next, 'os', 'cmdline')]).toEqual([null, null, null]);
  expect(textAt(next, 'on_reboot')).toBe('restart');
  // What was installed knows its card by that.
  const mac = (domain: XmlElement) => attribute(path(domain, 'devices', 'interface', 'mac'), 'address');
  expect(mac(next)).toBe(mac(live));
  expect((await everything())['files of disks']?.filter((file) => !before['files of disks']?.includes(file))).toEqual(['tree.qcow2']);
  expect(notes.filter(({ state }) => state === 'gone').map(({ product }) => 'name' in product && product.name)).toEqual([
    'tree-kernel.img',
    'tree-initrd.img',
  ]);
  await seesLogin(id);
}, 300_000);

test.each(['pxe', 'empty'] as const)('a guest without any image (%s) runs as far as its firmware', async (kind) => {
  const request = guestRequest(spec(kind, { source: { kind }, disks: [newDisk('disks', 8 * MiB)], nics: [{ kind: 'user' }] }), '');
  expect(await creation().check(request)).toEqual([]);
  const id = await create(request);
  expect((await daemon.virsh('domstate', id)).trim()).toBe('running');
  const card = path(await definitionOf(id), 'devices', 'interface');
  expect(attribute(card, 'type')).toBe('user');
  expect(attribute(child(card, 'boot'), 'order')).toBe(kind === 'pxe' ? '2' : null);
});

test('Windows 11 gets secure boot with keys, a TPM 2.0 and the drivers for virtio, which libvirt takes', async () => {
  const drivers = { from: fromFile, into: null } as const;
  const request = guestRequest(
    spec('eleven', {
      os: 'http://microsoft.com/win/11',
      source: { kind: 'iso', from: fromFile, into: null, unattended: null },
      firmware: 'uefi-secure-boot',
      tpm: true,
      graphics: 'spice',
      drivers,
      disks: [newDisk('disks', 8 * MiB)],
      nics: [{ kind: 'user' }],
      start: false,
    }),
    tiny.iso,
  );
  expect((await creation().check(request)).filter(({ severity }) => severity === 'error')).toEqual([]);
  const domain = await definitionOf(await create(request));
  const devices = child(domain, 'devices');
  const features = children(path(domain, 'os', 'firmware'), 'feature').map((feature) => attribute(feature, 'name'));
  expect(new Set(features)).toEqual(new Set(['enrolled-keys', 'secure-boot']));
  expect(attribute(path(domain, 'features', 'smm'), 'state')).toBe('on');
  expect(attribute(path(devices, 'tpm', 'backend'), 'version')).toBe('2.0');
  expect(disksOf(domain).map(({ device, order }) => [device, order])).toEqual([
    ['disk', '1'],
    ['cdrom', '2'],
    ['cdrom', null],
  ]);
  expect(attribute(path(devices, 'disk', 'target'), 'bus')).toBe('virtio');
  expect(attribute(path(devices, 'interface', 'model'), 'type')).toBe('virtio');
  expect(attribute(child(domain, 'clock'), 'offset')).toBe('localtime');
});

describe('a definition before anything exists', () => {
  const request = () => guestRequest(spec('own', { disks: [newDisk('disks', 8 * MiB)] }), tiny.iso);

  test('is shown without a trace on the host, and what a person makes of it is what is defined', async () => {
    const before = await everything();
    const { definition } = await creation().preview(request());
    expect(await everything()).toEqual(before);
    const changed = definition.replace('<vcpu>1</vcpu>', '<title>By hand</title>\n  <vcpu>2</vcpu>').replace(/ cores="1"/, ' cores="2"');
    const id = await create({ ...request(), definition: changed });
    const domain = await definitionOf(id);
    expect([textAt(domain, 'title'), textAt(domain, 'vcpu'), textAt(domain, 'uuid')]).toEqual([
      'By hand',
      '2',
      textAt(parseXml(definition), 'uuid'),
    ]);
  });

  test.each([
    ['another name', (xml: string) => xml.replace('<name>own</name>', '<name>other</name>')],
    ['no disk of those that are made', (xml: string) => xml.replace('own.qcow2', 'elsewhere.qcow2')],
    ['no uuid', (xml: string) => xml.replace(/<uuid>.*<\/uuid>/, '')],
    ['no sense', (xml: string) => xml.replace('</domain>', '')],
  ])('that has %s is refused, and nothing is made', async (_, change) => {
    const { definition } = await creation().preview(request());
    const before = await everything();
    const error = await failure(create({ ...request(), definition: change(definition) }));
    expect(error).toBeInstanceOf(BackendError);
    expect(error.code).toBe('invalid-definition');
    expect(error.remedy).not.toBeNull();
    expect(await everything()).toEqual(before);
  });

  test('is never put over a guest that is there', async () => {
    const { definition } = await creation().preview(request());
    const uuid = textAt(parseXml(definition), 'uuid') ?? '';
    const id = await create(guestRequest(spec('there', { start: false }), tiny.iso));
    const error = await failure(create({ ...request(), definition: definition.replace(uuid, id) }));
    expect(error.code).toBe('exists');
    expect(textAt(await definitionOf(id), 'name')).toBe('there');
  });
});
