import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GuestSweep } from './guest-sweep.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = async (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test('a host with events is read again once a minute, and only while somebody looks', async () => {
  const sweep = vi.fn(async () => undefined);
  const sweeper = new GuestSweep({ events: true, sweep });
  expect(vi.getTimerCount()).toBe(0);
  await pass(3_600_000);
  expect(sweep).not.toHaveBeenCalled();
  for (let second = 0; second < 180; second += 3) {
    sweeper.looked();
    await pass(3000);
  }
  expect(sweep).toHaveBeenCalledTimes(3);
});

test('a host without events is read every 3 s while somebody looks, every 15 s else, and never twice at once', async () => {
  let answer: () => void = () => undefined;
  const sweep = vi.fn(async () => undefined);
  const sweeper = new GuestSweep({ events: false, sweep });
  await pass(60_000);
  expect(sweep).toHaveBeenCalledTimes(4);
  sweep.mockClear();
  for (let second = 0; second < 30; second += 3) {
    sweeper.looked();
    await pass(3000);
  }
  expect(sweep).toHaveBeenCalledTimes(10);
  sweep.mockClear();
  sweep.mockImplementation(() => new Promise((resolve) => (answer = () => resolve(undefined))));
  await pass(60_000);
  expect(sweep).toHaveBeenCalledTimes(1);
  answer();
  await pass(15_000);
  expect(sweep).toHaveBeenCalledTimes(2);
  sweeper.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('a sweep that fails is no error, and comes again', async () => {
  const sweep = vi.fn(async () => {
    throw new Error('busy');
  });
  const sweeper = new GuestSweep({ events: false, sweep });
  await pass(30_000);
  expect(sweep.mock.calls.length).toBeGreaterThan(1);
  sweeper.stop();
});
