import { expect, test } from 'vitest';
import { finish, inSlices, type Work } from './work.ts';

function* countTo(end: number): Work<number> {
  for (let count = 1; count < end; count++) yield;
  return end;
}

test('work is done at once, or in slices, to the same end', async () => {
  expect(finish(countTo(1000))).toBe(1000);
  expect(await inSlices(countTo(1000))).toBe(1000);
});

test('others have a turn while it is done in slices', async () => {
  const turns: string[] = [];
  setTimeout(() => turns.push('theirs'), 0);
  function* untilTheirTurn(): Work<string> {
    while (turns.length === 0) yield;
    return 'done';
  }
  expect(await inSlices(untilTheirTurn())).toBe('done');
});

test('what it throws is thrown', async () => {
  function* broken(): Work<never> {
    yield;
    throw new RangeError('broken');
  }
  await expect(inSlices(broken())).rejects.toThrow(RangeError);
});
