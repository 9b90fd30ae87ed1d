import type { Guest } from '#model/guest';
import { expect, test } from 'vitest';
import { ChangeQueue } from './change-queue.ts';

const id = (digit: number) => `00000000-0000-0000-0000-00000000000${digit}`;
const guest = (digit: number, name: string): Guest => ({
  id: id(digit),
  name,
  state: 'running',
  persistent: true,
  autostart: false,
  saved: false,
  vcpus: 1,
  memory: 0,
});
const upserted = (digit: number, name: string) => ({ kind: 'upserted', guest: guest(digit, name) }) as const;

test('only the newest change of a guest is delivered, in the order of what happened last', async () => {
  const queue = new ChangeQueue();
  queue.push(upserted(1, 'old'));
  queue.push(upserted(2, 'other'));
  queue.push(upserted(1, 'new'));
  queue.end();
  const seen = [];
  for await (const change of queue) seen.push(change);
  expect(seen).toEqual([upserted(2, 'other'), upserted(1, 'new')]);
});

test('a waiting reader is woken, and what was pushed while it worked is not lost', async () => {
  const queue = new ChangeQueue();
  const reader = queue[Symbol.asyncIterator]();
  const first = reader.next();
  queue.push(upserted(1, 'a'));
  expect((await first).value).toEqual(upserted(1, 'a'));
  queue.push({ kind: 'removed', id: id(1) });
  expect((await reader.next()).value).toEqual({ kind: 'removed', id: id(1) });
  const last = reader.next();
  queue.end();
  expect((await last).done).toBe(true);
  queue.push(upserted(3, 'late'));
  expect((await reader.next()).done).toBe(true);
});
