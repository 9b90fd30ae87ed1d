import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import type { GuestId } from '../../backends/model/guest.ts';
import { HostLink, reconnectDelay } from '../../main/host-link.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { Reader, within } from '../conformance/bytes.ts';
import { tinyDomain } from '../libvirt/tiny-domain.ts';

/** A working day, many times over, in rounds that must end as they began. */
const ROUNDS = 8;
const RECONNECTS = 8;
const LOST_DAEMONS = 2;
const LOOKS = 100;
const CONSOLES = 40;
/** The first rounds fill caches and compile. */
const WARM = 3;
/**
 * Bytes by which a round may grow the heap: code that is compiled late and what the test runner notes come to 120 KiB, and to nothing from the
 * seventh round on. It is 1.7 KiB for each thing that is done; connections and consoles are counted one by one besides.
 */
const GROWTH_MAX = 256 * 1024;

let daemon: PrivateLibvirtd;
let id: GuestId;
let link: HostLink;
/** All connections and consoles that there were. */
const seen = new Set<WeakRef<object>>();

const publish = {
  hosts: { changed: () => {}, removed: () => {}, loaded: () => {}, stale: () => {} },
  guests: { changed: () => {}, relisted: () => {}, sampled: () => {}, noticed: () => {} },
};

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  ({ id } = await tinyDomain(daemon, 'soaked'));
  await daemon.virsh('start', 'soaked');
  const saved = {
    id: 'here',
    name: 'Here',
    uri: daemon.uri,
    address: { road: 'uri' as const, uri: daemon.uri },
    autoconnect: true,
    readOnly: false,
  };
  link = new HostLink(saved, () => libvirtBackend, { publish, log: () => undefined, random: () => 0 });
});
afterAll(async () => {
  await link.disconnect();
  await daemon.stop();
});

function connection() {
  if (link.connection === null) throw new Error('it is not connected');
  return link.connection;
}

async function connected(): Promise<void> {
  seen.add(new WeakRef(await vi.waitFor(connection, { timeout: reconnectDelay.longest, interval: 20 })));
}

async function look(): Promise<void> {
  await connection().describeGuest(id);
  await connection().guestDefinition(id);
}

async function useConsole(): Promise<void> {
  const stream = await connection().openConsole(id, 'serial0', { force: false });
  seen.add(new WeakRef(stream));
  const reader = new Reader(stream);
  await stream.write(Buffer.from('\r'));
  await stream.close();
  await reader.end();
}

async function reconnect(): Promise<void> {
  await link.disconnect();
  link.connect();
  await connected();
}

async function loseDaemon(): Promise<void> {
  const before = link.connection;
  await daemon.crash();
  await vi.waitFor(() => expect(link.connection).not.toBe(before));
  await daemon.revive();
  await connected();
}

interface Left {
  readonly files: number;
  readonly resources: Readonly<Record<string, number>>;
  readonly heap: number;
  /** Connections and consoles that somebody still points at. */
  readonly held: number;
}

/** What the process holds once nobody is connected. */
async function left(): Promise<Left> {
  await link.disconnect();
  // Goodbyes of consoles and of the host.
  await sleep(1500);
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('this test wants --expose-gc');
  for (let pass = 0; pass < 3; pass++) {
    gc();
    await sleep(10);
  }
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const held = [...seen].filter((one) => one.deref() !== undefined).length;
  return { files: (await readdir('/proc/self/fd')).length, resources, heap: process.memoryUsage().heapUsed, held };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

test(`${ROUNDS * (RECONNECTS + LOST_DAEMONS)} reconnections, ${ROUNDS * LOOKS} looks and ${ROUNDS * CONSOLES} consoles leave nothing behind`, async () => {
  const warnings: Error[] = [];
  process.on('warning', (warning) => warnings.push(warning));
  const after: Left[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    link.connect();
    await connected();
    for (let count = 0; count < LOOKS; count++) await look();
    for (let count = 0; count < CONSOLES; count++) await within(useConsole(), 10_000, `console ${count} of round ${round}`);
    for (let count = 0; count < RECONNECTS; count++) await reconnect();
    for (let count = 0; count < LOST_DAEMONS; count++) await loseDaemon();
    await look();
    after.push(await left());
  }
  const [first, ...later] = after;
  if (first === undefined) throw new Error('no round');
  for (const { files, resources, held } of later) {
    expect(Math.abs(files - first.files)).toBeLessThanOrEqual(2);
    expect(Math.abs(sum(Object.values(resources)) - sum(Object.values(first.resources)))).toBeLessThanOrEqual(2);
    // The latest may be on a stack yet.
    expect(held).toBeLessThanOrEqual(2);
  }
  const heaps = after.slice(WARM).map(({ heap }) => heap);
  expect(((heaps.at(-1) ?? 0) - (heaps[0] ?? 0)) / (heaps.length - 1)).toBeLessThan(GROWTH_MAX);
  // Too many listeners on one emitter or signal are told as a warning.
  expect(warnings).toEqual([]);
}, 600_000);
