import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { HostDevice, type PciDevice } from '../../backends/model/host-device.ts';
import { type EmulatedBench, startEmulatedBench } from '../bed/emulated-bench.ts';
import { notedOperation } from '../bed/quiet-operation.ts';
import { hardwareVerbs } from '../libvirt/hardware-verbs.ts';

// A computer with an IOMMU: its devices are read, tried, given to a guest by VFIO and given back, all for real but the chips.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

const CARD = '0000:00:08.0';
const OTHER_CARD = '0000:01:00.0';
const patience = { timeout: 120_000, interval: 500 };
let bench: EmulatedBench;
let guest: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-units-'));
  const file = async (name: string, bytes: number) => {
    const path = join(folder, name);
    await writeFile(path, '');
    await truncate(path, bytes);
    return path;
  };
  const [disk, disc] = [await file('disk.img', 64 << 20), await file('disc.iso', 8 << 20)];
  bench = await startEmulatedBench({
    devices: [
      ['-netdev', 'user,id=n2,restrict=on,net=10.0.8.0/24', '-device', 'e1000e,netdev=n2,bus=pcie.0,addr=8'],
      ['-device', 'pcie-root-port,id=port1,chassis=1,bus=pcie.0,addr=9'],
      ['-netdev', 'user,id=n3,restrict=on,net=10.0.9.0/24', '-device', 'e1000e,netdev=n3,bus=port1'],
      ['-device', 'virtio-scsi-pci,id=scsi', '-drive', `if=none,id=unit,format=raw,file=${disk}`],
      ['-device', 'scsi-hd,drive=unit,bus=scsi.0,serial=UNIT-1'],
      ['-drive', `if=none,id=cd,media=cdrom,format=raw,file=${disc}`, '-device', 'ide-cd,drive=cd,bus=ide.1,id=cdrom'],
    ].flat(),
  });
  guest = await bench.define('holder');
});
afterAll(async () => {
  await bench?.stop();
  await rm(folder, { recursive: true, force: true });
});

const devices = async () => HostDevice.array().parse(await bench.connection.inventory?.hardware());
const cards = async () => (await devices()).filter((device): device is PciDevice => device.kind === 'pci');
const verbs = hardwareVerbs(() => {
  const { hardware } = bench.connection;
  if (hardware === null) throw new Error('a QEMU host has hardware to change');
  return hardware;
});
const give = (address: string) => ({ kind: 'add' as const, device: 'pci-device', values: { device: address } });
const act = (address: string, action: string) => ({ kind: 'act' as const, device: `pci-device:${address}`, action, values: {} });
const take = (address: string) => ({ kind: 'remove' as const, device: `pci-device:${address}` });
/** As the kernel says, not libvirt. */
const driverOf = async (address: string) =>
  (await bench.host.shell(`basename "$(readlink /sys/bus/pci/devices/${address}/driver)"`)).trim() || null;
const words = (lines: string) => lines.trim().split(/\s+/);

test('what the host has is told as its kernel shows it', async () => {
  const all = await devices();
  const told = await bench.host.shell(
    'cd /sys/bus/pci/devices; for a in *; do echo $a $(cat $a/class) $(basename "$(readlink $a/iommu_group)") $(basename "$(readlink $a/driver)"); done',
  );
  const inKernel = told
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([address, code, group, driver]) => [address, code?.slice(2), Number(group), driver ?? null]);
  const ours = all.flatMap((one) => (one.kind === 'pci' ? [[one.address, one.class, one.iommuGroup, one.driver]] : []));
  expect(ours.sort((a, b) => String(a[0]).localeCompare(String(b[0])))).toEqual(inKernel);

  const disks = (await bench.host.shell('lsblk --nodeps --bytes --noheadings --paths --output NAME,SIZE')).trim().split('\n').map(words);
  const blocks = all.flatMap((one) => (one.kind === 'storage' ? [[one.path, String(one.size)]] : []));
  expect(blocks.map(String).sort()).toEqual(disks.map(String).sort());
  expect(all.find((one) => one.kind === 'storage' && one.path === '/dev/vda')).toMatchObject({ name: '', serial: null });

  const nets = words(await bench.host.shell('ls /sys/class/net')).filter((name) => !/^virbr\d+$/.test(name));
  expect(all.flatMap((one) => (one.kind === 'network' ? [one.interface] : [])).sort()).toEqual(nets.sort());
  // virtio knows no speed: the kernel says -1.
  expect(all.find((one) => one.kind === 'network' && one.interface === 'road0')).toMatchObject({ speed: null, link: 'up' });
  expect(all.filter(({ kind }) => kind === 'scsi')).toHaveLength(2);
  expect(all.filter(({ kind }) => kind === 'mediated')).toEqual([]);
});

test('a medium comes and goes', async () => {
  const size = async () => {
    const drive = (await devices()).find((one) => one.kind === 'storage' && one.type === 'cdrom');
    return drive?.kind === 'storage' ? drive.size : undefined;
  };
  expect(await size()).toBe(8 << 20);
  await bench.host.monitor('eject -f cd');
  // A desktop has the kernel look for media; a bare server is asked to.
  await bench.host.shell('udevadm trigger --action=change --settle /dev/sr0');
  await expect.poll(size, patience).toBeNull();
});

test('the card and the disk that the host cannot do without are refused, also for a trial', async () => {
  const all = await devices();
  const above = (name: string) => all.find((one) => one.kind === 'network' && one.interface === name)?.parent;
  const road = all.find(({ id }) => id === above('road0'));
  const root = all.find(({ id }) => all.some((disk) => disk.kind === 'storage' && disk.path === '/dev/vda' && disk.parent === id));
  if (road?.kind !== 'pci' || root?.kind !== 'pci') throw new Error('both are PCI devices');
  const refused = async (address: string) => (await verbs.plan(guest, give(address))).objections.map(({ message }) => message).join();
  expect(await refused(road.address)).toMatch(/connection to the host goes over its card road0/);
  expect(await refused(root.address)).toMatch(/mounted something of \/dev\/vda/);
  await expect(verbs.apply(guest, give(road.address))).rejects.toMatchObject({ code: 'bad-input' });
  expect((await verbs.plan(guest, give(CARD))).objections).toEqual([]);
  // One that has got it some other way has no trial that would cut us off.
  const part = road.address.split(/[:.]/);
  await bench.define(
    'rash',
    `<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x${part[0]}' bus='0x${part[1]}' slot='0x${part[2]}' function='0x${part[3]}'/></source></hostdev>`,
  );
  const rash = (await bench.host.shell('virsh domuuid rash')).trim();
  await expect(verbs.apply(rash, act(road.address, 'rehearse'))).rejects.toMatchObject({ code: 'bad-input' });
  expect(await driverOf(road.address)).toBe('virtio-pci');
  await bench.host.shell('virsh undefine rash');
});

test('a group of which the host keeps a bridge cannot be given', async () => {
  const page = (await verbs.read(guest)).addable.find(({ kind }) => kind === 'pci-device')?.fields.find(({ key }) => key === 'device');
  const choice = page?.kind === 'choice' ? page.choices.find(({ value }) => value === '0000:00:1f.2') : undefined;
  expect(choice?.unavailable).toMatch(/driver lpc_ich has 0000:00:1f.0/);
});

test('a card is tried without the guest, and the host has it again', async () => {
  expect(await verbs.apply(guest, give(CARD))).toEqual({ effect: 'now', why: null });
  const seen: (string | null)[] = [];
  const { operation, notes } = notedOperation();
  const making: typeof operation.making = async (product) => {
    seen.push(await driverOf(CARD));
    const note = await operation.making(product);
    return { ...note, made: async () => (seen.push(await driverOf(CARD)), note.made()) };
  };
  expect(await verbs.apply(guest, act(CARD, 'rehearse'), { operation: { ...operation, making } })).toEqual({ effect: 'now', why: null });
  expect(seen).toEqual(['e1000e', 'vfio-pci']);
  expect(await driverOf(CARD)).toBe('e1000e');
  expect(notes).toMatchObject([{ product: { kind: 'borrowed', driver: 'e1000e' }, state: 'gone' }]);
  await expect.poll(async () => bench.host.shell('ls /sys/class/net'), patience).toContain('enp0s8');
});

test('where the IOMMU does not guard interrupts the start fails, and it is said why; the host has its card again', async () => {
  await expect(bench.connection.act(guest, 'start')).rejects.toMatchObject({
    code: 'permission',
    message: expect.stringContaining('does not guard interrupts'),
    reason: expect.stringContaining('Operation not permitted'),
  });
  expect(await driverOf(CARD)).toBe('e1000e');
  // Who trusts the guest does this.
  await bench.host.shell('echo Y >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts');
});

test('a guest runs with the card, and gets another while it runs', async () => {
  await bench.connection.act(guest, 'start');
  expect(await driverOf(CARD)).toBe('vfio-pci');
  expect((await cards()).find(({ address }) => address === CARD)?.users).toEqual([{ id: guest, name: 'holder', running: true }]);
  const page = await verbs.pageOf(guest, `pci-device:${CARD}`);
  expect(page.notes.join(' ')).toContain('The running guest “holder” has it');
  expect(page.actions.find(({ key }) => key === 'rehearse')?.unavailable).toMatch(/is running/);
  await expect(verbs.apply(guest, act(CARD, 'rehearse'))).rejects.toMatchObject({ code: 'bad-input' });

  const second = await bench.define('second');
  const { warnings, objections } = await verbs.plan(second, give(CARD));
  expect([...warnings, ...objections.map(({ message }) => message)].join()).toContain('holder');

  expect(await verbs.apply(guest, give(OTHER_CARD))).toEqual({ effect: 'now', why: null });
  expect(await driverOf(OTHER_CARD)).toBe('vfio-pci');
  expect(await bench.host.shell('virsh qemu-monitor-command --hmp holder info pci')).toMatch(/8086:10d3[^]*8086:10d3/);
  await bench.connection.act(guest, 'force-off');
  await expect.poll(() => Promise.all([CARD, OTHER_CARD].map(driverOf)), patience).toEqual(['e1000e', 'e1000e']);
  for (const address of [CARD, OTHER_CARD]) await verbs.apply(guest, take(address));
  expect((await cards()).flatMap(({ users }) => users)).toEqual([]);
});

test('what a trial that was killed left with VFIO is found, and goes back', async () => {
  const card = (await cards()).find(({ address }) => address === CARD);
  if (card === undefined) throw new Error('the card is there');
  const left = { product: { kind: 'borrowed' as const, device: card.id, name: card.address, driver: card.driver }, made: true };
  const { leftovers } = bench.connection;
  expect(await leftovers?.find([left])).toEqual([{ kind: 'gone' }]);
  await bench.host.shell(`virsh nodedev-detach ${card.id} --driver vfio`);
  expect(await leftovers?.find([left])).toEqual([{ kind: 'there' }]);
  await leftovers?.remove(left);
  expect(await driverOf(CARD)).toBe('e1000e');
  expect(await leftovers?.find([left])).toEqual([{ kind: 'gone' }]);
});

test('a SCSI disk is given to a running guest and taken from it; one that is mounted is refused', async () => {
  const unit = (await devices()).find((one) => one.kind === 'scsi' && one.type === 'disk');
  if (unit?.kind !== 'scsi') throw new Error('the disk is there');
  const add = { kind: 'add' as const, device: 'scsi-device', values: { device: unit.address } };
  await bench.host.shell('mkswap /dev/sda && swapon /dev/sda');
  expect((await verbs.plan(guest, add)).objections.map(({ message }) => message).join()).toMatch(/swaps to it/);
  await bench.host.shell('swapoff /dev/sda');
  const planned = await verbs.plan(guest, add);
  expect(planned.objections).toEqual([]);
  expect(planned.warnings.join(' ')).toMatch(/overwrite all that is on \/dev\/sda/);
  await verbs.apply(guest, add);
  await bench.connection.act(guest, 'start');
  expect(await bench.host.shell('virsh qemu-monitor-command --hmp holder info qtree')).toContain('scsi-generic');
  expect((await devices()).find(({ id }) => id === unit.id)?.users).toEqual([{ id: guest, name: 'holder', running: true }]);
  const page = (await verbs.read(guest)).pages.find(({ kind }) => kind === 'scsi-device');
  expect(await verbs.apply(guest, { kind: 'remove', device: page?.id ?? '' })).toMatchObject({ effect: 'now' });
  expect((await devices()).find(({ id }) => id === unit.id)?.users).toEqual([]);
  await bench.connection.act(guest, 'force-off');
});
