import { expect, test } from 'vitest';
import { PoolKind, poolKinds } from '#model/pool-kinds';
import type { Pool } from '#model/storage';
import { oddPath } from './odd-path.ts';
import { emptyPool, judgePool, placeOf, suggestedName, withKind, withPlace } from './pool-draft.ts';

const none: ReadonlySet<string> = new Set();

test('a folder becomes a pool that is called after it', () => {
  const draft = { ...emptyPool, texts: { target: '/srv/guest images' } };
  expect(judgePool(draft, '', none).spec).toEqual({
    name: 'guest-images',
    kind: 'dir',
    place: { target: '/srv/guest images' },
    build: 'keep',
    start: true,
    autostart: true,
  });
  expect(suggestedName(draft, new Set(['guest-images']))).toBe('guest-images-2');
});

test.each(PoolKind.options)('what %s must have is missed, field by field', (kind) => {
  const required = poolKinds[kind].fields.filter((field) => field.required).map(({ name }) => name);
  const { spec, problems } = judgePool(withKind(emptyPool, kind), '', none);
  for (const field of required) expect(problems.get(field)).toBe('Fill this in.');
  if (required.length > 0) expect(spec).toBeNull();
});

test('lists have a line for each; a field that another kind had is not sent', () => {
  const draft = { ...withKind(emptyPool, 'rbd'), texts: { hosts: ' mon1 \n\nmon2:6789', source: 'rbd', target: '/srv/x' } };
  expect(placeOf(draft, '')).toEqual({ hosts: ['mon1', 'mon2:6789'], source: 'rbd' });
});

test('a field that may stay empty gets its usual value', () => {
  expect(placeOf(withKind(emptyPool, 'mpath'), '')).toEqual({ target: '/dev/mapper' });
  // libvirt's own usual table is another one.
  expect(placeOf(withKind(emptyPool, 'disk'), '')).toMatchObject({ format: 'gpt' });
});

test('a source that was found fills its fields', () => {
  const draft = withPlace({ ...withKind(emptyPool, 'netfs'), texts: { target: '/mnt/nas' } }, { hosts: ['nas'], directory: '/export' });
  expect(placeOf(draft, '')).toEqual({ hosts: ['nas'], directory: '/export', target: '/mnt/nas' });
});

test('a name that is taken, and one that is none', () => {
  const draft = { ...emptyPool, texts: { target: '/srv/a' } };
  expect(judgePool({ ...draft, name: 'default' }, '', new Set(['default'])).nameProblem).toMatch(/already/);
  expect(judgePool({ ...draft, name: 'a/b' }, '', none).nameProblem).toMatch(/slashes/);
});

test('another kind keeps what means the same there', () => {
  const netfs = { ...withKind(emptyPool, 'netfs'), texts: { hosts: 'nas', target: '/mnt/nas', format: 'cifs' } };
  expect(placeOf(withKind(netfs, 'fs'), '')).toEqual({ target: '/mnt/nas' });
  expect(placeOf(withKind(netfs, 'iscsi'), '')).toEqual({ hosts: ['nas'], target: '/dev/disk/by-path' });
});

test('a kind that writes to devices does not do so unasked', () => {
  expect(withKind(emptyPool, 'disk').build).toBe('no');
});

test('a password is not part of what is kept', () => {
  const draft = { ...withKind(emptyPool, 'iscsi'), texts: { hosts: 'nas', iqn: 'iqn.2024-01.com.example:disks', user: 'me' } };
  expect(judgePool(draft, '', none).problems.get('password')).toBe('Fill this in.');
  expect(judgePool(draft, 'secret', none).spec?.place.password).toBe('secret');
});

const pool = { name: 'default', path: '/srv/images' };
test.each([
  ['/srv/images/', /“default”/],
  ['/', /belongs to the system/],
  ['/usr/', /belongs to the system/],
  ['/tmp/pool', /gone/],
  ['/home/ada/images', /person/],
  ['/srv/../etc', /elsewhere/],
])('%s is odd', (path, words) => {
  expect(oddPath(path, [somePool(pool)])).toMatch(words);
});

test.each(['/srv/other', '/var/lib/libvirt/images', '/homes/ada', '', 'x'])('nothing is said of “%s”', (path) => {
  expect(oddPath(path, [somePool(pool)])).toBeNull();
});

function somePool(more: Partial<Pool>): Pool {
  return {
    name: '',
    kind: 'dir',
    active: true,
    persistent: true,
    autostart: true,
    capacity: 1,
    available: 1,
    path: null,
    source: null,
    ...more,
  };
}
