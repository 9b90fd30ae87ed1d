import { expect, test } from 'vitest';
import type { CreationOffer, Media } from '#model/guest-spec';
import { GiB, MiB } from '#model/quantity';
import { amountOf, bytesOf } from './amount.ts';
import { type Draft, emptyDraft, fieldsOf, problemsOf, specOf } from './draft.ts';

const pool = (name: string, available: number, active = true) => ({
  name,
  kind: 'dir',
  active,
  capacity: 500 * GiB,
  available,
  path: null,
});
const network = (name: string, active: boolean) =>
  ({ name, active, autostart: true, persistent: true, bridge: 'virbr0', forward: 'nat' }) as const;
const offer: CreationOffer = {
  acceleration: { kind: 'kvm' },
  firmwares: ['bios', 'uefi'],
  vcpusMax: 8,
  memoryTotal: 16 * GiB,
  memoryFree: 4 * GiB,
  pools: [pool('big', 400 * GiB), pool('default', 90 * GiB)],
  networks: [network('asleep', false), network('default', true)],
  takenNames: ['web', 'debian-13'],
};
const debian: Media = {
  name: 'debian-13.0.0-amd64-netinst.iso',
  size: 700 * MiB,
  label: 'Debian 13.0.0 amd64 n',
  bootable: true,
  os: { id: 'http://debian.org/debian/13', name: 'Debian 13', family: 'linux', recommended: { memory: 3 * GiB, vcpus: 4, disk: 25 * GiB } },
};
const token = '11111111-2222-4333-8444-555555555555';
const draft = (media: Media, edits: Draft['edits'] = {}): Draft => ({ chosen: { token, media }, edits });

test('a recognised system fills in everything', () => {
  expect(problemsOf(offer, draft(debian))).toEqual({});
  expect(specOf(offer, draft(debian))).toEqual({
    name: 'debian-13-2',
    os: 'http://debian.org/debian/13',
    firmware: 'bios',
    vcpus: 4,
    memory: 3 * GiB,
    disk: { pool: 'default', size: 25 * GiB },
    network: 'default',
  });
});

test('an unknown system gets modest defaults and a name from its label or file', () => {
  const unknown = { ...debian, os: null };
  expect(specOf(offer, draft(unknown))).toMatchObject({ name: 'debian-13.0.0-amd64-n', os: null, memory: 2 * GiB, vcpus: 2 });
  expect(fieldsOf(offer, draft({ ...unknown, label: '  ', name: 'Tiny Core.ISO' })).name).toBe('tiny-core');
  expect(fieldsOf(offer, draft({ ...unknown, label: '\u202e\u0007///' })).name).toBe('guest');
});

test('every proposed name is one that may be used', () => {
  for (const label of ['...', '-x', 'a'.repeat(80), 'Ünï\u0000cödé', '中文 系统 1', `${'b'.repeat(55)} - c`]) {
    expect(problemsOf(offer, draft({ ...debian, os: null, label })).name).toBeUndefined();
  }
});

test('what the person typed stays when another medium is chosen; the rest follows it', () => {
  const edits = { name: 'mine', memory: amountOf(GiB) };
  const other = { ...debian, os: null };
  expect(fieldsOf(offer, draft(other, edits))).toMatchObject({ name: 'mine', memory: { text: '1', unit: 'GiB' }, vcpus: '2' });
});

test('the host sets what is proposed', () => {
  const small = { ...offer, vcpusMax: 1, firmwares: ['uefi' as const], pools: [pool('off', GiB, false)], networks: [] };
  expect(fieldsOf(small, draft(debian))).toMatchObject({ vcpus: '1', firmware: 'uefi', withDisk: false, pool: null, network: null });
  expect(specOf(small, draft(debian))).toMatchObject({ disk: null, network: null });
  expect(fieldsOf({ ...offer, pools: [pool('a', GiB), pool('b', 2 * GiB)] }, draft(debian)).pool).toBe('b');
  expect(fieldsOf({ ...offer, networks: [network('asleep', false)] }, draft(debian)).network).toBe('asleep');
});

test('Windows 11 is given the firmware that it demands', () => {
  const os = { id: 'http://microsoft.com/win/11', name: 'Windows 11', family: 'winnt', recommended: { memory: GiB, vcpus: 2, disk: GiB } };
  expect(fieldsOf(offer, draft({ ...debian, os })).firmware).toBe('uefi');
});

test.each([
  [{ name: '' }, { name: 'Give the guest a name.' }],
  [{ name: 'web' }, { name: 'This host has a guest of that name already.' }],
  [{ name: '../etc' }, { name: expect.stringContaining('letter or digit') }],
  [{ memory: { text: 'lots', unit: 'GiB' } }, { memory: 'Enter a number.' }],
  [{ memory: { text: '8', unit: 'MiB' } }, { memory: 'A guest needs at least 16 MiB.' }],
  [{ memory: { text: '17', unit: 'GiB' } }, { memory: 'The host has less memory than that.' }],
  [{ vcpus: '0' }, { vcpus: 'Enter a whole number of at least 1.' }],
  [{ vcpus: '1.5' }, { vcpus: 'Enter a whole number of at least 1.' }],
  [{ vcpus: '9' }, { vcpus: 'The host gives a guest at most 8.' }],
  [{ diskSize: { text: '-1', unit: 'GiB' } }, { diskSize: 'Enter a number.' }],
  [{ pool: null }, { pool: 'Choose a pool.' }],
] as const)('%j is a problem', (edits, problems) => {
  expect(problemsOf(offer, draft(debian, edits))).toEqual(problems);
  expect(specOf(offer, draft(debian, edits))).toBeNull();
});

test('without a disk its size does not matter', () => {
  expect(specOf(offer, draft(debian, { withDisk: false, diskSize: { text: '', unit: 'GiB' } }))).toMatchObject({ disk: null });
});

test('without a medium there is nothing to make', () => {
  expect(problemsOf(offer, emptyDraft)).toMatchObject({ media: 'Choose a file to install from.' });
  expect(specOf(offer, emptyDraft)).toBeNull();
});

test('amounts', () => {
  expect(amountOf(1.5 * GiB)).toEqual({ text: '1.5', unit: 'GiB' });
  expect(amountOf(512 * MiB)).toEqual({ text: '512', unit: 'MiB' });
  expect(bytesOf({ text: ' 1,5 ', unit: 'GiB' })).toBe(1.5 * GiB);
  expect(bytesOf({ text: '0.3', unit: 'GiB' })).toBe(307 * MiB);
  for (const text of ['', '0', '1e3', 'Infinity', '0x10', '999999999999', '1 000']) {
    expect(bytesOf({ text, unit: 'GiB' })).toBeNull();
  }
});
