import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PciDevice } from '#model/host-device';
import { pciFindings } from './pci-findings.ts';
import { pciUseHere } from './pci-use.ts';

let root: string;
const roots = () => ({ sys: join(root, 'sys'), proc: join(root, 'proc') });
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

test.each([
  ['the screen', '0000:00:02.0', { screen: true, disks: [], routes: [] }],
  ['a disk below LVM', '0000:00:03.0', { screen: false, disks: ['sda1'], routes: [] }],
  ['the way out, by a bridge', '0000:00:04.0', { screen: false, disks: [], routes: ['eth0'] }],
  ['nothing', '0000:00:05.0', { screen: false, disks: [], routes: [] }],
  ['a device that is not there', '0000:00:09.0', { screen: false, disks: [], routes: [] }],
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

test('what it cannot do without is refused, what it can is warned of, and of another computer nothing is known', async () => {
  const all = ['0000:00:02.0', '0000:00:03.0', '0000:00:04.0'].map(pci);
  const { problems, warnings } = await pciFindings(all, { local: true }, roots());
  expect(problems).toEqual([{ field: 'device', message: expect.stringMatching(/mounted something of sda1.*unmount it first/) }]);
  expect(warnings.join(' ')).toMatch(/own screen is at Card \(0000:00:02.0\).*reaches others by eth0 at Card \(0000:00:04.0\)/);
  const elsewhere = await pciFindings(all, { local: false }, roots());
  expect(elsewhere.problems).toEqual([]);
  expect(elsewhere.warnings.join(' ')).toMatch(/not known from here/);
});
