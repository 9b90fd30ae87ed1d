import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { HostConnection, Inventory } from '../../backends/backend.ts';
import type { GuestId } from '../../backends/model/guest.ts';
import { HostObject, type StaleKind } from '../../backends/model/inventory.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { tinyDomain } from './tiny-domain.ts';

const run = promisify(execFile);
const WITHIN_MS = 15_000;
let daemon: PrivateLibvirtd;
let connection: HostConnection;
let inventory: Inventory;
let told: StaleKind[][] = [];

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  connection = await connectTo(daemon.uri);
  if (connection.inventory === null) throw new Error('the host has no inventory');
  ({ inventory } = connection);
  told = [];
  connection.onStale((what) => told.push([...what]));
  await connection.listGuests();
});
afterEach(() => connection.close());

const file = async (name: string, content: string) => {
  const path = join(daemon.dir, name);
  await writeFile(path, content);
  return path;
};
const named = async (kind: Parameters<Inventory['list']>[0], name: string) => {
  const objects = z.array(HostObject).parse(await inventory.list(kind));
  return objects.find((object) => object.name === name);
};
/** Runs `change`; resolves once the host has told that `kind` is stale. */
async function tells(kind: StaleKind, change: () => Promise<unknown>): Promise<void> {
  told = [];
  await change();
  await expect.poll(() => told.flat(), { timeout: WITHIN_MS }).toContain(kind);
}

test('every kind that the daemon has is listed', async () => {
  const { inventory: kinds } = connection.abilities;
  expect(kinds).toEqual(expect.arrayContaining(['pools', 'networks', 'devices', 'secrets', 'filters']));
  for (const kind of kinds) z.array(HostObject).parse(await inventory.list(kind));
});

test('pools come, go and start, and each is told', async () => {
  const name = 'tried';
  // The daemon's first word on a kind needs nobody to have listed it.
  await inventory.list('pools');
  await tells('pools', () => daemon.virsh('pool-define-as', name, 'dir', '--target', join(daemon.dir, 'lib/images')));
  expect(await named('pools', name)).toMatchObject({
    active: false,
    persistent: true,
    autostart: false,
    detail: expect.stringMatching(/^dir, /),
  });
  await tells('pools', () => daemon.virsh('pool-start', name));
  expect(await named('pools', name)).toMatchObject({ active: true });
  await tells('volumes', () => daemon.virsh('pool-refresh', name));
  await daemon.virsh('pool-autostart', name);
  expect(await named('pools', name)).toMatchObject({ autostart: true });
  await tells('pools', () => daemon.virsh('pool-destroy', name));
  await tells('pools', () => daemon.virsh('pool-undefine', name));
  expect(await named('pools', name)).toBeUndefined();
});

test('networks come, go and start, and each is told', async () => {
  const xml =
    "<network><name>tried</name><forward mode='nat'/><bridge name='virbr77'/><ip address='192.168.177.1' netmask='255.255.255.0'/></network>";
  const path = await file('network.xml', xml);
  await inventory.list('networks');
  await tells('networks', () => daemon.virsh('net-define', path));
  expect(await named('networks', 'tried')).toMatchObject({ active: false, persistent: true, autostart: false, detail: 'nat, virbr77' });
  await tells('networks', () => daemon.virsh('net-start', 'tried'));
  expect(await named('networks', 'tried')).toMatchObject({ active: true });
  expect((await connection.networks?.listNetworks())?.map(({ name, active }) => [name, active])).toContainEqual(['tried', true]);
  await tells('networks', () => daemon.virsh('net-destroy', 'tried'));
  await tells('networks', () => daemon.virsh('net-undefine', 'tried'));
  expect(await named('networks', 'tried')).toBeUndefined();
});

test('secrets come, change and go, without their value', async () => {
  const path = await file('secret.xml', "<secret ephemeral='no' private='no'><usage type='ceph'><name>tried</name></usage></secret>");
  await inventory.list('secrets');
  await tells('secrets', () => daemon.virsh('secret-define', path));
  const secret = await named('secrets', 'tried');
  expect(secret).toMatchObject({ persistent: true, detail: 'Ceph' });
  const id = secret?.id ?? '';
  await tells('secrets', () => daemon.virsh('secret-set-value', id, Buffer.from('hunter2').toString('base64')));
  expect(JSON.stringify(await inventory.list('secrets'))).not.toContain('hunter2');
  await tells('secrets', () => daemon.virsh('secret-undefine', id));
  expect(await named('secrets', 'tried')).toBeUndefined();
});

test('filters are listed anew each time: no event tells of them', async () => {
  const path = await file('filter.xml', "<filter name='tried' chain='root'/>");
  expect(await named('filters', 'tried')).toBeUndefined();
  await daemon.virsh('nwfilter-define', path);
  expect(await named('filters', 'tried')).toMatchObject({ active: null, persistent: null });
  await daemon.virsh('nwfilter-undefine', 'tried');
  expect(await named('filters', 'tried')).toBeUndefined();
});

test('the computer’s devices are a tree', async () => {
  const devices = await inventory.list('devices');
  const names = new Set(devices.map(({ name }) => name));
  expect(names).toContain('computer');
  expect(devices.filter(({ parent }) => parent !== null && !names.has(parent))).toEqual([]);
});

describe('of a guest', () => {
  let id: GuestId;

  beforeEach(async () => {
    ({ id } = await tinyDomain(daemon, `tiny-${randomUUID().slice(0, 8)}`));
  });
  afterEach(async () => {
    await daemon.virsh('destroy', id).catch(() => undefined);
    await daemon.virsh('undefine', id, '--snapshots-metadata', '--checkpoints-metadata');
  });

  test('snapshots are listed as the tree that they are', async () => {
    expect(await inventory.ofGuest(id, 'snapshots')).toEqual([]);
    const redefined = async (name: string, parent: string | null) => {
      const xml = await daemon.virsh('dumpxml', id, '--inactive');
      const parentXml = parent === null ? '' : `<parent><name>${parent}</name></parent>`;
      const description = `<domainsnapshot><name>${name}</name><description>As it was</description><state>shutoff</state>${parentXml}<creationTime>1767604320</creationTime><memory snapshot='no'/><disks/>${xml}</domainsnapshot>`;
      await daemon.virsh('snapshot-create', id, await file(`${name}.xml`, description), '--redefine', '--current');
    };
    await redefined('one', null);
    await redefined('two', 'one');
    expect(await inventory.ofGuest(id, 'snapshots')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'one', parent: null, active: false, detail: '2026-01-05 09:12 UTC, shutoff, As it was' }),
        expect.objectContaining({ name: 'two', parent: 'one', active: true }),
      ]),
    );
    await daemon.virsh('snapshot-delete', id, 'two', '--metadata');
    expect((await inventory.ofGuest(id, 'snapshots')).map(({ name }) => name)).not.toContain('two');
  });

  test('a host without such a guest says so', async () => {
    await expect(inventory.ofGuest('00000000-0000-4000-8000-00000000dead', 'snapshots')).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('a storm of refreshes is told a few times, not hundreds', async () => {
  await daemon.virsh('pool-define-as', 'stormy', 'dir', '--target', join(daemon.dir, 'lib/images'));
  await daemon.virsh('pool-start', 'stormy');
  await inventory.list('pools');
  told = [];
  const began = performance.now();
  await daemon.virsh(Array.from({ length: 200 }, () => 'pool-refresh stormy').join('; '));
  await expect.poll(() => told.flat(), { timeout: WITHIN_MS }).toContain('pools');
  const took = performance.now() - began;
  expect(told.length).toBeLessThanOrEqual(took / 100 + 1);
  await daemon.virsh('pool-destroy', 'stormy');
  await daemon.virsh('pool-undefine', 'stormy');
});

// libvirt's test driver has every kind, whatever the machine is; what it has lives in the daemon as long as somebody is connected.
describe('on libvirt’s test driver', () => {
  const GUEST = '6695eb01-f6a4-8304-79aa-97f2502e193f';
  let virsh: (...args: string[]) => Promise<unknown>;

  beforeEach(async () => {
    const uri = `test:///default?socket=${daemon.socket}`;
    virsh = (...args) => run('virsh', ['-c', uri.replace('test:', 'test+unix:'), ...args]);
    await connection.close();
    connection = await connectTo(uri);
    if (connection.inventory === null) throw new Error('the host has no inventory');
    ({ inventory } = connection);
    connection.onStale((what) => told.push([...what]));
    await connection.listGuests();
  });

  test('a device comes and goes, and each is told', async () => {
    // One of those that can have others below it; not all of the driver's can.
    const adapter = await named('devices', 'scsi_host1');
    const xml = `<device><parent>${adapter?.name}</parent><capability type='scsi_host'><capability type='fc_host'><wwnn>2000000012341234</wwnn><wwpn>1000000012341234</wwpn></capability></capability></device>`;
    const path = await file('device.xml', xml);
    const before = new Set((await inventory.list('devices')).map(({ id }) => id));
    await tells('devices', () => virsh('nodedev-create', path));
    const [made] = (await inventory.list('devices')).filter(({ id }) => !before.has(id));
    expect(made).toMatchObject({ parent: adapter?.name, detail: 'SCSI host' });
    await tells('devices', () => virsh('nodedev-destroy', made?.name ?? ''));
    expect((await inventory.list('devices')).map(({ id }) => id)).not.toContain(made?.id);
  });

  test('interfaces are listed anew each time: no event tells of them', async () => {
    expect(await inventory.list('interfaces')).toContainEqual(
      expect.objectContaining({ name: 'eth1', active: true, detail: expect.stringMatching(/^[0-9a-f:]{17}$/) }),
    );
    await virsh('iface-undefine', 'eth1');
    expect(await named('interfaces', 'eth1')).toBeUndefined();
  });

  test('checkpoints are listed as the chain that they are', async () => {
    expect(await inventory.ofGuest(GUEST, 'checkpoints')).toEqual([]);
    const chain = async (name: string) =>
      virsh('checkpoint-create', GUEST, await file(`${name}.xml`, `<domaincheckpoint><name>${name}</name></domaincheckpoint>`));
    await chain('monday');
    await chain('tuesday');
    expect(await inventory.ofGuest(GUEST, 'checkpoints')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'monday', parent: null }),
        expect.objectContaining({ name: 'tuesday', parent: 'monday', detail: expect.stringMatching(/UTC$/) }),
      ]),
    );
    await virsh('checkpoint-delete', GUEST, 'tuesday');
    expect((await inventory.ofGuest(GUEST, 'checkpoints')).map(({ name }) => name)).toEqual(['monday']);
  });

  test('a snapshot that is taken and reverted to is the one that the guest goes on from', async () => {
    await virsh('snapshot-create-as', GUEST, 'first');
    await virsh('snapshot-create-as', GUEST, 'second');
    await virsh('snapshot-revert', GUEST, 'first');
    const active = (await inventory.ofGuest(GUEST, 'snapshots')).filter((snapshot) => snapshot.active === true);
    expect(active.map(({ name }) => name)).toEqual(['first']);
  });
});
