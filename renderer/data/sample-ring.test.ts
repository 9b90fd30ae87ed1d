import { expect, test } from 'vitest';
import type { GuestSample } from '#model/sample';
import { SampleRing } from './sample-ring.ts';

const sample = (at: number): GuestSample => ({
  id: '00000000-0000-4000-8000-000000000001',
  at,
  cpu: at / 1000,
  memoryUsed: at,
  memory: 4096,
  diskRead: at * 2,
  diskWrite: 0,
  netReceive: 0,
  netSend: at * 3,
});
const filled = (capacity: number, ...ats: number[]) => {
  const ring = new SampleRing(capacity);
  for (const at of ats) ring.push(sample(at));
  return ring;
};

test('an empty ring has no last value', () => {
  expect(new SampleRing(4).last('cpu')).toBeNaN();
  expect(new SampleRing(4).columns().at).toHaveLength(0);
});

test('the oldest samples make room for new ones', () => {
  const ring = filled(3, 1, 2, 3, 4, 5);
  expect([...ring.column('at')]).toEqual([3, 4, 5]);
  expect([...ring.columns().netSend]).toEqual([9, 12, 15]);
  expect(ring.last('diskRead')).toBe(10);
});

test('a sample that is not newer is dropped and nobody is told', () => {
  const ring = filled(3, 5);
  let told = 0;
  const stop = ring.subscribe(() => (told += 1));
  ring.push(sample(5));
  ring.push(sample(4));
  expect(told).toBe(0);
  ring.push(sample(6));
  expect(told).toBe(1);
  stop();
  ring.push(sample(7));
  expect(told).toBe(1);
  expect(ring.length).toBe(3);
});

test('history goes before what is already here, without doubles', () => {
  const ring = filled(4, 30, 40);
  ring.seed([10, 20, 30, 40].map(sample));
  expect([...ring.column('at')]).toEqual([10, 20, 30, 40]);
  ring.seed([1, 2, 3].map(sample));
  expect([...ring.column('at')]).toEqual([10, 20, 30, 40]);
});

test('growing keeps what is there', () => {
  const ring = filled(3, 1, 2, 3, 4);
  ring.grow(5);
  for (const at of [5, 6, 7]) ring.push(sample(at));
  expect([...ring.column('at')]).toEqual([3, 4, 5, 6, 7]);
});
