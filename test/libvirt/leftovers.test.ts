import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HostConnection, Leftovers } from '../../backends/backend.ts';
import { MiB } from '../../backends/model/quantity.ts';
import type { NotedProduct, Product } from '../../backends/model/product.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { makePool } from '../faults/storage-bed.ts';

// What an operation that was killed left on a real host, made here by hand.
let daemon: PrivateLibvirtd;
let connection: HostConnection;
let leftovers: Leftovers;
let pool: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
  pool = await makePool(daemon, 'disks');
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  connection = await connectTo(daemon.uri);
  if (connection.leftovers === null) throw new Error('a host that makes guests must find what was left of them');
  ({ leftovers } = connection);
});
afterEach(() => connection.close());

const made = (product: Product): NotedProduct => ({ product, made: true });
const volume = (name: string, capacity: number | null = 8 * MiB, where = 'disks'): Product => ({
  kind: 'volume',
  pool: where,
  name,
  capacity,
});
const makeVolume = (name: string, ...more: string[]) => daemon.virsh('vol-create-as', 'disks', name, '8M', '--format', 'qcow2', ...more);

async function makeGuest(name: string, id: string, disk: string): Promise<Product> {
  const xml = `<domain type='qemu'><name>${name}</name><uuid>${id}</uuid><memory unit='MiB'>64</memory><os><type>hvm</type></os>
    <devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${join(pool, disk)}'/><target dev='vda' bus='virtio'/></disk></devices></domain>`;
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(file, xml);
  await daemon.virsh('define', file);
  return { kind: 'guest', id, name };
}

test('a guest that runs is kept with its disk; off, it goes and then the disk', async () => {
  await makeVolume('one.qcow2');
  const guest = await makeGuest('one', '00000000-0000-4000-8000-000000000001', 'one.qcow2');
  const all = [made(volume('one.qcow2')), made(guest)];
  await daemon.virsh('start', 'one');
  expect(await leftovers.find(all)).toEqual([
    { kind: 'kept', why: 'It is needed by “one”.' },
    { kind: 'kept', why: 'It runs.' },
  ]);
  await expect(leftovers.remove(made(guest))).rejects.toMatchObject({ code: 'in-use', reason: 'It runs.' });
  await daemon.virsh('destroy', 'one');
  expect(await leftovers.find(all)).toEqual([{ kind: 'there' }, { kind: 'there' }]);
  await expect(leftovers.remove(made(volume('one.qcow2')))).rejects.toMatchObject({ code: 'in-use' });
  await leftovers.remove(made(guest));
  await leftovers.remove(made(volume('one.qcow2')));
  expect(await leftovers.find(all)).toEqual([{ kind: 'gone' }, { kind: 'gone' }]);
  // What is gone already is no failure.
  await leftovers.remove(made(guest));
  await leftovers.remove(made(volume('one.qcow2')));
  expect(await daemon.virsh('vol-list', 'disks')).not.toContain('one.qcow2');
});

test('a disk that has come to be needed by others is kept', async () => {
  await makeVolume('base.qcow2');
  await makeVolume('overlay.qcow2', '--backing-vol', 'base.qcow2', '--backing-vol-format', 'qcow2');
  const other = await makeGuest('other', '00000000-0000-4000-8000-000000000002', 'overlay.qcow2');
  expect(await leftovers.find([made(volume('base.qcow2')), made(volume('overlay.qcow2'))])).toEqual([
    { kind: 'kept', why: 'It is needed by “overlay.qcow2”.' },
    { kind: 'kept', why: 'It is needed by “other”.' },
  ]);
  // Where all of them were made by the operation, all of them go.
  expect(await leftovers.find([made(volume('base.qcow2')), made(volume('overlay.qcow2')), made(other)])).toEqual(
    Array.from({ length: 3 }, () => ({ kind: 'there' })),
  );
  await daemon.virsh('undefine', 'other');
});

test('what was only about to be made is not taken for ours when it looks otherwise, and what was there before never', async () => {
  await makeVolume('theirs.qcow2');
  const intended = (capacity: number): NotedProduct => ({ product: volume('theirs.qcow2', capacity), made: false });
  expect(await leftovers.find([intended(16 * MiB)])).toEqual([{ kind: 'kept', why: 'It is not the one that was to be made.' }]);
  expect(await leftovers.find([intended(8 * MiB)])).toEqual([{ kind: 'there' }]);
  const over = made({ kind: 'overwritten', pool: 'disks', name: 'theirs.qcow2' });
  expect(await leftovers.find([over])).toMatchObject([{ kind: 'kept' }]);
  await expect(leftovers.remove(over)).rejects.toMatchObject({ code: 'in-use' });
  expect(await daemon.virsh('vol-list', 'disks')).toContain('theirs.qcow2');
});

test('a pool that is not active hides what is in it; one that is gone has nothing', async () => {
  await makePool(daemon, 'idle');
  await daemon.virsh('vol-create-as', 'idle', 'a.img', '8M');
  await daemon.virsh('pool-destroy', 'idle');
  expect(await leftovers.find([made(volume('a.img', null, 'idle')), made(volume('a.img', null, 'never'))])).toEqual([
    { kind: 'unknown', why: 'The storage pool “idle” is not active.' },
    { kind: 'gone' },
  ]);
  await daemon.virsh('pool-undefine', 'idle');
});

test('a passphrase stays for as long as its volume does', async () => {
  await makeVolume('locked.qcow2');
  const file = join(daemon.dir, 'passphrase.xml');
  const id = '00000000-0000-4000-8000-00000000000d';
  const usage = `<usage type='volume'><volume>${join(pool, 'locked.qcow2')}</volume></usage>`;
  await writeFile(file, `<secret ephemeral='no' private='yes'><uuid>${id}</uuid>${usage}</secret>`);
  await daemon.virsh('secret-define', file);
  const all = [made({ kind: 'secret', id, name: 'locked' }), made(volume('locked.qcow2'))];
  expect(await leftovers.find(all.slice(0, 1))).toEqual([{ kind: 'kept', why: '“locked.qcow2” is encrypted with it.' }]);
  expect(await leftovers.find(all)).toEqual([{ kind: 'there' }, { kind: 'there' }]);
  await leftovers.remove(made(volume('locked.qcow2')));
  await leftovers.remove(made({ kind: 'secret', id, name: 'locked' }));
  expect(await leftovers.find(all)).toEqual([{ kind: 'gone' }, { kind: 'gone' }]);
});

test('pools, networks and secrets are known by their uuid, and go with what they were started as', async () => {
  await makePool(daemon, 'fresh');
  const net = join(daemon.dir, 'net.xml');
  await writeFile(net, `<network><name>fresh</name><bridge name='virbr77'/><ip address='10.77.0.1' netmask='255.255.255.0'/></network>`);
  await daemon.virsh('net-define', net);
  await daemon.virsh('net-start', 'fresh');
  const secret = join(daemon.dir, 'secret.xml');
  const secretId = '00000000-0000-4000-8000-00000000000c';
  await writeFile(
    secret,
    `<secret ephemeral='no' private='yes'><uuid>${secretId}</uuid><usage type='volume'><volume>/x</volume></usage></secret>`,
  );
  await daemon.virsh('secret-define', secret);
  const uuidIn = async (command: string) => /<uuid>(.+)<\/uuid>/.exec(await daemon.virsh(command, 'fresh'))?.[1] ?? '';
  const all = [
    made({ kind: 'pool', id: await uuidIn('pool-dumpxml'), name: 'fresh' }),
    made({ kind: 'network', id: await uuidIn('net-dumpxml'), name: 'fresh' }),
    made({ kind: 'secret', id: secretId, name: 'x' }),
  ];
  expect(await leftovers.find(all)).toEqual(all.map(() => ({ kind: 'there' })));
  for (const each of all) await leftovers.remove(each);
  expect(await leftovers.find(all)).toEqual(all.map(() => ({ kind: 'gone' })));
  expect(await daemon.virsh('pool-list', '--all')).not.toContain('fresh');
  expect(await daemon.virsh('net-list', '--all')).not.toContain('fresh');
  expect(await daemon.virsh('secret-list')).not.toContain(secretId);
});
