import { expect, test } from 'vitest';
import { Inlet } from './inlet.ts';

const LARGE = 1024 * 1024;

/** As a socket does: asks for memory, fills it with `mark`, says how much there is now. */
function read(inlet: Inlet, length: number, mark: number): void {
  const memory = inlet.buffer();
  memory.fill(mark, 0, Math.min(length, memory.length));
  inlet.callback(Math.min(length, memory.length), memory);
}

function open(): { inlet: Inlet; delivered: Uint8Array[] } {
  const inlet = new Inlet();
  const delivered: Uint8Array[] = [];
  inlet.start((bytes) => delivered.push(bytes));
  return { inlet, delivered };
}

test('what comes before the listener is kept for it', () => {
  const inlet = new Inlet();
  read(inlet, 3, 7);
  const delivered: Uint8Array[] = [];
  inlet.start((bytes) => delivered.push(bytes));
  expect(delivered).toEqual([Buffer.from([7, 7, 7])]);
});

test('an idle connection holds little, a busy one reads much at once', () => {
  const { inlet, delivered } = open();
  expect(inlet.buffer().length).toBe(64 * 1024);
  for (let count = 0; count < 3; count += 1) read(inlet, LARGE, count);
  expect(delivered.at(-1)?.length).toBe(LARGE);
  read(inlet, 10, 9);
  expect(inlet.buffer().length).toBeLessThan(LARGE);
});

test('the small last piece of each packet does not make bulk data small', () => {
  const { inlet, delivered } = open();
  const memories = new Set<unknown>();
  for (let mark = 0; mark < 40; mark += 1) {
    for (const length of [200_000, 62_000, 52]) read(inlet, length, mark);
    inlet.giveBack(delivered.at(-1) ?? Buffer.alloc(0));
    memories.add(delivered.at(-1)?.buffer);
  }
  expect(memories.size).toBeLessThan(5);
});

test('memory that was given back is used again, and never what lies after it', () => {
  const { inlet, delivered } = open();
  for (let mark = 0; mark < 6; mark += 1) read(inlet, LARGE, mark);
  const [, first, second, third] = delivered;
  if (first === undefined || second === undefined || third === undefined) throw new Error('nothing came');
  inlet.giveBack(third);
  for (let mark = 10; mark < 14; mark += 1) read(inlet, LARGE, mark);
  const later = delivered.slice(6).map(({ buffer }) => buffer);
  expect(later).toContain(first.buffer);
  expect(later).toContain(second.buffer);
  // The block of what was given back may hold more than that.
  expect(later).not.toContain(third.buffer);
  for (const kept of delivered.slice(3, 6)) expect(later).not.toContain(kept.buffer);
  expect(new Set(later).size).toBe(later.length);
});

test('what is never given back is the listener’s for ever', () => {
  const { inlet, delivered } = open();
  for (let mark = 0; mark < 60; mark += 1) read(inlet, LARGE, mark);
  expect(delivered.slice(1).every((bytes, index) => bytes[0] === index + 1 && bytes[LARGE - 1] === index + 1)).toBe(true);
});

test('bytes of elsewhere give nothing back', () => {
  const { inlet, delivered } = open();
  for (let mark = 0; mark < 4; mark += 1) read(inlet, LARGE, mark);
  inlet.giveBack(Buffer.from('copied'));
  read(inlet, LARGE, 9);
  expect(new Set(delivered.map(({ buffer }) => buffer)).size).toBe(delivered.length);
});
