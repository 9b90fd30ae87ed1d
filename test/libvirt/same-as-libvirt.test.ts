import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { HostConnection } from '../../backends/backend.ts';
import { stateOf, versionOf } from '../../backends/libvirt/to-model.ts';
import { allMeasures } from '../../backends/model/sample.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { tinyDomain } from './tiny-domain.ts';
import { connectTo } from '../bed/unattended-connect.ts';

const run = promisify(execFile);
// Debian's python3-libvirt belongs to the system's Python, whichever python3 comes first in PATH.
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('read-by-libvirt.py', import.meta.url));

const Reading = z.object({
  hypervisor: z.string(),
  hypervisorVersion: z.number(),
  daemonVersion: z.number(),
  arch: z.string(),
  cpus: z.number(),
  memory: z.number(),
  guests: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      state: z.number(),
      persistent: z.boolean(),
      autostart: z.boolean(),
      saved: z.boolean(),
      vcpus: z.number(),
      memory: z.number(),
    }),
  ),
  statistics: z.record(z.string(), z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]))),
  definitions: z.record(z.string(), z.string()),
  addresses: z.record(z.string(), z.record(z.string(), z.object({ hwaddr: z.string(), addrs: z.array(z.object({ addr: z.string() })) }))),
  pools: z.array(
    z.object({
      name: z.string(),
      active: z.boolean(),
      capacity: z.number(),
      available: z.number(),
      volumes: z.array(z.tuple([z.string(), z.string(), z.number(), z.number()])),
    }),
  ),
  networks: z.array(z.tuple([z.string(), z.boolean(), z.boolean(), z.boolean(), z.string()])),
});
type Reading = z.infer<typeof Reading>;

let daemon: PrivateLibvirtd;
let connection: HostConnection;
let theirs: Reading;
let running: string;

/** A host with one of each: guests on and off, autostarted and saved, a lease, a pool with volumes, networks on and off. */
beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
  const { virsh } = daemon;
  await virsh('net-define', '/usr/share/libvirt/networks/default.xml');
  await virsh('net-start', 'default');
  await virsh('pool-define-as', 'images', 'dir', '--target', '/var/lib/libvirt/images');
  await virsh('pool-start', 'images');
  await virsh('vol-create-as', 'images', 'disk.qcow2', '8M', '--format', 'qcow2');
  await virsh('vol-create-as', 'images', 'größe.raw', '1M', '--format', 'raw');
  running = (await tinyDomain(daemon, 'running', { network: 'default' })).id;
  await tinyDomain(daemon, 'off');
  await virsh('autostart', 'off');
  await tinyDomain(daemon, 'saved');
  await virsh('start', 'saved');
  await virsh('managedsave', 'saved');
  connection = await connectTo(daemon.uri);
  const log = new ChangeLog(connection);
  await connection.act(running, 'start');
  await vi.waitUntil(async () => (await virsh('domifaddr', 'running')).includes('192.168.122.'), { timeout: 120_000, interval: 500 });
  // So that its counters stand still.
  await connection.act(running, 'pause');
  await log.guest(running, ({ state }) => state === 'paused');
  const { stdout } = await run(PYTHON, [SCRIPT, daemon.uri], { maxBuffer: 64 << 20 });
  theirs = Reading.parse(JSON.parse(stdout));
});
afterAll(async () => {
  await connection.close();
  await daemon.stop();
});

test('the host is the same', () => {
  const { hypervisor, hypervisorVersion, daemonVersion, arch, cpus, memory } = theirs;
  expect(connection.facts).toMatchObject({
    hypervisor,
    arch,
    cpus,
    memory,
    hypervisorVersion: versionOf(hypervisorVersion),
    daemonVersion: versionOf(daemonVersion),
  });
});

test('the guests are the same', async () => {
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  const expected = theirs.guests.map((guest) => ({ ...guest, state: stateOf(guest.state) }));
  expect((await connection.listGuests()).sort(byName)).toEqual(expected.sort(byName));
  expect(expected.map(({ state, autostart, saved }) => [state, autostart, saved])).toEqual([
    ['shut-off', true, false],
    ['paused', false, false],
    ['shut-off', false, true],
  ]);
});

test('the definitions are the same, to the letter', async () => {
  for (const [id, definition] of Object.entries(theirs.definitions)) expect(await connection.guestDefinition(id)).toBe(definition);
});

test('the counters are the same', async () => {
  const [ours, ...others] = await connection.countGuests(allMeasures);
  expect(others).toEqual([]);
  const statistics = theirs.statistics[running] ?? {};
  const sum = (pattern: RegExp) =>
    Object.entries(statistics).reduce((total, [field, value]) => (pattern.test(field) ? total + Number(value) : total), 0);
  expect(ours).toMatchObject({
    id: running,
    vcpus: statistics['vcpu.current'],
    memory: Number(statistics['balloon.maximum']) * 1024,
    diskRead: sum(/^block\.\d+\.rd\.bytes$/),
    diskWritten: sum(/^block\.\d+\.wr\.bytes$/),
    netSent: sum(/^net\.\d+\.tx\.bytes$/),
  });
  // QEMU itself still works a little for a guest that is paused.
  expect(Math.abs((ours?.cpuTime ?? 0) - Number(statistics['cpu.time']))).toBeLessThan(1e9);
  expect(ours?.netReceived).toBeGreaterThanOrEqual(sum(/^net\.\d+\.rx\.bytes$/));
  expect(sum(/^net\.\d+\.rx\.bytes$/)).toBeGreaterThan(0);
});

test('the addresses are the same', async () => {
  const { nics } = await connection.describeGuest(running);
  const expected = Object.values(theirs.addresses[running] ?? {}).map(({ hwaddr, addrs }) => ({
    mac: hwaddr,
    addresses: addrs.map(({ addr }) => addr),
  }));
  expect(expected).toHaveLength(1);
  expect(nics).toMatchObject(expected);
});

test('pools and volumes are the same', async () => {
  expect(await connection.storage?.listPools()).toMatchObject(
    theirs.pools.map(({ name, active, capacity }) => ({ name, active, capacity, kind: 'dir', path: '/var/lib/libvirt/images' })),
  );
  const volumes = (await connection.storage?.listVolumes('images')) ?? [];
  const flat = new Map(volumes.map(({ name, path, capacity, allocation }) => [name, [name, path, capacity, allocation]]));
  expect(flat).toEqual(new Map(theirs.pools[0]?.volumes.map((volume) => [volume[0], volume])));
  expect(new Map(volumes.map(({ name, format }) => [name, format]))).toEqual(
    new Map([
      ['disk.qcow2', 'qcow2'],
      ['größe.raw', 'raw'],
    ]),
  );
});

test('networks are the same', async () => {
  const networks = (await connection.networks?.listNetworks()) ?? [];
  expect(networks.map(({ name, active, autostart, persistent, bridge }) => [name, active, autostart, persistent, bridge])).toEqual(
    theirs.networks,
  );
  expect(networks).toMatchObject([{ name: 'default', active: true, forward: 'nat' }]);
});
