import { expect, test } from 'vitest';
import { GiB, MiB } from '#model/quantity';
import { type Room, shortage } from './space-checks.ts';

const pool = { name: 'default', available: 10 * GiB };
const disk = (size: number): Room => ({ what: 'a new disk', field: 'disk', now: MiB, grown: size });
const copied = (now: number, grown = now): Room => ({ what: 'what is copied', field: 'media', now, grown });

test('what fits is not spoken of', () => {
  expect(shortage(pool, [])).toBeNull();
  expect(shortage(pool, [copied(4 * GiB), disk(6 * GiB)])).toBeNull();
});

test('parts that would each fit, and together do not, are an error with all three numbers', () => {
  expect(shortage(pool, [copied(6 * GiB), copied(5 * GiB), disk(GiB)])).toMatchObject({
    severity: 'error',
    field: 'media',
    code: 'no-space',
    message:
      'The guest needs 11 GiB in the storage pool “default” (what is copied 6 GiB, what is copied 5 GiB, a new disk 1 MiB), which has 10 GiB free.',
    remedy: 'Choose another pool, or make 1 GiB free in this one.',
  });
});

test('what begins small and may outgrow the pool is a warning about what grows most', () => {
  expect(shortage(pool, [copied(GiB, 4 * GiB), disk(8 * GiB)])).toMatchObject({
    severity: 'warning',
    field: 'disk',
    message:
      'The guest can come to take 12 GiB in the storage pool “default” (a new disk 8 GiB, what is copied 4 GiB), which has 10 GiB free.',
  });
  expect(shortage(pool, [disk(12 * GiB)])?.message).toBe(
    'The guest can come to take 12 GiB in the storage pool “default”, which has 10 GiB free.',
  );
});
