import { expect, test } from 'vitest';
import type { Pool } from '#model/storage';
import { filterPools, sortPools } from './pool-order.ts';

const pool = (name: string, more: Partial<Pool> = {}): Pool => ({
  name,
  kind: 'dir',
  active: true,
  persistent: true,
  autostart: true,
  capacity: 100,
  available: 10,
  path: null,
  source: null,
  ...more,
});
const pools = [
  pool('lab-10'),
  pool('lab-2', { available: 50 }),
  pool('asleep', { active: false, available: 90 }),
  pool('Nas', { kind: 'netfs', source: 'nas.example.com:/export' }),
];
const names = (of: readonly Pool[]) => of.map(({ name }) => name);

test('pools are ordered by their names as people do, or by what matters', () => {
  expect(names(sortPools(pools, 'name'))).toEqual(['asleep', 'lab-2', 'lab-10', 'Nas']);
  expect(names(sortPools(pools, 'free'))).toEqual(['lab-2', 'lab-10', 'Nas', 'asleep']);
  expect(names(sortPools(pools, 'state'))).toEqual(['lab-2', 'lab-10', 'Nas', 'asleep']);
  expect(names(sortPools(pools, 'kind')).at(-1)).toBe('Nas');
});

test('every word is looked for, also in where a pool comes from', () => {
  expect(names(filterPools(pools, 'LAB 2'))).toEqual(['lab-2']);
  expect(names(filterPools(pools, 'example.com'))).toEqual(['Nas']);
  expect(names(filterPools(pools, ' '))).toHaveLength(4);
});
