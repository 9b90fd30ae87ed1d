import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import type { GuestId } from '../../backends/model/guest.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { tinyDomain } from './tiny-domain.ts';

const WITHIN_MS = 1000;
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
  connection = await libvirtBackend.connect(`qemu:///system?socket=${wire.socket}`, new AbortController().signal);
  log = new ChangeLog(connection);
});
afterEach(async () => {
  await connection.close();
  await daemon.virsh('destroy', id).catch(() => undefined);
  await daemon.virsh('undefine', id, '--managed-save').catch(() => undefined);
});

test('what virsh does to a guest is told within a second', async () => {
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
  const before = wire.sent();
  await sleep(3000);
  expect(wire.sent()).toBe(before);
});

interface Wire {
  readonly socket: string;
  /** Bytes that the client has sent. */
  sent(): number;
  close(): Promise<void>;
}

/** A socket that leads to another, and counts. */
async function openWire(target: string): Promise<Wire> {
  const dir = await mkdtemp(join(tmpdir(), 'guesthouse-wire-'));
  const socket = join(dir, 'sock');
  let sent = 0;
  const server: Server = createServer((client) => {
    const daemon = connect(target);
    client.on('data', (bytes) => (sent += bytes.length));
    client.pipe(daemon).pipe(client);
    client.on('error', () => daemon.destroy());
    daemon.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    sent: () => sent,
    async close() {
      server.close();
      await rm(dir, { recursive: true });
    },
  };
}
