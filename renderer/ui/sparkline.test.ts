import { expect, test } from 'vitest';
import { sparklinePath } from './sparkline.ts';

test('two values are needed for a line', () => {
  expect(sparklinePath(Float64Array.of(0.5), 3, 20, 11)).toBe('');
});

test('the newest value is at the right edge, full load at the top', () => {
  expect(sparklinePath(Float64Array.of(0, 1), 3, 20, 11)).toBe('M10.0 10.5L20.0 0.5');
});

test('more values than places: the newest are shown', () => {
  expect(sparklinePath(Float64Array.of(1, 0, 0, 0), 3, 20, 11)).toBe('M0.0 10.5L10.0 10.5L20.0 10.5');
});
