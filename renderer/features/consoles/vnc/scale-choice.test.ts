import { expect, test } from 'vitest';
import { nextScale, scaleWords } from './scale-choice.ts';

test('zooming goes from step to step and stops at the last', () => {
  expect(nextScale(100, true, 0)).toBe(125);
  expect(nextScale(100, false, 0)).toBe(75);
  expect(nextScale(200, true, 0)).toBe(200);
  expect(nextScale(50, false, 0)).toBe(50);
});

test('from a fitted picture it goes on from what is shown', () => {
  expect(nextScale('fit', true, 110)).toBe(125);
  expect(nextScale('fit', false, 110)).toBe(100);
  expect(nextScale('fit', true, 400)).toBe('fit');
});

test('a size in words', () => {
  expect([scaleWords('fit'), scaleWords(75)]).toEqual(['Fit', '75 %']);
});
