import { expect, test } from 'vitest';
import { deviceClaims } from './device-claims.ts';
import { type NodeDevice, nodeDevice } from './node-device.ts';

const host: readonly NodeDevice[] = [
  ['pci1', `<capability type='pci'><domain>0</domain><bus>1</bus><slot>0</slot><function>0</function></capability>`],
  ['pci2', `<capability type='pci'><domain>0</domain><bus>1</bus><slot>0</slot><function>1</function></capability>`],
  ['usb4', `<capability type='usb_device'><bus>1</bus><device>4</device><product id='0x0407'/><vendor id='0x1050'/></capability>`],
  ['usb5', `<capability type='usb_device'><bus>1</bus><device>5</device><product id='0x0407'/><vendor id='0x1050'/></capability>`],
  ['scsi', `<capability type='scsi'><host>2</host><bus>0</bus><target>1</target><lun>3</lun></capability>`],
  ['mdev', `<capability type='mdev'><type id='t'/><uuid>4b20d080-1b54-4048-85b3-a6a62d165c01</uuid></capability>`],
  ['eth0', `<capability type='net'><interface>eth0</interface></capability>`],
  ['sda', `<capability type='storage'><block>/dev/sda</block></capability>`],
].flatMap(([name, capability]) => nodeDevice(`<device><name>${name}</name>${capability}</device>`) ?? []);

function claimed(devices: string): string[] {
  const claims = deviceClaims(`<domain><devices>${devices}</devices></domain>`);
  return host
    .filter((device) => claims.some((claim) => claim(device, device.id === 'sda' ? ['/dev/disk/by-id/ata-A'] : [])))
    .map(({ id }) => id);
}

test.each([
  [
    'a PCI device',
    `<hostdev type='pci'><source><address domain='0x0000' bus='0x01' slot='0x00' function='0x1'/></source></hostdev>`,
    ['pci2'],
  ],
  ['without its domain', `<hostdev type='pci'><source><address bus='1' slot='0' function='0'/></source></hostdev>`, ['pci1']],
  ['a PCI device of nowhere', `<hostdev type='pci'><source/></hostdev>`, []],
  [
    'a card given whole',
    `<interface type='hostdev'><source><address type='pci' domain='0' bus='1' slot='0' function='0'/></source></interface>`,
    ['pci1'],
  ],
  [
    'USB by its place',
    `<hostdev type='usb'><source><vendor id='0x1050'/><product id='0x0407'/><address bus='1' device='5'/></source></hostdev>`,
    ['usb5'],
  ],
  ['USB by its kind', `<hostdev type='usb'><source><vendor id='0x1050'/><product id='0x407'/></source></hostdev>`, ['usb4', 'usb5']],
  ['SCSI', `<hostdev type='scsi'><source><adapter name='scsi_host2'/><address bus='0' target='1' unit='3'/></source></hostdev>`, ['scsi']],
  ['mediated', `<hostdev type='mdev'><source><address uuid='4b20d080-1b54-4048-85b3-a6a62d165c01'/></source></hostdev>`, ['mdev']],
  ['a container’s card', `<hostdev mode='capabilities' type='net'><source><interface>eth0</interface></source></hostdev>`, ['eth0']],
  ['macvtap', `<interface type='direct'><source dev='eth0' mode='bridge'/></interface>`, ['eth0']],
  ['a network is no card', `<interface type='network'><source network='default' dev='eth0'/></interface>`, []],
  ['a whole disk', `<disk type='block'><source dev='/dev/sda'/></disk>`, ['sda']],
  ['a disk by its name that stays', `<disk type='block'><source dev='/dev/disk/by-id/ata-A'/></disk>`, ['sda']],
  ['a part of a disk', `<disk type='block'><source dev='/dev/disk/by-id/ata-A-part1'/></disk>`, ['sda']],
  [
    'the controller of an NVMe disk',
    `<disk type='nvme'><source type='pci' managed='yes' namespace='1'><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source></disk>`,
    ['pci1'],
  ],
  ['another disk', `<disk type='block'><source dev='/dev/sdaa'/></disk>`, []],
  ['a file of the same name', `<disk type='file'><source file='/dev/sda'/></disk>`, []],
])('%s', (_what, devices, expected) => {
  expect(claimed(devices)).toEqual(expected);
});
