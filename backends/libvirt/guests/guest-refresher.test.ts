import type { Guest, GuestChange } from '#model/guest';
import { expect, test, vi } from 'vitest';
import { GuestRefresher } from './guest-refresher.ts';
import type { Domain } from '../protocol/objects.ts';

const domain = (number: number): Domain => ({ name: `g${number}`, uuid: `00000000-0000-0000-0000-00000000000${number}`, id: number });
const guest = (from: Domain, name = from.name): Guest => ({
  id: from.uuid,
  name,
  state: 'running',
  persistent: true,
  autostart: false,
  saved: false,
  vcpus: 1,
  memory: 0,
});

function bench() {
  const reads: { domains: readonly Domain[]; answer: (guests: readonly Guest[]) => void; fail: (error: Error) => void }[] = [];
  const changes: GuestChange[] = [];
  const refresher = new GuestRefresher({
    read: (domains) => new Promise((answer, fail) => reads.push({ domains, answer, fail })),
    publish: (change) => changes.push(change),
    alive: () => true,
  });
  return { reads, changes, refresher, settle: () => new Promise((done) => setImmediate(done)) };
}

test('many events of one guest are one read, and those that come meanwhile one more', async () => {
  const { reads, changes, refresher, settle } = bench();
  for (let n = 0; n < 100; n++) refresher.mark(domain(1));
  refresher.mark(domain(2));
  await settle();
  expect(reads).toHaveLength(1);
  for (let n = 0; n < 100; n++) refresher.mark(domain(1));
  await settle();
  expect(reads).toHaveLength(1);
  reads[0]?.answer([guest(domain(1), 'old')]);
  await settle();
  reads[1]?.answer([guest(domain(1), 'new')]);
  await settle();
  expect(reads.map((read) => read.domains.length)).toEqual([2, 1]);
  expect(changes).toEqual([
    { kind: 'upserted', guest: guest(domain(1), 'old') },
    { kind: 'removed', id: guest(domain(2)).id },
    { kind: 'upserted', guest: guest(domain(1), 'new') },
  ]);
});

test('a sweep tells what differs from what was told, and nothing else', async () => {
  const { changes, refresher } = bench();
  await refresher.list(async () => [guest(domain(1)), guest(domain(2)), guest(domain(3))]);
  await refresher.sweep(async () => [guest(domain(1)), { ...guest(domain(2)), autostart: true }, guest(domain(4))]);
  expect(changes).toEqual([
    { kind: 'upserted', guest: { ...guest(domain(2)), autostart: true } },
    { kind: 'upserted', guest: guest(domain(4)) },
    { kind: 'removed', id: guest(domain(3)).id },
  ]);
  await refresher.sweep(async () => [guest(domain(1)), { ...guest(domain(2)), autostart: true }, guest(domain(4))]);
  expect(changes).toHaveLength(3);
});

test('what changes while a list is read is told after the list', async () => {
  const { reads, changes, refresher, settle } = bench();
  let answerList: (guests: Guest[]) => void = () => undefined;
  const list = refresher.list(() => new Promise((answer) => (answerList = answer)));
  await settle();
  refresher.mark(domain(1));
  await settle();
  expect(reads).toHaveLength(0);
  answerList([guest(domain(1), 'stale')]);
  expect((await list)[0]?.name).toBe('stale');
  expect(changes).toEqual([]);
  await settle();
  reads[0]?.answer([guest(domain(1), 'fresh')]);
  await settle();
  expect(changes).toEqual([{ kind: 'upserted', guest: guest(domain(1), 'fresh') }]);
});

test('a failed read is tried again with the newest handle; a failed list does not stop the turns', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { reads, changes, refresher, settle } = bench();
  await expect(refresher.list(() => Promise.reject(new Error('busy')))).rejects.toThrow('busy');
  refresher.mark(domain(1));
  await settle();
  reads[0]?.fail(new Error('no answer'));
  await settle();
  expect(changes).toEqual([]);
  vi.advanceTimersByTime(1000);
  vi.useRealTimers();
  await settle();
  reads[1]?.answer([guest(domain(1))]);
  await settle();
  expect(changes).toEqual([{ kind: 'upserted', guest: guest(domain(1)) }]);
});
