import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { FakeConnection } from '../backends/fake/fake-connection.ts';
import { guestId } from '../backends/fake/seed.ts';
import { Registry } from './registry.ts';
import { Sampler } from './sampler.ts';

const host = 'here';
const debian = guestId(0);
const windows = guestId(2);

async function setUp(guests = 3) {
  const fake = new FakeBackend({ guests, delay: 10 });
  const publish = {
    hosts: { changed: vi.fn(), removed: vi.fn(), loaded: vi.fn(), stale: vi.fn() },
    guests: { changed: vi.fn(), relisted: vi.fn(), sampled: vi.fn(), noticed: vi.fn() },
  };
  const log = vi.fn<(line: string) => void>();
  const registry = new Registry({
    backends: [fake],
    hosts: [
      { id: host, name: host, uri: 'fake://here/', address: { road: 'uri', uri: 'fake://here/' }, autoconnect: true, readOnly: false },
    ],
    publish,
    log,
    random: () => 0,
  });
  registry.connectAll();
  await vi.advanceTimersByTimeAsync(100);
  const count = vi.spyOn(FakeConnection.prototype, 'countGuests');
  return { fake, publish, log, registry, count, sampler: new Sampler({ registry, publish, log }) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});
const pass = async (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test('nobody watches, nothing is read', async () => {
  const { count, sampler } = await setUp();
  await pass(60_000);
  expect(count).not.toHaveBeenCalled();
  sampler.watch(1, [{ kind: 'list', host }]);
  await pass(100);
  sampler.watch(1, []);
  count.mockClear();
  await pass(60_000);
  expect(count).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test('a list is read every 3 s whatever the number of windows, a guest every second', async () => {
  const { count, sampler, publish } = await setUp();
  sampler.watch(1, [{ kind: 'list', host }]);
  sampler.watch(2, [
    { kind: 'list', host },
    { kind: 'load', host },
  ]);
  await pass(1100);
  count.mockClear();
  await pass(30_000);
  expect(count).toHaveBeenCalledTimes(10);
  expect(publish.guests.sampled.mock.lastCall?.[0].samples.map(({ id }: { id: string }) => id)).toEqual([debian, guestId(1), windows]);
  expect(publish.hosts.loaded).toHaveBeenCalledWith({ host, load: expect.objectContaining({ cpu: expect.any(Number) }) });
  sampler.windowClosed(2);
  sampler.watch(1, [{ kind: 'guest', host, id: debian }]);
  await pass(3000);
  count.mockClear();
  publish.guests.sampled.mockClear();
  await pass(10_000);
  expect(count).toHaveBeenCalledTimes(10);
  expect(publish.guests.sampled.mock.lastCall?.[0].samples).toMatchObject([{ id: debian, cpu: expect.any(Number) }]);
  sampler.windowClosed(1);
  await pass(100);
  expect(vi.getTimerCount()).toBe(0);
});

test('rates are what the counters say', async () => {
  const { sampler, publish, count } = await setUp();
  const still = { id: debian, vcpus: 2, memory: 100, memoryUsed: 50, diskRead: 0, diskWritten: 0, netReceived: 0, netSent: 0, cpuTime: 0 };
  count.mockResolvedValueOnce([still]).mockResolvedValueOnce([{ ...still, cpuTime: 1e9, diskRead: 5000, netSent: 700 }]);
  sampler.watch(1, [{ kind: 'guest', host, id: debian }]);
  await pass(1500);
  const [sample] = publish.guests.sampled.mock.calls[0]?.[0].samples ?? [];
  expect(sample.cpu).toBeCloseTo(0.5, 2);
  expect(sample.diskRead).toBeCloseTo(5000, -2);
  expect(sample.netSend).toBeCloseTo(700, -1);
});

test('a host that hangs is not asked twice at once', async () => {
  const { count, sampler } = await setUp();
  let answer: (value: never[]) => void = () => {};
  count.mockImplementationOnce(
    async () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  sampler.watch(1, [{ kind: 'guest', host, id: debian }]);
  await pass(60_000);
  sampler.watch(1, [{ kind: 'list', host }]);
  await pass(60_000);
  expect(count).toHaveBeenCalledTimes(1);
  answer([]);
  await pass(1100);
  expect(count.mock.calls.length).toBeGreaterThan(1);
  sampler.close();
});

test('the history of a watched guest covers ten minutes and no more', async () => {
  const { sampler } = await setUp();
  sampler.watch(1, [{ kind: 'guest', host, id: debian }]);
  await pass(15 * 60_000);
  const history = sampler.history({ host, id: debian });
  expect(history.length).toBeGreaterThan(590);
  expect(history.length).toBeLessThanOrEqual(601);
  const times = history.map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(Date.now() - (times[0] ?? 0)).toBeLessThanOrEqual(601_000);
  expect(sampler.history({ host, id: windows })).toEqual([]);
  sampler.close();
});

test('of 10,000 guests only those that are watched one by one have a history', async () => {
  const { sampler, publish } = await setUp(10_000);
  sampler.watch(1, [
    { kind: 'list', host },
    { kind: 'guest', host, id: debian },
  ]);
  await pass(5000);
  expect(publish.guests.sampled.mock.lastCall?.[0].samples.length).toBeGreaterThan(6000);
  expect(sampler.history({ host, id: debian }).length).toBeGreaterThan(2);
  expect(sampler.history({ host, id: windows })).toEqual([]);
  sampler.close();
});

test('a dropped connection makes a gap, one line in the log at most, and no lie', async () => {
  const { fake, sampler, publish, log, count } = await setUp();
  sampler.watch(1, [{ kind: 'guest', host, id: debian }]);
  await pass(2500);
  fake.dropConnection('here');
  await pass(0);
  publish.guests.sampled.mockClear();
  await pass(900);
  expect(publish.guests.sampled).not.toHaveBeenCalled();
  await pass(5000);
  expect(publish.guests.sampled).toHaveBeenCalled();
  expect(log.mock.calls.length).toBeLessThanOrEqual(1);
  count.mockRejectedValue(new Error('no'));
  await pass(10_000);
  expect(log.mock.calls.length).toBeLessThanOrEqual(2);
  sampler.close();
});

test('an unknown host is refused', async () => {
  const { sampler } = await setUp();
  expect(() => sampler.watch(1, [{ kind: 'list', host: 'nowhere' }])).toThrow(expect.objectContaining({ code: 'not-found' }));
});

test('only what some window looks at is asked for', async () => {
  const { count, sampler, publish } = await setUp();
  const load = vi.spyOn(FakeConnection.prototype, 'loadOfHost');
  sampler.watch(1, [{ kind: 'load', host }]);
  await pass(10_000);
  expect(load).toHaveBeenCalled();
  expect(publish.hosts.loaded).toHaveBeenCalled();
  expect(count).not.toHaveBeenCalled();
  load.mockClear();
  sampler.watch(1, [{ kind: 'list', host, measures: ['cpu'] }]);
  await pass(10_000);
  expect(load).not.toHaveBeenCalled();
  expect(count.mock.lastCall).toEqual([new Set(['cpu'])]);
  expect(publish.guests.sampled.mock.lastCall?.[0].samples[0]).toMatchObject({ cpu: expect.any(Number), memoryUsed: null, diskRead: null });
  sampler.watch(2, [{ kind: 'guest', host, id: debian, measures: ['disk'] }]);
  await pass(5000);
  expect(count.mock.lastCall).toEqual([new Set(['cpu', 'disk'])]);
  sampler.windowClosed(2);
  await pass(5000);
  expect(count.mock.lastCall).toEqual([new Set(['cpu'])]);
  expect(sampler.history({ host, id: debian }).at(-1)).toMatchObject({ cpu: expect.any(Number), memory: null });
});
