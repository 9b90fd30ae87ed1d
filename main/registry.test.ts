import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SavedHost } from '#model/host';
import { BackendError } from '../backends/errors.ts';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { guestId } from '../backends/fake/seed.ts';
import { Registry } from './registry.ts';

const debian = guestId(0);
const hosts: readonly SavedHost[] = [
  {
    id: 'here',
    name: 'This computer',
    uri: 'fake://here/',
    address: { road: 'uri', uri: 'fake://here/' },
    autoconnect: true,
    readOnly: false,
  },
  {
    id: 'there',
    name: 'The other one',
    uri: 'fake://there/',
    address: { road: 'uri', uri: 'fake://there/' },
    autoconnect: true,
    readOnly: false,
  },
];

function setUp(options: { random?: number; delay?: number } = {}) {
  const fake = new FakeBackend({ guests: 3, delay: options.delay ?? 10 });
  const publish = {
    hosts: { changed: vi.fn(), removed: vi.fn(), loaded: vi.fn(), stale: vi.fn() },
    guests: { changed: vi.fn(), relisted: vi.fn(), sampled: vi.fn(), noticed: vi.fn() },
  };
  const registry = new Registry({ backends: [fake], hosts, publish, log: () => {}, random: () => options.random ?? 1 });
  const state = (id: string) => registry.link(id).host().state;
  return { fake, publish, registry, state };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = async (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test('connects to all hosts, lists their guests and says so', async () => {
  const { registry, publish, state } = setUp();
  registry.connectAll();
  expect(state('here')).toEqual({ kind: 'connecting' });
  await pass(100);
  expect(state('here')).toMatchObject({ kind: 'connected', facts: { hostname: 'here' } });
  expect(registry.snapshot('here').guests.map(({ name }) => name)).toEqual(['debian-13', 'fedora-workstation', 'windows-11']);
  expect(new Set(publish.guests.relisted.mock.calls.map(([news]) => news.host))).toEqual(new Set(['here', 'there']));
  expect(publish.hosts.changed).toHaveBeenCalledWith(
    expect.objectContaining({ id: 'there', state: expect.objectContaining({ kind: 'connected' }) }),
  );
  await registry.close();
  expect(state('here')).toEqual({ kind: 'disconnected' });
  expect(vi.getTimerCount()).toBe(0);
});

test('a host that never answers delays no other and can be given up', async () => {
  const { fake, registry, state } = setUp();
  fake.setManners('here', 'silent');
  registry.connectAll();
  await pass(3_600_000);
  expect(state('here')).toEqual({ kind: 'connecting' });
  expect(state('there').kind).toBe('connected');
  await registry.link('here').disconnect();
  expect(state('here')).toEqual({ kind: 'disconnected' });
});

test('what happens while the list is read is not lost, and what is older than the list changes nothing', async () => {
  const { fake, registry } = setUp({ delay: 100 });
  registry.connectAll();
  await pass(150);
  const host = fake.host('here');
  host.update(debian, { name: 'renamed' });
  host.remove(guestId(1));
  await pass(100);
  expect(registry.snapshot('here').guests.map(({ name }) => name)).toEqual(['renamed', 'windows-11']);
  await registry.close();
});

test('every change is told with a growing number; the snapshot is never behind its own number', async () => {
  const { fake, registry, publish } = setUp();
  registry.connectAll();
  await pass(100);
  const { seq } = registry.snapshot('here');
  fake.host('here').update(debian, { state: 'paused' });
  fake.host('here').remove(guestId(2));
  await pass(0);
  expect(publish.guests.changed.mock.calls.map(([news]) => [news.seq, news.change.kind])).toEqual([
    [seq + 1, 'upserted'],
    [seq + 2, 'removed'],
  ]);
  expect(registry.snapshot('here')).toMatchObject({ seq: seq + 2, guests: [{ state: 'paused' }, {}] });
  await registry.close();
});

test('a guest that changes like mad is told of every 50 ms, with what it is last', async () => {
  const { fake, registry, publish } = setUp();
  registry.connectAll();
  await pass(100);
  const told: [number, string][] = [];
  const begun = performance.now();
  publish.guests.changed.mockImplementation(({ change }) => told.push([performance.now() - begun, change.guest.name]));
  for (let i = 0; i < 30; i++) {
    fake.host('here').update(debian, { name: `name ${i}` });
    await pass(4);
  }
  expect(registry.guest({ host: 'here', id: debian }).name).toBe('name 29');
  await pass(200);
  expect(told.map(([at]) => Math.round(at))).toEqual([0, 50, 100, 150]);
  expect(told.map(([, name]) => name)).toEqual(['name 0', 'name 12', 'name 24', 'name 29']);
  await registry.close();
});

test('a lost connection is told with its reason, tried again ever more slowly, and listed anew when it is back', async () => {
  const { fake, registry, publish, state } = setUp();
  registry.connectAll();
  await pass(100);
  fake.setManners('here', new BackendError('daemon-missing', 'Nothing answers.'));
  fake.dropConnection('here');
  await pass(0);
  expect(state('here')).toMatchObject({ kind: 'failed', fault: { code: 'connection-lost' }, retryAt: Date.now() + 1000 });
  expect(() => registry.snapshot('here')).toThrow(expect.objectContaining({ code: 'not-connected' }));
  const waits: number[] = [];
  for (let i = 0; i < 7; i++) {
    const before = state('here');
    const until = before.kind === 'failed' ? (before.retryAt ?? 0) : 0;
    waits.push(until - Date.now());
    await pass(until - Date.now() + 20);
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000].map((wait, i) => (i === 0 ? wait : wait - 10)));
  fake.setManners('here', 'open');
  fake.host('here').remove(debian);
  publish.guests.relisted.mockClear();
  registry.link('here').connect();
  await pass(100);
  expect(state('here').kind).toBe('connected');
  expect(registry.snapshot('here').guests).toHaveLength(2);
  expect(publish.guests.relisted).toHaveBeenCalledTimes(1);
  expect(state('there').kind).toBe('connected');
  await registry.close();
});

test.each(['auth-failed', 'permission', 'auth-cancelled'] as const)('%s is not tried again by itself', async (code) => {
  const { fake, registry, state } = setUp();
  fake.setManners('here', new BackendError(code, 'No.'));
  registry.connectAll();
  await pass(120_000);
  expect(state('here')).toEqual({ kind: 'failed', fault: expect.objectContaining({ code }), retryAt: null });
  await registry.close();
});

test('reconnections are spread', async () => {
  const { fake, registry, state } = setUp({ random: 0.5 });
  fake.setManners('here', new BackendError('timeout', 'Late.'));
  registry.connectAll();
  await pass(20 + 1000 + 20 + 1500);
  expect(state('here')).toMatchObject({ retryAt: expect.any(Number) });
  const waited = state('here');
  expect(waited.kind === 'failed' && waited.retryAt !== null && waited.retryAt - Date.now()).toBeLessThanOrEqual(3000);
  await registry.close();
});

test('a list that fails ends the attempt and leaves no connection open', async () => {
  const { fake, registry, state } = setUp();
  fake.host('here').injectFault('list', new BackendError('protocol', 'Garbage.'));
  registry.connectAll();
  await pass(100);
  expect(state('here')).toMatchObject({ kind: 'failed', fault: { code: 'protocol' } });
  await pass(1000);
  expect(state('here').kind).toBe('connected');
  await registry.close();
});

test('disconnecting in the middle of the list holds', async () => {
  const { registry, state, publish } = setUp({ delay: 100 });
  registry.connectAll();
  await pass(150);
  await registry.link('here').disconnect();
  await pass(10_000);
  expect(state('here')).toEqual({ kind: 'disconnected' });
  expect(publish.guests.relisted).not.toHaveBeenCalledWith({ host: 'here' });
  await registry.close();
});

test('unknown hosts, guests and kinds of hosts have their codes', async () => {
  const { fake, registry, publish } = setUp();
  registry.connectAll();
  await pass(100);
  expect(() => registry.connection('nowhere')).toThrow(expect.objectContaining({ code: 'not-found' }));
  expect(() => registry.guest({ host: 'here', id: guestId(99) })).toThrow(expect.objectContaining({ code: 'not-found' }));
  await registry.close();
  const other = new Registry({
    backends: [fake],
    hosts: [{ id: 'x', name: 'x', uri: 'strange://x/', address: { road: 'uri', uri: 'strange://x/' }, autoconnect: true, readOnly: false }],
    publish,
    log: () => {},
    random: () => 0,
  });
  other.connectAll();
  await pass(0);
  expect(other.hosts()).toMatchObject([{ state: { kind: 'failed', fault: { code: 'bad-uri' }, retryAt: null } }]);
});
