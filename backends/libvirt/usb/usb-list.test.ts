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

/** Of a far host nothing can be read but what libvirt tells. */
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
  return { local: false, call: (procedure, args) => session.call(procedure, args), domainXml: async () => holder };
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
