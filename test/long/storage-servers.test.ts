import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import type { PoolPlace } from '../../backends/model/pool-kinds.ts';
import { GiB, MiB } from '../../backends/model/quantity.ts';
import { guestRequest, plainSpec } from '../bed/guest-request.ts';
import { type PrivateCeph, startPrivateCeph } from '../bed/private-ceph.ts';
import { type PrivateGluster, startPrivateGluster } from '../bed/private-gluster.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';
import { loopDevice, openStorageBed, poolSpec, type StorageBed, volumeSpec } from '../libvirt/storage-bed.ts';

// Pools on servers that QEMU and libvirt speak to by themselves, or through FUSE: nothing of this machine's kernel is needed.

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const patience = { timeout: 120_000, interval: 500 };
/** Its loader and its kernel have been read by then; firmware alone reads some kilobytes. */
const SYSTEM_READ = 8 * MiB;
const store = 'disks';

let bed: StorageBed;
let image: string;

beforeAll(async () => {
  bed = await openStorageBed();
  image = (await tinyGuest()).iso;
});
afterAll(() => bed?.close());

async function create(name: string, more: Partial<GuestSpec>): Promise<string> {
  const { creation } = bed.connection;
  if (creation === null) throw new Error('this host makes guests');
  await creation.create(guestRequest(plainSpec(name, { memory: 256 * MiB, ...more }), image), quietOperation());
  return (await bed.daemon.virsh('domuuid', name)).trim();
}
async function remove(id: string, withDisks: boolean): Promise<void> {
  const { deletion } = bed.connection;
  if (deletion === null) throw new Error('this host deletes guests');
  const { disks } = await deletion.plan(id);
  const paths = withDisks ? disks.filter(({ verdict }) => verdict.kind !== 'kept').map(({ path }) => path) : [];
  expect(await deletion.delete(id, paths, quietOperation())).toEqual({ deletedDisks: paths, leftovers: [] });
}
const read = async (guest: string) => Number(/rd_bytes (\d+)/.exec(await bed.daemon.virsh('domblkstat', guest, 'sda'))?.[1] ?? 0);
const startsFromIt = (guest: string) => expect.poll(() => read(guest), patience).toBeGreaterThan(SYSTEM_READ);
const fromVolume = (pool: string, name: string) => ({
  source: { kind: 'disk', from: { kind: 'volume', volume: { pool, name } }, into: null, size: null } as const,
});
/** One that is only stopped may hide who needs what. */
async function forget(pool: string): Promise<void> {
  await bed.pools.act(pool, 'stop', [], quietOperation());
  await bed.pools.act(pool, 'undefine', [], quietOperation());
}
const deleteVolume = (pool: string, name: string) =>
  bed.volumes.change({ kind: 'delete', volumes: [{ pool, name }] }, [], quietOperation());

test('a device is formatted with XFS, mounted and filled to the end', async (context) => {
  // XFS takes none smaller than 300 MiB.
  const loop = (await loopDevice(join(bed.daemon.dir, 'device'), 320 * MiB)) ?? context.skip('this machine has no loop devices');
  try {
    const place = { devices: [loop.path], format: 'xfs', target: join(bed.daemon.dir, 'xfs') };
    await bed.pools.make(poolSpec('xfs', place, { kind: 'fs', build: 'keep' }), quietOperation());
    const make = (name: string, capacity: number) =>
      bed.volumes.make(volumeSpec('xfs', name, { format: 'raw', capacity, preallocation: 'full' }), quietOperation());
    await make('one.img', 64 * MiB);
    await expect(make('two.img', 512 * MiB)).rejects.toMatchObject({ code: 'no-space' });
    expect(await bed.names('xfs')).toEqual(['one.img']);
    await forget('xfs');
  } finally {
    await loop.detach();
  }
});

describe('Gluster', () => {
  let server: PrivateGluster;
  beforeAll(async () => {
    server = await startPrivateGluster(store);
    await copyFile(image, join(server.brick, 'system.img'));
  });
  afterAll(() => server?.stop());

  test('its volumes are found, and what is on one are the volumes of its pool', async () => {
    expect(await bed.pools.discover('gluster', { hosts: [server.host] })).toMatchObject([
      { place: { hosts: [server.host], source: store } },
    ]);
    const refused = (place: PoolPlace) =>
      expect(bed.pools.make(poolSpec('none', place, { kind: 'gluster' }), quietOperation()), JSON.stringify(place)).rejects;
    await refused({ hosts: [server.host], source: 'nothing' }).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('no such volume'),
    });
    await refused({ hosts: [server.host], source: store, directory: '/none' }).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('no such folder'),
    });
    await refused({ hosts: ['127.0.0.1:1'], source: store }).toMatchObject({ code: 'unreachable' });
    await bed.pools.make(poolSpec('gl', { hosts: [server.host], source: store }, { kind: 'gluster' }), quietOperation());
    expect(await bed.names('gl')).toEqual(['system.img']);
    const pool = (await bed.storage.listPools()).find(({ name }) => name === 'gl');
    expect(pool).toMatchObject({ kind: 'gluster', active: true });
    expect(pool?.capacity).toBeGreaterThan(GiB);
  });

  test('a guest starts from an image on it, which stays as long as the guest needs it, and goes with it', async () => {
    const id = await create('web', fromVolume('gl', 'system.img'));
    await startsFromIt('web');
    expect(await bed.daemon.virsh('dumpxml', 'web')).toMatch(/<source protocol='gluster' name='disks\/system.img'/);
    expect((await bed.use('gl', 'system.img')).users).toMatchObject([{ name: 'web', running: true }]);
    await expect(deleteVolume('gl', 'system.img')).rejects.toMatchObject({ code: 'in-use' });
    await remove(id, true);
    expect(await bed.names('gl')).toEqual([]);
  });

  test('mounted as a share, it takes every image that a folder takes', async () => {
    const target = join(bed.daemon.dir, 'share');
    await bed.pools.make(
      poolSpec('share', { hosts: [server.host], directory: `/${store}`, format: 'glusterfs', target }, { kind: 'netfs', build: 'keep' }),
      quietOperation(),
    );
    await bed.volumes.make(volumeSpec('share', 'one.qcow2'), quietOperation());
    expect(await bed.names('share')).toContain('one.qcow2');
    await bed.pools.act('gl', 'refresh', [], quietOperation());
    expect(await bed.names('gl')).toContain('one.qcow2');
    await deleteVolume('gl', 'one.qcow2');
    await expect(stat(join(server.brick, 'one.qcow2'))).rejects.toMatchObject({ code: 'ENOENT' });
    await forget('share');
    await forget('gl');
  });
});

describe('Ceph', () => {
  let cluster: PrivateCeph;
  let key: string;
  beforeAll(async () => {
    cluster = await startPrivateCeph(store);
    key = await cluster.addUser('ada', store);
  });
  afterAll(() => cluster?.stop());
  const spec = (name: string, password: string, more: PoolPlace = {}) =>
    poolSpec(name, { hosts: [cluster.host], source: store, user: 'ada', password, ...more }, { kind: 'rbd' });

  test('its pool opens for who has the key, which goes with it', async () => {
    const wrong = await cluster.addUser('eve', 'other');
    const refused = (password: string, more: PoolPlace = {}) =>
      expect(bed.pools.make(spec('refused', password, more), quietOperation()), JSON.stringify(more)).rejects;
    await refused(wrong).toMatchObject({ code: 'unreachable', message: expect.stringContaining('the key is not the user’s') });
    await refused(wrong, { user: 'eve' }).toMatchObject({ code: 'permission' });
    await refused(key, { source: 'none' }).toMatchObject({ code: 'not-found' });
    expect(await bed.daemon.virsh('secret-list')).not.toMatch(/ceph/);
    await bed.pools.make(spec('ceph', key), quietOperation());
    expect((await bed.storage.listPools()).find(({ name }) => name === 'ceph')).toMatchObject({
      kind: 'rbd',
      active: true,
      capacity: cluster.size,
    });
  });

  test('volumes are made, larger than the room too since nothing is written yet, grown, copied and deleted', async () => {
    const make = (name: string, capacity: number) =>
      bed.volumes.make(volumeSpec('ceph', name, { format: null, capacity }), quietOperation());
    await make('one', 16 * MiB);
    await make('large', 4 * cluster.size);
    await bed.volumes.change(
      { kind: 'resize', volume: { pool: 'ceph', name: 'one' }, capacity: 2 * cluster.size, shrink: false, allocate: false },
      [],
      quietOperation(),
    );
    expect(JSON.parse(await cluster.rbd('info', '--format', 'json', `${store}/one`))).toMatchObject({ size: 2 * cluster.size });
    await bed.volumes.change(
      { kind: 'clone', volume: { pool: 'ceph', name: 'one' }, to: { pool: 'ceph', name: 'copy' }, format: null },
      [],
      quietOperation(),
    );
    expect(await bed.names('ceph')).toEqual(['copy', 'large', 'one']);
    // libvirt's copy shares the blocks of its original, by a snapshot that it leaves there.
    await expect(deleteVolume('ceph', 'one')).rejects.toMatchObject({ code: 'in-use' });
    expect(await bed.names('ceph')).toEqual(['copy', 'large', 'one']);
    for (const name of ['large', 'copy']) await deleteVolume('ceph', name);
    const snapshot = /libvirt-\d+/.exec(await cluster.rbd('snap', 'ls', `${store}/one`))?.[0] ?? '';
    await cluster.rbd('snap', 'unprotect', `${store}/one@${snapshot}`);
    await cluster.rbd('snap', 'purge', `${store}/one`);
    await deleteVolume('ceph', 'one');
    expect((await cluster.rbd('ls', store)).trim()).toBe('');
  });

  test('a guest starts from an image in it, with the key of the pool', async () => {
    await cluster.rbd('import', image, `${store}/system`);
    await bed.pools.act('ceph', 'refresh', [], quietOperation());
    const id = await create('db', fromVolume('ceph', 'system'));
    await startsFromIt('db');
    expect(await bed.daemon.virsh('dumpxml', 'db')).toMatch(/<auth username='ada'>\s*<secret type='ceph'/);
    expect((await bed.use('ceph', 'system')).users).toMatchObject([{ name: 'db', running: true }]);
    await expect(deleteVolume('ceph', 'system')).rejects.toMatchObject({ code: 'in-use' });
    await remove(id, true);
    expect(await bed.names('ceph')).toEqual([]);
  });

  test('a new guest’s disk is made in it, and what failed leaves none', async () => {
    const id = await create('fresh', {
      source: { kind: 'empty' },
      disks: [{ kind: 'new', pool: 'ceph', size: 2 * cluster.size, format: 'raw' }],
      start: false,
    });
    expect(await bed.names('ceph')).toEqual(['fresh.img']);
    await remove(id, true);
    expect(await bed.names('ceph')).toEqual([]);
    await forget('ceph');
    expect(await bed.daemon.virsh('secret-list')).not.toMatch(/ceph/);
  });
});
