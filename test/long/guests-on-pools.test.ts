import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { type EmulatedBench, startEmulatedBench } from '../bed/emulated-bench.ts';
import { chosenToken, guestRequest, plainSpec } from '../bed/guest-request.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';
import { poolSpec, type WholeStorage, wholeStorage } from '../libvirt/storage-bed.ts';

// Guests that start from block devices of pools: logical volumes, and units of an iSCSI server, on an emulated computer.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

const patience = { timeout: 240_000, interval: 1000 };
/** Its loader and its kernel have been read by then; firmware alone reads some kilobytes. */
const SYSTEM_READ = 8 * MiB;

let bench: EmulatedBench;
let bed: WholeStorage;
let folder: string;
/** A system that boots from a disk, too. */
let image: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-pools-'));
  image = (await tinyGuest()).iso;
  const spare = join(folder, 'spare');
  await writeFile(spare, '');
  await truncate(spare, 256 * MiB);
  const disk = (serial: string, file: string, more = '') => [
    '-drive',
    `file=${file},if=none,id=${serial},format=raw${more}`,
    '-device',
    `scsi-hd,drive=${serial},bus=s0.0,serial=${serial}`,
  ];
  bench = await startEmulatedBench({
    devices: ['-device', 'virtio-scsi-pci,id=s0', ...disk('GROUP', spare), ...disk('SYSTEM', image, ',snapshot=on')],
  });
  bed = wholeStorage(bench.connection);
  await bed.pools.make(
    poolSpec('rack', { source: 'rack', devices: [idOf('GROUP')] }, { kind: 'logical', build: 'keep' }),
    quietOperation(),
  );
});
afterAll(async () => {
  await bench?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const idOf = (serial: string) => `/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_${serial}`;
const shell = (command: string) => bench.host.shell(command);
const domblk = async (guest: string) => Number(/rd_bytes (\d+)/.exec(await shell(`virsh domblkstat ${guest} sda`))?.[1] ?? 0);
const startsFromIt = async (guest: string) => expect.poll(() => domblk(guest), patience).toBeGreaterThan(SYSTEM_READ);
const names = async (pool: string) => (await bed.storage.listVolumes(pool)).map(({ name }) => name).sort();

async function create(name: string, more: Partial<GuestSpec>): Promise<string> {
  const { creation } = bench.connection;
  if (creation === null) throw new Error('this host makes guests');
  const files = { image: { file: { path: image }, format: 'raw', size: (await stat(image)).size } } as const;
  await creation.create(guestRequest(plainSpec(name, { memory: 256 * MiB, ...more }), image, files), quietOperation());
  return (await shell(`virsh domuuid ${name}`)).trim();
}
/** With what is offered to go with it, as its question has it. */
async function remove(id: string, withDisks: boolean): Promise<void> {
  const { deletion } = bench.connection;
  if (deletion === null) throw new Error('this host deletes guests');
  const { disks } = await deletion.plan(id);
  const paths = withDisks ? disks.filter(({ verdict }) => verdict.kind !== 'kept').map(({ path }) => path) : [];
  expect(await deletion.delete(id, paths, quietOperation())).toEqual({ deletedDisks: paths, leftovers: [] });
}

test('an image of this computer becomes a logical volume, from which the guest starts, and which goes or stays with it', async () => {
  const from = { kind: 'file', token: chosenToken } as const;
  const id = await create('web', { source: { kind: 'disk', from, into: 'rack', size: null }, start: false });
  expect(await names('rack')).toEqual(['web.img']);
  const bytes = await readFile(image);
  const sum = createHash('sha256').update(bytes).digest('hex');
  expect(await shell(`head -c ${bytes.length} /dev/rack/web.img | sha256sum`)).toContain(sum);
  expect(await shell('virsh dumpxml web')).toMatch(
    /<disk type='block' device='disk'>\s*<driver name='qemu' type='raw' cache='none' io='native'[^>]*\/>\s*<source dev='\/dev\/rack\/web.img'/,
  );
  await bench.connection.act(id, 'start');
  await startsFromIt('web');
  // As long as the guest is there, nobody else gets it.
  await expect(
    bed.volumes.change({ kind: 'delete', volumes: [{ pool: 'rack', name: 'web.img' }] }, [], quietOperation()),
  ).rejects.toMatchObject({
    code: 'in-use',
  });
  await remove(id, false);
  expect(await names('rack')).toEqual(['web.img']);

  const volume = { kind: 'volume', volume: { pool: 'rack', name: 'web.img' } } as const;
  const again = await create('again', { source: { kind: 'disk', from: volume, into: null, size: null } });
  await startsFromIt('again');
  await remove(again, true);
  expect(await names('rack')).toEqual([]);
  expect(await shell('lvs --noheadings -o lv_name rack')).not.toContain('web');
});

test('a guest starts with a new logical volume beside the disc that it installs from', async () => {
  const from = { kind: 'file', token: chosenToken } as const;
  // Discs lie in folders; a volume group has room for one, too.
  const id = await create('fresh', {
    source: { kind: 'iso', from, into: 'rack', unattended: null },
    disks: [{ kind: 'new', pool: 'rack', size: 32 * MiB, format: 'raw' }],
  });
  expect(await shell('lvs --noheadings --units m -o lv_name,segtype,lv_size rack')).toMatch(/fresh\S*\s+linear 32.00m/);
  await expect
    .poll(async () => Number(/rd_bytes (\d+)/.exec(await shell('virsh domblkstat fresh sdb || true'))?.[1] ?? 0), patience)
    .toBeGreaterThan(SYSTEM_READ);
  // The disc is nobody's alone.
  await remove(id, true);
  expect(await names('rack')).toEqual(['tiny.iso']);
});

test('volumes of a group are filled and read from this computer', async () => {
  const { transfers } = bed.storage;
  if (transfers === null) throw new Error('this host takes files');
  const file = join(folder, 'bytes');
  const bytes = (await readFile(image)).subarray(0, 8 * MiB + 512);
  await writeFile(file, bytes);
  await transfers.upload({ pool: 'rack', name: 'filled' }, { path: file }, quietOperation());
  const at = join(folder, 'read');
  await transfers.download({ pool: 'rack', name: 'filled' }, { path: at, replaces: null }, quietOperation());
  const read = await readFile(at);
  // A group gives room in extents of its own size.
  expect(read.length).toBe(12 * MiB);
  expect(read.subarray(0, bytes.length).equals(bytes)).toBe(true);
  await bed.volumes.change({ kind: 'delete', volumes: [{ pool: 'rack', name: 'filled' }] }, [], quietOperation());
});

test('a guest starts from a unit of an iSCSI server, to which the host is who the pool says; the unit stays', async () => {
  const [iqn, us] = ['iqn.2026-01.org.example:disks', 'iqn.2026-01.org.example:attic'];
  const tgtadm = 'tgtadm --lld iscsi --op';
  await shell(`systemctl start tgt && ${tgtadm} new --mode target --tid 1 -T ${iqn} \
    && ${tgtadm} new --mode logicalunit --tid 1 --lun 1 -b $(readlink -f ${idOf('SYSTEM')}) && ${tgtadm} bind --mode target --tid 1 -Q ${us}`);
  const place = { hosts: ['127.0.0.1'], iqn, initiator: us };
  // Who gives another name is not let in.
  const stranger = { ...place, initiator: `${us}-not` };
  await expect(bed.pools.make(poolSpec('san', stranger, { kind: 'iscsi', build: 'no' }), quietOperation())).rejects.toThrow();
  await bed.pools.make(poolSpec('san', place, { kind: 'iscsi', build: 'no' }), quietOperation());
  const [unit] = await bed.storage.listVolumes('san');
  expect(unit).toMatchObject({ capacity: (await readFile(image)).length });
  const from = { kind: 'volume', volume: { pool: 'san', name: unit?.name ?? '' } } as const;
  const id = await create('far', { source: { kind: 'disk', from, into: null, size: null } });
  await startsFromIt('far');
  await remove(id, false);
  expect(await names('san')).toEqual([unit?.name]);
  await bed.pools.act('san', 'stop', [], quietOperation());
  await bed.pools.act('san', 'undefine', [], quietOperation());
});
