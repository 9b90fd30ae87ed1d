import { expect, test } from 'vitest';
import { GiB, MiB } from '#model/quantity';
import { bytesOf, sizeOf } from './size.ts';

test.each([
  ['20', 'GiB', 20 * GiB],
  ['1,5', 'GiB', 1536 * MiB],
  ['0.25', 'TiB', 256 * GiB],
  ['700', 'MiB', 700 * MiB],
] as const)('%s %s', (text, unit, bytes) => {
  expect(bytesOf({ text, unit })).toBe(bytes);
});

test.each(['', '0', '-1', '1e3', 'NaN', '1.2.3', '9'.repeat(12), '0.0000001'])('%j is no size', (text) => {
  expect(bytesOf({ text, unit: 'TiB' })).toBeNull();
});

test('a size is shown in the unit that says it shortest, and never smaller than it is', () => {
  expect(sizeOf(20 * GiB)).toEqual({ text: '20', unit: 'GiB' });
  expect(sizeOf(1.5 * 1024 * GiB)).toEqual({ text: '1.5', unit: 'TiB' });
  expect(sizeOf(700 * MiB)).toEqual({ text: '700', unit: 'MiB' });
  for (const bytes of [GiB + 1, 5 * MiB + 512, 20 * GiB, 3 * MiB]) expect(bytesOf(sizeOf(bytes))).toBeGreaterThanOrEqual(bytes);
});
