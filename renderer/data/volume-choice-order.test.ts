import { expect, test } from 'vitest';
import type { Volume } from '#model/storage';
import type { VolumeUse } from '#model/storage-use';
import { choiceRows, filterChoices, sortChoices } from './volume-choice-order.ts';

const volume = (pool: string, name: string, capacity: number): Volume => ({
  pool,
  name,
  path: `/${pool}/${name}`,
  format: 'qcow2',
  capacity,
  allocation: 0,
  folder: false,
  encrypted: false,
  backing: null,
  permissions: null,
  modified: null,
});
const volumes = [volume('b', 'disk-10', 1), volume('a', 'disk-2', 3), volume('b', 'disk-2', 2)];
const use = (pool: string, name: string, more: Partial<VolumeUse>): VolumeUse => ({
  volume: { pool, name },
  path: `/${pool}/${name}`,
  users: [],
  overlays: [],
  chain: [],
  same: [],
  verdict: 'nobody',
  kept: null,
  frees: 0,
  ...more,
});
const uses = [
  use('a', 'disk-2', { verdict: 'needed', users: [{ guest: '1', name: 'web', running: true, kinds: ['disk'] }] }),
  use('b', 'disk-2', { verdict: 'needed', overlays: [{ pool: 'a', name: 'top' }] }),
  use('b', 'disk-10', { verdict: 'unknown' }),
];
const rows = choiceRows(volumes, uses, () => false);
const places = (of: typeof rows) => of.map(({ volume: { pool, name } }) => `${pool}/${name}`);

test('each volume says whom it serves, or how sure it is that nobody needs it', () => {
  expect(rows.map(({ users, unused }) => [users, unused])).toEqual([
    ['', 'Unknown'],
    ['web', 'In use'],
    ['base of top', 'In use'],
  ]);
  const ofHost = use('a', 'x', { verdict: 'needed', kept: 'The host itself uses it.' });
  expect(choiceRows([volume('a', 'x', 1)], [ofHost], () => false)[0]).toMatchObject({ users: '', unused: 'In use' });
  expect(choiceRows([volume('a', 'x', 1)], [use('a', 'x', {})], () => false)[0]?.unused).toBe('Nobody');
  expect(choiceRows(volumes, undefined, () => false)[0]?.unused).toBe('…');
  expect(choiceRows(volumes, null, () => false)[0]?.unused).toBe('Unknown');
});

test('one that is not whole cannot be chosen', () => {
  expect(choiceRows(volumes, uses, ({ name }) => name === 'disk-10').map(({ closed }) => closed !== null)).toEqual([true, false, false]);
});

test('names are ordered as people do, the same names by their pools', () => {
  expect(places(sortChoices(rows, { by: 'name', direction: 'asc' }))).toEqual(['a/disk-2', 'b/disk-2', 'b/disk-10']);
  expect(places(sortChoices(rows, { by: 'name', direction: 'desc' }))).toEqual(['b/disk-10', 'a/disk-2', 'b/disk-2']);
  expect(places(sortChoices(rows, { by: 'size', direction: 'desc' }))).toEqual(['a/disk-2', 'b/disk-2', 'b/disk-10']);
  expect(places(sortChoices(rows, { by: 'use', direction: 'asc' }))).toEqual(['b/disk-10', 'b/disk-2', 'a/disk-2']);
});

test('every word is looked for in names, pools and users', () => {
  expect(places(filterChoices(rows, ' WEB disk', null))).toEqual(['a/disk-2']);
  expect(places(filterChoices(rows, '', 'b'))).toEqual(['b/disk-10', 'b/disk-2']);
  expect(filterChoices(rows, 'web', 'b')).toEqual([]);
});
