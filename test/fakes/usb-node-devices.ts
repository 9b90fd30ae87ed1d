import type { LibvirtHost } from '../../backends/libvirt/host/libvirt-host.ts';
import type { Procedure } from '../../backends/libvirt/protocol/procedure.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';

/** A webcam as libvirt describes it: the example of formatnode ("usb_device"), with the fields that libvirt 9.0 writes. */
export const webcamXml = (device: number): string => `<device>
  <name>usb_1_4</name>
  <path>/sys/devices/pci0000:00/0000:00:14.0/usb1/1-4</path>
  <devnode type='dev'>/dev/bus/usb/001/${String(device).padStart(3, '0')}</devnode>
  <parent>usb_usb1</parent>
  <driver><name>usb</name></driver>
  <capability type='usb_device'>
    <bus>1</bus>
    <device>${device}</device>
    <product id='0x0825'>Webcam C270</product>
    <vendor id='0x046d'>Logitech, Inc.</vendor>
  </capability>
</device>`;

/** A hub of the desk, by its interface; and the computer's own, by what the kernel calls itself. */
export const hubXml = `<device><name>usb_1_1</name><path>/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1</path><parent>usb_usb1</parent>
  <capability type='usb_device'><bus>1</bus><device>2</device><product id='0x0610'>USB2.1 Hub</product>
  <vendor id='0x05e3'>Genesys Logic, Inc.</vendor></capability></device>`;
export const hubInterfaceXml = `<device><name>usb_1_1_1_0</name><parent>usb_1_1</parent>
  <capability type='usb'><number>0</number><class>9</class><subclass>0</subclass><protocol>1</protocol></capability></device>`;
export const rootHubXml = `<device><name>usb_usb1</name><path>/sys/devices/pci0000:00/0000:00:14.0/usb1</path><parent>pci_0000_00_14_0</parent>
  <capability type='usb_device'><bus>1</bus><device>1</device><product id='0x0002'>2.0 root hub</product>
  <vendor id='0x1d6b'>Linux Foundation</vendor></capability></device>`;
export const stickXml = `<device><name>usb_1_5</name><path>/sys/devices/pci0000:00/0000:00:14.0/usb1/1-5</path><parent>usb_usb1</parent>
  <capability type='usb_device'><bus>1</bus><device>7</device><product id='0x5567'>Cruzer Blade</product>
  <vendor id='0x0781'>SanDisk Corp.</vendor></capability></device>`;
export const stickDiskXml = `<device><name>block_sdb_SanDisk</name>
  <path>/sys/devices/pci0000:00/0000:00:14.0/usb1/1-5/1-5:1.0/host6/target6:0:0/6:0:0:0/block/sdb</path><parent>scsi_6_0_0_0</parent>
  <capability type='storage'><block>/dev/sdb</block><bus>usb</bus><drive_type>disk</drive_type><model>Cruzer_Blade</model>
  <serial>SanDisk_Cruzer_Blade_4C530001-0:0</serial></capability></device>`;

/** libvirt: virConnectListAllNodeDeviceFlags. */
const kinds: ReadonlyMap<number, RegExp> = new Map([
  [4, /type='usb_device'/],
  [8, /type='usb'/],
  [256, /type='storage'/],
]);

/** The host with other devices than it has; all else is asked of the real one. The set may change. */
export function withNodeDevices(host: LibvirtHost, documents: () => readonly string[]): LibvirtHost {
  const nameOf = (xml: string): string => /<name>([^<]*)</.exec(xml)?.[1] ?? '';
  const answer = <A, R>(procedure: Procedure<A, R>, args: A): unknown => {
    const asked: unknown = args;
    if (procedure.name === remote.connectListAllNodeDevices.name) {
      const flags = typeof asked === 'object' && asked !== null && 'flags' in asked ? Number(asked.flags) : 0;
      const asks = [...kinds].filter(([flag]) => (flags & flag) !== 0).map(([, kind]) => kind);
      const devices = documents().filter((xml) => asks.some((kind) => kind.test(xml)));
      return { devices: devices.map((xml) => ({ name: nameOf(xml) })), ret: devices.length };
    }
    if (procedure.name !== remote.nodeDeviceGetXmlDesc.name) return undefined;
    const name = typeof asked === 'object' && asked !== null && 'name' in asked ? asked.name : '';
    return { xml: documents().find((xml) => nameOf(xml) === name) };
  };
  return new Proxy(host, {
    get(target, key): unknown {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      if (key !== 'call') return value.bind(target);
      return async <A, R>(procedure: Procedure<A, R>, args: A): Promise<unknown> => answer(procedure, args) ?? target.call(procedure, args);
    },
  });
}
