import { expect, test } from 'vitest';
import { hubOf, storageNode, usbNodeDevice } from './usb-node-device.ts';

/** The example of formatnode, "usb_device", with a name and its place in /sys. */
const keyboard = `<device>
  <name>usb_1_2</name>
  <path>/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2</path>
  <parent>usb_usb1</parent>
  <capability type='usb_device'>
    <bus>1</bus><device>2</device>
    <product id='0x32A'>Keyboard &lt;b&gt;</product>
    <vendor id='0x046D'>Logitech</vendor>
  </capability>
</device>`;

test('a device is read with its numbers as lsusb writes them, and its names as text', () => {
  expect(usbNodeDevice(keyboard)).toEqual({
    id: 'usb_1_2',
    identity: { vendor: '046d', product: '032a', serial: null },
    vendorName: 'Logitech',
    productName: 'Keyboard <b>',
    bus: 1,
    device: 2,
    path: '/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2',
  });
  const nameless = keyboard.replace('>Keyboard &lt;b&gt;<', '><').replace('>Logitech<', '><');
  expect(usbNodeDevice(nameless)).toMatchObject({ vendorName: '', productName: '' });
  const long = keyboard.replace('Logitech', 'x'.repeat(10_000));
  expect(usbNodeDevice(long)?.vendorName).toHaveLength(256);
});

test.each([
  ['no USB device', keyboard.replace("type='usb_device'", "type='pci'")],
  ['no vendor', keyboard.replace(/<vendor.*<\/vendor>/, '')],
  ['a vendor that is none', keyboard.replace('0x046D', 'logi')],
  ['no bus', keyboard.replace('<bus>1</bus>', '')],
  ['a bus that is none', keyboard.replace('<bus>1</bus>', '<bus>-1</bus>')],
  ['a name without end', keyboard.replace('usb_1_2', 'x'.repeat(300))],
])('%s is passed over', (_what, xml) => {
  expect(usbNodeDevice(xml)).toBeNull();
});

test('a hub is known by its interface', () => {
  const hub = (type: number) =>
    `<device><name>i</name><parent>usb_1_1</parent><capability type='usb'><number>0</number><class>${type}</class></capability></device>`;
  expect(hubOf(hub(9))).toBe('usb_1_1');
  expect(hubOf(hub(3))).toBeNull();
  expect(hubOf(keyboard)).toBeNull();
});

test('a disk tells its serial number and where it hangs', () => {
  const disk = `<device><name>block_sdb</name><path>/sys/a/b</path><capability type='storage'><serial>A_B_1</serial></capability></device>`;
  expect(storageNode(disk)).toEqual({ path: '/sys/a/b', name: 'b', serial: 'A_B_1' });
  expect(storageNode('<device><name>d</name></device>')).toBeNull();
});
