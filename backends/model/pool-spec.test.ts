import { expect, test } from 'vitest';
import { type PoolKind, poolFields, poolKinds, type PoolPlace } from './pool-kinds.ts';
import { PoolSpec, problemsOfPlace } from './pool-spec.ts';

const problems = (kind: PoolKind, place: PoolPlace) => problemsOfPlace(kind, place).map(({ field, message }) => `${field}: ${message}`);

test('every example of a field is one that the field takes', () => {
  for (const [name, { example, pattern }] of Object.entries(poolFields)) {
    if (pattern !== undefined) expect([name, pattern.test(example)]).toEqual([name, true]);
  }
  for (const { fields } of Object.values(poolKinds)) {
    for (const { name, example, fallback } of fields) {
      const { pattern } = poolFields[name];
      for (const text of [example, fallback])
        if (text !== undefined) expect([name, text, pattern?.test(text) ?? true]).toEqual([name, text, true]);
    }
  }
});

test('what a kind needs is asked for, and what it does not have is refused', () => {
  expect(problems('dir', {})).toEqual(['target: Fill this in']);
  expect(problems('dir', { target: '/srv', hosts: ['nas'] })).toEqual(['hosts: A pool of this kind has no such field']);
  expect(problems('netfs', { hosts: ['nas'], directory: '/x', target: 'mnt' })).toEqual(['target: Begin with a slash']);
  expect(problems('mpath', {})).toEqual([]);
});

test('servers are names or addresses, and one or several as the kind has it', () => {
  const netfs = (...hosts: string[]) => problems('netfs', { hosts, directory: '/x', target: '/mnt' });
  for (const host of ['nas', 'nas.example.com:2049', '192.0.2.7', '2001:db8::1', '[2001:db8::1]:3260', 'fe80::1']) {
    expect([host, netfs(host)]).toEqual([host, []]);
  }
  for (const host of ['a b', 'nas:port', '-x"', 'nas/export', '[nas']) expect([host, netfs(host).length]).toEqual([host, 1]);
  expect(netfs('one', 'two')).toEqual(['hosts: Only one']);
  expect(problems('rbd', { hosts: ['one', 'two:6789'], source: 'pool' })).toEqual([]);
  const ceph = (password: string) => problems('rbd', { hosts: ['one'], source: 'pool', user: 'ada', password });
  expect(ceph('AQD76wRreABiBBAAG+g1tC7ZSjXBeNe+VKCNdQ==')).toEqual([]);
  for (const key of ['secret', 'AQD76wRreABiBBAAG+g1tC7ZSjXBeNe+VKCNdQ']) expect([key, ceph(key).length]).toEqual([key, 1]);
});

test('a user has a password or a secret, and only one of them', () => {
  const iqn = 'iqn.2024-01.com.example:disks';
  const secret = '2ec115d7-3a88-3ceb-bc12-0ac909a6fd87';
  const iscsi = (more: PoolPlace) => problems('iscsi', { hosts: ['san'], iqn, ...more });
  expect(iscsi({})).toEqual([]);
  expect(iscsi({ user: 'ada' })).toEqual(['password: Fill this in']);
  expect(iscsi({ password: 'x' })).toEqual(['user: Fill this in']);
  expect(iscsi({ user: 'ada', password: 'x', secret })).toEqual(['secret: Either a secret or a password']);
  expect(iscsi({ user: 'ada', secret })).toEqual([]);
});

test('an adapter is one of the host or a virtual port', () => {
  const port = { wwnn: '20000000c9831b4b', wwpn: '10000000c9831b4b' };
  expect(problems('scsi', {})).toHaveLength(1);
  expect(problems('scsi', { adapter: 'scsi_host2' })).toEqual([]);
  expect(problems('scsi', port)).toEqual([]);
  expect(problems('scsi', { wwnn: port.wwnn })).toEqual(['wwpn: Fill this in']);
  expect(problems('scsi', { adapter: 'scsi_host2', ...port })).toHaveLength(1);
});

test('only devices can be overwritten, and what is formatted needs a format', () => {
  const parse = (kind: PoolKind, place: PoolPlace, build: string) =>
    PoolSpec.safeParse({ name: 'x', kind, place, build, start: true, autostart: false });
  expect(parse('dir', { target: '/srv' }, 'keep').success).toBe(true);
  expect(parse('dir', { target: '/srv' }, 'overwrite').success).toBe(false);
  const fs = { devices: ['/dev/sdx1'], target: '/mnt' };
  expect(parse('fs', fs, 'no').success).toBe(true);
  expect(parse('fs', fs, 'keep').success).toBe(false);
  expect(parse('fs', { ...fs, format: 'auto' }, 'overwrite').success).toBe(false);
  expect(parse('fs', { ...fs, format: 'ext4' }, 'overwrite').success).toBe(true);
});
