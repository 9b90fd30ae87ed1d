import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Fault, FaultCode } from '#model/fault';
import { createReconnect } from './reconnect.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const fault = (code: FaultCode): Fault => ({ code, message: 'It ended.', reason: null, remedy: null });
const middle = (): number => 0.5;

test('it waits longer each time, up to fifteen seconds', () => {
  const again = vi.fn();
  const reconnect = createReconnect(again, middle);
  const waits = Array.from({ length: 7 }, () => {
    const wait = reconnect.ended(fault('connection-lost')) ?? 0;
    vi.advanceTimersByTime(wait - 1);
    const early = again.mock.calls.length;
    vi.advanceTimersByTime(1);
    expect(again.mock.calls.length).toBe(early + 1);
    return wait;
  });
  expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test('consoles that end together do not come back together', () => {
  const first = createReconnect(vi.fn(), () => 0).ended(null);
  const last = createReconnect(vi.fn(), () => 1).ended(null);
  expect([first, last]).toEqual([800, 1200]);
});

test('one that shows a picture for a moment and ends again still waits longer; one that was well begins anew', () => {
  const reconnect = createReconnect(vi.fn(), middle);
  reconnect.ended(null);
  reconnect.connected();
  vi.advanceTimersByTime(1000);
  expect(reconnect.ended(null)).toBe(2000);
  reconnect.connected();
  vi.advanceTimersByTime(10_000);
  expect(reconnect.ended(null)).toBe(1000);
});

test.each<FaultCode>(['auth-failed', 'console-busy', 'protocol', 'not-found', 'invalid-state', 'permission'])(
  'after %s it is left to the person',
  (code) => {
    const again = vi.fn();
    expect(createReconnect(again).ended(fault(code))).toBeNull();
    vi.runAllTimers();
    expect(again).not.toHaveBeenCalled();
  },
);

test('it can be stopped while it waits', () => {
  const again = vi.fn();
  const reconnect = createReconnect(again, middle);
  reconnect.ended(null);
  reconnect.stop();
  vi.runAllTimers();
  expect(again).not.toHaveBeenCalled();
  expect(reconnect.ended(null)).toBe(1000);
});
