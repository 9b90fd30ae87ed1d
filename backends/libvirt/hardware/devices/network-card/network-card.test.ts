import { expect, test } from 'vitest';
import type { FieldRow, FieldValues } from '#model/hardware-field';
import { hardwareContext, q35Definition } from '../../../../../test/bed/hardware-context.ts';
import { parseXml, serialize } from '../../../xml/document.ts';
import { keyedFields, valuesOf, written } from '../../page-fields.ts';
import { freeCardAddress } from './card-address.ts';
import { networkCard } from './network-card.ts';

const context = hardwareContext(q35Definition, { libvirt: 10_000_000, networks: [{ name: 'default', active: true }] });
const fields = keyedFields(networkCard, context);
const valuesIn = (xml: string) => valuesOf(fields, parseXml(xml), context);
const changed = (xml: string, values: FieldValues) => serialize(written(fields, parseXml(xml), values, context));
const problems = (values: FieldValues) => networkCard.problems?.(values, context) ?? [];

const forwarding = `<interface type="user"><mac address="52:54:00:00:00:01"/><portForward proto="tcp" address="127.0.0.1" dev="eth0"><range start="2222" to="22"/><range start="8000" end="8009"/><range start="8005" exclude="yes"/></portForward><portForward proto="udp"/><backend type="passt"/></interface>`;

test('forwarded ports are a row for each range, and for all ports', () => {
  expect(valuesIn(forwarding)['forwards']).toEqual([
    { proto: 'tcp', address: '127.0.0.1', start: 2222, end: null, to: 22, exclude: false },
    { proto: 'tcp', address: '127.0.0.1', start: 8000, end: 8009, to: null, exclude: false },
    { proto: 'tcp', address: '127.0.0.1', start: 8005, end: null, to: null, exclude: true },
    { proto: 'udp', address: null, start: null, end: null, to: null, exclude: false },
  ]);
});

test('changed forwards keep what no row shows, and share an element where they can', () => {
  const rows = [
    { proto: 'tcp', address: '127.0.0.1', start: 2222, end: null, to: 2200, exclude: false },
    { proto: 'tcp', address: '127.0.0.1', start: 3000, end: 3010, to: 4000, exclude: false },
    { proto: 'tcp', address: null, start: 80, end: null, to: 8080, exclude: false },
  ];
  expect(changed(forwarding, { forwards: rows })).toBe(
    '<interface type="user"><mac address="52:54:00:00:00:01"/>' +
      '<portForward proto="tcp" address="127.0.0.1" dev="eth0"><range start="2222" to="2200"/><range start="3000" end="3010" to="4000"/></portForward>' +
      '<portForward proto="tcp"><range start="80" to="8080"/></portForward><backend type="passt"/></interface>',
  );
});

test('forwards that cannot be are told by their cell', () => {
  const row = { proto: 'tcp', address: null, start: 80, end: null, to: null, exclude: false };
  const said = (forwards: FieldRow[]) => problems({ type: 'user', backend: 'passt', forwards });
  expect(said([row])).toEqual([]);
  expect(said([{ ...row, end: 70 }])).toMatchObject([{ row: 0, column: 'end' }]);
  expect(said([{ ...row, start: null, to: 22 }])).toMatchObject([{ row: 0, column: 'start' }]);
  expect(said([{ ...row, end: 90, to: 65_530 }])).toMatchObject([{ row: 0, column: 'to' }]);
  expect(said([row, { ...row, start: 70, end: 90, address: '127.0.0.1' }])).toMatchObject([{ row: 1, column: 'start' }]);
  expect(said([row, { ...row, proto: 'udp' }])).toEqual([]);
});

test('what a card hung on before goes when it hangs on something else; what nobody knows stays', () => {
  const card = `<interface type="network"><mac address="52:54:00:00:00:01"/><source network="default" portgroup="slow" portid="1" later="x"/><model type="virtio"/></interface>`;
  expect(changed(card, { type: 'bridge', bridge: 'br0' })).toBe(
    '<interface type="bridge"><mac address="52:54:00:00:00:01"/><source later="x" bridge="br0"/><model type="virtio"/></interface>',
  );
  expect(changed(forwarding, { type: 'network', network: 'default' })).toBe(
    '<interface type="network"><mac address="52:54:00:00:00:01"/><source network="default"/></interface>',
  );
  const socket = changed(card, { type: 'vhostuser', socket: '/run/switch.sock', socketMode: 'client' });
  expect(socket).toContain('<source later="x" type="unix" path="/run/switch.sock" mode="client"/>');
});

test('a running card moves between networks and bridges only', () => {
  const type = fields.find(({ field }) => field.key === 'type')?.bound;
  expect(type?.waits?.(context, { from: 'network', to: 'bridge' })).toBe(false);
  expect(type?.waits?.(context, { from: 'network', to: 'user' })).toBe(true);
});

test('a new card’s address is the same until a card has it, and then another', () => {
  const first = freeCardAddress(context);
  expect(first).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
  expect(freeCardAddress(context)).toBe(first);
  const card = `<interface type="user"><mac address="${first.toUpperCase()}"/></interface>`;
  const taken = hardwareContext(q35Definition.replace('</devices>', `${card}</devices>`));
  expect(freeCardAddress(taken)).not.toBe(first);
  expect(networkCard.warnings?.({ mac: '52:54:00:00:00:01' }, { mac: first }, taken)).toEqual([
    expect.stringContaining('Another card of this guest has this address'),
    expect.stringContaining('another card'),
  ]);
});

test('several VLANs, or a native one, are a trunk', () => {
  const card = '<interface type="user"/>';
  expect(changed(card, { vlan: [{ id: 42, native: null }] })).toContain('<vlan><tag id="42"/></vlan>');
  expect(changed(card, { vlan: [{ id: 42, native: 'untagged' }] })).toContain(
    '<vlan trunk="yes"><tag id="42" nativeMode="untagged"/></vlan>',
  );
  expect(changed('<interface type="user"><vlan trunk="yes"><tag id="1"/></vlan></interface>', { vlan: [] })).toBe(card);
});

test('what is kept free for a card is a network’s to keep, and goes with it', () => {
  const card = '<interface type="network"><source network="default"/><model type="virtio"/></interface>';
  const made = changed(card, { inboundAverage: 1000, inboundFloor: 200 });
  expect(made).toContain('<bandwidth><inbound average="1000" floor="200"/></bandwidth>');
  expect(valuesIn(made)['inboundFloor']).toBe(200);
  expect(changed(made, { type: 'bridge', inboundFloor: 200 })).toContain('<bandwidth><inbound average="1000"/></bandwidth>');
  const alone = changed(card, { inboundFloor: 200 });
  expect(changed(alone, { type: 'user' })).not.toContain('bandwidth');
  expect(changed(alone, { inboundFloor: null })).toBe(card);
});
