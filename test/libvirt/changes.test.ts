import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import type { GuestId } from '../../backends/model/guest.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { Reader } from '../conformance/bytes.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { tinyDomain } from './tiny-domain.ts';
import { openWire, type Wire } from './wire.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';

/** How soon is measured by the tour; here a busy machine may take its time. */
const WITHIN_MS = 15_000;
let daemon: PrivateLibvirtd;
let wire: Wire;
let connection: HostConnection;
let log: ChangeLog;
let id: GuestId;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  wire = await openWire(daemon.socket);
});
afterAll(async () => {
  await wire.close();
  await daemon.stop();
});
beforeEach(async () => {
  ({ id } = await tinyDomain(daemon, 'tiny'));
  connection = await connectTo(`qemu:///system?socket=${wire.socket}`);
  log = new ChangeLog(connection);
});
afterEach(async () => {
  await connection.close();
  await daemon.virsh('destroy', id).catch(() => undefined);
  await daemon.virsh('undefine', id, '--managed-save').catch(() => undefined);
});

test('what virsh does to a guest is told', async () => {
  await daemon.virsh('start', 'tiny');
  await log.guest(id, ({ state }) => state === 'running', WITHIN_MS);
  await daemon.virsh('suspend', 'tiny');
  await log.guest(id, ({ state }) => state === 'paused', WITHIN_MS);
  await daemon.virsh('resume', 'tiny');
  await log.guest(id, ({ state }) => state === 'running', WITHIN_MS);
  await daemon.virsh('managedsave', 'tiny');
  await log.guest(id, ({ state, saved }) => state === 'shut-off' && saved, WITHIN_MS);
  await daemon.virsh('start', 'tiny');
  await log.guest(id, ({ state, saved }) => state === 'running' && !saved, WITHIN_MS);
  // While it runs it outlives its definition only as a transient guest.
  await daemon.virsh('undefine', 'tiny');
  await log.guest(id, ({ persistent }) => !persistent, WITHIN_MS);
  await daemon.virsh('destroy', 'tiny');
  await log.removed(id, WITHIN_MS);
});

test('a guest’s new name, size and title are told', async () => {
  await daemon.virsh('domrename', 'tiny', 'renamed');
  await log.guest(id, ({ name }) => name === 'renamed', WITHIN_MS);
  const edited = (await daemon.virsh('dumpxml', 'renamed')).replace(/(?<=<vcpu[^>]*>)1(?=<)/, '2');
  await writeFile(join(daemon.dir, 'edited.xml'), edited);
  await daemon.virsh('define', join(daemon.dir, 'edited.xml'));
  await log.guest(id, ({ vcpus }) => vcpus === 2, WITHIN_MS);
  const told = log.count(id);
  await daemon.virsh('desc', 'renamed', '--title', '--config', 'A title');
  await expect.poll(() => log.count(id), { timeout: WITHIN_MS }).toBeGreaterThan(told);
  expect(await connection.describeGuest(id)).toMatchObject({ title: 'A title' });
});

test('a change of a running guest’s definition shows as pending', async () => {
  await daemon.virsh('start', 'tiny');
  expect(await connection.describeGuest(id)).toMatchObject({ changesPending: false });
  await daemon.virsh('setmaxmem', 'tiny', '512M', '--config');
  expect(await connection.describeGuest(id)).toMatchObject({ changesPending: true });
});

test('every change that its Hardware page lists shows as pending, and none that it does not', async () => {
  await daemon.virsh('start', 'tiny');
  const define = async (change: (text: string) => string) => {
    await writeFile(join(daemon.dir, 'waiting.xml'), change(await daemon.virsh('dumpxml', '--inactive', '--security-info', 'tiny')));
    await daemon.virsh('define', join(daemon.dir, 'waiting.xml'));
    const listed = (await connection.hardware?.read(id))?.pending.map(({ words }) => words) ?? [];
    const { changesPending } = await connection.describeGuest(id);
    expect({ listed, changesPending }).toEqual({ listed, changesPending: listed.length > 0 });
    return listed;
  };
  expect(await define((text) => text)).toEqual([]);
  const was = '<on_crash>destroy</on_crash>';
  expect(await define((text) => text.replace(was, '<on_crash>restart</on_crash>'))).not.toEqual([]);
  expect(await define((text) => text.replace('<on_crash>restart</on_crash>', was))).toEqual([]);
});

test('after many events the last word is the truth', async () => {
  await daemon.virsh('start', 'tiny');
  const flips = Array.from({ length: 100 }, () => 'suspend tiny; resume tiny').join('; ');
  await daemon.virsh(`${flips}; suspend tiny`);
  await log.guest(id, ({ state }) => state === 'paused', WITHIN_MS);
  await sleep(500);
  await log.guest(id, ({ state }) => state === 'paused', 0);
  expect((await connection.listGuests()).find((guest) => guest.id === id)?.state).toBe('paused');
});

test('nothing is asked while nothing happens', async () => {
  await connection.listGuests();
  // Details are read once all events were asked for.
  await connection.describeGuest(id);
  const before = wire.sent();
  await sleep(3000);
  expect(wire.sent()).toBe(before);
});

test('a connection that is given up in the middle leaves nothing open', async () => {
  const { made } = wire.connections();
  for (let delay = 0; delay < 20; delay += 1) {
    const attempt = libvirtBackend.connect(`qemu:///system?socket=${wire.socket}`, unattended(AbortSignal.timeout(delay)));
    await attempt.then(
      (late) => late.close(),
      (error: unknown) => expect(error).toMatchObject({ code: 'cancelled' }),
    );
  }
  // Only this test's own is left.
  await expect.poll(() => wire.connections().held).toBe(1);
  expect(wire.connections().made).toBeGreaterThan(made);
});

test('a guest that has booted shuts down when it is asked to', async () => {
  await connection.act(id, 'start');
  const terminal = new Reader(await connection.openConsole(id, 'serial0', { force: false }));
  await terminal.until(/login: $/, 60_000);
  await connection.act(id, 'shut-down');
  await log.guest(id, ({ state }) => state === 'shut-off', 30_000);
  await terminal.end(5000);
});
