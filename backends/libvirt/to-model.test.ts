import { expect, test } from 'vitest';
import { bytesOf, bytesOfKiB, stateOf, versionOf } from './to-model.ts';

test('states of a newer libvirt are unknown, not an error', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8, -1].map(stateOf)).toEqual([
    'unknown',
    'running',
    'idle',
    'paused',
    'shutting-down',
    'shut-off',
    'crashed',
    'sleeping',
    'unknown',
    'unknown',
  ]);
});

test('"no limit" stays a safe number', () => {
  expect(bytesOfKiB(9007199254740991n)).toBe(Number.MAX_SAFE_INTEGER);
  expect(bytesOfKiB(65536n)).toBe(64 * 1024 * 1024);
  expect(bytesOf(-1n)).toBe(0);
});

test('versions read as people write them', () => {
  expect(versionOf(7002022n)).toBe('7.2.22');
  expect(versionOf(9000000)).toBe('9.0.0');
  expect(versionOf(0n)).toBeNull();
});
