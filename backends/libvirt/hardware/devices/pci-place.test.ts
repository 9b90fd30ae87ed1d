import { expect, test } from 'vitest';
import type { FieldValues } from '#model/hardware-field';
import { hardwareContext, q35Definition } from '../../../../test/bed/hardware-context.ts';
import { parseXml, serialize } from '../../xml/document.ts';
import { deviceKinds } from '../device-kinds.ts';
import { kindOf } from '../found-device.ts';
import { keyedFields, valuesOf, written } from '../page-fields.ts';
import type { DeviceKind } from '../device-kind.ts';

const address = (bus: string, slot = '00') => `<address type="pci" domain="0x0000" bus="0x${bus}" slot="0x${slot}" function="0x0"/>`;
const vda = `<disk type="block" device="disk"><source dev="/dev/x"/><target dev="vda" bus="virtio"/>${address('04')}</disk>`;
const context = hardwareContext(q35Definition.replace('</devices>', `${vda}</devices>`));

function kindBy(xml: string): DeviceKind {
  const kind = kindOf(parseXml(xml));
  if (kind === null) throw new Error(`There is no form for ${xml}`);
  return kind;
}
const read = (xml: string): FieldValues => valuesOf(keyedFields(kindBy(xml), context), parseXml(xml), context);
const changed = (xml: string, values: FieldValues): string => {
  const fields = keyedFields(kindBy(xml), context);
  return serialize(written(fields, parseXml(xml), { ...read(xml), ...values }, context));
};

test.each([
  ['<interface type="user"><model type="virtio"/></interface>', 'interface'],
  ['<controller type="pci" index="7" model="pcie-root-port"/>', 'controller'],
  ['<controller type="scsi" index="0" model="virtio-scsi"/>', 'controller'],
  ['<video><model type="qxl"/></video>', 'video'],
  ['<rng model="virtio"><backend model="random">/dev/urandom</backend></rng>', 'rng'],
])('%s can be given a place on PCI, moved, and left to libvirt again', (xml, name) => {
  const placed = changed(xml, { pciPlace: '05:00.0' });
  expect(placed).toContain(`${address('05')}</${name}>`);
  expect(read(placed)['pciPlace']).toBe('05:00.0');
  const later = placed
    .replace('function="0x0"', 'function="0x0" multifunction="on"><zpci uid="0x1"/></address')
    .replace('</address/>', '</address>');
  expect(changed(later, { pciPlace: '00:1f.7' })).toContain('slot="0x1f" function="0x7" multifunction="on"><zpci uid="0x1"/></address>');
  expect(changed(placed, { pciPlace: null })).toBe(xml);
});

test.each([
  '<disk type="file" device="disk"><target dev="sda" bus="sata"/><address type="drive" controller="0" bus="0" target="0" unit="0"/></disk>',
  '<controller type="pci" index="0" model="pcie-root"/>',
  '<controller type="ccid" index="0"><address type="usb" bus="0" port="1"/></controller>',
  '<input type="tablet" bus="usb"/>',
  '<interface type="user"><model type="usb-net"/></interface>',
])('%s has none, and takes none', (xml) => {
  expect(read(xml)['pciPlace']).toBeNull();
  expect(changed(xml, { pciPlace: '05:00.0' })).toBe(xml);
});

test('a device that goes to another bus leaves its place', () => {
  expect(changed(vda, { bus: 'sata' })).not.toContain('<address');
});

test('of a device that is passed through its place in the guest is meant, not on the host', () => {
  const host = '<address domain="0x0000" bus="0x01" slot="0x00" function="0x0"/>';
  const given = `<hostdev mode="subsystem" type="pci" managed="yes"><source>${host}</source></hostdev>`;
  expect(read(given)['pciPlace']).toBeNull();
  expect(changed(given, { pciPlace: '06:00.0' })).toBe(given.replace('</source>', `</source>${address('06')}`));
});

test('a place that another device has is refused', () => {
  const { problems } = kindBy('<interface type="user"><model type="virtio"/></interface>');
  expect(problems?.({ type: 'user', model: 'virtio', pciPlace: '04:00.0' }, context)).toEqual([
    { field: 'pciPlace', message: 'At 04:00.0 there is already: disk vda.' },
  ]);
  expect(problems?.({ type: 'user', model: 'virtio', pciPlace: '05:00.0' }, context)).toEqual([]);
});

test('every sort of device that can stand on PCI has the field', () => {
  const having = deviceKinds.filter((kind) => keyedFields(kind, context).some(({ field }) => field.key === 'pciPlace'));
  const sorts = 'controller crypto disk filesystem input mediated-device memballoon memory-device network-card pci-device';
  expect(having.map(({ kind }) => kind).sort()).toEqual(`${sorts} rng scsi-target shmem sound video vsock watchdog`.split(' '));
});

test('where there is no such PCI, nothing is asked', () => {
  const keys = (more: object) => keyedFields(kindBy(vda), hardwareContext(q35Definition, more)).map(({ field }) => field.key);
  expect(keys({})).toContain('pciPlace');
  expect(keys({ arch: 's390x' })).not.toContain('pciPlace');
  expect(keys({ hypervisor: 'xen' })).not.toContain('pciPlace');
});
