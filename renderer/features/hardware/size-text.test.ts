import { expect, test } from 'vitest';
import { GiB, MiB } from '#model/quantity';
import { bytesOf, sizeText } from './size-text.ts';

test.each([
  [2 * GiB, '2', 'GiB'],
  [1.5 * GiB, '1.5', 'GiB'],
  [1536 * GiB, '1.5', 'TiB'],
  [700 * MiB, '700', 'MiB'],
  [4096, '4', 'KiB'],
  [1000, '1000', 'bytes'],
  [0, '0', 'MiB'],
] as const)('%d bytes are %s %s, and the same again', (bytes, text, unit) => {
  expect(sizeText(bytes)).toEqual({ text, unit });
  expect(bytesOf({ text, unit })).toBe(bytes);
});

test.each(['', 'x', '-1', '1e3', '1..5', '９', '99999999999999999'])('“%s” is no size', (text) => {
  expect(bytesOf({ text, unit: 'GiB' })).toBeNull();
});

test('a comma separates decimals too', () => {
  expect(bytesOf({ text: '1,5', unit: 'GiB' })).toBe(1.5 * GiB);
});
