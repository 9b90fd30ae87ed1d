import { expect, test } from 'vitest';
import { passthroughOf } from '#model/host-device';
import { FakeLibvirtd } from '../../../test/fakes/fake-libvirtd.ts';
import { remote } from '../protocol/remote.ts';
import { openOver } from '../rpc/open-session.ts';
import { listHostDevices } from './host-devices.ts';

const controller = '/sys/devices/pci0000:00/0000:00:1f.2';
// As libvirt 9.0 tells of a SATA disk: what is between it and its controller is no device that is listed.
const documents = new Map([
  [
    'pci_0000_00_1f_2',
    `<device><name>pci_0000_00_1f_2</name><path>${controller}</path><parent>computer</parent><capability type='pci'><class>0x010601</class>
     <domain>0</domain><bus>0</bus><slot>31</slot><function>2</function><product id='0x2922'/><vendor id='0x8086'/><iommuGroup number='9'/></capability></device>`,
  ],
  [
    'pci_0000_00_1f_3',
    `<device><name>pci_0000_00_1f_3</name><path>/sys/devices/pci0000:00/0000:00:1f.3</path><parent>computer</parent><capability type='pci'>
     <class>0x0c0500</class><domain>0</domain><bus>0</bus><slot>31</slot><function>3</function><product id='0x2930'/><vendor id='0x8086'/><iommuGroup number='10'/></capability></device>`,
  ],
  [
    'scsi_0_0_0_0',
    `<device><name>scsi_0_0_0_0</name><path>${controller}/ata1/host0/target0:0:0/0:0:0:0</path><parent>scsi_target0_0_0</parent>
     <capability type='scsi'><host>0</host><bus>0</bus><target>0</target><lun>0</lun><type>disk</type></capability></device>`,
  ],
  [
    'block_sda',
    `<device><name>block_sda</name><path>${controller}/ata1/host0/target0:0:0/0:0:0:0/block/sda</path><parent>scsi_0_0_0_0</parent>
     <capability type='storage'><block>/dev/sda</block><bus>ata</bus><drive_type>disk</drive_type></capability></device>`,
  ],
]);

test('a disk is found below its controller, though what is between them is not listed', async () => {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.connectListAllNodeDevices, () => ({
    devices: [...documents.keys()].map((name) => ({ name })),
    ret: documents.size,
  }));
  daemon.answer(remote.nodeDeviceGetXmlDesc, ({ name }) => ({ xml: documents.get(name) ?? '' }));
  daemon.answer(remote.connectListAllDomains, () => ({ domains: [], ret: 0 }));
  const session = await openOver(daemon.connect(), 'qemu:///system');
  const devices = await listHostDevices({ call: (procedure, args) => session.call(procedure, args), domainXml: async () => '' });
  expect(devices.map(({ id, parent }) => [id, parent])).toEqual([
    ['pci_0000_00_1f_2', 'computer'],
    ['pci_0000_00_1f_3', 'computer'],
    ['scsi_0_0_0_0', 'pci_0000_00_1f_2'],
    ['block_sda', 'scsi_0_0_0_0'],
  ]);
  const [sata, other] = devices;
  if (sata?.kind !== 'pci' || other?.kind !== 'pci') throw new Error('both are PCI devices');
  expect(passthroughOf(sata, devices)).toMatchObject({ kind: 'possible', lost: [{ path: '/dev/sda' }] });
  expect(passthroughOf(other, devices)).toMatchObject({ kind: 'possible', lost: [] });
});
