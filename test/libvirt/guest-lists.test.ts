import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import type { AppContract } from '../../preload/contract/contract.ts';
import type { Publisher } from '../../preload/contract/define.ts';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import type { GuestChange } from '../../backends/model/guest.ts';
import type { Measure } from '../../backends/model/sample.ts';
import { Registry } from '../../main/registry.ts';
import { applyChanges, type GuestsSnapshot, type NumberedChange } from '../../renderer/data/live.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { DomainState, guestUuid, ScriptedHost } from '../fakes/scripted-host.ts';

let host: ScriptedHost;
let close: () => Promise<void> = async () => undefined;

afterEach(async () => {
  await close();
  await host.close();
});

/** Numbers that look random and are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const words = new Map<number, string>([
  [DomainState.running, 'running'],
  [DomainState.paused, 'paused'],
  [DomainState.shutOff, 'shut-off'],
]);
const truth = () => Object.fromEntries([...host.domains.values()].map(({ dom, state }) => [dom.uuid, words.get(state)]));
const seen = ({ guests }: Pick<GuestsSnapshot, 'guests'>) => Object.fromEntries(guests.map(({ id, state }) => [id, state]));

test.each(Array.from({ length: 20 }, (_, seed) => seed))(
  'lists and events in any order end in what is, in main and in a window (seed %i)',
  async (seed) => {
    const random = randomFrom(seed);
    const upTo = (milliseconds: number) => sleep(random() * milliseconds);
    host = await ScriptedHost.start(6);
    host.pace = () => upTo(4);
    const heard: NumberedChange[] = [];
    const publish: Pick<Publisher<AppContract>, 'hosts' | 'guests'> = {
      hosts: { changed: vi.fn(), removed: vi.fn(), loaded: vi.fn(), stale: vi.fn() },
      guests: {
        changed: ({ seq, change }) => void heard.push({ seq, change }),
        relisted: vi.fn(),
        sampled: vi.fn(),
        noticed: vi.fn(),
      },
    };
    const saved = {
      id: 'here',
      name: 'here',
      uri: host.uri,
      address: { road: 'uri', uri: host.uri },
      autoconnect: true,
      readOnly: false,
    } as const;
    const registry = new Registry({ backends: [libvirtBackend], hosts: [saved], publish, random, log: () => undefined });
    close = () => registry.close();
    registry.connectAll();

    let added = 6;
    const states = [...words.keys()];
    const step = async () => {
      const index = Math.floor(random() * added);
      const domain = host.domains.get(guestUuid(index)) ?? host.add(index);
      const dice = random();
      domain.state = states[Math.floor(random() * states.length)] ?? DomainState.running;
      if (dice > 0.8) host.domains.delete(domain.dom.uuid);
      if (dice < 0.1) host.tell(host.add(added++));
      host.tell(domain);
      await upTo(3);
    };
    for (let count = 0; count < 15; count++) await step();
    await expect.poll(() => registry.link('here').connection).not.toBeNull();
    for (let count = 0; count < 15; count++) await step();
    // A window opens in the middle of it, and another list is read by whoever wants one.
    const opened: GuestsSnapshot = { ...registry.snapshot('here'), lostAt: null };
    const again = registry.connection('here').listGuests();
    for (let count = 0; count < 15; count++) await step();
    await again;
    await expect.poll(() => seen(registry.snapshot('here')), { timeout: 15_000 }).toEqual(truth());
    await expect.poll(() => seen(applyChanges(opened, heard)), { timeout: 15_000 }).toEqual(truth());
  },
);

// Such a list is decoded in turns with everything else, so that events and other answers overtake it.
test('what happens to guests while a list of some megabytes is read is told after that list', { timeout: 60_000 }, async () => {
  host = await ScriptedHost.start(12_000);
  const connection = await connectTo(host.uri);
  close = () => connection.close();
  await connection.listGuests();
  const told: GuestChange[] = [];
  void (async () => {
    for await (const change of connection.changes) told.push(change);
  })();

  const listed = new AbortController();
  const list = connection.listGuests().then((guests) => {
    listed.abort();
    return { guests, before: told.length };
  });
  const removed = new Set<string>();
  while (!listed.signal.aborted) {
    const domain = host.domain(removed.size);
    host.domains.delete(domain.dom.uuid);
    removed.add(domain.dom.uuid);
    host.tell(domain);
    await sleep(1);
  }
  const { guests, before } = await list;
  const overtaken = guests.filter(({ id }) => removed.has(id)).map(({ id }) => id);
  expect(overtaken).not.toEqual([]);
  expect(before).toBe(0);
  const gone = () => new Set(told.flatMap((change) => (change.kind === 'removed' ? [change.id] : [])));
  await expect.poll(() => overtaken.filter((id) => !gone().has(id)), { timeout: 10_000 }).toEqual([]);
});

test('only the groups that are asked for go over the wire, in one call', async () => {
  host = await ScriptedHost.start(100);
  const connection = await connectTo(host.uri);
  close = () => connection.close();
  const asked = async (...measures: Measure[]) => {
    host.groups.length = 0;
    await connection.countGuests(new Set(measures));
    return [...host.groups];
  };
  // libvirt: VIR_DOMAIN_STATS_CPU_TOTAL 2, BALLOON 4, VCPU 8, INTERFACE 16, BLOCK 32.
  expect(await asked()).toEqual([]);
  expect(await asked('cpu')).toEqual([2 + 8]);
  expect(await asked('memory')).toEqual([4]);
  expect(await asked('disk')).toEqual([32]);
  expect(await asked('network')).toEqual([16]);
  expect(await asked('cpu', 'memory', 'disk', 'network')).toEqual([2 + 4 + 8 + 16 + 32]);
  expect(host.daemon.peers).toHaveLength(1);
});

test('a driver that tells nothing is asked every few seconds', async () => {
  host = await ScriptedHost.start(3, { events: false });
  const connection = await connectTo(host.uri);
  close = () => connection.close();
  const log = new ChangeLog(connection);
  await connection.listGuests();
  host.domain(1).state = DomainState.running;
  host.domains.delete(guestUuid(2));
  host.add(7);
  // Somebody looks, as statistics show.
  await connection.countGuests(new Set<Measure>(['cpu']));
  await log.guest(guestUuid(1), ({ state }) => state === 'running', 5000);
  await log.guest(guestUuid(7), ({ state }) => state === 'shut-off', 5000);
  await log.removed(guestUuid(2), 5000);
  expect(log.count(guestUuid(0))).toBe(0);
}, 15_000);
