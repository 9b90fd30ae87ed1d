import { beforeAll, describe, expect, test } from 'vitest';
import { guestDefaults, type GuestSpec } from '#model/guest-spec';
import type { HostDrive } from '#model/host-drive';
import { GiB, MiB } from '#model/quantity';
import { FakeLibvirtd, refusal } from '../../../test/fakes/fake-libvirtd.ts';
import { guestRequest } from '../../../test/bed/guest-request.ts';
import { osinfoDb } from '../../osinfo-db.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { openOver } from '../rpc/open-session.ts';
import type { RunProgram } from '../transport/run-program.ts';
import { aboutDrives } from './drive-checks.ts';
import { aboutAgreement, chosenDrive, readDrives } from './drives.ts';

// Read once for all; a busy computer takes its time for that.
beforeAll(async () => void (await osinfoDb()), 120_000);

const adapter = '/sys/devices/pci0000:00/0000:00:1f.2/ata1/host0';
// As libvirt 9.0 writes them.
const disc = (
  medium: string,
) => `<device><name>block_sr0_QEMU_DVD-ROM_QM00003</name><path>${adapter}/block/sr0</path><parent>scsi_1_0_0_0</parent>
  <devnode type='dev'>/dev/sr0</devnode><devnode type='link'>/dev/disk/by-id/ata-QEMU_DVD-ROM_QM00003</devnode>
  <capability type='storage'><block>/dev/sr0</block><bus>ata</bus><drive_type>cdrom</drive_type><model>QEMU DVD-ROM</model>
  <capability type='removable'>${medium}</capability></capability></device>`;
const loaded = `<media_available>1</media_available><media_size>104857600</media_size><media_label>Any_Label</media_label>
  <logical_block_size>2048</logical_block_size><num_blocks>204800</num_blocks>`;
const sdb = `<device><name>block_sdb_WD_1</name><path>${adapter}/block/sdb</path><parent>scsi_0_0_0_0</parent>
  <devnode type='dev'>/dev/sdb</devnode><devnode type='link'>/dev/disk/by-id/wwn-0x5000</devnode>
  <devnode type='link'>/dev/disk/by-id/lvm-pv-uuid-x</devnode><devnode type='link'>/dev/disk/by-id/usb-WD_Elements_1</devnode>
  <capability type='storage'><block>/dev/sdb</block><bus>usb</bus><drive_type>disk</drive_type><model>Elements</model><vendor>WD</vendor>
  <size>536870912</size></capability></device>`;
const floppy = `<device><name>block_fd0</name><path>${adapter}/block/fd0</path><parent>computer</parent>
  <capability type='storage'><block>/dev/fd0</block><drive_type>floppy</drive_type></capability></device>`;

const guest = (disks: string) => `<domain type='qemu'><devices>${disks}</devices></domain>`;
const block = (path: string, device = 'disk') => `<disk type='block' device='${device}'><source dev='${path}'/><target dev='vda'/></disk>`;

interface Wish {
  readonly medium?: string;
  /** What LVM has on the host. */
  readonly group?: string;
  /** More node devices, by name. */
  readonly more?: Readonly<Record<string, string>>;
  /** By name; the running ones have a number. */
  readonly guests?: Readonly<Record<string, { readonly xml: string; readonly running?: boolean }>>;
  /** What lsblk says below sdb; null: nothing of the host can be run. */
  readonly below?: readonly object[] | null;
  readonly sdb?: object;
  readonly pools?: Readonly<Record<string, string>>;
  /** All of them are. */
  readonly stopped?: boolean;
  /** Where links of the host lead. */
  readonly links?: Readonly<Record<string, string>>;
}

async function hostWith({
  medium = loaded,
  more: others = {},
  group = '/dev/sdb',
  guests = {},
  below = [],
  sdb: more = {},
  pools = {},
  stopped = false,
  links = {},
}: Wish = {}) {
  const documents = new Map([
    ['block_sr0_QEMU_DVD-ROM_QM00003', disc(medium)],
    ['block_sdb_WD_1', sdb],
    ['block_fd0', floppy],
    ...Object.entries(others),
  ]);
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.connectListAllNodeDevices, () => ({
    devices: [...documents.keys()].map((name) => ({ name })),
    ret: documents.size,
  }));
  daemon.answer(remote.nodeDeviceGetXmlDesc, ({ name }) => ({ xml: documents.get(name) ?? '' }));
  const domains: Domain[] = Object.entries(guests).map(([name, { running }], at) => ({
    name,
    uuid: `00000000-0000-4000-8000-00000000000${at}`,
    id: running === true ? at + 1 : -1,
  }));
  daemon.answer(remote.connectListAllDomains, () => ({ domains, ret: domains.length }));
  const known = Object.keys(pools).map((name, at) => ({ name, uuid: `10000000-0000-4000-8000-00000000000${at}` }));
  daemon.answer(remote.connectListAllStoragePools, ({ flags }) => {
    const listed = (flags === 2) === stopped ? [] : known;
    return { pools: listed, ret: listed.length };
  });
  daemon.answer(remote.storagePoolGetXmlDesc, ({ pool }) => ({ xml: pools[pool.name] ?? '' }));
  daemon.answer(remote.storagePoolLookupByName, ({ name }) => {
    const pool = known.find((each) => each.name === name);
    if (pool === undefined) throw refusal({ code: 49 });
    return { pool };
  });
  daemon.answer(remote.storageVolLookupByName, ({ pool, name }) => ({ vol: { pool: pool.name, name, key: name } }));
  daemon.answer(remote.storageVolGetPath, ({ vol }) => ({ name: `/dev/disk/by-id/${vol.name}` }));
  daemon.answer(remote.connectFindStoragePoolSources, () => ({
    xml: `<sources><source><device path='${group}'/><name>old</name></source></sources>`,
  }));
  const session = await openOver(daemon.connect(), 'qemu:///system');
  const call: typeof session.call = (procedure, args) => session.call(procedure, args);
  const disk = {
    kname: 'sdb',
    path: '/dev/sdb',
    type: 'disk',
    size: GiB / 2,
    fstype: null,
    label: null,
    uuid: null,
    partuuid: null,
    mountpoint: null,
    ...more,
  };
  const run: RunProgram = async ([program, ...words]) => ({
    code: 0,
    stdout:
      program === 'readlink'
        ? `${words
            .slice(2)
            .map((path) => links[path] ?? path)
            .join('\n')}\n`
        : JSON.stringify({ blockdevices: [{ ...disk, ...(below !== null && below.length > 0 && { children: below }) }] }),
    stderr: '',
  });
  return {
    call,
    job: call,
    domainXml: async ({ name }: Domain) => guests[name]?.xml ?? guest(''),
    local: false,
    driverUri: 'qemu:///system',
    route: { run: below === null ? null : run },
  };
}
const drivesOf = async (wish?: Wish) => readDrives(await hostWith(wish));
const whyOf = async (path: string, wish?: Wish) => (await drivesOf(wish)).find((drive) => drive.path === path)?.why;

const part = {
  kname: 'sdb1',
  path: '/dev/sdb1',
  type: 'part',
  size: 100 * MiB,
  label: 'data',
  uuid: 'U-1',
  partuuid: 'P-1',
  mountpoint: null,
};
const volume = { kname: 'dm-0', path: '/dev/mapper/a--b-c', type: 'lvm', size: 50 * MiB, mountpoint: null };

test('discs and disks are listed with what is in them, floppies are not', async () => {
  expect(await drivesOf({ below: [{ ...part, size: '104857600', children: [volume] }] })).toMatchObject([
    {
      id: 'block_sr0_QEMU_DVD-ROM_QM00003',
      kind: 'cdrom',
      path: '/dev/sr0',
      name: 'QEMU DVD-ROM',
      label: 'Any_Label',
      size: 100 * MiB,
      loaded: true,
      why: null,
    },
    { id: 'block_sdb_WD_1', kind: 'disk', path: '/dev/sdb', name: 'WD Elements', size: GiB / 2, label: null, loaded: true },
    { id: 'block_sdb_WD_1/sdb1', kind: 'partition', path: '/dev/sdb1', name: 'WD Elements', size: 100 * MiB, label: 'data' },
    { id: 'mapped:a--b-c', kind: 'mapped', path: '/dev/mapper/a--b-c', name: 'a-b-c', size: 50 * MiB, why: null },
  ]);
});

test('an empty drive tells nothing of the disc that was in it', async () => {
  const [drive] = await drivesOf({ medium: '<media_available>0</media_available><media_label>Old</media_label>' });
  expect(drive).toMatchObject({ loaded: false, label: null, size: null, why: 'No disc is in the drive /dev/sr0.' });
});

test('a running guest has the drive to itself; one that is off does not', async () => {
  const xml = guest(block('/dev/disk/by-id/ata-QEMU_DVD-ROM_QM00003', 'cdrom'));
  expect(await whyOf('/dev/sr0', { guests: { web: { xml, running: true } } })).toBe('“web” is running, and has this drive.');
  expect(await whyOf('/dev/sr0', { guests: { web: { xml } } })).toBeNull();
});

test.each([
  ['its name of now', '/dev/sdb'],
  ['its name that stays', '/dev/disk/by-id/wwn-0x5000'],
  ['its partition', '/dev/sdb1'],
  ['its partition’s name that stays', '/dev/disk/by-id/usb-WD_Elements_1-part1'],
  ['its file system', '/dev/disk/by-uuid/U-1'],
  ['a volume on it', '/dev/a-b/c'],
])('a disk is a guest’s that has it by %s', async (_what, path) => {
  const wish = { below: [{ ...part, children: [volume] }], guests: { web: { xml: guest(block(path)) } } };
  expect(await whyOf('/dev/sdb', wish)).toMatch(/is the disk of “web” already/);
  expect(await whyOf('/dev/sdb1', wish)).toMatch(/is the disk of “web” already/);
});

test('the other half of a disk is nobody’s', async () => {
  const wish = {
    below: [part, { ...part, kname: 'sdb2', path: '/dev/sdb2', uuid: 'U-2', partuuid: 'P-2' }],
    guests: { web: { xml: guest(block('/dev/sdb1')) } },
  };
  expect(await whyOf('/dev/sdb2', wish)).toBeNull();
});

test.each([
  ['mounted', [{ ...part, mountpoint: '/home' }], {}],
  ['swapped to', [{ ...part, mountpoint: '[SWAP]' }], {}],
  ['in a volume group', [{ ...part, children: [volume] }], {}],
  ['mounted as a whole', [], { mountpoint: '/' }],
])('what the host has %s is the host’s', async (_what, below, sdb) => {
  expect(await whyOf('/dev/sdb', { below, sdb })).toMatch(/^The host uses \/dev\/sdb: /);
});

test('an active pool has its disk, and its volumes', async () => {
  const disk = `<pool type='disk'><name>p</name><source><device path='/dev/disk/by-id/usb-WD_Elements_1'/></source><target><path>/dev</path></target></pool>`;
  expect(await whyOf('/dev/sdb', { pools: { p: disk } })).toMatch(/^The storage pool “p” of the host has/);
  expect(await whyOf('/dev/sr0', { pools: { p: disk } })).toBeNull();
  const group = `<pool type='logical'><name>g</name><source><name>a-b</name></source><target><path>/dev/a-b</path></target></pool>`;
  expect(await whyOf('/dev/mapper/a--b-c', { below: [{ ...part, children: [volume] }], pools: { g: group } })).toMatch(
    /^The storage pool “g”/,
  );
});

test('a disk of a pool that is stopped is doubted', async () => {
  const disk = `<pool type='disk'><name>p</name><source><device path='/dev/sdb'/></source><target><path>/dev</path></target></pool>`;
  expect((await findingsOf('block_sdb_WD_1', { pools: { p: disk }, stopped: true, group: '/dev/sdz' })).said).toEqual([
    expect.stringMatching(/^warning: The storage pool “p” of the host has \/dev\/sdb\. If the host uses it/),
  ]);
});

test('where only the daemon can be asked, whole disks are listed, and what nobody told is warned of', async () => {
  const host = await hostWith({ below: null });
  const drives = await readDrives(host);
  expect(drives.map(({ path, why }) => [path, why])).toEqual([
    ['/dev/sr0', null],
    ['/dev/sdb', null],
  ]);
  const chosen = await chosenDrive(host, spec('disk', 'block_sdb_WD_1'));
  const [findings] = await aboutDrives(host, chosen === null ? [] : [chosen]);
  expect(findings?.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    'warning: LVM’s volume group “old” of the host has /dev/sdb. If the host uses it, it is destroyed when two write to it.',
    'warning: Whether the host itself uses /dev/sdb could not be checked: its own programs are not in reach on this connection.',
  ]);
});

test('a session’s guests have the rights of their person', async () => {
  const host = await hostWith();
  const { run: lsblk } = host.route;
  const asked: string[] = [];
  const run: RunProgram = async (words, signal) => {
    if (words[0] !== 'test') return lsblk === null ? { code: 1, stdout: '', stderr: '' } : lsblk(words, signal);
    asked.push(words.join(' '));
    return { code: 1, stdout: '', stderr: '' };
  };
  const whys = (await readDrives({ ...host, driverUri: 'qemu:///session', route: { run } })).map(({ why }) => why);
  expect(whys).toEqual([expect.stringMatching(/^You may not read \/dev\/sr0/), expect.stringMatching(/^You may not write to \/dev\/sdb/)]);
  expect(asked).toEqual(['test -r /dev/sr0', 'test -w /dev/sdb']);
});

test('a list that does not tell what is made of what is no answer', async () => {
  const host = await hostWith();
  const flat = {
    blockdevices: [
      { kname: 'sdb', type: 'disk' },
      { ...part, mountpoint: '/home' },
    ],
  };
  const run: RunProgram = async () => ({ code: 0, stdout: JSON.stringify(flat), stderr: '' });
  const chosen = await chosenDrive({ ...host, route: { run } }, spec('disk', 'block_sdb_WD_1'));
  const [findings] = await aboutDrives(host, chosen === null ? [] : [chosen]);
  expect(findings?.map(({ message }) => message).join()).toMatch(/could not be checked/);
});

function spec(kind: 'iso' | 'disk', drive: string, into: string | null = null): GuestSpec {
  const from = { kind: 'drive', drive } as const;
  const source: GuestSpec['source'] = kind === 'iso' ? { kind, from, into, unattended: null } : { kind, from, into, size: null };
  return { ...guestDefaults, name: 'g', source, vcpus: 1, memory: GiB, disks: [], nics: [] };
}

test('a definition has the name that stays; what does not fit the road, or is gone, is refused', async () => {
  const host = await hostWith({ below: [part] });
  expect((await chosenDrive(host, spec('disk', 'block_sdb_WD_1')))?.place).toBe('/dev/disk/by-id/usb-WD_Elements_1');
  expect((await chosenDrive(host, spec('disk', 'block_sdb_WD_1/sdb1')))?.place).toBe('/dev/disk/by-id/usb-WD_Elements_1-part1');
  expect((await chosenDrive(host, spec('iso', 'block_sr0_QEMU_DVD-ROM_QM00003')))?.place).toBe('/dev/sr0');
  await expect(chosenDrive(host, spec('iso', 'block_sdb_WD_1'))).rejects.toMatchObject({ code: 'bad-input' });
  await expect(chosenDrive(host, spec('disk', 'block_sr0_QEMU_DVD-ROM_QM00003'))).rejects.toMatchObject({ code: 'bad-input' });
  await expect(chosenDrive(host, spec('disk', 'block_sdb_WD_1', 'default'))).rejects.toMatchObject({ code: 'bad-input' });
  await expect(chosenDrive(host, spec('disk', 'block_sdc'))).rejects.toMatchObject({ code: 'not-found' });
});

const findingsOf = async (id: string, wish: Wish) => {
  const host = await hostWith(wish);
  const chosen = await chosenDrive(host, spec('disk', id));
  const [findings = []] = await aboutDrives(host, chosen === null ? [] : [chosen]);
  return { place: chosen?.place, said: findings.map(({ severity, message }) => `${severity}: ${message}`) };
};

test('of two disks with one serial number neither is named by it, and that is doubted', async () => {
  const twin = sdb.replaceAll('sdb', 'sdc').replace('wwn-0x5000', 'wwn-0x6000');
  expect(await findingsOf('block_sdb_WD_1', { more: { block_sdc_WD_1: twin } })).toEqual({ place: '/dev/disk/by-id/wwn-0x5000', said: [] });
  const same = sdb.replaceAll('sdb', 'sdc');
  expect(await findingsOf('block_sdb_WD_1', { more: { block_sdc_WD_1: same } })).toEqual({
    place: '/dev/sdb',
    said: [expect.stringMatching(/^warning: The host may call another disk \/dev\/sdb after its next start/)],
  });
});

test('a unit of a pool is a guest’s that has it as a volume, and a pool that cannot be read is doubted', async () => {
  const xml = guest(`<disk type='volume' device='disk'><source pool='san' volume='usb-WD_Elements_1'/><target dev='vda'/></disk>`);
  const pools = { san: `<pool type='iscsi'><name>san</name><source><device path='iqn.2026-11.example:a'/></source></pool>` };
  expect((await findingsOf('block_sdb_WD_1', { guests: { web: { xml } }, pools })).said).toEqual([
    expect.stringMatching(/^error: \/dev\/sdb, or a part of it, is the disk of “web” already/),
  ]);
  expect((await findingsOf('block_sdb_WD_1', { guests: { web: { xml } } })).said).toEqual([
    expect.stringMatching(/^warning: Whether \/dev\/sdb is the disk of “web” already could not be checked: the storage pool “san”/),
  ]);
  const files = { san: `<pool type='dir'><name>san</name><target><path>/srv</path></target></pool>` };
  expect((await findingsOf('block_sdb_WD_1', { guests: { web: { xml } }, pools: files })).said).toEqual([]);
});

test('what is part of something greater is doubted, what cannot be written to refused, and RAID has no name that stays', async () => {
  expect((await findingsOf('block_sdb_WD_1', { sdb: { fstype: 'LVM2_member' } })).said).toEqual([
    expect.stringMatching(/^warning: LVM’s volume group “old” of the host has \/dev\/sdb/),
  ]);
  expect((await findingsOf('block_sdb_WD_1', { sdb: { fstype: 'btrfs' }, group: '/dev/sdz' })).said).toEqual([
    expect.stringMatching(/^warning: \/dev\/sdb is marked as a part of LVM, RAID, Btrfs/),
  ]);
  expect((await findingsOf('block_sdb_WD_1', { sdb: { ro: '1' } })).said).toEqual(['error: /dev/sdb cannot be written to.']);
  const array = { kname: 'md127', path: '/dev/md127', type: 'raid1', size: GiB, mountpoint: null };
  expect((await findingsOf('mapped:md127', { below: [array] })).said).toEqual([expect.stringMatching(/call another disk \/dev\/md127/)]);
});

test('a guest of a far host has a disk by whatever link leads to it', async () => {
  const guests = { web: { xml: guest(block('/dev/disk/by-label/data')) }, db: { xml: guest(block('/dev/other')) } };
  const links = { '/dev/disk/by-label/data': '/dev/sdb1' };
  const why = /is the disk of “web” already/;
  expect(await whyOf('/dev/sdb1', { below: [part], guests, links })).toMatch(why);
  expect(await whyOf('/dev/sdb', { below: [part], guests, links })).toMatch(why);
  expect(await whyOf('/dev/sdb1', { below: [part], guests })).toBeNull();
});

test.for(['bcachefs', 'jbd', 'isw_raid_member', 'xfs_external_log'])(
  'a disk that is a part of something (%s) is doubted',
  async (fstype) => {
    expect((await findingsOf('block_sdb_WD_1', { below: [{ ...part, fstype }], group: '/dev/sdz' })).said).toEqual([
      expect.stringMatching(new RegExp(`^warning: /dev/sdb is marked as a part of .*\\(${fstype}\\)`)),
    ]);
  },
);

test('all disks of a mounted Btrfs are in use, of which lsblk tells the mount at one', async () => {
  const one = { ...part, fstype: 'btrfs', uuid: 'B-1', mountpoint: '/home' };
  const other = { ...part, kname: 'sdb2', path: '/dev/sdb2', fstype: 'btrfs', uuid: 'B-1', partuuid: 'P-2' };
  const apart = { ...other, kname: 'sdb3', path: '/dev/sdb3', uuid: 'B-2', partuuid: 'P-3' };
  const below = [one, other, apart];
  expect((await findingsOf('block_sdb_WD_1/sdb2', { below, group: '/dev/sdz' })).said).toEqual([
    expect.stringMatching(/^error: The host uses \/dev\/sdb2/),
  ]);
  expect((await findingsOf('block_sdb_WD_1/sdb3', { below, group: '/dev/sdz' })).said).toEqual([
    expect.stringMatching(/^warning: .*\(btrfs\)/),
  ]);
});

test('whose volume group a part of a disk is in leaves the doubt about another part', async () => {
  const below = [
    { ...part, fstype: 'LVM2_member' },
    { ...part, kname: 'sdb2', path: '/dev/sdb2', fstype: 'zfs_member', partuuid: 'P-2' },
  ];
  expect((await findingsOf('block_sdb_WD_1', { below, group: '/dev/sdb1' })).said).toEqual([
    expect.stringMatching(/^warning: LVM’s volume group/),
    expect.stringMatching(/^warning: \/dev\/sdb is marked as a part of .*\(zfs_member\)/),
  ]);
});

test('what was agreed to is told from another disk of the same name, model and size', async () => {
  const host = await hostWith({ below: [part] });
  const agreed = (await readDrives(host)).find(({ path }) => path === '/dev/sdb');
  if (agreed === undefined) throw new Error('no such drive');
  const request = (drive: HostDrive) => ({ ...guestRequest(spec('disk', drive.id), '/'), drive });
  expect(aboutAgreement(request(agreed), await chosenDrive(host, spec('disk', agreed.id)))).toEqual([]);
  const other = await hostWith({ below: [{ ...part, uuid: 'U-2' }] });
  expect(aboutAgreement(request(agreed), await chosenDrive(other, spec('disk', agreed.id)))).toMatchObject([{ code: 'conflict' }]);
});

test('a partition of the device mapper has a name that stays', async () => {
  const mpath = { kname: 'dm-2', path: '/dev/mapper/mpatha', type: 'mpath', size: GiB, mountpoint: null };
  const first = { ...part, kname: 'dm-3', path: '/dev/mapper/mpatha-part1' };
  const paths = (await drivesOf({ below: [{ ...mpath, children: [first] }] })).map(({ path }) => path);
  expect(paths).toContain('/dev/mapper/mpatha-part1');
});

test('the view of a whole thin pool is not offered', async () => {
  const thin = (path: string, more: object = {}) => ({
    kname: path,
    path: `/dev/mapper/${path}`,
    type: 'lvm',
    size: GiB,
    mountpoint: null,
    ...more,
  });
  const closed = [thin('pve-data_tmeta', { children: [thin('pve-data')] }), thin('pve-data_tdata', { children: [thin('pve-data')] })];
  expect((await drivesOf({ below: closed })).map(({ path }) => path)).not.toContain('/dev/mapper/pve-data');
  const below = [thin('pve-data_tdata', { children: [thin('pve-data-tpool', { children: [thin('pve-data'), thin('pve-vm')] })] })];
  const paths = (await drivesOf({ below })).map(({ path }) => path);
  expect(paths).toContain('/dev/mapper/pve-vm');
  expect(paths).not.toContain('/dev/mapper/pve-data');
});

describe('a guest that has the disk is found', () => {
  const elsewhere = { group: '/dev/sdz' };
  const taken = /is the disk of “web” already/;

  test('where it is a container, to which the disk is given as it is', async () => {
    const xml =
      "<domain type='lxc'><devices><hostdev mode='capabilities' type='storage'><source><block>/dev/sdb</block></source></hostdev></devices></domain>";
    expect(await whyOf('/dev/sdb', { ...elsewhere, guests: { web: { xml } } })).toMatch(taken);
  });

  test.each(['/srv/data-disk', '//dev/sdb'])('where it is named by %s', async (path) => {
    const wish = { ...elsewhere, links: { [path]: '/dev/sdb', '/dev/sdb': '/dev/sdb' }, guests: { web: { xml: guest(block(path)) } } };
    expect(await whyOf('/dev/sdb', wish)).toMatch(taken);
  });

  test.each(['/dev/sdb1', '/dev/disk/by-id/usb-WD_Elements_1-part1'])(
    'where its partitions are not known, by their names (%s)',
    async (path) => {
      expect(await whyOf('/dev/sdb', { ...elsewhere, below: null, guests: { web: { xml: guest(block(path)) } } })).toMatch(taken);
    },
  );
});

test('links that the host follows one by one only are followed so, and those that nobody follows are doubted', async () => {
  const host = await hostWith({
    below: [part],
    group: '/dev/sdz',
    guests: { web: { xml: guest(block('/dev/disk/by-label/data')), running: true }, db: { xml: guest(block('/dev/disk/by-label/gone')) } },
  });
  const { run: others } = host.route;
  const run: RunProgram = async (words, ...more) => {
    if (words[0] !== 'readlink') return others === null ? { code: 1, stdout: '', stderr: '' } : others(words, ...more);
    const follows = words[1] === '-f' && words.at(-1) === '/dev/disk/by-label/data';
    return follows ? { code: 0, stdout: '/dev/sdb1\n', stderr: '' } : { code: 1, stdout: '', stderr: 'readlink: unrecognized option: m' };
  };
  const busybox = { ...host, route: { run } };
  const chosen = await chosenDrive(busybox, spec('disk', 'block_sdb_WD_1/sdb1'));
  expect((await aboutDrives(busybox, chosen === null ? [] : [chosen])).flat().map(({ message }) => message)).toEqual([
    expect.stringMatching(/is the disk of “web” already/),
    expect.stringMatching(
      /is the disk of “db” already could not be checked: the host did not tell where \/dev\/disk\/by-label\/gone leads/,
    ),
  ]);
});

test('the table of logical partitions is nobody’s disk', async () => {
  const extended = { ...part, kname: 'sdb2', path: '/dev/sdb2', parttype: '0x5', size: 1024 };
  const paths = (await drivesOf({ below: [extended, { ...part, kname: 'sdb5', path: '/dev/sdb5', parttype: '0x83' }] })).map(
    ({ path }) => path,
  );
  expect(paths).toEqual(['/dev/sr0', '/dev/sdb', '/dev/sdb5']);
});

test('a guest may have its own disk', async () => {
  const host = await hostWith({ group: '/dev/sdz', guests: { web: { xml: guest(block('/dev/sdb')) } } });
  const chosen = await chosenDrive(host, spec('disk', 'block_sdb_WD_1'));
  const about = async (own: string | null) => (await aboutDrives(host, chosen === null ? [] : [chosen], own)).flat().length;
  expect([await about(null), await about('00000000-0000-4000-8000-000000000000')]).toEqual([1, 0]);
});
