import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WriteTurns } from './write-turns.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const KiB = 1024;

/** A terminal that does its work when it is told to. */
function sink() {
  const queue: { readonly size: number; readonly done: (() => void) | undefined }[] = [];
  return {
    write: (data: string | Uint8Array, done?: () => void) => void queue.push({ size: data.length, done }),
    get waiting() {
      return queue.reduce((sum, { size }) => sum + size, 0);
    },
    largest: () => Math.max(...queue.map(({ size }) => size)),
    work: () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) next.done?.();
    },
  };
}

test('output is handed over in small pieces, and given back when it was shown', () => {
  const terminal = sink();
  const done = vi.fn();
  new WriteTurns().write(terminal, new Uint8Array(64 * KiB), done);
  expect(terminal.waiting).toBe(64 * KiB);
  expect(terminal.largest()).toBe(4 * KiB);
  expect(done).not.toHaveBeenCalled();
  terminal.work();
  expect(done).toHaveBeenCalledTimes(1);
});

test('nothing is too little to be told of', () => {
  const terminal = sink();
  const done = vi.fn();
  new WriteTurns().write(terminal, new Uint8Array(), done);
  terminal.work();
  expect(done).toHaveBeenCalledTimes(1);
});

test('one terminal after the other, each for one turn', () => {
  const [first, second] = [sink(), sink()];
  const turns = new WriteTurns();
  const nothing = (): void => undefined;
  for (let i = 0; i < 8; i++) turns.write(first, new Uint8Array(64 * KiB), nothing);
  turns.write(second, new Uint8Array(10), nothing);
  // The first packet went at once; the rest waits together.
  expect([first.waiting, second.waiting]).toEqual([64 * KiB, 0]);
  first.work();
  expect([first.waiting, second.waiting]).toEqual([0, 10]);
  second.work();
  expect([first.waiting, second.waiting]).toEqual([128 * KiB, 0]);
});

test('a terminal that never says that it is done holds up nobody for ever', () => {
  const [dead, alive] = [sink(), sink()];
  const turns = new WriteTurns();
  const nothing = (): void => undefined;
  turns.write(dead, new Uint8Array(1), nothing);
  turns.write(alive, new Uint8Array(1), nothing);
  expect(alive.waiting).toBe(0);
  vi.advanceTimersByTime(2000);
  expect(alive.waiting).toBe(1);
});

test('one that is gone makes room at once', () => {
  const [gone, alive] = [sink(), sink()];
  const turns = new WriteTurns();
  const nothing = (): void => undefined;
  turns.write(gone, new Uint8Array(1), nothing);
  turns.write(alive, new Uint8Array(1), nothing);
  turns.forget(gone);
  expect(alive.waiting).toBe(1);
});
