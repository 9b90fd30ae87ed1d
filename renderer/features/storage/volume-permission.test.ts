import { expect, test } from 'vitest';
import { onlyLook, type Permission } from '#model/guest-action';
import type { VolumeUse } from '#model/storage-use';
import type { Pool, Volume } from '#model/storage';
import { canMakeIn, canVolume, type VolumeVerb } from './volume-permission.ts';
import type { VolumeRow } from './volume-row.ts';

const verbs = ['resize', 'clone', 'overlay', 'download', 'overwrite', 'wipe', 'delete'] as const satisfies readonly VolumeVerb[];
const may: Permission = { allowed: true };
const pool: Pool = {
  name: 'lab',
  kind: 'dir',
  active: true,
  persistent: true,
  autostart: true,
  capacity: 1,
  available: 1,
  path: '/srv/lab',
  source: null,
};
const volume: Volume = {
  pool: 'lab',
  name: 'web',
  path: '/srv/lab/web',
  format: 'qcow2',
  capacity: 1,
  allocation: 1,
  folder: false,
  encrypted: false,
  backing: null,
  permissions: null,
  modified: null,
};
const free: VolumeUse = {
  volume: { pool: 'lab', name: 'web' },
  path: '/srv/lab/web',
  users: [],
  overlays: [],
  chain: [],
  same: [],
  verdict: 'nobody',
  kept: null,
  frees: 1,
};
const row = (use: Partial<VolumeUse> = {}, more: Partial<VolumeRow> = {}): VolumeRow => ({
  volume,
  use: { ...free, ...use },
  base: null,
  users: '',
  task: undefined,
  incomplete: false,
  ...more,
});
const allowed = (one: VolumeRow, where = pool, host: Permission = may) => verbs.filter((verb) => canVolume(one, verb, where, host).allowed);
const user = (running: boolean) => ({
  guest: '00000000-feed-4bed-8000-000000000001',
  name: 'its guest',
  running,
  kinds: ['disk' as const],
});

test('what nobody needs may have everything done to it', () => {
  expect(allowed(row())).toEqual(verbs);
});

const looking: Permission = { allowed: false, why: onlyLook };

test('over a connection for looking nothing may', () => {
  expect(allowed(row(), pool, looking)).toEqual([]);
});

test('a disk of a guest may grow, also while that guest and no other runs', () => {
  const kept = '“its guest” needs it.';
  expect(allowed(row({ users: [user(false)], kept, verdict: 'needed' }))).toEqual(['resize', 'clone', 'overlay', 'download']);
  const running = row({ users: [user(true)], kept, verdict: 'needed' });
  expect(canVolume(running, 'resize', pool, may)).toEqual({ allowed: true });
  const shared = row({ users: [user(true), { ...user(true), name: 'another' }], kept, verdict: 'needed' });
  for (const verb of ['clone', 'overlay'] as const) expect(canVolume(running, verb, pool, may).allowed).toBe(false);
  expect(canVolume(shared, 'resize', pool, may)).toEqual({ allowed: false, why: '“its guest” is running: shut it down first' });
  expect(canVolume(running, 'delete', pool, may)).toEqual({ allowed: false, why: '“its guest” needs it' });
});

test('a base stays as it is', () => {
  const base = row({ overlays: [{ pool: 'lab', name: 'top' }], kept: '“top” is built on it.', verdict: 'needed' });
  expect(allowed(base)).toEqual(['clone', 'overlay', 'download']);
});

test('of a logical volume snapshots are made, also while its guest runs, and none of a snapshot', () => {
  const group: Pool = { ...pool, kind: 'logical' };
  const running = row({ users: [user(true)], kept: '“its guest” needs it.', verdict: 'needed' });
  expect(canVolume(running, 'overlay', group, may)).toEqual({ allowed: true });
  const snapshot = row({}, { volume: { ...volume, backing: { path: '/dev/lab/web', format: null } } });
  expect(canVolume(snapshot, 'overlay', group, may).allowed).toBe(false);
});

test('folders, what is half filled, and what a pool’s kind cannot do', () => {
  const folder = row({}, { volume: { ...volume, folder: true } });
  expect(allowed(folder)).toEqual([]);
  expect(canVolume(folder, 'delete', pool, may)).toMatchObject({ why: expect.stringContaining('delete the container') });
  expect(allowed(row({}, { incomplete: true }))).toEqual(['overwrite', 'wipe', 'delete']);
  expect(allowed(row(), { ...pool, kind: 'iscsi' })).toEqual(['download', 'overwrite', 'wipe']);
  expect(canMakeIn({ ...pool, kind: 'iscsi' }, may).allowed).toBe(false);
  expect(canMakeIn({ ...pool, active: false }, may).allowed).toBe(false);
  expect(canMakeIn({ ...pool, kind: 'a kind of tomorrow' }, may).allowed).toBe(false);
});
