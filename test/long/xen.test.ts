import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { GuestAction } from '../../backends/model/guest-action.ts';
import type { GuestState } from '../../backends/model/guest.ts';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { allMeasures } from '../../backends/model/sample.ts';
import { type EmulatedHost, startEmulatedHost } from '../bed/emulated-host.ts';
import { chosenToken, guestRequest, newDisk, onNetwork, plainSpec } from '../bed/guest-request.ts';
import { makePygrubDisk } from '../bed/pygrub-disk.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { type TinyGuest, tinyGuest } from '../bed/tiny-guest.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { Reader } from '../conformance/bytes.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { hardwareVerbs } from '../libvirt/hardware-verbs.ts';
import { seeVnc, vncPixels } from '../libvirt/display-viewers.ts';

// Xen 4.17 with libvirt's libxl driver, emulated and reached over ssh. Its processor has no hardware virtualisation, so its guests are
// paravirtual. The tests follow each other: what one makes, the next uses.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 600_000, expect: { poll: { timeout: 120_000, interval: 500 } } });

const SLOW_MS = 180_000;
const DOMAIN_0 = '00000000-0000-0000-0000-000000000000';
const on: readonly GuestState[] = ['running', 'idle'];
let host: EmulatedHost;
let connection: HostConnection;
let log: ChangeLog;
let tiny: TinyGuest;
let folder: string;
/** Boots from its own disk, by pygrub. */
let guest: string;

beforeAll(async () => {
  tiny = await tinyGuest();
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-xen-'));
  host = await startEmulatedHost({ under: 'xen' });
  for (const [name, value] of Object.entries(host.client.env)) vi.stubEnv(name, value);
  connection = await connectTo(host.uri('xen'));
  log = new ChangeLog(connection);
  await connection.listGuests();
});
afterAll(async () => {
  await connection?.close();
  await host?.stop();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

function facet<K extends 'creation' | 'deletion' | 'storage' | 'networks' | 'definitions'>(name: K): NonNullable<HostConnection[K]> {
  const found = connection[name];
  if (found === null) throw new Error(`this host has no ${name}`);
  return found;
}
const { read, plan, apply, pageOf } = hardwareVerbs(() => {
  if (connection.hardware === null) throw new Error('a Xen host has hardware to change');
  return connection.hardware;
});
const virsh = (command: string) => host.shell(`virsh -c xen:///system ${command}`);
const until = (id: string, ...states: readonly GuestState[]) => log.guest(id, ({ state }) => states.includes(state), SLOW_MS);
async function act(id: string, action: GuestAction, ...states: readonly GuestState[]) {
  await connection.act(id, action);
  if (states.length > 0) await until(id, ...states);
}
const spec = (name: string, more: Partial<GuestSpec>) =>
  plainSpec(name, { firmware: null, memory: 256 * MiB, nics: [onNetwork('default')], ...more });

/** The shell asks the terminal where its cursor is, behind each prompt. */
const PROMPT = /# (.\[6n)?$/;

async function terminal(id: string) {
  const stream = await connection.openConsole(id, 'console0', { force: true });
  const reader = new Reader(stream);
  const type = (line: string) => stream.write(Buffer.from(`${line}\r`));
  return {
    async logIn() {
      await type('');
      await reader.until(/login: $/, SLOW_MS);
      await type('root');
      await reader.until(PROMPT, SLOW_MS);
    },
    async ask(command: string): Promise<string> {
      // The echo of the command has no such mark: the shell makes it.
      await type(`${command}; echo "E$((40 + 2))E"`);
      const text = await reader.until(/E42E\s[^]*# /, SLOW_MS);
      return text
        .replace(/E42E\s[^]*$/, '')
        .replace(/^[^]*?E\$\(\(40 \+ 2\)\)E"\s*/, '')
        .trim();
    },
    /** Resolves when the other side has ended it: Xen gives a rebooted guest another console. */
    ended: () => reader.end(SLOW_MS),
    close: () => stream.close(),
  };
}

test('the host says what it is, and its Domain-0 is listed as what nothing is done to', async () => {
  expect(connection.facts).toMatchObject({
    hypervisor: 'Xen',
    hypervisorVersion: '4.17.0',
    daemonVersion: '9.0.0',
    arch: 'x86_64',
    cpus: 2,
  });
  expect(connection.facts.memory).toBeGreaterThan(2900 * MiB);
  expect(connection.abilities).toMatchObject({ screenshots: false, reset: false, managedSave: true, guestInventory: [] });
  expect(await connection.listGuests()).toMatchObject([{ id: DOMAIN_0, name: 'Domain-0', state: 'running', vcpus: 2 }]);
  const refused = { code: 'invalid-state', message: expect.stringContaining('host’s own system') };
  for (const action of GuestAction.options) await expect(connection.act(DOMAIN_0, action)).rejects.toMatchObject(refused);
  await expect(facet('deletion').plan(DOMAIN_0)).rejects.toMatchObject(refused);
  await expect(facet('deletion').delete(DOMAIN_0, [], quietOperation())).rejects.toMatchObject(refused);
  await expect(apply(DOMAIN_0, { kind: 'set', device: 'memory', values: { memory: 128 * MiB } })).rejects.toMatchObject(refused);
  expect((await connection.describeGuest(DOMAIN_0)).virtualization).toBe('Xen');
});

test('what its processors and its memory do is told, and what it does not count is missing', async () => {
  const { cpu, memory, memoryUsed } = await connection.loadOfHost();
  expect(cpu).toBeGreaterThan(0);
  expect(cpu).toBeLessThanOrEqual(1);
  // Domain-0 has half of it.
  expect(memoryUsed).toBeGreaterThan(1400 * MiB);
  expect(memoryUsed).toBeLessThan(memory - 1000 * MiB);
  const [counters] = await connection.countGuests(allMeasures);
  expect(counters).toMatchObject({ id: DOMAIN_0, vcpus: 2, diskRead: null, diskWritten: null, netReceived: null, netSent: null });
  expect(counters?.cpuTime).toBeGreaterThan(0);
});

test('the wizard offers what the host runs, and says why it runs nothing else', async () => {
  await facet('storage').provideDefaultPool();
  const [network] = await facet('networks').listNetworks();
  await host.shell(`virsh -c xen:///system net-start ${network?.name}`);
  const offer = await facet('creation').offer();
  expect(offer.machine).toEqual({ type: 'xen', abi: 'xen', arch: 'x86_64', machine: null });
  expect(offer.machines).toEqual([{ type: 'xen', abi: 'xen', arch: 'x86_64', machines: ['xenpv'] }]);
  expect(offer).toMatchObject({ graphics: ['vnc', 'none'], firmwares: [], cpuModes: [], tpm: false, devices: [], readsLocalFiles: false });
  expect(offer.memoryFree).toBeGreaterThan(1000 * MiB);
  const shut = offer.roads.flatMap(({ kind, why }) => (why === null || kind.startsWith('container') ? [] : [[kind, why]]));
  expect(shut).toEqual(['iso', 'pxe'].map((kind) => [kind, expect.stringMatching(/no whole machines \(HVM\).*hardware virtualisation/)]));
  const pvh = { type: 'xen', abi: 'xenpvh', arch: 'x86_64', machine: null } as const;
  await expect(facet('creation').offer(pvh)).rejects.toMatchObject({ code: 'unsupported' });
});

test('a guest made from a disk is found its kernel by pygrub, and its console and its screen are seen', async () => {
  const image = await makePygrubDisk(folder);
  const source = { kind: 'disk', from: { kind: 'file', token: chosenToken }, into: 'default', size: null } as const;
  const request = guestRequest(spec('pv', { source }), image, { image: { file: { path: image }, format: 'raw' } });
  expect(await facet('creation').check(request)).toEqual([]);
  guest = await facet('creation').create(request, quietOperation());
  await until(guest, ...on);
  const line = await terminal(guest);
  await line.logIn();
  expect(await line.ask('cat /sys/hypervisor/type /proc/cmdline')).toMatch(/^xen\s+console=tty0 console=hvc0/);
  await expect.poll(() => line.ask('ip -4 -o addr show dev eth0')).toContain('192.168.122.');
  await line.close();
  const { consoles, disks, nics, changesPending } = await connection.describeGuest(guest);
  expect(consoles.map(({ kind, name }) => [kind, name])).toEqual([
    ['vnc', 'vnc0'],
    ['serial', 'console0'],
  ]);
  expect(disks).toMatchObject([{ target: 'xvda', bus: 'xen', format: 'raw' }]);
  expect(nics).toMatchObject([{ source: 'network default' }]);
  expect(changesPending).toBe(false);
  const screen = await seeVnc(await connection.openConsole(guest, 'vnc0', { force: false }));
  expect(screen.width).toBeGreaterThan(300);
  // Letters on black.
  expect(new Set(await vncPixels(screen)).size).toBeGreaterThan(1);
  await screen.stream.close();
  await expect(connection.screenshot(guest)).rejects.toMatchObject({ code: 'unsupported' });
});

test('its counters are told as far as Xen counts them', async () => {
  const counters = (await connection.countGuests(allMeasures)).find(({ id }) => id === guest);
  expect(counters).toMatchObject({ vcpus: 1, memory: 256 * MiB });
  expect(counters?.cpuTime).toBeGreaterThan(0);
  expect(counters?.netSent).toBeGreaterThan(0);
});

test('its hardware is what Xen has, and changes while it runs', async () => {
  const line = await terminal(guest);
  const keys = (await pageOf(guest, 'boot')).fields.map(({ key }) => key);
  expect(keys).toEqual(expect.arrayContaining(['bootloader', 'kernel']));
  expect(keys).not.toEqual(expect.arrayContaining(['order-by-sort']));
  expect(keys).not.toContain('menu');

  const disk = { newPool: 'default', newName: 'extra.img', newSize: 32 * MiB, newFormat: 'raw' };
  expect((await plan(guest, { kind: 'add', device: 'disk', values: disk })).objections).toEqual([]);
  const atOnce = { effect: 'now', why: null };
  expect(await apply(guest, { kind: 'add', device: 'disk', values: disk })).toEqual(atOnce);
  await expect.poll(() => line.ask('ls /sys/block')).toMatch(/xvdb/);
  expect(await apply(guest, { kind: 'remove', device: 'disk:xvdb' })).toEqual(atOnce);
  await expect.poll(() => line.ask('ls /sys/block')).not.toMatch(/xvdb/);

  const values = { type: 'network', network: 'default' };
  expect(await apply(guest, { kind: 'add', device: 'network-card', values })).toEqual(atOnce);
  await expect.poll(() => line.ask('ls /sys/class/net')).toMatch(/eth1/);
  const cards = (await read(guest)).pages.filter(({ kind }) => kind === 'network-card');
  expect(cards).toHaveLength(2);
  expect(await apply(guest, { kind: 'remove', device: cards[1]?.id ?? '' })).toEqual(atOnce);
  await expect.poll(() => line.ask('ls /sys/class/net')).not.toMatch(/eth1/);

  expect(await apply(guest, { kind: 'set', device: 'memory', values: { current: 192 * MiB } })).toEqual(atOnce);
  await expect.poll(async () => (await virsh(`dommemstat ${guest}`)).match(/actual (\d+)/)?.[1]).toBe(String(192 * 1024));
  await line.close();
  expect((await read(guest)).pending).toEqual([]);
});

test('it is paused, goes on, is rebooted, saved, restored, marked for the start and shut down', async () => {
  await act(guest, 'pause', 'paused');
  await act(guest, 'resume', ...on);
  await act(guest, 'autostart');
  await log.guest(guest, ({ autostart }) => autostart);
  await act(guest, 'no-autostart');
  await log.guest(guest, ({ autostart }) => !autostart);
  const line = await terminal(guest);
  await line.ask('touch /tmp/before');
  await line.close();
  await connection.act(guest, 'save', quietOperation());
  await log.guest(guest, ({ state, saved }) => state === 'shut-off' && saved, SLOW_MS);
  await act(guest, 'start', ...on);
  const again = await terminal(guest);
  expect(await again.ask('ls /tmp')).toContain('before');
  await act(guest, 'reboot');
  await again.ended();
  const third = await vi.waitFor(() => terminal(guest), { timeout: SLOW_MS, interval: 500 });
  await third.logIn();
  expect(await third.ask('ls /tmp')).not.toContain('before');
  await third.close();
  await act(guest, 'shut-down', 'shut-off');
  await act(guest, 'start', ...on);
  await act(guest, 'force-off', 'shut-off');
});

test('a tree’s kernel boots it once, and what stays has pygrub and the same card', async () => {
  const source = { kind: 'tree', url: 'https://example.org/tree/', arguments: 'quiet', into: 'default', unattended: null } as const;
  const kernel = { kernel: { path: tiny.vmlinux }, initrd: { path: tiny.initrd }, arguments: 'console=hvc0' };
  const request = guestRequest(spec('tree', { source, disks: [newDisk('default', 64 * MiB)] }), '', { kernel });
  expect(await facet('creation').check(request)).toEqual([]);
  const id = await facet('creation').create(request, quietOperation());
  await until(id, ...on);
  const line = await terminal(id);
  await line.logIn();
  expect(await line.ask('cat /proc/cmdline')).toContain('console=hvc0 quiet');
  await line.close();
  const [live, next] = [await virsh(`dumpxml ${id}`), await virsh(`dumpxml --inactive ${id}`)];
  expect(next).toContain('<bootloader>pygrub</bootloader>');
  expect(next).not.toContain('<kernel>');
  const mac = (xml: string) => /<mac address='(.+?)'/.exec(xml)?.[1];
  expect(mac(next)).toBe(mac(live));
  expect((await facet('storage').listVolumes('default')).map(({ name }) => name)).not.toContain('tree-kernel.img');
  await act(id, 'force-off', 'shut-off');
  // Nothing was installed: pygrub finds no kernel, and where it says so is told.
  await expect(connection.act(id, 'start')).rejects.toMatchObject({ remedy: expect.stringContaining('/var/log/xen') });
  const told = await facet('deletion').plan(id);
  const disks = told.disks.map(({ path }) => path);
  expect(disks).toEqual(['/var/lib/libvirt/images/tree.qcow2']);
  expect(await facet('deletion').delete(id, disks, quietOperation())).toEqual({ deletedDisks: disks, leftovers: [] });
  await log.removed(id);
});

test('it is deleted while it runs, with its disk', async () => {
  const disks = (await facet('deletion').plan(guest)).disks.map(({ path }) => path);
  expect(await facet('deletion').delete(guest, disks, quietOperation())).toEqual({ deletedDisks: disks, leftovers: [] });
  await log.removed(guest);
  expect((await connection.listGuests()).map(({ name }) => name)).toEqual(['Domain-0']);
});
