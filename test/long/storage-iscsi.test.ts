import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MiB } from '../../backends/model/quantity.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { type PrivateTgtd, startPrivateTgtd } from '../bed/private-tgtd.ts';
import { openStorageBed, poolSpec, type StorageBed } from '../libvirt/storage-bed.ts';

// The one kind of pool over the network that needs nothing of this machine's kernel: libvirt speaks iSCSI itself (libiscsi), to a server that is
// a program too.

const iqn = 'iqn.2026-01.org.example:disks';
const initiator = 'iqn.2026-01.org.example:me';
const login = { user: 'ada', password: 'correct-horse' };
let bed: StorageBed;
let server: PrivateTgtd;

beforeAll(async () => {
  bed = await openStorageBed();
  server = await startPrivateTgtd();
  const files = ['one.img', 'two.img'].map((name) => join(bed.daemon.dir, name));
  for (const file of files) await writeFile(file, randomBytes(8 * MiB));
  await server.addTarget(iqn, files, login);
});
afterAll(async () => {
  await server?.stop();
  await bed?.close();
});

const spec = (name: string, password: string) =>
  poolSpec(name, { hosts: [server.host], iqn, initiator, ...login, password }, { kind: 'iscsi-direct', build: 'no' });
// libvirt takes the number of the last block for how many there are; the first unit is the server's own.
const units = async (pool: string) =>
  (await bed.storage.listVolumes(pool)).flatMap(({ name, capacity }) => (capacity > 7 * MiB ? [name] : [])).sort();

test('the units of a server are the volumes of its pool, for who has its password', async () => {
  await expect(bed.pools.make(spec('refused', 'wrong-horse-1'), quietOperation())).rejects.toMatchObject({ name: 'BackendError' });
  expect((await bed.storage.listPools()).map(({ name }) => name)).not.toContain('refused');
  expect(await bed.daemon.virsh('secret-list')).not.toMatch(/iscsi/);

  await bed.pools.make(spec('san', login.password), quietOperation());
  expect((await bed.storage.listPools()).find(({ name }) => name === 'san')).toMatchObject({ kind: 'iscsi-direct', active: true });
  expect(await units('san')).toEqual(['unit:0:0:1', 'unit:0:0:2']);
  await bed.pools.act('san', 'refresh', [], quietOperation());
  await bed.pools.act('san', 'stop', [], quietOperation());
  await bed.pools.act('san', 'start', [], quietOperation());
  expect(await units('san')).toEqual(['unit:0:0:1', 'unit:0:0:2']);
  await bed.pools.act('san', 'stop', [], quietOperation());
  await bed.pools.act('san', 'undefine', [], quietOperation());
  expect(await bed.daemon.virsh('secret-list')).not.toMatch(/iscsi/);
});

test('what is on the server cannot be looked for, since the daemon would not outlive it', async () => {
  await expect(bed.pools.discover('iscsi-direct', { hosts: [server.host], initiator })).rejects.toMatchObject({ code: 'unsupported' });
});
