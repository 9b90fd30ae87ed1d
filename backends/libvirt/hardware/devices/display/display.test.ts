import { expect, test } from 'vitest';
import type { FieldValues } from '#model/hardware-field';
import { hardwareContext, q35Definition } from '../../../../../test/bed/hardware-context.ts';
import { parseXml, serialize } from '../../../xml/document.ts';
import { keyedFields, valuesOf, written } from '../../page-fields.ts';
import { display } from './display.ts';
import { video } from './video.ts';

const context = hardwareContext(q35Definition);
const fields = keyedFields(display, context);
const valuesIn = (xml: string) => valuesOf(fields, parseXml(xml), context);
const changed = (xml: string, values: FieldValues) => serialize(written(fields, parseXml(xml), values, context));

const vnc = `<graphics type="vnc" port="-1" autoport="yes" listen="127.0.0.1" passwd="opensesa" keymap="de"><listen type="address" address="127.0.0.1"/></graphics>`;

test('a password is never read, is kept where it is not typed, and can be replaced and removed', () => {
  expect(valuesIn(vnc)['password']).toBe('');
  expect(changed(vnc, { password: '', port: null })).toBe(vnc);
  expect(changed(vnc, { password: 'other' })).toContain('passwd="other"');
  expect(changed(vnc, { password: null })).not.toContain('passwd');
});

test('the address is not left behind at the display itself, where libvirt would refuse another', () => {
  expect(changed(vnc, { address: '0.0.0.0' })).toContain('keymap="de"><listen type="address" address="0.0.0.0"/>');
  expect(changed(vnc, { address: '0.0.0.0' })).not.toContain('listen="127.0.0.1"');
  expect(changed(vnc, { listen: 'none' })).toContain('<listen type="none"/>');
  expect(changed('<graphics type="vnc" socket="/tmp/a"/>', { socket: '/tmp/b' })).toBe(
    '<graphics type="vnc"><listen type="socket" socket="/tmp/b"/></graphics>',
  );
});

test('a port that the host found is not a port that was asked for', () => {
  expect(valuesIn(vnc.replace('-1', '5907'))['port']).toBeNull();
  expect(changed(vnc, { port: 5950 })).toContain('port="5950" autoport="no"');
  expect(display.problems?.({ type: 'vnc', port: 80 }, context)).toMatchObject([{ field: 'port' }]);
});

test('what only the old type knows goes with it', () => {
  const spice = `<graphics type="spice" port="-1" tlsPort="-1" autoport="yes"><listen type="none"/><image compression="off"/><later/></graphics>`;
  expect(changed(spice, { type: 'vnc' })).toBe('<graphics type="vnc" port="-1" autoport="yes"><listen type="none"/><later/></graphics>');
  expect(changed(spice, { type: 'egl-headless' })).toBe('<graphics type="egl-headless"><later/></graphics>');
});

test('what somebody would regret is said before', () => {
  const open = { type: 'vnc', listen: 'address', address: '0.0.0.0', password: null };
  expect(display.warnings?.({ ...open, address: '127.0.0.1' }, open, context)).toEqual([expect.stringContaining('there is no password')]);
  expect(display.warnings?.({}, { type: 'spice', gl: true }, context)).toEqual([expect.stringContaining('stays black')]);
  expect(display.warnings?.({}, { type: 'egl-headless' }, context)).toEqual([expect.stringContaining('add a VNC display')]);
  expect(video.warnings?.({ model: 'virtio' }, { model: 'virtio', accel3d: true }, context)).toEqual([
    expect.stringContaining('egl-headless'),
  ]);
  const drawn = hardwareContext(q35Definition.replace('</devices>', '<graphics type="egl-headless"/></devices>'));
  expect(video.warnings?.({ model: 'virtio' }, { model: 'virtio', accel3d: true }, drawn)).toEqual([]);
});

test('a video device’s memory is counted in KiB, and is its model’s own', () => {
  const kind = keyedFields(video, context);
  const qxl = parseXml('<video><model type="qxl" ram="65536" vram="65536" vgamem="16384" heads="1" primary="yes"/></video>');
  expect(valuesOf(kind, qxl, context)).toMatchObject({ vram: 64 * 1024 * 1024, vgamem: 16 * 1024 * 1024 });
  expect(serialize(written(kind, qxl, { model: 'virtio' }, context))).toBe('<video><model type="virtio" heads="1" primary="yes"/></video>');
});
