import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostConnection, Storage } from '../../backends/backend.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';

let daemon: PrivateLibvirtd;
let connection: HostConnection;

beforeEach(async () => {
  daemon = await startPrivateLibvirtd();
  connection = await connectTo(daemon.uri);
});
afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

function storage(): Storage {
  if (connection.storage === null) throw new Error('this host has no storage');
  return connection.storage;
}

test('a host without pools is offered the usual one, which is made only when asked for', async () => {
  const proposal = { kind: 'make', name: 'default', path: '/var/lib/libvirt/images' };
  expect(await storage().proposeDefaultPool()).toEqual(proposal);
  expect(await storage().listPools()).toEqual([]);
  await storage().provideDefaultPool();
  expect(await daemon.virsh('pool-info', 'default')).toMatch(/State:\s+running[^]*Autostart:\s+yes/);
  expect(await storage().proposeDefaultPool()).toBeNull();
  // A second wish, as of an impatient person, changes nothing.
  await storage().provideDefaultPool();
  expect(await storage().listPools()).toMatchObject([{ name: 'default', kind: 'dir', active: true, path: proposal.path }]);
});

test('one that was stopped is started and otherwise left alone', async () => {
  await writeFile(
    `${daemon.dir}/pool.xml`,
    `<pool type='dir'><name>default</name><target><path>/var/lib/libvirt/boot</path></target></pool>`,
  );
  await daemon.virsh('pool-define', `${daemon.dir}/pool.xml`);
  expect(await storage().proposeDefaultPool()).toEqual({ kind: 'start', name: 'default', path: '/var/lib/libvirt/boot' });
  await storage().provideDefaultPool();
  expect(await daemon.virsh('pool-info', 'default')).toMatch(/State:\s+running[^]*Autostart:\s+no/);
});

test('a pool that cannot be started leaves nothing', async () => {
  // A file where the folder would be.
  const images = `${daemon.dir}/lib/images`;
  await rm(images, { recursive: true });
  await writeFile(images, 'not a folder');
  await expect(storage().provideDefaultPool()).rejects.toMatchObject({ name: 'BackendError' });
  expect(await storage().listPools()).toEqual([]);
  expect(existsSync(images)).toBe(true);
});
