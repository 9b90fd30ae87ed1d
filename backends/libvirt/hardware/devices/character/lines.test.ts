import { expect, test } from 'vitest';
import type { FieldValues } from '#model/hardware-field';
import { hardwareContext, q35Definition } from '../../../../../test/bed/hardware-context.ts';
import { parseXml, serialize, type XmlElement } from '../../../xml/document.ts';
import { withChild, without } from '../../../xml/edit.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { kindOf } from '../../found-device.ts';
import { devicesOf } from '../../hardware-context.ts';
import { keyedFields, valuesOf, written } from '../../page-fields.ts';
import { channel } from './channel.ts';
import { serialPort } from './serial-port.ts';

const context = hardwareContext(q35Definition);
const changed = (kind: DeviceKind, xml: string, values: FieldValues) =>
  serialize(written(keyedFields(kind, context), parseXml(xml), values, context));

test('a line’s other end is replaced with all that belonged to it, and what nobody knows stays', () => {
  const tcp = `<serial type="tcp"><source mode="bind" host="127.0.0.1" service="4555" later="x"/><protocol type="telnet"/><target type="isa-serial" port="0"/></serial>`;
  expect(changed(serialPort, tcp, { type: 'unix', socket: '/tmp/a', begins: 'connect' })).toBe(
    '<serial type="unix"><source mode="connect" later="x" path="/tmp/a"/><target type="isa-serial" port="0"/></serial>',
  );
  expect(changed(serialPort, '<serial type="pty" tty="/dev/pts/3"><source path="/dev/pts/3"/></serial>', { type: 'null' })).toBe(
    '<serial type="null"/>',
  );
});

test('a UDP line has two ends', () => {
  const made = changed(serialPort, '<serial type="pty"/>', { type: 'udp', sendTo: 'log', service: '514', bindService: '1514' });
  expect(made).toBe('<serial type="udp"><source mode="connect" host="log" service="514"/><source mode="bind" service="1514"/></serial>');
  expect(valuesOf(keyedFields(serialPort, context), parseXml(made), context)).toMatchObject({
    sendTo: 'log',
    service: '514',
    bindService: '1514',
  });
  expect(changed(serialPort, made, { bindService: null })).toBe(
    '<serial type="udp"><source mode="connect" host="log" service="514"/></serial>',
  );
});

const names = (domain: XmlElement) => devicesOf(domain).map(({ name }) => name);
const taken = (domain: XmlElement, name: string) => {
  const device = devicesOf(domain).find((one) => one.name === name);
  if (device === undefined) throw new Error(`there is no ${name}`);
  const rest = withChild(domain, 'devices', (devices) => devices && without(devices, device));
  return kindOf(device)?.removal?.also?.(rest, device, context) ?? rest;
};

test('the first serial port and the console on it go together, whichever is removed; other consoles stay', () => {
  const lines = `<serial type="pty"><target port="0"/></serial><console type="pty"><target type="serial" port="0"/></console><console type="pty"><target type="virtio" port="1"/></console>`;
  const { domain } = hardwareContext(q35Definition.replace('</devices>', `${lines}</devices>`));
  expect(devicesOf(domain).map((one) => kindOf(one)?.kind ?? one.name)).toEqual(['emulator', 'serial', 'serial-console', 'console']);
  expect(names(taken(domain, 'serial'))).toEqual(['emulator', 'console']);
  expect(names(taken(domain, 'console'))).toEqual(['emulator', 'console']);
});

test('a channel has a name or an address in the guest, by its type', () => {
  const agent =
    '<channel type="unix"><target type="virtio" name="org.qemu.guest_agent.0"/><address type="virtio-serial" port="1"/></channel>';
  expect(changed(channel, agent, { target: 'guestfwd', address: '10.0.2.1', port: 4600, socket: '/tmp/a' })).toBe(
    '<channel type="unix"><source path="/tmp/a"/><target type="guestfwd" address="10.0.2.1" port="4600"/></channel>',
  );
  expect(channel.problems?.({ type: 'unix', target: 'guestfwd' }, context)).toMatchObject([{ field: 'socket' }]);
  expect(channel.problems?.({ type: 'spicevmc', target: 'virtio', name: 'other' }, context)).toMatchObject([{ field: 'name' }]);
});

test('what ends in a SPICE viewer is offered where there is one', () => {
  const choiceIn = (one: typeof context) => {
    const type = keyedFields(channel, one).find(({ field }) => field.key === 'type')?.field;
    return type?.kind === 'choice' ? type.choices.find(({ value }) => value === 'spicevmc')?.unavailable : undefined;
  };
  expect(choiceIn(context)).toMatch(/no SPICE display/);
  expect(choiceIn(hardwareContext(q35Definition.replace('</devices>', '<graphics type="spice"/></devices>')))).toBeNull();
});
