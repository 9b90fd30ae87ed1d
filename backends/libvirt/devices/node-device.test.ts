import { expect, test } from 'vitest';
import { nodeDevice } from './node-device.ts';

/** Shaped as in docs/formatnode, "pci". */
const card = `<device>
  <name>pci_0000_02_00_0</name>
  <parent>pci_0000_00_04_0</parent>
  <driver><name>igb</name></driver>
  <capability type='pci'>
    <class>0x020000</class>
    <domain>0</domain><bus>2</bus><slot>0</slot><function>0</function>
    <product id='0x10c9'>82576 Gigabit</product>
    <vendor id='0x8086'>Intel &lt;b&gt;</vendor>
    <capability type='virt_functions' maxCount='7'>
      <address domain='0x0000' bus='0x02' slot='0x10' function='0x0'/>
    </capability>
    <capability type='mdev_types'>
      <type id='a-1'><name>Small</name><deviceAPI>vfio-pci</deviceAPI><availableInstances>16</availableInstances></type>
      <type><name>nameless</name></type>
    </capability>
    <iommuGroup number='12'><address domain='0x0000' bus='0x02' slot='0x00' function='0x0'/></iommuGroup>
    <numa node='1'/>
  </capability>
</device>`;

test('a PCI card is read with all that it can be divided into', () => {
  expect(nodeDevice(card)).toEqual({
    kind: 'pci',
    id: 'pci_0000_02_00_0',
    parent: 'pci_0000_00_04_0',
    name: 'Intel <b> 82576 Gigabit',
    address: '0000:02:00.0',
    class: '020000',
    driver: 'igb',
    iommuGroup: 12,
    numaNode: 1,
    function: { kind: 'physical', max: 7, made: 1 },
    mediatedTypes: [{ id: 'a-1', name: 'Small', available: 16 }],
  });
});

test('a PCI device of which the host tells little', () => {
  const bare = `<device><name>p</name><capability type='pci'><domain>0</domain><bus>10</bus><slot>31</slot><function>7</function>
    <product id='0x1'/><vendor id='0x2'/></capability></device>`;
  expect(nodeDevice(bare)).toMatchObject({ address: '0000:0a:1f.7', name: '', iommuGroup: null, driver: null });
});

const device = (inside: string, name = 'n') => `<device><name>${name}</name><parent>p</parent>${inside}</device>`;

test.each([
  [
    'network',
    device(
      `<capability type='net'><interface>eth0</interface><address>52:54:00:00:00:01</address><link speed='1000' state='up'/></capability>`,
    ),
    { kind: 'network', interface: 'eth0', mac: '52:54:00:00:00:01', link: 'up', speed: 1000 },
  ],
  [
    'a network card that is down',
    device(`<capability type='net'><interface>eth1</interface><link state='down'/></capability>`),
    { kind: 'network', mac: null, link: 'down', speed: null },
  ],
  [
    'a disk',
    device(`<capability type='storage'><block>/dev/sda</block><bus>scsi</bus><drive_type>disk</drive_type><model>990</model>
      <vendor>Samsung</vendor><serial>S1</serial><size>1000</size></capability>`),
    { kind: 'storage', name: 'Samsung 990', path: '/dev/sda', type: 'disk', bus: 'scsi', size: 1000, serial: 'S1' },
  ],
  [
    'a drive without a medium',
    device(`<capability type='storage'><block>/dev/sr0</block><drive_type>cdrom</drive_type>
      <capability type='removable'><media_available>0</media_available></capability></capability>`),
    { kind: 'storage', type: 'cdrom', size: null },
  ],
  [
    'SCSI',
    device(`<capability type='scsi'><host>2</host><bus>0</bus><target>1</target><lun>3</lun><type>tape</type></capability>`),
    { kind: 'scsi', address: '2:0:1:3', type: 'tape' },
  ],
  [
    'a mediated device of an old libvirt',
    device(
      `<capability type='mdev'><type id='t'/><iommuGroup number='4'/></capability>`,
      'mdev_4b20d080_1b54_4048_85b3_a6a62d165c01_0000_00_02_0',
    ),
    { kind: 'mediated', uuid: '4b20d080-1b54-4048-85b3-a6a62d165c01', type: 't', iommuGroup: 4, active: true },
  ],
  [
    'USB',
    device(
      `<capability type='usb_device'><bus>1</bus><device>2</device><product id='0x32A'>Keyboard</product><vendor id='0x046D'/></capability>`,
    ),
    { kind: 'usb', vendor: '046d', product: '032a', name: 'Keyboard', bus: 1, device: 2 },
  ],
])('%s', (_what, xml, expected) => {
  expect(nodeDevice(xml)).toMatchObject(expected);
});

test.each([
  ['the computer itself', device(`<capability type='system'/>`)],
  ['a PCI device without its place', card.replace('<slot>0</slot>', '')],
  ['one whose place is none', card.replace('<slot>0</slot>', '<slot>-1</slot>')],
  ['a card without its interface', device(`<capability type='net'/>`)],
  ['a name without end', device(`<capability type='net'><interface>e</interface></capability>`, 'x'.repeat(300))],
])('%s is passed over', (_what, xml) => {
  expect(nodeDevice(xml)).toBeNull();
});

test.each([
  ['disk', `<size>4096000</size><logical_block_size>4096</logical_block_size><num_blocks>1000</num_blocks>`],
  [
    'cdrom',
    `<capability type='removable'><media_available>1</media_available><media_size>2048000</media_size>
      <logical_block_size>2048</logical_block_size><num_blocks>1000</num_blocks></capability>`,
  ],
])('the sectors that libvirt takes for blocks are counted as sectors: %s', (type, inside) => {
  const xml = device(`<capability type='storage'><block>/dev/x</block><drive_type>${type}</drive_type>${inside}</capability>`);
  expect(nodeDevice(xml)).toMatchObject({ size: 512_000 });
});

test('a virtual machine’s card knows no speed, its disk no maker', () => {
  const net = (name: string) =>
    device(`<capability type='net'><interface>${name}</interface><link speed='4294967295' state='up'/></capability>`);
  expect(nodeDevice(net('eth0'))).toMatchObject({ speed: null, link: 'up' });
  const disk = device(`<capability type='storage'><block>/dev/vda</block><vendor>0x1af4</vendor></capability>`);
  expect(nodeDevice(disk)).toMatchObject({ name: '' });
});

test('a drive without a medium has no size, though the kernel still tells that of the last one', () => {
  const removable = `<capability type='removable'><media_available>0</media_available><media_size>2048000</media_size></capability>`;
  const xml = device(`<capability type='storage'><block>/dev/sr0</block><drive_type>cdrom</drive_type>${removable}</capability>`);
  expect(nodeDevice(xml)).toMatchObject({ size: null });
});
