import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Fault, FaultCode } from '#model/fault';
import type { ConsoleState } from '../console-session.ts';
import { createWatcher } from './console-watcher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const fault = (code: FaultCode): Fault => ({ code, message: 'It ended.', reason: null, remedy: null });
const open: ConsoleState = { kind: 'open', channel: { start: () => undefined, send: () => undefined, close: () => undefined } };
const ended = (code: FaultCode | null, wasOpen = true): ConsoleState => ({
  kind: 'ended',
  fault: code === null ? null : fault(code),
  wasOpen,
});
const LONG = 30_000;

/** A session that goes through `states`, one a call, and counts how often it was asked to connect by the watcher. */
function watched() {
  let state: ConsoleState = { kind: 'connecting' };
  let listener = (): void => undefined;
  const connect = vi.fn();
  const watcher = createWatcher({
    getState: () => state,
    connect,
    subscribe: (given) => {
      listener = given;
      return () => true;
    },
  });
  const stop = watcher.watch();
  const become = (next: ConsoleState): void => {
    state = next;
    listener();
  };
  return { watcher, connect, become, stop };
}

test.each<FaultCode | null>([null, 'connection-lost', 'internal'])(
  'after an end with %s it is tried again, without taking it from anybody',
  (code) => {
    const { watcher, connect, become } = watched();
    become(open);
    become(ended(code));
    expect(watcher.prospect()).toEqual({ comesBack: true, wasOpen: true });
    vi.advanceTimersByTime(LONG);
    expect(connect.mock.calls).toEqual([[false]]);
  },
);

test('taken over, it is left to the person', () => {
  const { watcher, connect, become } = watched();
  become(open);
  become(ended('internal'));
  vi.advanceTimersByTime(LONG);
  become({ kind: 'busy', fault: fault('console-busy') });
  expect(watcher.prospect()).toEqual({ comesBack: false, wasOpen: true });
  vi.advanceTimersByTime(LONG);
  expect(connect).toHaveBeenCalledTimes(1);
  watcher.connect(true);
  expect(connect).toHaveBeenLastCalledWith(true);
});

test('after a cut link the host may take us for somebody else: for a minute it is tried again', () => {
  const { watcher, connect, become } = watched();
  become(open);
  become(ended('connection-lost'));
  vi.advanceTimersByTime(5000);
  become({ kind: 'busy', fault: fault('console-busy') });
  expect(watcher.prospect().comesBack).toBe(true);
  vi.advanceTimersByTime(LONG);
  expect(connect).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(60_000);
  become({ kind: 'busy', fault: fault('console-busy') });
  expect(watcher.prospect().comesBack).toBe(false);
});

test('what could not be opened for good is not tried again; who left is not either', () => {
  const { watcher, connect, become, stop } = watched();
  become(ended('permission', false));
  expect(watcher.prospect()).toEqual({ comesBack: false, wasOpen: false });
  become(open);
  become(ended(null));
  stop();
  vi.advanceTimersByTime(LONG);
  expect(connect).not.toHaveBeenCalled();
});
