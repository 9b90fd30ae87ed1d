import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostDevice, PciDevice } from '#model/host-device';
import { FakeLibvirtd } from '../../../../../test/fakes/fake-libvirtd.ts';
import { guestUuid } from '../../../../../test/fakes/scripted-host.ts';
import type { Procedure } from '../../../protocol/procedure.ts';
import { remote } from '../../../protocol/remote.ts';
import { openOver } from '../../../rpc/open-session.ts';
import { toBackendError } from '../../../to-backend-error.ts';
import type { RunProgram } from '../../../transport/run-program.ts';
import { pciFindings } from './pci-findings.ts';
import { pciUseHere } from './pci-use.ts';

let root: string;
const roots = () => ({ sys: join(root, 'sys'), proc: join(root, 'proc'), run: join(root, 'run') });
const place = (address: string) => `sys/devices/pci0000:00/${address}`;

async function file(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}
async function link(path: string, target: string): Promise<void> {
  await mkdir(join(root, target), { recursive: true });
  await mkdir(dirname(join(root, path)), { recursive: true });
  await symlink(join(root, target), join(root, path));
}

/** As the kernel shows a computer with a card with a screen, a controller with a mounted disk, and a network card below a bridge. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'guesthouse-sys-'));
  for (const address of ['0000:00:02.0', '0000:00:03.0', '0000:00:04.0', '0000:00:05.0']) {
    await link(`sys/bus/pci/devices/${address}`, place(address));
  }
  await file(`${place('0000:00:02.0')}/boot_vga`, '1\n');
  await file(`${place('0000:00:05.0')}/boot_vga`, '0\n');
  const disk = `${place('0000:00:03.0')}/ata1/block/sda`;
  await link('sys/dev/block/8:1', `${disk}/sda1`);
  // A file system in LVM on the partition.
  await mkdir(join(root, 'sys/devices/virtual/block/dm-0/slaves'), { recursive: true });
  await link('sys/dev/block/253:0', 'sys/devices/virtual/block/dm-0');
  await symlink(join(root, `${disk}/sda1`), join(root, 'sys/devices/virtual/block/dm-0/slaves/sda1'));
  await file('proc/self/mountinfo', '22 1 253:0 / / rw - ext4 /dev/mapper/root rw\n23 22 0:5 / /proc rw - proc proc rw\n');
  await file('proc/swaps', 'Filename\tType\n');
  await link('sys/class/net/eth0', `${place('0000:00:04.0')}/net/eth0`);
  await link('sys/class/net/br0', 'sys/devices/virtual/net/br0');
  await mkdir(join(root, 'sys/devices/virtual/net/br0/lower_eth0'));
  await file('proc/net/route', 'Iface\tDestination\tGateway\nbr0\t00000000\t0102A8C0\t0003\nbr0\t0002A8C0\t00000000\t0001\n');
});
afterAll(async () => rm(root, { recursive: true }));

const nothing = { used: [], doubtful: [] };

test.each([
  ['the screen', '0000:00:02.0', { screen: true, disks: nothing, routes: [] }],
  ['a disk below LVM', '0000:00:03.0', { screen: false, disks: { used: ['sda1'], doubtful: [] }, routes: [] }],
  ['the way out, by a bridge', '0000:00:04.0', { screen: false, disks: nothing, routes: ['eth0'] }],
  ['nothing', '0000:00:05.0', { screen: false, disks: nothing, routes: [] }],
  ['a device that is not there', '0000:00:09.0', { screen: false, disks: nothing, routes: [] }],
])('%s is told of this computer', async (_what, address, expected) => {
  expect(await pciUseHere(address, roots())).toEqual(expected);
});

const pci = (address: string): PciDevice => ({
  kind: 'pci',
  id: address,
  parent: null,
  name: 'Card',
  users: [],
  address,
  class: '020000',
  driver: null,
  iommuGroup: 1,
  numaNode: null,
  function: { kind: 'whole' },
  mediatedTypes: [],
});

const all = ['0000:00:02.0', '0000:00:03.0', '0000:00:04.0'].map(pci);
const disk: HostDevice = {
  kind: 'storage',
  id: 'block_sdb',
  parent: '0000:00:03.0',
  name: '',
  users: [],
  path: '/dev/sdb',
  type: 'disk',
  bus: null,
  size: null,
  serial: null,
};
const card: HostDevice = {
  kind: 'network',
  id: 'net_eth0',
  parent: '0000:00:04.0',
  name: '',
  users: [],
  interface: 'eth0',
  mac: null,
  link: 'up',
  speed: null,
};
const here = { context: { local: true, hostDevices: [...all, disk] }, host: { call: unasked, job: unasked, route: { run: null } } };
/** Of this computer libvirt is not asked. */
async function unasked(): Promise<never> {
  throw new Error('it was asked');
}

/** Another computer, whose libvirt tells of these. */
async function there({
  pools = [],
  lvm = '',
  run = null,
}: {
  readonly pools?: readonly string[];
  readonly lvm?: string;
  readonly run?: RunProgram | null;
}) {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.connectListAllStoragePools, ({ flags }) => {
    const listed = flags === 2 ? pools : [];
    return { pools: listed.map((_, at) => ({ name: `pool-${at}`, uuid: guestUuid(at) })), ret: listed.length };
  });
  daemon.answer(remote.storagePoolGetXmlDesc, ({ pool }) => ({
    xml: `<pool><name>${pool.name}</name><source><device path='${pools[Number(pool.name.slice('pool-'.length))]}'/></source></pool>`,
  }));
  if (lvm !== '') daemon.answer(remote.connectFindStoragePoolSources, () => ({ xml: `<sources>${lvm}</sources>` }));
  daemon.answer(remote.nodeDeviceGetXmlDesc, () => ({
    xml: `<device><name>block_sdb</name><devnode type='dev'>/dev/sdb</devnode><devnode type='link'>/dev/disk/by-id/ata-DISK_1</devnode>
      <capability type='storage'><block>/dev/sdb</block></capability></device>`,
  }));
  const session = await openOver(daemon.connect(), 'qemu:///system');
  const call = <A, R>(procedure: Procedure<A, R>, args: A) =>
    session.call(procedure, args).catch((error: unknown) => {
      throw toBackendError(error);
    });
  return { context: { local: false, hostDevices: [...all, disk, card] }, host: { call, job: call, route: { run } } };
}

test('what it cannot do without is refused, and what it can is warned of', async () => {
  const { problems, warnings } = await pciFindings(all, here, roots());
  expect(problems).toEqual([{ field: 'device', message: expect.stringMatching(/mounted something of sda1.*End that first/) }]);
  expect(warnings.join(' ')).toMatch(/own screen is at Card \(0000:00:02.0\).*reaches others by eth0 at Card \(0000:00:04.0\)/);
});

test('of another computer nothing is known but that it has a disk', async () => {
  const { problems, warnings } = await pciFindings(all, await there({}));
  expect(problems).toEqual([]);
  expect(warnings.join(' ')).toMatch(/not known from here.*\/dev\/sdb at Card \(0000:00:03.0\) could not be checked/);
  expect(warnings).toHaveLength(2);
});

test.each(['/dev/sdb', '/dev/sdb3', '/dev/disk/by-id/ata-DISK_1', '/dev/disk/by-id/ata-DISK_1-part2'])(
  'what a storage pool of another computer has is refused: %s',
  async (path) => {
    const { problems } = await pciFindings(all, await there({ pools: ['/dev/sdc', path] }));
    expect(problems).toEqual([
      { field: 'device', message: `The storage pool “pool-1” of the host has ${path} at Card (0000:00:03.0): stop it first.` },
    ]);
  },
);

test('what LVM of another computer has is told, and another disk with a like name is not', async () => {
  const lvm = (path: string) => `<source><device path='${path}'/><name>fedora</name><format type='lvm2'/></source>`;
  const findings = await pciFindings(all, await there({ pools: ['/dev/sdbc'], lvm: lvm('/dev/sdb2') }));
  expect(findings.problems).toEqual([]);
  expect(findings.warnings.join(' ')).toContain('LVM’s volume group “fedora” of the host has /dev/sdb2 at Card (0000:00:03.0)');
  const other = await pciFindings(all, await there({ lvm: lvm('/dev/sdba1') }));
  expect(other.warnings.join(' ')).not.toContain('LVM’s');
});

/** Programs of a host that answer so; others it does not have. */
const programs =
  (answers: Readonly<Record<string, unknown>>): RunProgram =>
  async (words) => {
    const answer = answers[words.join(' ')];
    if (answer === undefined) return { code: 127, stdout: '', stderr: '' };
    return { code: 0, stdout: typeof answer === 'string' ? answer : JSON.stringify(answer), stderr: '' };
  };
const LSBLK = 'lsblk --json --output NAME,TYPE,FSTYPE,MOUNTPOINT';
const LINKS = [{ ifname: 'lo' }, { ifname: 'eth0', master: 'br0' }, { ifname: 'br0' }, { ifname: 'br0.5', link: 'br0' }];
const answers = {
  [LSBLK]: {
    blockdevices: [
      { name: 'sda', type: 'disk' },
      { name: 'sdb', type: 'disk' },
    ],
  },
  'ip -json link': LINKS,
  'ip -json route show default': [],
};

test.each([
  ['mounted', [{ name: 'sdb', type: 'disk', children: [{ name: 'sdb1', type: 'part', mountpoint: '/' }] }]],
  ['part of LVM', [{ name: 'sdb', type: 'disk', fstype: 'LVM2_member', children: [{ name: 'vg-a', type: 'lvm', mountpoint: null }] }]],
])('a disk of a host whose programs can be asked is refused where it is %s', async (_how, blockdevices) => {
  const { problems } = await pciFindings(all, await there({ run: programs({ ...answers, [LSBLK]: { blockdevices } }) }));
  expect(problems).toMatchObject([{ message: expect.stringMatching(/mounted something of \/dev\/sdb at Card \(0000:00:03.0\)/) }]);
});

test('of such a host nothing is doubted but what its programs do not tell either', async () => {
  expect(await pciFindings(all, await there({ run: programs(answers) }))).toEqual({ problems: [], warnings: [] });
  const blockdevices = [{ name: 'sdb', type: 'disk', fstype: 'zfs_member' }];
  const { warnings } = await pciFindings(all, await there({ run: programs({ ...answers, [LSBLK]: { blockdevices } }) }));
  expect(warnings).toEqual([expect.stringMatching(/\/dev\/sdb.*could not be checked/)]);
});

test('the card by which one is connected is refused, also below a bridge and a VLAN; another way out is warned of', async () => {
  const run = (more: object) => programs({ ...answers, ...more });
  const road = { 'printenv SSH_CONNECTION': '192.0.2.9 4000 192.0.2.1 22\n', 'ip -json route get 192.0.2.9': [{ dev: 'br0.5' }] };
  const cut = await pciFindings(all, await there({ run: run(road) }));
  expect(cut.problems).toMatchObject([{ message: expect.stringContaining('goes over its card eth0 at Card (0000:00:04.0)') }]);
  const way = await pciFindings(all, await there({ run: run({ 'ip -json route show default': [{ dev: 'br0' }] }) }));
  expect(way).toEqual({ problems: [], warnings: [expect.stringContaining('reaches others by eth0')] });
});
