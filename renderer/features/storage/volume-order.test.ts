import { expect, test } from 'vitest';
import type { VolumeUse } from '#model/storage-use';
import type { Volume } from '#model/storage';
import { filterVolumes, sortVolumes } from './volume-order.ts';
import { freedBy, rowsOf } from './volume-row.ts';

const volume = (name: string, more: Partial<Volume> = {}): Volume => ({
  pool: 'default',
  name,
  path: `/pool/${name}`,
  format: 'qcow2',
  capacity: 10,
  allocation: 1,
  folder: false,
  encrypted: false,
  backing: null,
  permissions: null,
  modified: null,
  ...more,
});
const use = (name: string, more: Partial<VolumeUse> = {}): VolumeUse => ({
  volume: { pool: 'default', name },
  path: `/pool/${name}`,
  users: [],
  overlays: [],
  chain: [],
  same: [],
  verdict: 'nobody',
  kept: null,
  frees: 5,
  ...more,
});
const guest = { guest: '00000000-feed-4bed-8000-000000000001', name: 'Web Server', running: true, kinds: ['disk' as const] };
const rows = rowsOf(
  [volume('disk-10', { capacity: 30 }), volume('disk-9', { capacity: 20 }), volume('iso', { folder: true }), volume('old')],
  {
    volumes: [
      use('disk-10', { verdict: 'needed', kept: 'A guest needs it.', users: [guest] }),
      use('disk-9', { verdict: 'unknown', same: [{ pool: 'default', name: 'old' }] }),
      use('iso'),
      use('old', { same: [{ pool: 'default', name: 'disk-9' }] }),
    ],
    doubts: [],
  },
  [],
);
const names = (list: typeof rows) => list.map((row) => row.volume.name);

test('numbers in names are ordered by their size', () => {
  expect(names(sortVolumes(rows, { by: 'name', direction: 'asc' }))).toEqual(['disk-9', 'disk-10', 'iso', 'old']);
  expect(names(sortVolumes(rows, { by: 'name', direction: 'desc' }))).toEqual(['old', 'iso', 'disk-10', 'disk-9']);
});

test('equal sizes stay in the order of their names', () => {
  expect(names(sortVolumes(rows, { by: 'capacity', direction: 'desc' }))).toEqual(['disk-10', 'disk-9', 'iso', 'old']);
});

test('what nobody needs comes before what is unknown and what is needed', () => {
  expect(names(sortVolumes(rows, { by: 'use', direction: 'asc' }))).toEqual(['iso', 'old', 'disk-9', 'disk-10']);
});

test('a search finds volumes by their guests; orphans are neither folders nor what is only unknown', () => {
  expect(names(filterVolumes(rows, 'server WEB', false))).toEqual(['disk-10']);
  expect(names(filterVolumes(rows, '', true))).toEqual(['old']);
});

test('one file with two names is freed once', () => {
  expect(freedBy(rows.filter(({ volume: { name } }) => name === 'old' || name === 'disk-9'))).toBe(5);
});
