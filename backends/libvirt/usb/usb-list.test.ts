import { expect, test } from 'vitest';
import { FakeLibvirtd } from '../../../test/fakes/fake-libvirtd.ts';
import { remote } from '../protocol/remote.ts';
import { openOver } from '../rpc/open-session.ts';
import { listUsb, type UsbLister } from './usb-list.ts';

const stick = (port: number): string =>
  `<device><name>usb_1_${port}</name><path>/sys/devices/pci0/usb1/1-${port}</path><capability type='usb_device'><bus>1</bus><device>${port}</device>
  <product id='0x5567'>Cruzer</product><vendor id='0x0781'>SanDisk</vendor></capability></device>`;
const disk = (port: number): string =>
  `<device><name>sd_${port}</name><path>/sys/devices/pci0/usb1/1-${port}/1-${port}:1.0/host6/block/sdb</path>
  <capability type='storage'><bus>usb</bus><serial>SanDisk_Cruzer_${port}</serial></capability></device>`;
const documents = new Map([
  ['usb_1_1', stick(1)],
  ['usb_1_11', stick(11)],
  ['sd_11', disk(11)],
]);
const dom = { name: 'holder', uuid: '00000000-0000-4000-8000-000000000001', id: 3 };
const holder = `<domain><devices><hostdev mode='subsystem' type='usb'><source><vendor id='0x0781'/><product id='0x5567'/>
  <address bus='1' device='11'/></source></hostdev></devices></domain>`;

/** Of a far host nothing can be read but what libvirt tells, unless its programs can be run. */
async function farHost(): Promise<UsbLister> {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.connectListAllNodeDevices, ({ flags }) => {
    const prefix = flags === 4 ? 'usb_' : flags === 256 ? 'sd_' : 'none';
    const devices = [...documents.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name }));
    return { devices, ret: devices.length };
  });
  daemon.answer(remote.nodeDeviceGetXmlDesc, ({ name }) => ({ xml: documents.get(name) ?? '' }));
  daemon.answer(remote.connectListAllDomains, () => ({ domains: [dom], ret: 1 }));
  const session = await openOver(daemon.connect(), 'qemu:///system');
  return { local: false, route: { run: null }, call: (procedure, args) => session.call(procedure, args), domainXml: async () => holder };
}

test('of a far host, whether a disk is mounted could not be checked, and that is not “no”', async () => {
  const devices = await listUsb({ ...(await farHost()), domainXml: async () => '<domain/>' });
  expect(devices.map(({ id, use }) => [id, use])).toEqual([
    ['usb_1_1', null],
    ['usb_1_11', 'unchecked-disk'],
  ]);
});

test('of a far host, a stick’s serial number is its disk’s, and the guest that has it is named', async () => {
  const devices = await listUsb(await farHost());
  expect(devices.map(({ id, identity, user }) => [id, identity.serial, user?.name ?? null])).toEqual([
    ['usb_1_1', null, null],
    ['usb_1_11', 'SanDisk_Cruzer_11', 'holder'],
  ]);
});

test('a stick keeps its serial number while a guest has it, though the host has lost its disk', async () => {
  const known = new Map<string, string>();
  const host = await farHost();
  await listUsb({ ...host, domainXml: async () => '<domain/>' }, known);
  const diskless: UsbLister = {
    ...host,
    call: async (procedure, args) => {
      const answer = await host.call(procedure, args);
      return procedure === remote.connectListAllNodeDevices && Object(args).flags === 256 ? { ...answer, devices: [] } : answer;
    },
  };
  const devices = await listUsb(diskless, known);
  expect(devices.map(({ identity, user }) => [identity.serial, user?.name ?? null])).toEqual([
    [null, null],
    ['SanDisk_Cruzer_11', 'holder'],
  ]);
  // Once it is pulled out, another may have its place.
  expect((await listUsb({ ...diskless, domainXml: async () => '<domain/>' }, known))[1]?.identity.serial).toBeNull();
});

test('where programs of a far host can be run, its kernel tells the serial numbers, and lsblk what is mounted', async () => {
  const asked: string[][] = [];
  const run = async (words: readonly string[]) => {
    asked.push([...words]);
    const place = '/sys/devices/pci0/usb1';
    const blockdevices = [{ name: 'sdb', children: [{ name: 'sdb1', type: 'part', mountpoint: '/media' }] }];
    const stdout = words[0] === 'grep' ? `${place}/1-1/serial:A1\n${place}/1-11/serial:B2\n` : JSON.stringify({ blockdevices });
    return { code: words[0] === 'grep' ? 2 : 0, stdout, stderr: '' };
  };
  const devices = await listUsb({ ...(await farHost()), domainXml: async () => '<domain/>', route: { run } });
  expect(devices.map(({ identity, use }) => [identity.serial, use])).toEqual([
    ['A1', null],
    ['B2', 'disk'],
  ]);
  expect(asked.map(([program = '']) => program).sort()).toEqual(['grep', 'lsblk']);
});
