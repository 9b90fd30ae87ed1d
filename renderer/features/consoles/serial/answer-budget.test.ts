import { expect, test } from 'vitest';
import { createAnswerBudget } from './answer-budget.ts';

const taken = (take: () => boolean, wishes: number): number => Array.from({ length: wishes }, take).filter(Boolean).length;

test('a hundred answers a second', () => {
  let now = 0;
  const { take } = createAnswerBudget(() => now);
  expect(taken(take, 1000)).toBe(100);
  now = 1000;
  expect(taken(take, 1000)).toBe(100);
});

test('ten thousand in all, until the person types', () => {
  let now = 0;
  const { take, typed } = createAnswerBudget(() => (now += 20));
  expect(taken(take, 50_000)).toBe(10_000);
  typed();
  expect(taken(take, 50)).toBe(50);
});
