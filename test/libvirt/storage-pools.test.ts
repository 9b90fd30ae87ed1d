import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { poolDocument } from '../../backends/libvirt/storage/pool-document.ts';
import { makeCommand } from '../../backends/libvirt/storage/pool-command.ts';
import { parseXml, serialize, type XmlElement } from '../../backends/libvirt/xml/document.ts';
import type { PoolKind, PoolPlace } from '../../backends/model/pool-kinds.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { unattended } from '../bed/unattended-connect.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';
import { loopDevice, openStorageBed, poolSpec, run, type StorageBed, volumeSpec } from './storage-bed.ts';

let bed: StorageBed;
beforeAll(async () => {
  bed = await openStorageBed();
});
afterAll(() => bed.close());

const listed = async (name: string) => (await bed.storage.listPools()).find((pool) => pool.name === name) ?? null;
const uuid = '2ec115d7-3a88-3ceb-bc12-0ac909a6fd87';

async function faultOf(promise: Promise<unknown>): Promise<BackendError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BackendError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

test('a folder is made a pool, started, marked, stopped and forgotten, and stays where it is', async () => {
  const target = join(bed.daemon.dir, 'deep/new/folder');
  const { operation, notes } = notedOperation();
  await bed.pools.make(poolSpec('one', { target }, { autostart: true }), operation);
  expect(await listed('one')).toMatchObject({ kind: 'dir', active: true, persistent: true, autostart: true, path: target, source: null });
  expect(notes).toMatchObject([{ product: { kind: 'pool', name: 'one' }, state: 'made' }]);
  expect((await faultOf(bed.pools.make(poolSpec('one', { target }), operation))).code).toBe('exists');

  await writeFile(join(target, 'kept.img'), 'something');
  await bed.pools.act('one', 'refresh', [], quietOperation());
  expect(await bed.names('one')).toEqual(['kept.img']);
  await bed.pools.act('one', 'autostart-off', [], quietOperation());
  await bed.pools.act('one', 'stop', [], quietOperation());
  expect(await listed('one')).toMatchObject({ active: false, autostart: false });
  await bed.pools.act('one', 'start', [], quietOperation());
  await bed.pools.act('one', 'stop', [], quietOperation());
  await bed.pools.act('one', 'undefine', [], quietOperation());
  expect(await listed('one')).toBeNull();
  expect(existsSync(join(target, 'kept.img'))).toBe(true);
});

test('what fails half-way leaves neither the pool nor a folder, and nothing of what was there is touched', async () => {
  const inTheWay = join(bed.daemon.dir, 'a-file');
  await writeFile(inTheWay, 'not a folder');
  const { operation, notes } = notedOperation();
  const failed = await faultOf(bed.pools.make(poolSpec('two', { target: inTheWay }), operation));
  expect(failed.message).toMatch(/^Making the pool “two” failed\./);
  expect(await listed('two')).toBeNull();
  expect(notes.map(({ state }) => state)).toEqual(['gone']);
  expect(existsSync(inTheWay)).toBe(true);

  // Cancelled when the folder has been made.
  const target = join(bed.daemon.dir, 'made-and-unmade');
  const cancelled = new AbortController();
  const report = (step: string) => void (step === 'Starting the pool' && cancelled.abort());
  const given = await faultOf(bed.pools.make(poolSpec('two', { target }), quietOperation({ report, signal: cancelled.signal })));
  expect(given.code).toBe('cancelled');
  expect(await listed('two')).toBeNull();
  expect(existsSync(target)).toBe(false);
});

test('a pool is deleted with its volumes, overlays first, unless something else needs one', async () => {
  const folder = await bed.folder('doomed');
  await bed.folder('elsewhere');
  await bed.volumes.make(volumeSpec('doomed', 'base.qcow2'), quietOperation());
  const backing = { path: join(folder, 'base.qcow2'), format: 'qcow2' } as const;
  await bed.volumes.make(volumeSpec('doomed', 'above.qcow2', { backing }), quietOperation());
  await bed.volumes.make(volumeSpec('elsewhere', 'outside.qcow2', { backing }), quietOperation());
  const refused = await faultOf(bed.pools.outlook('doomed', 'delete'));
  expect(refused).toMatchObject({ code: 'in-use', reason: '“outside.qcow2” is built on it.' });
  expect((await faultOf(bed.pools.act('doomed', 'delete', [], quietOperation()))).code).toBe('in-use');
  expect(await bed.names('doomed')).toEqual(['above.qcow2', 'base.qcow2']);

  await bed.volumes.change({ kind: 'delete', volumes: [{ pool: 'elsewhere', name: 'outside.qcow2' }] }, [], quietOperation());
  const outlook = await bed.pools.outlook('doomed', 'delete');
  expect(outlook).toMatchObject({ paths: [join(folder, 'above.qcow2'), join(folder, 'base.qcow2')], doubts: [] });
  await bed.pools.act('doomed', 'delete', outlook.doubts, quietOperation());
  expect(await listed('doomed')).toBeNull();
  expect(existsSync(folder)).toBe(false);

  // What is no volume of anybody stays, and so does the folder that belongs to the system.
  const shared = await bed.folder('shared');
  await mkdir(join(shared, 'subfolder'));
  await bed.pools.act('shared', 'refresh', [], quietOperation());
  await bed.pools.act('shared', 'delete', [], quietOperation());
  expect(existsSync(join(shared, 'subfolder'))).toBe(true);
  await bed.storage.provideDefaultPool();
  expect((await bed.pools.outlook('default', 'delete')).losses).toEqual([]);
  await bed.pools.act('default', 'delete', [], quietOperation());
  expect(existsSync(join(bed.daemon.dir, 'lib/images'))).toBe(true);
});

test('the host says which kinds it has, and what volumes each takes', async () => {
  const offer = await bed.pools.offer();
  const kinds = offer.map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['dir', 'fs', 'netfs', 'logical', 'disk', 'iscsi', 'scsi', 'mpath']));
  expect(offer.find(({ kind }) => kind === 'dir')?.volumeFormats).toEqual(['qcow2', 'raw', 'vmdk', 'vdi', 'vpc', 'qed', 'qcow']);
  expect(offer.find(({ kind }) => kind === 'logical')?.volumeFormats).toEqual([]);
  // Where one must ask somewhere, one must say where.
  expect((await faultOf(bed.pools.discover('netfs', {}))).code).toBe('bad-input');
  expect((await faultOf(bed.pools.discover('dir', {}))).code).toBe('unsupported');
});

const iqn = 'iqn.2024-01.com.example:disks';
const places: readonly (readonly [PoolKind, PoolPlace])[] = [
  ['dir', { target: '/srv/images' }],
  ['fs', { devices: ['/dev/sdx1'], format: 'ext4', target: '/mnt/images' }],
  ['netfs', { hosts: ['nas.example.com'], directory: '/export', format: 'nfs', target: '/mnt/nas', protocolVersion: '4.2' }],
  ['logical', { source: 'guests', devices: ['/dev/sdx2'] }],
  ['disk', { devices: ['/dev/sdx'], format: 'gpt' }],
  ['iscsi', { hosts: ['2001:db8::1'], iqn, initiator: 'iqn.2024-01.com.example:me', user: 'ada', secret: uuid }],
  ['iscsi-direct', { hosts: ['san.example.com'], iqn, initiator: 'iqn.2024-01.com.example:me', user: 'ada', secret: uuid }],
  ['scsi', { adapter: 'scsi_host2' }],
  ['scsi', { wwnn: '20000000c9831b4b', wwpn: '10000000c9831b4b', parent: 'scsi_host4' }],
  ['mpath', {}],
  ['gluster', { hosts: ['gl.example.com'], source: 'volume', directory: '/images' }],
  ['rbd', { hosts: ['mon.example.com'], source: 'pool', user: 'admin', secret: uuid }],
  ['zfs', { source: 'tank/guests' }],
];

test.each(places)('a pool of the kind %s is what virsh makes of the command that is shown (%j)', async (kind, place) => {
  const spec = poolSpec('same', place, { kind, build: 'no', start: false });
  const [first = ''] = (makeCommand('ADDRESS', spec) ?? '').split(' && ');
  expect(first).toMatch(/^virsh -c ADDRESS pool-define-as /);
  const { stdout } = await run('sh', ['-c', `${first.replace('-c ADDRESS', '-c test:///default')} --print-xml`]);
  const ours = poolDocument(spec, { uuid, secret: place.secret ?? null });
  expect(essence(ours).filter((line) => !line.startsWith('pool/uuid'))).toEqual(essence(parseXml(stdout)));
});

test.for(places)('libvirt takes the definition of a pool of the kind %s and keeps all of it (%j)', async ([kind, given], context) => {
  // A mount point is made at once, and not on this machine's own disk.
  const place = given.target?.startsWith('/mnt') === true ? { ...given, target: join(bed.daemon.dir, 'mount-point') } : given;
  if (!(await bed.pools.offer()).some((offer) => offer.kind === kind))
    context.skip(`this libvirt has no part for pools of the kind ${kind}`);
  await bed.pools.make(poolSpec('kept', place, { kind, build: 'no', start: false }), quietOperation());
  try {
    const kept = essence(parseXml(await bed.daemon.virsh('pool-dumpxml', 'kept')));
    const wanted = essence(poolDocument(poolSpec('kept', place, { kind, build: 'no' }), { uuid, secret: place.secret ?? null }));
    expect(kept).toEqual(expect.arrayContaining(wanted.filter((line) => !line.startsWith('pool/uuid'))));
  } finally {
    await bed.pools.act('kept', 'undefine', [], quietOperation());
  }
});

test('several sources and mount options are taken, for which virsh has no words', async () => {
  const place = { hosts: ['[2001:db8::1]:2049'], directory: '/x', target: join(bed.daemon.dir, 'mnt'), mountOptions: ['nosuid', 'noexec'] };
  const spec = poolSpec('mounted', place, { kind: 'netfs', build: 'no', start: false });
  expect(bed.pools.commandFor({ kind: 'make', spec })).toBeNull();
  await bed.pools.make(spec, quietOperation());
  const lines = essence(parseXml(await bed.daemon.virsh('pool-dumpxml', 'mounted')));
  expect(lines.filter((line) => line.includes('option'))).toHaveLength(2);
  expect(lines).toEqual(expect.arrayContaining(['pool/source/host@name=2001:db8::1', 'pool/source/host@port=2049']));
  await bed.pools.act('mounted', 'undefine', [], quietOperation());
});

test('a password is kept in a secret that goes with the pool, and shown in no command', async () => {
  const place = { hosts: ['san.example.com'], iqn, user: 'ada', password: 'correct horse' };
  const spec = poolSpec('locked', place, { kind: 'iscsi', start: false });
  expect(bed.pools.commandFor({ kind: 'make', spec })).toBeNull();
  const { operation, notes } = notedOperation();
  await bed.pools.make(spec, operation);
  expect(notes.map(({ product: { kind }, state }) => [kind, state])).toEqual([
    ['secret', 'made'],
    ['pool', 'made'],
  ]);
  expect(JSON.stringify(notes)).not.toContain('horse');
  const [, secret = ''] = /secret uuid='([^']+)'/.exec(await bed.daemon.virsh('pool-dumpxml', 'locked')) ?? [];
  expect(await bed.daemon.virsh('secret-list')).toContain(secret);
  await bed.pools.act('locked', 'undefine', [], quietOperation());
  expect(await bed.daemon.virsh('secret-list')).not.toContain(secret);
});

test('a device is formatted and mounted, and one that has something on it only when that was said', async (context) => {
  const loop = (await loopDevice(join(bed.daemon.dir, 'device'))) ?? context.skip('this machine has no loop devices');
  try {
    const target = join(bed.daemon.dir, 'mounted');
    const spec = (build: 'keep' | 'overwrite') => poolSpec('fs', { devices: [loop.path], format: 'ext4', target }, { kind: 'fs', build });
    await bed.pools.make(spec('keep'), quietOperation());
    expect(await listed('fs')).toMatchObject({ active: true, source: loop.path });
    await bed.volumes.make(volumeSpec('fs', 'disk.qcow2'), quietOperation());
    await bed.pools.act('fs', 'stop', [], quietOperation());
    await bed.pools.act('fs', 'undefine', [], quietOperation());

    const refused = await faultOf(bed.pools.make(spec('keep'), quietOperation()));
    expect(['exists', 'invalid-state', 'internal']).toContain(refused.code);
    expect(await listed('fs')).toBeNull();
    await bed.pools.make({ ...spec('keep'), build: 'no' }, quietOperation());
    expect(await bed.names('fs')).toContain('disk.qcow2');
    await bed.pools.act('fs', 'stop', [], quietOperation());
    await bed.pools.act('fs', 'undefine', [], quietOperation());

    await bed.pools.make(spec('overwrite'), quietOperation());
    expect(await bed.names('fs')).not.toContain('disk.qcow2');
    await bed.pools.act('fs', 'stop', [], quietOperation());
    await bed.pools.act('fs', 'undefine', [], quietOperation());
  } finally {
    await loop.detach();
  }
});

test('partitions of a disk are made under the names that the host gives them', async (context) => {
  const loop = (await loopDevice(join(bed.daemon.dir, 'disk'))) ?? context.skip('this machine has no loop devices');
  try {
    await bed.pools.make(poolSpec('disk', { devices: [loop.path], format: 'gpt' }, { kind: 'disk', build: 'overwrite' }), quietOperation());
    const spec = (name: string) => volumeSpec('disk', name, { format: null, capacity: 8 * MiB });
    const first = await bed.volumes.make(spec('mine'), quietOperation());
    const second = await bed.volumes.make(spec('mine'), quietOperation());
    const base = loop.path.slice('/dev/'.length);
    expect([first.name, second.name]).toEqual([`${base}p1`, `${base}p2`]);
    const shrink = { kind: 'resize', volume: first, capacity: 16 * MiB, shrink: false, allocate: false } as const;
    expect((await faultOf(bed.volumes.outlook(shrink))).code).toBe('unsupported');
    // libvirt 9.0 cannot delete a partition whose name has a "p" before its number: it asks parted to remove "p1".
    await bed.pools.act('disk', 'stop', [], quietOperation());
    await bed.pools.act('disk', 'start', [], quietOperation());
    expect(await bed.names('disk')).toEqual([first.name, second.name]);
    await bed.pools.act('disk', 'stop', [], quietOperation());
    await bed.pools.act('disk', 'undefine', [], quietOperation());
  } finally {
    await loop.detach();
  }
});

test('no pool is built on a device that a guest has, or that is mounted: nothing is written and nothing defined', async (context) => {
  const file = join(bed.daemon.dir, 'taken');
  const loop = (await loopDevice(file)) ?? context.skip('this machine has no loop devices');
  const mount = join(bed.daemon.dir, 'taken-by-host');
  const spec = (build: 'keep' | 'overwrite') => poolSpec('taken', { devices: [loop.path], format: 'gpt' }, { kind: 'disk', build });
  const refusedBecause = async (why: RegExp) => {
    const before = await readFile(file);
    for (const build of ['keep', 'overwrite'] as const) {
      for (const attempt of [() => bed.pools.examine(spec(build)), () => bed.pools.make(spec(build), quietOperation())]) {
        expect(await faultOf(attempt())).toMatchObject({ code: 'in-use', message: expect.stringMatching(why) });
      }
    }
    expect(await listed('taken')).toBeNull();
    expect(before.equals(await readFile(file))).toBe(true);
  };
  try {
    const link = join(bed.daemon.dir, 'link-to-it');
    await symlink(loop.path, link);
    for (const path of [loop.path, `${loop.path}p1`]) {
      await bed.guest('owner', [path]);
      await refusedBecause(/is the disk of “owner”/);
      await bed.daemon.virsh('undefine', 'owner');
    }
    await run('mkfs.ext4', ['-q', loop.path]);
    await mkdir(mount);
    await run('mount', [loop.path, mount]);
    try {
      await refusedBecause(/The host uses/);
      const place = { devices: [link], format: 'ext4', target: join(bed.daemon.dir, 'other') };
      const byLink = poolSpec('taken', place, { kind: 'fs', build: 'overwrite' });
      expect((await faultOf(bed.pools.make(byLink, quietOperation()))).code).toBe('in-use');
      expect(await bed.pools.examine({ ...byLink, build: 'no' })).toEqual({ devices: [], doubts: [] });
    } finally {
      await run('umount', [mount]);
    }
    expect(await bed.pools.examine(spec('overwrite'))).toEqual({ devices: [{ path: loop.path, known: null }], doubts: [] });
  } finally {
    await loop.detach();
  }
});

test('stopping a pool says whose disks are in it', async () => {
  const folder = await bed.folder('busy');
  await mkdir(folder, { recursive: true });
  await bed.volumes.make(volumeSpec('busy', 'disk.qcow2'), quietOperation());
  await bed.guest('runner', [join(folder, 'disk.qcow2')]);
  expect((await bed.pools.outlook('busy', 'stop')).losses).toEqual([]);
  await bed.daemon.virsh('start', 'runner');
  expect((await bed.pools.outlook('busy', 'stop')).losses).toEqual(['“runner” is running with disks in it.']);
  await bed.daemon.virsh('destroy', 'runner');
  await bed.daemon.virsh('undefine', 'runner');
});

/** Every attribute and text below the root, by its place; in any order, since libvirt has its own. */
function essence(element: XmlElement, at = ''): string[] {
  const place = `${at}${element.name}`;
  const attributes = [...element.attributes]
    .filter(([name]) => !name.startsWith('xmlns'))
    .map(([name, value]) => `${place}@${name}=${value}`);
  const inner = element.children.flatMap((node) => {
    if (node.kind === 'element') return essence(node, `${place}/`);
    return node.kind === 'text' && node.text.trim() !== '' ? [`${place}=${node.text.trim()}`] : [];
  });
  return [...attributes, ...inner].sort();
}

test('who may only look sees who needs what, and is offered nothing', async () => {
  await bed.folder('looked-at');
  await bed.volumes.make(volumeSpec('looked-at', 'disk.qcow2'), quietOperation());
  const looking = await libvirtBackend.connect(bed.daemon.uri, { ...unattended(), readOnly: true });
  try {
    expect(looking.storage).toMatchObject({ pools: null, volumes: null, transfers: null });
    const uses = await looking.storage?.uses();
    expect(uses?.volumes.map(({ volume }) => volume)).toContainEqual({ pool: 'looked-at', name: 'disk.qcow2' });
  } finally {
    await looking.close();
  }
});

test('a definition is written as libvirt reads it', () => {
  const written = serialize(poolDocument(poolSpec('a & b', { target: '/x' }), { uuid, secret: null }));
  expect(written).toBe(`<pool type="dir"><name>a &amp; b</name><uuid>${uuid}</uuid><target><path>/x</path></target></pool>`);
});
