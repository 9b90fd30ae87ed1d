import { normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planDisks } from './deletion-plan.ts';
import { disksIn, sourcesIn } from '../storage/disk-uses.ts';
import type { DomainUse, KnownVolume, StoragePicture } from '../storage/storage-needs.ts';
import { parseXml } from '../xml/document.ts';

const volume = (name: string, more: Partial<KnownVolume> = {}): KnownVolume => {
  const path = `/pool/${name}`;
  return {
    key: path,
    pool: 'default',
    poolKind: 'dir',
    servers: [],
    name,
    path,
    allocation: 1000,
    backing: null,
    leadsOutside: false,
    usedByHost: false,
    ...more,
  };
};
const domain = (disks: string, rest = '') => parseXml(`<domain>${rest}<devices>${disks}</devices></domain>`);
const file = (path: string, rest = '') => `<disk type="file" device="disk"><source file="${path}"/><target dev="vda"/>${rest}</disk>`;
const use = (name: string, document: string): DomainUse => ({
  uuid: name,
  name,
  running: false,
  sources: sourcesIn(parseXml(document)),
  paths: [],
  shares: [],
});
const wrap = (content: string) => `<domain><devices>${content}</devices></domain>`;

/** `same`: paths to one file. */
function picture(volumes: KnownVolume[], uses: DomainUse[] = [], blind: string[] = [], same: string[] = []): StoragePicture {
  return {
    volumes,
    folders: [],
    places: [],
    uses,
    blind,
    identityOf: (path) => (same.includes(normalize(path)) ? 'one file' : normalize(path)),
  };
}

function verdictsOf(disks: string, seen: StoragePicture) {
  return planDisks('me', disksIn(domain(disks)), seen).map(({ path, verdict }) => [
    path,
    verdict.kind,
    'why' in verdict ? verdict.why : '',
  ]);
}

const mine = use('me', wrap(file('/pool/a')));

describe('a disk', () => {
  test('of this guest alone is ticked', () => {
    const seen = picture([volume('a')], [mine]);
    expect(planDisks('me', disksIn(domain(file('/pool/a'))), seen)).toEqual([
      { target: 'vda', folder: false, path: '/pool/a', size: 1000, verdict: { kind: 'offered' }, volume: volume('a') },
    ]);
  });

  const other: Record<string, string> = {
    'a disk': wrap(file('/pool/a')),
    'a backing file of a running guest': wrap(
      file('/x', '<backingStore><source file="/y"/><backingStore><source file="/pool/a"/></backingStore></backingStore>'),
    ),
    'a mirror': wrap(file('/x', '<mirror type="file"><source file="/pool/a"/></mirror>')),
    'a kernel': '<domain><os><kernel>/pool/a</kernel></os></domain>',
    'an initial file system': '<domain><os><initrd>/pool/a</initrd></os></domain>',
    'UEFI variables': '<domain><os><nvram>/pool/a</nvram></os></domain>',
    'a medium': wrap('<disk type="file" device="cdrom"><source file="/pool/a"/><target dev="sda"/></disk>'),
    'a volume': wrap('<disk type="volume"><source pool="default" volume="a"/><target dev="sda"/></disk>'),
    'the path of a block device': wrap('<disk type="block"><source dev="/pool/a"/><target dev="sda"/></disk>'),
    'a snapshot': `<domainsnapshot><domain><devices>${file('/pool/a')}</devices></domain></domainsnapshot>`,
    'an overlay made by a snapshot':
      '<domainsnapshot><disks><disk name="vda" type="file"><source file="/pool/a"/></disk></disks></domainsnapshot>',
    'a roundabout path': wrap(file('/pool/./b/../a')),
  };
  test.each(Object.entries(other))('that another guest has as %s is kept', (_, document) => {
    const seen = picture([volume('a')], [mine, use('other', document)]);
    expect(verdictsOf(file('/pool/a'), seen)).toEqual([['/pool/a', 'kept', '“other” needs it too.']]);
  });

  test('that another guest has by a link, or by a second pool on the folder, is kept', () => {
    const second = volume('a', { pool: 'second', key: '/link/a', path: '/link/a' });
    const seen = picture(
      [volume('a'), second],
      [mine, use('other', wrap('<disk type="volume"><source pool="second" volume="a"/></disk>'))],
      [],
      ['/pool/a', '/link/a'],
    );
    expect(verdictsOf(file('/pool/a'), seen)).toEqual([['/pool/a', 'kept', '“other” needs it too.']]);
  });

  test('with overlays is kept, and every one is named, those in other pools too', () => {
    const overlays = [volume('b', { backing: '/pool/a' }), volume('c', { pool: 'p2', backing: '/pool/../pool/a' })];
    const seen = picture([volume('a'), ...overlays], [mine]);
    expect(verdictsOf(file('/pool/a'), seen)).toEqual([['/pool/a', 'kept', '“b” and “c” are built on it.']]);
  });

  test('that is an overlay itself goes, and its base stays out of it', () => {
    const seen = picture([volume('base'), volume('a', { backing: '/pool/base' })], [mine]);
    expect(verdictsOf(file('/pool/a'), seen)).toEqual([['/pool/a', 'offered', '']]);
  });

  test('that is shared or read-only may be ticked, but is not', () => {
    const seen = picture([volume('a')], [mine]);
    expect(verdictsOf(file('/pool/a', '<shareable/>'), seen)[0]?.[1]).toBe('possible');
    expect(verdictsOf(file('/pool/a', '<readonly/>'), seen)[0]?.[1]).toBe('possible');
  });

  test('is not ticked while something cannot be looked into', () => {
    const seen = picture([volume('a')], [mine], ['The storage pool “old” is not active.']);
    expect(verdictsOf(file('/pool/a'), seen)).toEqual([
      ['/pool/a', 'possible', 'Not everything could be looked into, so something may need it. The storage pool “old” is not active.'],
    ]);
  });

  test('outside of the pools, or behind a link out of one, is kept', () => {
    expect(verdictsOf(file('/home/a'), picture([volume('a')]))[0]).toEqual([
      '/home/a',
      'kept',
      expect.stringContaining('no active storage pool'),
    ]);
    const seen = picture([volume('a', { leadsOutside: true })]);
    expect(verdictsOf(file('/pool/a'), seen)[0]?.[1]).toBe('kept');
  });

  test('whose use by the host nobody could look at may be ticked, but is not; others beside it are', () => {
    const seen = picture([volume('a'), volume('b', { path: '/dev/vg/b', poolKind: 'logical', usedByHost: null })], [mine]);
    const disk = '<disk type="volume" device="disk"><source pool="default" volume="b"/><target dev="vdb"/></disk>';
    expect(verdictsOf(file('/pool/a') + disk, seen)).toEqual([
      ['/pool/a', 'offered', ''],
      ['/dev/vg/b', 'possible', 'Whether the host itself has mounted it could not be looked at.'],
    ]);
  });

  test('that the host itself has mounted, or has built something on, is kept', () => {
    const seen = picture([volume('a', { path: '/dev/vg/a', poolKind: 'logical', usedByHost: true })], [mine]);
    const disk = '<disk type="block" device="disk"><source dev="/dev/vg/a"/><target dev="vda"/></disk>';
    expect(verdictsOf(disk, seen)).toEqual([['/dev/vg/a', 'kept', expect.stringContaining('The host itself uses it')]]);
  });

  test('in a volume group may be ticked, but is not; a unit of a server is kept', () => {
    const device = (kind: string) => volume('a', { path: '/dev/vg/a', poolKind: kind });
    const disk = '<disk type="block" device="disk"><source dev="/dev/vg/a"/><target dev="vda"/></disk>';
    expect(verdictsOf(disk, picture([device('logical')], [mine]))[0]?.slice(0, 2)).toEqual(['/dev/vg/a', 'possible']);
    expect(verdictsOf(disk, picture([device('iscsi')], [mine]))[0]?.slice(0, 2)).toEqual(['/dev/vg/a', 'kept']);
    const unit = '<disk type="volume" device="disk"><source pool="default" volume="a"/><target dev="vda"/></disk>';
    expect(verdictsOf(unit, picture([device('iscsi')], [mine]))[0]?.slice(0, 2)).toEqual(['/dev/vg/a', 'kept']);
    expect(verdictsOf(unit, picture([device('logical')], [mine]))[0]?.slice(0, 2)).toEqual(['/dev/vg/a', 'possible']);
    const snapshot = volume('b', { path: '/dev/vg/b', poolKind: 'logical', backing: '/dev/vg/a' });
    expect(verdictsOf(disk, picture([device('logical'), snapshot], [mine]))[0]).toEqual(['/dev/vg/a', 'kept', '“b” is built on it.']);
  });

  test('on a server may be ticked, but is not, where the pool is reached by the same server', () => {
    const disk = (server: string) =>
      `<disk type="network" device="disk"><source protocol="rbd" name="p/a"><host name="${server}"/></source><target dev="vda"/></disk>`;
    const seen = (more: Partial<KnownVolume> = {}) =>
      picture([volume('a', { path: 'rbd:p/a', poolKind: 'rbd', servers: ['mon1', 'mon2'], ...more })], [use('me', wrap(disk('mon2')))]);
    expect(verdictsOf(disk('mon2'), seen())[0]?.slice(0, 2)).toEqual(['rbd:p/a', 'possible']);
    expect(verdictsOf(disk('mon9'), seen())[0]?.slice(0, 2)).toEqual(['rbd:p/a', 'kept']);
    const two = picture(
      [volume('a', { path: 'rbd:p/a', poolKind: 'rbd', servers: ['mon2'] })],
      [use('me', wrap(disk('mon2'))), use('other', wrap(disk('mon3')))],
    );
    expect(verdictsOf(disk('mon2'), two)[0]).toEqual(['rbd:p/a', 'kept', '“other” needs it too.']);
  });

  test.each([
    '<disk type="file" device="cdrom"><source file="/pool/a"/><target dev="sda"/></disk>',
    '<disk type="file" device="floppy"><source file="/pool/a"/><target dev="fda"/></disk>',
    '<disk type="block" device="disk"><source dev="/dev/vg/a"/><target dev="vda"/></disk>',
    '<disk type="network" device="disk"><source protocol="rbd" name="p/a"/><target dev="vda"/></disk>',
    '<disk type="nvme" device="disk"><source type="pci" namespace="1"/><target dev="vda"/></disk>',
    '<disk type="volume" device="disk"><source pool="gone" volume="a"/><target dev="vda"/></disk>',
  ])('like %s is kept', (disk) => {
    expect(verdictsOf(disk, picture([volume('a')]))[0]?.[1]).toBe('kept');
  });

  test('that two drives name is one disk; an empty drive is none', () => {
    const empty = '<disk type="file" device="cdrom"><target dev="sdb"/></disk>';
    const disks = file('/pool/a') + file('/pool/./a') + empty + '<disk type="volume"><source pool="default" volume="a"/></disk>';
    expect(verdictsOf(disks, picture([volume('a')], [mine]))).toEqual([['/pool/a', 'offered', '']]);
  });
});
