import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { allMeasures } from '../../backends/model/sample.ts';
import { type ModularDaemon, type PrivateModular, startPrivateModular } from '../bed/private-modular.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { Reader } from '../conformance/bytes.ts';
import { ChangeLog } from '../conformance/change-log.ts';

const run = promisify(execFile);
let host: PrivateModular;

beforeAll(async () => {
  host = await startPrivateModular();
}, 900_000);
afterAll(() => host.stop());

async function connected<T>(
  driver: 'qemu' | 'lxc' | 'test',
  daemon: ModularDaemon,
  use: (connection: HostConnection) => Promise<T>,
): Promise<T> {
  const connection = await connectTo(host.uri(driver, daemon));
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

function storageOf({ storage }: HostConnection) {
  if (storage === null) throw new Error('this host has no storage');
  return storage;
}

test(
  'a guest of virtqemud is listed, started, watched, used and ended',
  () =>
    connected('qemu', 'virtqemud', async (connection) => {
      const log = new ChangeLog(connection);
      expect(await connection.listGuests()).toEqual([]);
      await writeFile(join(host.dir, 'guest.xml'), tinyDomainXml(await tinyGuest(), { name: 'modular' }));
      await host.virsh('define', join(host.dir, 'guest.xml'));
      const id = (await host.virsh('domuuid', 'modular')).trim();
      await log.guest(id, ({ state }) => state === 'shut-off');
      await connection.act(id, 'start');
      await log.guest(id, ({ state }) => state === 'running', 20_000);
      const stream = await connection.openConsole(id, 'serial0', { force: false });
      const reader = new Reader(stream);
      await reader.until(/login: $/, 200_000);
      await stream.write(Buffer.from('root\r'));
      await reader.until(/root/, 20_000);
      await stream.close();
      expect(await connection.countGuests(allMeasures)).toHaveLength(1);
      await connection.act(id, 'force-off');
      await log.guest(id, ({ state }) => state === 'shut-off', 20_000);
    }),
  300_000,
);

test('pools of virtstoraged and networks of virtnetworkd are reached through virtqemud', () =>
  connected('qemu', 'virtqemud', async (connection) => {
    await storageOf(connection).provideDefaultPool();
    expect(await storageOf(connection).listPools()).toMatchObject([{ name: 'default', active: true, path: '/var/lib/libvirt/images' }]);
    const network = `<network><name>inner</name><bridge name='virbr7'/><ip address='192.168.77.1' netmask='255.255.255.0'/></network>`;
    await writeFile(join(host.dir, 'net.xml'), network);
    await host.virsh('net-define', join(host.dir, 'net.xml'));
    await host.virsh('net-start', 'inner');
    expect(await connection.networks?.listNetworks()).toMatchObject([{ name: 'inner', active: true }]);
  }));

test('when virtstoraged dies, the rest goes on, it is said what to do, and connecting again heals it', async () => {
  await connected('qemu', 'virtqemud', async (connection) => {
    expect(await storageOf(connection).listPools()).toHaveLength(1);
    await host.crash('virtstoraged');
    await expect(storageOf(connection).listPools()).rejects.toMatchObject({
      code: 'daemon-missing',
      reason: expect.stringMatching(/socket/),
      remedy: expect.stringMatching(/connect again.*virtstoraged/),
    });
    expect(await connection.listGuests()).toHaveLength(1);
    await host.revive('virtstoraged');
    // What the daemon has lost it does not look for again, in a connection that had it.
    await expect(storageOf(connection).listPools()).rejects.toMatchObject({ code: 'daemon-missing' });
  });
  await connected('qemu', 'virtqemud', async (connection) => {
    expect(await storageOf(connection).listPools()).toMatchObject([{ name: 'default', active: true }]);
  });
});

test('containers have a daemon of their own', async () => {
  const root = join(host.dir, 'container');
  await mkdir(join(root, 'bin'), { recursive: true });
  for (const folder of ['dev', 'proc', 'sys', 'tmp', 'etc']) await mkdir(join(root, folder));
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  await symlink('busybox', join(root, 'bin/sh'));
  const definition = `<domain type='lxc'><name>container</name><memory unit='MiB'>64</memory><os><type>exe</type><init>/bin/sh</init></os>
    <devices><filesystem type='mount'><source dir='${root}'/><target dir='/'/></filesystem><console type='pty'/></devices></domain>`;
  await writeFile(join(host.dir, 'lxc.xml'), definition);
  await connected('lxc', 'virtlxcd', async (connection) => {
    const log = new ChangeLog(connection);
    await run('virsh', ['-c', host.uri('lxc', 'virtlxcd').replace('lxc:', 'lxc+unix:'), 'define', join(host.dir, 'lxc.xml')]);
    const [guest] = await connection.listGuests();
    expect(guest).toMatchObject({ name: 'container', state: 'shut-off' });
    const id = guest?.id ?? '';
    await connection.act(id, 'start');
    await log.guest(id, ({ state }) => state === 'running', 10_000);
    await connection.act(id, 'force-off');
    await log.guest(id, ({ state }) => state === 'shut-off', 10_000);
  });
});

test("the old daemon's socket leads to each of them, by virtproxyd", async () => {
  await connected('qemu', 'virtproxyd', async (connection) => {
    expect(connection.facts.hypervisor).toBe('QEMU');
    expect(await connection.listGuests()).toMatchObject([{ name: 'modular' }]);
  });
  await connected('lxc', 'virtproxyd', async (connection) => expect(await connection.listGuests()).toMatchObject([{ name: 'container' }]));
});

test('what a modular daemon does not have it refuses in words', async () => {
  await expect(connectTo(host.uri('test', 'virtqemud').replace('/system', '/default'))).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining("Unexpected driver type 'TEST'"),
  });
});
