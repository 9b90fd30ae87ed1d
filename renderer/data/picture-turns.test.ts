import { expect, test, vi } from 'vitest';

vi.mock('../api.ts', () => ({ api: {} }));
const { createTurns } = await import('./picture-turns.ts');

test('so many run at once, the others in order, and who gave up never begins', async () => {
  const inTurn = createTurns(2);
  const began: number[] = [];
  const ends: (() => void)[] = [];
  const gaveUp = new AbortController();
  const work = (n: number, signal = new AbortController().signal): Promise<number> =>
    inTurn(async () => {
      began.push(n);
      await new Promise<void>((resolve) => ends.push(resolve));
      return n;
    }, signal);
  const works = [work(1), work(2), work(3, gaveUp.signal), work(4)];
  const third = expect(works[2]).rejects.toThrow('left');
  await vi.waitFor(() => expect(began).toEqual([1, 2]));
  gaveUp.abort(new Error('left'));
  ends[0]?.();
  await third;
  await vi.waitFor(() => expect(began).toEqual([1, 2, 4]));
  for (const end of ends) end();
  expect(await Promise.all([works[0], works[1], works[3]])).toEqual([1, 2, 4]);
});

test('one that fails makes room too', async () => {
  const inTurn = createTurns(1);
  const signal = new AbortController().signal;
  await expect(inTurn(() => Promise.reject(new Error('no picture')), signal)).rejects.toThrow('no picture');
  expect(await inTurn(async () => 7, signal)).toBe(7);
});
