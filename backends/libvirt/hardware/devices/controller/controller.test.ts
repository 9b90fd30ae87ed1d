import { expect, test } from 'vitest';
import { hardwareContext, q35Definition } from '../../../../../test/bed/hardware-context.ts';
import type { FieldValues } from '#model/hardware-field';
import { GiB } from '#model/quantity';
import { parseXml, serialize } from '../../../xml/document.ts';
import { devicesOf } from '../../hardware-context.ts';
import { keyedFields, valuesOf, written } from '../../page-fields.ts';
import { attachedDevices } from './attached-devices.ts';
import { controller } from './controller.ts';

const devices = `<controller type="pci" index="0" model="pcie-root"/>
  <controller type="pci" index="1" model="pcie-root-port"><address type="pci" domain="0x0000" bus="0x00" slot="0x02" function="0x0"/></controller>
  <controller type="sata" index="0"/><controller type="sata" index="1"/>
  <controller type="usb" index="0" model="ich9-ehci1"/><controller type="usb" index="0" model="ich9-uhci1"><master startport="0"/></controller>
  <disk type="file"><target dev="sda" bus="sata"/><address type="drive" controller="1" bus="0" target="0" unit="0"/></disk>
  <disk type="file"><target dev="sdb" bus="scsi"/><address type="drive" controller="1" bus="0" target="0" unit="0"/></disk>
  <interface type="user"><mac address="52:54:00:00:00:01"/><address type="pci" domain="0x0000" bus="0x01" slot="0x00" function="0x0"/></interface>`;
const context = hardwareContext(q35Definition.replace('</devices>', `${devices}</devices>`));
const [root, port, chipset, second, ehci, companion] = devicesOf(context.domain).filter(({ name }) => name === 'controller');

test('what hangs on a controller is told from what hangs on another of the same number', () => {
  const on = (one = root) => (one === undefined ? [] : attachedDevices(one, context));
  expect(on(second)).toEqual(['disk sda']);
  expect(on(port)).toEqual(['interface 52:54:00:00:00:01']);
  expect(on(root)).toEqual(['controller pci 1']);
  expect(on(chipset)).toEqual([]);
});

test('what is in use, of the chipset or another’s companion stays', () => {
  const stays = (one = root) => (one === undefined ? undefined : controller.removal?.fixed?.(one, context));
  expect(stays(root)).toContain('belongs to the machine');
  expect(stays(second)).toContain('disk sda');
  expect(stays(chipset)).toContain('chipset');
  expect(stays(companion)).toContain('USB 2');
  expect(stays(ehci)).toBeNull();
});

test('USB 2 goes with its companions, which have pages of their own', () => {
  if (ehci === undefined || companion === undefined) throw new Error('not in the definition');
  expect([controller.identity(ehci), controller.identity(companion)]).toEqual(['usb-0', 'usb-0-ich9-uhci1']);
  const after = serialize(controller.removal?.also?.(context.domain, ehci, context) ?? context.domain);
  expect(after).not.toContain('ich9-uhci1');
  expect(after).toContain('type="sata"');
});

test.each([
  ['pcie-root', { hole: 64 * GiB }, '<pcihole64 unit="KiB">67108864</pcihole64>'],
  ['pcie-root', { hole: 0 }, '<pcihole64 unit="KiB">0</pcihole64>'],
  ['pcie-root-port', { plugging: 'off', chassis: 9, port: 32 }, '<target hotplug="off" chassis="9" port="32"/>'],
  ['pci-bridge', { bridge: 3 }, '<target chassisNr="3"/>'],
  ['pcie-expander-bus', { firstBus: 180 }, '<target busNr="180"/>'],
])('a PCI controller %s has what its model has: %o', (model, values, inside) => {
  const bare = `<controller type="pci" index="0" model="${model}"/>`;
  const fields = keyedFields(controller, context);
  const set = (xml: string, wanted: FieldValues) =>
    serialize(written(fields, parseXml(xml), { ...valuesOf(fields, parseXml(xml), context), ...wanted }, context));
  const made = set(bare, values);
  expect(made).toBe(`<controller type="pci" index="0" model="${model}">${inside}</controller>`);
  expect(valuesOf(fields, parseXml(made), context)).toMatchObject(values);
  expect(set(made, Object.fromEntries(Object.keys(values).map((key) => [key, null])))).toBe(bare);
  // Not a field of any other.
  expect(set('<controller type="pci" index="0" model="pcie-to-pci-bridge"/>', values)).not.toContain('><');
});
