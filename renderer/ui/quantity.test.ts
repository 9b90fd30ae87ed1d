import { expect, test } from 'vitest';
import { formatBytes, formatRate, formatShare } from './quantity.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536 * 1024, '1.5 MiB'],
  [512 * 1024 ** 2, '512 MiB'],
  [1023.7 * 1024 ** 2, '1.0 GiB'],
  [2 * 1024 ** 3, '2 GiB'],
  [150.4 * 1024 ** 3, '150 GiB'],
  [5000 * 1024 ** 5, '5000 PiB'],
  [NaN, '–'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [0, '0 B/s'],
  [999.4, '999 B/s'],
  [1500, '1.5 kB/s'],
  [123_456_789, '123 MB/s'],
])('%d bytes a second are %s', (rate, text) => expect(formatRate(rate)).toBe(text));

test('shares are whole per cent', () => {
  expect(formatShare(0.126)).toBe('13 %');
  expect(formatShare(1)).toBe('100 %');
});
