import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { type EmulatedHost, startEmulatedHost } from '../bed/emulated-host.ts';
import { plainSpec } from '../bed/guest-request.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { poolSpec, volumeSpec, type WholeStorage, wholeStorage } from '../libvirt/storage-bed.ts';

// Pools that this machine's own kernel cannot start, on a computer that is emulated, with disks of its own.

// Everything is slow there while others use this computer too.
vi.setConfig({ testTimeout: 300_000 });

const DISKS = ['one', 'two', 'table', 'unit'] as const;
let disks: string;
let host: EmulatedHost;
let connection: HostConnection;
let bed: WholeStorage;

beforeAll(async () => {
  disks = await mkdtemp(join(tmpdir(), 'guesthouse-disks-'));
  const plugs = ['-device', 'virtio-scsi-pci,id=s0'];
  for (const name of DISKS) {
    const file = join(disks, name);
    await writeFile(file, '');
    await truncate(file, 256 * MiB);
    plugs.push('-drive', `file=${file},if=none,id=${name},format=raw`, '-device', `scsi-hd,drive=${name},bus=s0.0,serial=${name}`);
  }
  host = await startEmulatedHost({ devices: plugs });
  for (const [name, value] of Object.entries(host.client.env)) vi.stubEnv(name, value);
  connection = await connectTo(host.uri('qemu'));
  bed = wholeStorage(connection);
}, 600_000);
afterAll(async () => {
  await connection?.close();
  await host?.stop();
  vi.unstubAllEnvs();
  if (disks !== undefined) await rm(disks, { recursive: true, force: true });
});

/** By the name that the kernel gave it this time. */
const diskOf = async (serial: string) => (await host.shell(`readlink -f /dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_${serial}`)).trim();
const names = async (pool: string) => (await bed.storage.listVolumes(pool)).map(({ name }) => name).sort();
const listed = async (name: string) => (await bed.storage.listPools()).find((pool) => pool.name === name) ?? null;
const quiet = quietOperation;
const plain = (pool: string, name: string, more = {}) => volumeSpec(pool, name, { format: null, capacity: 16 * MiB, ...more });

test('a volume group is made of two disks, has volumes, and is found by who looks', async () => {
  const devices = [await diskOf('one'), await diskOf('two')];
  const spec = poolSpec('guests', { source: 'guests', devices }, { kind: 'logical', build: 'keep' });
  await bed.pools.make(spec, quiet());
  expect(await listed('guests')).toMatchObject({ kind: 'logical', active: true });
  expect(await host.shell('pvs --noheadings -o vg_name | sort -u')).toContain('guests');
  expect(await bed.volumes.make(plain('guests', 'first'), quiet())).toEqual({ pool: 'guests', name: 'first' });
  await bed.volumes.make(plain('guests', 'across', { capacity: 400 * MiB }), quiet());
  const first = { pool: 'guests', name: 'first' };
  await host.shell('head -c 1048576 /dev/urandom > /tmp/bytes; dd if=/tmp/bytes of=/dev/guests/first conv=fsync status=none');
  await bed.volumes.change({ kind: 'clone', volume: first, to: { pool: 'guests', name: 'copy' }, format: null }, [], quiet());
  await host.shell('cmp -n 16777216 /dev/guests/first /dev/guests/copy');
  await bed.volumes.change({ kind: 'wipe', volume: first, algorithm: 'zero' }, [], quiet());
  await host.shell('cmp -n 16777216 /dev/guests/first /dev/zero');
  const grow = { kind: 'resize', volume: first, capacity: 32 * MiB, shrink: false, allocate: false } as const;
  await expect(bed.volumes.outlook(grow)).rejects.toMatchObject({ code: 'unsupported' });
  const found = await bed.pools.discover('logical', {});
  expect(found).toMatchObject([{ label: 'guests', place: { source: 'guests' } }]);

  // The group outlives its pool, and is opened again as it is.
  await bed.pools.act('guests', 'stop', [], quiet());
  await bed.pools.act('guests', 'undefine', [], quiet());
  await expect(bed.pools.make({ ...spec, name: 'again' }, quiet())).rejects.toMatchObject({ code: 'exists' });
  expect(await listed('again')).toBeNull();
  await bed.pools.make(poolSpec('opened', { source: 'guests' }, { kind: 'logical', build: 'no' }), quiet());
  expect(await names('opened')).toEqual(expect.arrayContaining(['copy', 'first']));
  const outlook = await bed.pools.outlook('opened', 'delete');
  expect([...outlook.paths].sort()).toEqual(['/dev/guests/across', '/dev/guests/copy', '/dev/guests/first']);
  await bed.pools.act('opened', 'delete', outlook.doubts, quiet());
  expect(await listed('opened')).toBeNull();
  expect(await host.shell('vgs --noheadings -o vg_name')).toContain('guests');
});

test('a guest’s disk in a volume group is all there from the start, new or copied', async () => {
  const { creation } = connection;
  if (creation === null) throw new Error('this host makes guests');
  const devices = [await diskOf('one'), await diskOf('two')];
  await host.shell('vgchange -an && vgs --noheadings -o vg_name | xargs -r vgremove -f -y');
  await bed.pools.make(poolSpec('vg', { source: 'vg', devices }, { kind: 'logical', build: 'overwrite' }), quiet());
  const disk = { kind: 'new', pool: 'vg', size: 32 * MiB, format: 'raw' } as const;
  const emulated = { type: 'qemu', abi: 'hvm', arch: 'x86_64', machine: null } as const;
  const spec = (name: string, more: Partial<GuestSpec>) =>
    plainSpec(name, { machine: emulated, source: { kind: 'pxe' }, start: false, ...more });
  await creation.create({ spec: spec('fresh', { disks: [disk] }), files: { chosen: new Map() } }, quiet());
  const from = { kind: 'volume', volume: { pool: 'vg', name: 'fresh.img' } } as const;
  const source = { kind: 'disk', from, into: 'vg', size: null } as const;
  await creation.create({ spec: spec('copied', { source }), files: { chosen: new Map() } }, quiet());
  const lines = (await host.shell('lvs --noheadings --units m -o lv_name,segtype,lv_size,origin vg')).trim().split('\n');
  expect(lines.map((line) => line.trim())).toEqual(['copied.img linear 32.00m', 'fresh.img  linear 32.00m']);
  await host.shell('dd if=/dev/urandom of=/dev/vg/fresh.img bs=1M count=32 conv=fsync status=none');
  for (const guest of ['fresh', 'copied']) await host.shell(`virsh undefine ${guest}`);
  const { doubts } = await bed.pools.outlook('vg', 'delete');
  await bed.pools.act('vg', 'delete', doubts, quiet());
});

test('a logical volume has snapshots, which keep what it was, and it stays for as long as one needs it', async () => {
  const devices = [await diskOf('one'), await diskOf('two')];
  await host.shell('vgchange -an && vgs --noheadings -o vg_name | xargs -r vgremove -f -y');
  await bed.pools.make(poolSpec('snaps', { source: 'snaps', devices }, { kind: 'logical', build: 'overwrite' }), quiet());
  const ref = (name: string) => ({ pool: 'snaps', name });
  await bed.volumes.make(plain('snaps', 'web', { capacity: 64 * MiB }), quiet());
  await host.shell('dd if=/dev/urandom of=/dev/snaps/web bs=1M count=64 conv=fsync status=none; cp /dev/snaps/web /tmp/before');
  const backing = { path: '/dev/snaps/web', format: 'raw' } as const;
  expect(await bed.volumes.make(plain('snaps', 'web-before', { backing, capacity: 32 * MiB }), quiet())).toEqual(ref('web-before'));
  expect(await host.shell('lvs --noheadings --separator : -o lv_name,origin,segtype,lv_size --units m snaps/web-before')).toMatch(
    /web-before:web:linear:/,
  );
  await host.shell('dd if=/dev/zero of=/dev/snaps/web bs=1M count=8 conv=fsync status=none');
  await host.shell('cmp /dev/snaps/web-before /tmp/before && ! cmp -s /dev/snaps/web /tmp/before');

  const snapshot = (await bed.storage.listVolumes('snaps')).find(({ name }) => name === 'web-before');
  expect(snapshot).toMatchObject({ capacity: 64 * MiB, backing: { path: '/dev/snaps/web' } });
  const uses = (await bed.storage.uses()).volumes.filter(({ volume }) => volume.pool === 'snaps');
  expect(uses.find(({ volume }) => volume.name === 'web')).toMatchObject({ overlays: [ref('web-before')], kept: expect.any(String) });
  expect(uses.find(({ volume }) => volume.name === 'web-before')?.chain).toEqual([{ path: '/dev/snaps/web', volume: ref('web') }]);

  await expect(bed.volumes.outlook({ kind: 'delete', volumes: [ref('web')] })).rejects.toMatchObject({ code: 'in-use' });
  await expect(bed.volumes.change({ kind: 'delete', volumes: [ref('web')] }, [], quiet())).rejects.toMatchObject({ code: 'in-use' });
  expect(await names('snaps')).toEqual(['web', 'web-before']);
  const again = { path: '/dev/snaps/web-before', format: 'raw' } as const;
  await expect(bed.volumes.make(plain('snaps', 'third', { backing: again }), quiet())).rejects.toMatchObject({ code: 'unsupported' });
  const elsewhere = { path: '/etc/passwd', format: 'raw' } as const;
  await expect(bed.volumes.make(plain('snaps', 'third', { backing: elsewhere }), quiet())).rejects.toMatchObject({ code: 'not-found' });

  const text = await bed.volumes.texts.write(plain('snaps', 'by-text', { backing, capacity: 16 * MiB }));
  expect(await bed.volumes.texts.make({ pool: 'snaps', text, passphrase: null, tables: false }, quiet())).toEqual(ref('by-text'));
  await bed.volumes.change({ kind: 'delete', volumes: [ref('by-text')] }, [], quiet());
  expect(await names('snaps')).toEqual(['web', 'web-before']);
  await bed.volumes.change({ kind: 'delete', volumes: [ref('web'), ref('web-before')] }, [], quiet());
  expect(await names('snaps')).toEqual([]);
  await bed.pools.act('snaps', 'stop', [], quiet());
  await bed.pools.act('snaps', 'undefine', [], quiet());
});

test.each(['gpt', 'dos'])('partitions of a disk are made and deleted (%s)', async (format) => {
  const disk = await diskOf('table');
  const base = disk.slice('/dev/'.length);
  await bed.pools.make(poolSpec('table', { devices: [disk], format }, { kind: 'disk', build: 'overwrite' }), quiet());
  try {
    const made = await bed.volumes.make(plain('table', 'any'), quiet());
    const second = await bed.volumes.make(plain('table', 'any'), quiet());
    expect([made.name, second.name]).toEqual([`${base}1`, `${base}2`]);
    await bed.volumes.change({ kind: 'delete', volumes: [made] }, [], quiet());
    expect(await names('table')).toEqual([second.name]);
    expect((await bed.volumes.make(plain('table', 'any'), quiet())).name).toBe(made.name);
    await bed.volumes.change({ kind: 'delete', volumes: [made, second] }, [], quiet());
  } finally {
    await bed.pools.act('table', 'stop', [], quiet());
    await bed.pools.act('table', 'undefine', [], quiet());
  }
  const other = poolSpec('table', { devices: [disk], format: format === 'gpt' ? 'dos' : 'gpt' }, { kind: 'disk', build: 'no' });
  await expect(bed.pools.make(other, quiet())).rejects.toMatchObject({ code: 'invalid-state', remedy: expect.stringContaining('PTTYPE') });
});

test('the disks behind an adapter are the volumes of its pool', async () => {
  const adapter = (await host.shell(`basename $(ls -d /sys/block/$(basename ${await diskOf('unit')})/device/scsi_device/*)`)).trim();
  const name = `scsi_host${adapter.split(':')[0] ?? ''}`;
  await expect(bed.pools.discover('scsi', {})).rejects.toMatchObject({ code: 'unsupported' });
  await bed.pools.make(poolSpec('scsi', { adapter: name }, { kind: 'scsi', build: 'no' }), quiet());
  expect(await names('scsi')).toHaveLength(DISKS.length);
  await bed.pools.act('scsi', 'stop', [], quiet());
  await bed.pools.act('scsi', 'undefine', [], quiet());
});

test('the units of an iSCSI server are volumes, for who has its password', async () => {
  const iqn = 'iqn.2026-01.org.example:disks';
  await host.shell(`systemctl start tgt && truncate -s 32M /var/tmp/unit && t="tgtadm --lld iscsi" \
    && $t --op new --mode target --tid 1 -T ${iqn} && $t --op new --mode logicalunit --tid 1 --lun 1 -b /var/tmp/unit \
    && $t --op bind --mode target --tid 1 -I ALL && $t --op new --mode account --user ada --password correct-horse \
    && $t --op bind --mode account --tid 1 --user ada`);
  expect(await bed.pools.discover('iscsi', { hosts: ['127.0.0.1'] })).toMatchObject([{ label: iqn }]);
  const place = { hosts: ['127.0.0.1'], iqn, user: 'ada', password: 'correct-horse' };
  const spec = poolSpec('san', place, { kind: 'iscsi', build: 'no' });
  const wrong = bed.pools.make({ ...spec, place: { ...place, password: 'wrong-horse-12' } }, quiet());
  await expect(wrong).rejects.toMatchObject({
    code: 'permission',
    reason: expect.stringMatching(/authorization failure/),
    remedy: expect.stringContaining('CHAP'),
  });
  expect(await listed('san')).toBeNull();
  await bed.pools.make(spec, quiet());
  expect(await bed.storage.listVolumes('san')).toMatchObject([{ capacity: 32 * MiB }]);
  await bed.pools.act('san', 'stop', [], quiet());
  await bed.pools.act('san', 'undefine', [], quiet());
  expect(await host.shell('virsh secret-list')).not.toContain('guesthouse-pool');
});

test('a share of a server is mounted, and has images and overlays', async () => {
  await host.shell(
    'mkdir -p /srv/export && echo "/srv/export *(rw,no_root_squash,fsid=0,insecure)" >/etc/exports && systemctl start nfs-server',
  );
  const found = await bed.pools.discover('netfs', { hosts: ['127.0.0.1'] });
  expect(found).toMatchObject([{ place: { directory: '/srv/export', format: 'nfs' } }]);
  const place = { hosts: ['127.0.0.1'], directory: '/', format: 'nfs', target: '/mnt/nas', protocolVersion: '4.2' };
  await bed.pools.make(poolSpec('nas', place, { kind: 'netfs' }), quiet());
  expect(await host.shell('findmnt -n -o FSTYPE,OPTIONS /mnt/nas')).toMatch(/^nfs4.*vers=4\.2/);
  await bed.volumes.make(volumeSpec('nas', 'base.qcow2'), quiet());
  const backing = { path: '/mnt/nas/base.qcow2', format: 'qcow2' } as const;
  await bed.volumes.make(volumeSpec('nas', 'over.qcow2', { backing }), quiet());
  expect(await names('nas')).toEqual(['base.qcow2', 'over.qcow2']);
  await bed.pools.act('nas', 'stop', [], quiet());
  await bed.pools.act('nas', 'undefine', [], quiet());
  expect((await host.shell('ls /srv/export')).trim().split('\n')).toEqual(['base.qcow2', 'over.qcow2']);
});
