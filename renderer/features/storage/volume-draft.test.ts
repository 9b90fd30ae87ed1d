import { expect, test } from 'vitest';
import { GiB } from '#model/quantity';
import type { Pool, Volume } from '#model/storage';
import { basesIn, emptyVolume, judgeVolume, nameOf, overlayOn, withFormat, type VolumePlace } from './volume-draft.ts';

const pool: Pool = {
  name: 'lab',
  kind: 'dir',
  active: true,
  persistent: true,
  autostart: true,
  capacity: 100 * GiB,
  available: 50 * GiB,
  path: '/srv/lab',
  source: null,
};
const base: Volume = {
  pool: 'lab',
  name: 'base.qcow2',
  path: '/srv/lab/base.qcow2',
  format: 'qcow2',
  capacity: 8 * GiB,
  allocation: GiB,
  folder: false,
  encrypted: false,
  backing: null,
  permissions: null,
  modified: null,
};
const place: VolumePlace = { pool, taken: new Set(['base.qcow2', 'disk.qcow2']), formats: ['qcow2', 'raw', 'vmdk'], bases: [base] };
const secret = { first: 'correct horse', again: 'correct horse' };
const none = { first: '', again: '' };

test('what was not typed is proposed: a name that is free, and the usual format', () => {
  expect(judgeVolume(emptyVolume, place, none).spec).toEqual({
    pool: 'lab',
    name: 'disk-2.qcow2',
    format: 'qcow2',
    capacity: 20 * GiB,
    preallocation: 'sparse',
    backing: null,
    passphrase: null,
  });
});

test('a device has neither format nor suffix', () => {
  const spec = judgeVolume(emptyVolume, { ...place, formats: [] }, none).spec;
  expect(spec).toMatchObject({ name: 'disk', format: null });
});

test('the end of a name follows the format, and what the new one cannot have is given up', () => {
  const before = { ...emptyVolume, name: 'web.qcow2', preallocation: 'metadata' as const, base: base.path, encrypt: true };
  expect(withFormat(before, place, 'raw')).toMatchObject({ name: 'web.img', preallocation: 'sparse', base: null, encrypt: true });
  expect(withFormat(before, place, 'vmdk')).toMatchObject({ name: 'web.vmdk', encrypt: false });
  expect(withFormat({ ...before, name: 'web' }, place, 'raw').name).toBe('web');
  expect(nameOf(withFormat(emptyVolume, place, 'raw'), place)).toBe('disk.img');
});

test('an overlay is as large as its base, at least', () => {
  const overlay = overlayOn(base, pool);
  expect(judgeVolume(overlay, place, none).spec).toMatchObject({
    capacity: 8 * GiB,
    backing: { path: base.path, format: 'qcow2' },
    preallocation: 'sparse',
  });
  expect(judgeVolume({ ...overlay, size: { text: '4', unit: 'GiB' } }, place, none).problems['capacity']).toMatch(/Not smaller/);
  expect(judgeVolume({ ...overlay, base: '' }, place, none)).toMatchObject({
    spec: null,
    problems: { backing: 'Choose the image, or let it begin empty.' },
  });
  expect(judgeVolume(overlay, { ...place, bases: [] }, none).problems['backing']).toMatch(/not there any more/);
});

test('a snapshot has a name of its origin’s, and room as its size, which may be less', () => {
  const group: Pool = { ...pool, kind: 'logical', path: '/dev/lab' };
  const origin: Volume = { ...base, name: 'web', path: '/dev/lab/web', format: null };
  const snapshot: Volume = { ...origin, name: 'older', path: '/dev/lab/older', backing: { path: origin.path, format: null } };
  const bases = basesIn(group, [origin, snapshot]);
  expect(bases).toEqual([origin]);
  const lab = { pool: group, taken: new Set(['web', 'older']), formats: [], bases };
  const draft = overlayOn(origin, group);
  expect(judgeVolume(draft, lab, none).spec).toMatchObject({
    name: 'web-snapshot',
    format: null,
    capacity: 8 * GiB,
    backing: { path: '/dev/lab/web', format: 'raw' },
  });
  expect(judgeVolume({ ...draft, size: { text: '1', unit: 'GiB' } }, lab, none).spec?.capacity).toBe(GiB);
  expect(judgeVolume({ ...draft, base: snapshot.path }, lab, none).problems['backing']).toMatch(/not there any more/);
  expect(basesIn(pool, [base, origin])).toEqual([base]);
});

test('a passphrase is typed twice, and leaves with the wish only', () => {
  const draft = { ...emptyVolume, encrypt: true };
  expect(judgeVolume(draft, place, { ...secret, again: 'correct' }).problems['again']).toMatch(/not the same/);
  expect(judgeVolume(draft, place, { first: 'short', again: 'short' }).problems['passphrase']).toMatch(/8 characters/);
  expect(judgeVolume(draft, place, secret).spec?.passphrase).toBe('correct horse');
  expect(judgeVolume({ ...draft, encrypt: false }, place, secret).spec?.passphrase).toBeNull();
});

test('names and sizes that do not do are said', () => {
  expect(judgeVolume({ ...emptyVolume, name: 'base.qcow2' }, place, none).problems['name']).toMatch(/already/);
  expect(judgeVolume({ ...emptyVolume, name: '../x' }, place, none).problems['name']).toMatch(/slashes/);
  expect(judgeVolume({ ...emptyVolume, size: { text: 'much', unit: 'GiB' } }, place, none)).toMatchObject({
    spec: null,
    problems: { capacity: expect.stringMatching(/20 or 1.5/) },
  });
});
