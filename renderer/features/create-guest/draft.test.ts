import { expect, test } from 'vitest';
import type { CreationOffer, OperatingSystem } from '#model/guest-spec';
import type { HostDrive } from '#model/host-drive';
import { GiB, MiB } from '#model/quantity';
import type { Volume } from '#model/storage';
import type { SystemFacts } from '#model/system-facts';
import { amountOf, bytesOf } from './amount.ts';
import { type Draft, emptyDraft, type FileChoice } from './draft.ts';
import { stepsOf } from './draft-store.ts';
import { problemsOf } from './problems.ts';
import { fieldsOf, type Known } from './proposal.ts';
import { openRoad } from './roads.ts';
import { specOf } from './spec-of.ts';

const pool = (name: string, available: number, active = true): CreationOffer['pools'][number] => ({
  name,
  kind: 'dir',
  active,
  persistent: true,
  autostart: true,
  capacity: 500 * GiB,
  available,
  path: null,
  source: null,
});
const network = (name: string, active: boolean): CreationOffer['networks'][number] => ({
  id: name,
  name,
  active,
  autostart: true,
  persistent: true,
  bridge: 'virbr0',
  forward: 'nat',
  subnets: [],
});
const offer: CreationOffer = {
  acceleration: { kind: 'kvm' },
  roads: [{ kind: 'container-app', why: 'This host runs machines.' }],
  machine: { type: 'kvm', abi: 'hvm', arch: 'x86_64', machine: null },
  machines: [{ type: 'kvm', abi: 'hvm', arch: 'x86_64', machines: ['q35'] }],
  firmwares: ['bios', 'uefi', 'uefi-secure-boot'],
  tpm: true,
  cpuModes: ['host-passthrough'],
  graphics: ['vnc'],
  cpus: 8,
  vcpusMax: 8,
  memoryTotal: 16 * GiB,
  memoryFree: 4 * GiB,
  pools: [pool('big', 400 * GiB), pool('default', 90 * GiB)],
  networks: [network('asleep', false), network('default', true)],
  bridges: [],
  devices: [],
  takenNames: ['web', 'debian-13'],
  readsLocalFiles: true,
};
const known: Known = { offer, facts: null, disc: null };
const debian: OperatingSystem = {
  id: 'http://debian.org/debian/13',
  name: 'Debian 13',
  family: 'linux',
  recommended: { memory: 3 * GiB, vcpus: 4, disk: 25 * GiB },
};
const medium: FileChoice = {
  token: '11111111-2222-4333-8444-555555555555',
  name: 'debian-13.0.0-amd64-netinst.iso',
  size: 700 * MiB,
  os: debian,
  medium: { label: 'Debian 13.0.0 amd64 n', bootable: true },
};
const image: FileChoice = { ...medium, name: 'disk.qcow2', os: null, disk: { capacity: 12 * GiB, format: 'qcow2' } };
const fromIso = (file: FileChoice, edits: Draft['edits'] = {}): Draft => ({
  ...emptyDraft,
  sources: { ...emptyDraft.sources, iso: { ...emptyDraft.sources.iso, file } },
  edits,
});
const onRoad = (road: Draft['road'], sources: Partial<Draft['sources']> = {}, edits: Draft['edits'] = {}): Draft => ({
  ...emptyDraft,
  road,
  sources: { ...emptyDraft.sources, ...sources },
  edits,
});
const problems = (draft: Draft, about: Known = known) => problemsOf(about, draft, fieldsOf(about, draft));
const spec = (draft: Draft, about: Known = known) => specOf(draft, fieldsOf(about, draft), about);

test('a recognised system fills in everything', () => {
  expect(problems(fromIso(medium))).toEqual({});
  expect(spec(fromIso(medium))).toEqual({
    name: 'debian-13-2',
    os: 'http://debian.org/debian/13',
    source: { kind: 'iso', from: { kind: 'file', token: medium.token }, into: null, unattended: null },
    machine: null,
    firmware: 'bios',
    tpm: false,
    cpu: null,
    graphics: null,
    vcpus: 4,
    memory: 3 * GiB,
    disks: [{ kind: 'new', pool: 'default', size: 25 * GiB, format: 'qcow2' }],
    nics: [{ kind: 'network', name: 'default' }],
    drivers: null,
    start: true,
  });
});

test('an unknown system gets modest defaults and a name from its label or file', () => {
  const unknown = { ...medium, os: null };
  expect(spec(fromIso(unknown))).toMatchObject({ name: 'debian-13.0.0-amd64-n', os: null, memory: 2 * GiB, vcpus: 2 });
  const blank = { label: '  ', bootable: true };
  expect(fieldsOf(known, fromIso({ ...unknown, medium: blank, name: 'Tiny Core.ISO' })).name).toBe('tiny-core');
  expect(fieldsOf(known, fromIso({ ...unknown, medium: { ...blank, label: '\u202e\u0007///' } })).name).toBe('guest');
});

test('every proposed name is one that may be used', () => {
  for (const label of ['...', '-x', 'a'.repeat(80), 'Ünï\u0000cödé', '中文 系统 1', `${'b'.repeat(55)} - c`]) {
    expect(problems(fromIso({ ...medium, os: null, medium: { label, bootable: true } })).name).toBeUndefined();
  }
});

test('what the person typed stays when another medium is chosen; the rest follows it', () => {
  const edits = { name: 'mine', memory: amountOf(GiB) };
  expect(fieldsOf(known, fromIso({ ...medium, os: null }, edits))).toMatchObject({
    name: 'mine',
    memory: { text: '1', unit: 'GiB' },
    vcpus: '2',
  });
});

test('a system chosen by hand takes the place of the one that was recognised', () => {
  expect(spec({ ...fromIso(medium), system: null })).toMatchObject({ os: null, name: 'debian-13.0.0-amd64-n' });
});

test('the host sets what is proposed', () => {
  const small = { ...offer, vcpusMax: 1, firmwares: ['uefi' as const], pools: [pool('off', GiB, false)], networks: [] };
  const about = { ...known, offer: small };
  expect(fieldsOf(about, fromIso(medium))).toMatchObject({ vcpus: '1', firmware: 'uefi', disk: 'none', pool: null, nic: null });
  expect(spec(fromIso(medium), about)).toMatchObject({ disks: [], nics: [] });
  expect(fieldsOf({ ...known, offer: { ...offer, pools: [pool('a', GiB), pool('b', 2 * GiB)] } }, fromIso(medium)).pool).toBe('b');
});

test('further disks and cards come after the first, and what is not right about one names it', () => {
  const more = { id: 2, kind: 'new', size: amountOf(5 * GiB), format: 'raw', pool: 'big', volume: null } as const;
  const place = { pool: 'big', name: 'data.qcow2', path: '/big/data.qcow2', format: 'qcow2', folder: false };
  const volume = { ...place, capacity: GiB, allocation: GiB, encrypted: false, backing: null, permissions: null, modified: null };
  const nics = [{ kind: 'direct', device: 'enp1s0' }, { kind: 'user' }] as const;
  expect(spec(fromIso(medium, { moreDisks: [more], moreNics: nics }))).toMatchObject({
    disks: [
      { kind: 'new', pool: 'default' },
      { kind: 'new', pool: 'big', size: 5 * GiB, format: 'raw' },
    ],
    nics: [{ kind: 'network', name: 'default' }, ...nics],
  });
  // What is brought is a disk already, and the further ones come beside it.
  expect(spec(onRoad('disk', { disk: { ...emptyDraft.sources.disk, file: image } }, { moreDisks: [more] }))).toMatchObject({
    disks: [{ kind: 'new', pool: 'big' }],
  });
  expect(problems(fromIso(medium, { moreDisks: [{ ...more, size: { text: '', unit: 'GiB' } }] })).moreDisks).toBe(
    'Disk 2: Enter a number.',
  );
  const twice = { ...more, kind: 'volume', volume } as const;
  expect(problems(fromIso(medium, { moreDisks: [twice, { ...twice, id: 3 }] })).moreDisks).toBe('The same disk is chosen twice.');
});

test('a host elsewhere gets the medium into a pool', () => {
  const far = { ...known, offer: { ...offer, readsLocalFiles: false } };
  expect(spec(fromIso(medium), far)?.source).toMatchObject({ kind: 'iso', into: 'default' });
});

const windows = (disc: Known['disc'], more: Partial<CreationOffer> = {}): Known => ({
  offer: { ...offer, ...more },
  disc,
  facts: {
    summary: {
      id: 'http://microsoft.com/win/11',
      shortId: 'win11',
      name: 'Windows 11',
      version: '11',
      vendor: null,
      family: 'winnt',
      distro: 'win',
      released: null,
      endsOfLife: null,
      ended: false,
      stage: 'released',
    },
    os: {
      id: 'http://microsoft.com/win/11',
      name: 'Windows 11',
      family: 'winnt',
      recommended: { memory: 4 * GiB, vcpus: 2, disk: 64 * GiB },
    },
    resources: [],
    machine: { uefi: 'required', secureBootRequired: true, tpmRequired: true, q35: true },
    drivers: { virtioDisk: false, virtioNet: false, virtioVideo: false, virtioFilesystem: false, tablet: true },
    needsDriverDisc: true,
    scripts: [],
  } satisfies SystemFacts,
});

test('Windows 11 is given the firmware, the TPM and the drivers that it asks for', () => {
  const found = windows({ name: 'virtio-win.iso', whereToGet: '' });
  expect(spec(fromIso(medium), found)).toMatchObject({
    firmware: 'uefi-secure-boot',
    tpm: true,
    memory: 4 * GiB,
    drivers: { from: { kind: 'found' }, into: null },
  });
  const bare = windows({ name: null, whereToGet: 'There.' }, { firmwares: ['bios', 'uefi'], tpm: false });
  expect(spec(fromIso(medium), bare)).toMatchObject({ firmware: 'uefi', tpm: false, drivers: null });
});

test('a disk is copied, unless it is to be used where it is', () => {
  const disk = { ...emptyDraft.sources.disk, file: image };
  expect(spec(onRoad('disk', { disk }))).toMatchObject({ disks: [], source: { kind: 'disk', into: 'default', size: 12 * GiB } });
  expect(spec(onRoad('disk', { disk }, { copy: false }))?.source).toMatchObject({ into: null, size: null });
  expect(problems(onRoad('disk', { disk }, { diskSize: amountOf(GiB) }))).toEqual({
    diskSize: 'The image is 12 GiB large: a copy can be larger, not smaller.',
  });
});

test('a volume of a pool is copied, unless it is a device that is there to be given away', () => {
  const volume: Volume = {
    pool: 'far',
    name: 'unit:0:0:1',
    path: '/dev/sdx',
    format: null,
    capacity: 12 * GiB,
    allocation: 12 * GiB,
    folder: false,
    encrypted: false,
    backing: null,
    permissions: null,
    modified: null,
  };
  const onVolume = onRoad('disk', { disk: { ...emptyDraft.sources.disk, from: 'volume', volume } });
  const among = (kind: string) => ({ ...known, offer: { ...offer, pools: [...offer.pools, { ...pool('far', 0), kind }] } });
  for (const kind of ['dir', 'logical', 'disk', 'gluster', 'rbd']) expect(fieldsOf(among(kind), onVolume)).toMatchObject({ copy: true });
  for (const kind of ['iscsi', 'iscsi-direct', 'scsi', 'mpath']) expect(fieldsOf(among(kind), onVolume)).toMatchObject({ copy: false });
  expect(fieldsOf(among('mpath'), { ...onVolume, edits: { copy: true } })).toMatchObject({ copy: true });
});

test('a cloud image is told who it is, and is as large as its system wants', () => {
  const cloud = { ...emptyDraft.sources.cloud, file: { ...image, os: debian } };
  const draft = { ...onRoad('cloud-image', { cloud }), cloudInit: { ...emptyDraft.cloudInit, user: 'ada', packages: 'git, vim' } };
  expect(spec(draft)?.source).toMatchObject({
    kind: 'cloud-image',
    into: 'default',
    size: 25 * GiB,
    cloudInit: { hostname: 'debian-13-2', user: { name: 'ada', passwordHash: null, keys: [] }, packages: ['git', 'vim'], own: null },
  });
  expect(problems({ ...draft, cloudInit: { ...draft.cloudInit, user: 'Ada L' } })).toHaveProperty('cloudInit');
  expect(stepsOf(draft)).toContain('first-boot');
});

test('what is fetched goes into a pool, by its address and sum', () => {
  const address = 'https://example.org/a.iso';
  const file = { url: address, name: 'a.iso', size: null, resumable: true };
  const iso = {
    ...emptyDraft.sources.iso,
    from: 'url',
    address,
    checksum: 'AB'.repeat(32),
    found: { address, source: { kind: 'iso', file, os: null } },
  } as const;
  expect(spec(onRoad('iso', { iso }))?.source).toEqual({
    kind: 'iso',
    from: { kind: 'url', url: address, checksum: { algorithm: 'sha256', value: 'ab'.repeat(32) } },
    into: 'default',
    unattended: null,
  });
  expect(problems(onRoad('iso', { iso: { ...iso, address: 'https://example.org/b.iso' } }))).toHaveProperty('source');
  expect(problems(onRoad('iso', { iso: { ...iso, checksum: 'abc' } }))).toHaveProperty('checksum');
});

test('a container has neither disk nor firmware, and a whole system in one has users of its own', () => {
  const draft = onRoad('container-app', { program: { init: '/bin/sleep', arguments: '  1000 ' } });
  expect(spec(draft)).toMatchObject({
    name: 'sleep',
    os: null,
    firmware: null,
    disks: [],
    source: { kind: 'container-app', init: '/bin/sleep', arguments: ['1000'], idMap: null },
  });
  expect(stepsOf(draft)).toEqual(['source', 'resources', 'network', 'review']);
  const root = { ...emptyDraft.sources.root, file: { token: medium.token, name: 'rootfs', size: null, os: null } };
  expect(spec(onRoad('container-os', { root }))?.source).toMatchObject({ init: '/sbin/init', idMap: { start: 100_000, count: 65_536 } });
});

test('a folder is used where it lies; an archive, one on the web, and packages go into a pool', () => {
  const { root, packages } = emptyDraft.sources;
  const folder = { token: medium.token, name: 'rootfs', size: null, os: null };
  expect(spec(onRoad('container-os', { root: { ...root, file: folder } }))?.source).toMatchObject({ into: null });
  const archive = onRoad('container-os', { root: { ...root, file: { ...folder, archive: true } } });
  expect(spec(archive)?.source).toMatchObject({ from: { kind: 'file', token: medium.token }, into: 'default' });
  const made = (more: object) => onRoad('container-os', { packages: { ...packages, wanted: true, ...more } });
  expect(spec(made({ suite: 'bookworm' }))?.source).toMatchObject({
    from: { kind: 'bootstrap', system: { tool: 'debootstrap', suite: 'bookworm', mirror: 'https://deb.debian.org/debian' } },
    into: 'default',
    hostname: 'bookworm',
    rootPasswordHash: null,
  });
  expect(spec(made({ tool: 'dnf', release: '42' }))?.source).toMatchObject({ from: { system: { tool: 'dnf', release: '42' } } });
  expect(problems(made({ tool: 'dnf', release: '' }))).toHaveProperty('packages');
  expect(problems(made({ suite: '--foreign' }))).toHaveProperty('packages');
  expect(problems(made({ mirror: 'file:///etc' }))).toHaveProperty('packages');
});

test('the new files of a container are told its name and root’s password; those that are there already are told nothing', () => {
  const { root } = emptyDraft.sources;
  const rootPasswordHash = `$6$salt$${'a'.repeat(86)}`;
  const file = { token: medium.token, name: 'rootfs.tar', size: null, os: null };
  const source = (more: object, identity: object, name = 'web') => {
    const draft = onRoad('container-os', {
      root: { ...root, file: { ...file, ...more } },
      identity: { hostname: '', rootPasswordHash, ...identity },
    });
    return spec({ ...draft, edits: { name } })?.source;
  };
  const packed = { archive: true } as const;
  expect(source(packed, {})).toMatchObject({ hostname: 'web', rootPasswordHash });
  expect(source(packed, { hostname: 'web.example.org' })).toMatchObject({ hostname: 'web.example.org' });
  expect(source(packed, {}, 'My web')).toMatchObject({ hostname: null });
  expect(source({}, { hostname: 'web' })).toMatchObject({ into: null, hostname: null, rootPasswordHash: null });
  expect(source(packed, { hostname: 'no name' })).toBeUndefined();
});

test('network boot and the empty machine need nothing to begin with', () => {
  expect(spec(onRoad('pxe'))?.source).toEqual({ kind: 'pxe' });
  expect(spec(onRoad('empty'))).toMatchObject({ name: 'empty', source: { kind: 'empty' } });
});

test('a road that the host does not have is not begun on', () => {
  expect(openRoad('container-app', offer)).toBe('iso');
  expect(openRoad('pxe', offer)).toBe('pxe');
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
] as const)('%j is a problem', (edits, wrong) => {
  expect(problems(fromIso(medium, edits))).toEqual(wrong);
});

test('without a disk its size does not matter', () => {
  expect(spec(fromIso(medium, { disk: 'none', diskSize: { text: '', unit: 'GiB' } }))).toMatchObject({ disks: [] });
});

test('without a source there is nothing to make', () => {
  expect(problems(emptyDraft)).toMatchObject({ source: 'This has to be chosen first.' });
  expect(spec(emptyDraft)).toBeNull();
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

test('a drive of the host is used where it is, whatever was chosen for a file before', () => {
  const drive: HostDrive = {
    id: 'block_sdb',
    kind: 'disk',
    path: '/dev/sdb',
    place: '/dev/disk/by-id/usb-WD',
    contents: ['ext4'],
    mark: 'as it is',
    name: 'WD Elements',
    size: 500 * GiB,
    label: 'backup',
    loaded: true,
    os: null,
    why: null,
  };
  const { sources } = emptyDraft;
  const onDisk: Draft = {
    ...emptyDraft,
    road: 'disk',
    sources: { ...sources, disk: { ...sources.disk, from: 'drive', drive } },
    edits: { copy: true, move: true },
  };
  const fields = fieldsOf(known, onDisk);
  expect(fields).toMatchObject({ name: 'wd-elements', copy: false, move: false });
  expect(problemsOf(known, onDisk, fields)).toEqual({});
  expect(specOf(onDisk, fields, known)?.source).toEqual({
    kind: 'disk',
    from: { kind: 'drive', drive: 'block_sdb' },
    into: null,
    size: null,
  });

  const disc: HostDrive = { ...drive, id: 'block_sr0', kind: 'cdrom', path: '/dev/sr0', label: 'Debian_13', os: debian };
  const onDisc: Draft = {
    ...emptyDraft,
    sources: { ...sources, iso: { ...sources.iso, from: 'drive', drive: disc } },
    edits: { copy: true },
  };
  const spec = specOf(onDisc, fieldsOf(known, onDisc), known);
  expect(spec).toMatchObject({
    name: 'debian-13-2',
    os: debian.id,
    source: { kind: 'iso', from: { kind: 'drive', drive: 'block_sr0' }, into: null },
  });

  // None chosen yet.
  const open: Draft = { ...onDisk, sources: { ...sources, disk: { ...sources.disk, from: 'drive' } } };
  expect(problemsOf(known, open, fieldsOf(known, open))).toHaveProperty('source');
});
