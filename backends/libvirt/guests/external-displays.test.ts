import { expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { externalDisplaysOf } from './external-displays.ts';

const here = { local: true, address: 'qemu:///system' };
const found = (graphics: string, facts = here) =>
  externalDisplaysOf(parseXml(`<domain><name>my guest</name><devices>${graphics}</devices></domain>`), facts);

test('VNC, and SPICE that can be drawn here, are none of them', () => {
  expect(found('<graphics type="vnc"/><graphics type="spice"/><graphics type="egl-headless"/>')).toEqual([]);
  expect(found('<graphics type="spice" port="5900"><listen type="address"/><gl enable="yes"/></graphics>')).toEqual([]);
});

test('RDP says where a program of this computer finds it, and how', () => {
  const [display] = found('<graphics type="rdp" port="3389" listen="0.0.0.0"/>');
  expect(display).toMatchObject({
    kind: 'external',
    name: 'rdp0-external',
    opens: { kind: 'rdp', at: '127.0.0.1:3389' },
    command: "xfreerdp /v:'127.0.0.1:3389'",
  });
  expect(found('<graphics type="rdp" port="3389"><listen type="address" address="::1"/></graphics>')[0]?.opens).toEqual({
    kind: 'rdp',
    at: '[::1]:3389',
  });
  for (const listen of ['host?gatewayusagemethod=1', 'h /p:x', 'a/b', ']:1']) {
    const [odd] = found(`<graphics type="rdp" port="3389" listen="${listen}"/>`);
    expect(odd).toMatchObject({ opens: null, command: null });
  }
  expect(found('<graphics type="rdp" autoport="yes"/>')[0]).toMatchObject({ opens: null, command: null });
  expect(found('<graphics type="rdp" port="3389"/>', { local: false, address: 'qemu+ssh://attic/system' })[0]?.opens).toBeNull();
});

test('SPICE that draws on the host’s graphics card names the program that can show it', () => {
  const gl = '<graphics type="spice"><listen type="none"/><gl enable="yes"/></graphics>';
  expect(found(gl)[0]?.opens).toEqual({ kind: 'attach', address: 'qemu:///system', guest: 'my guest' });
  expect(found(gl)[0]?.command).toBe("virt-viewer --attach -c 'qemu:///system' 'my guest'");
  expect(found(gl, { local: false, address: 'qemu+ssh://attic/system' })[0]?.command).toBeNull();
});

test('where the way to libvirt carries no open files, no program is offered and no command either', () => {
  const gl = '<graphics type="spice"><listen type="none"/><gl enable="yes"/></graphics>';
  const by = (socket: string) => found(gl, { local: true, address: `qemu:///system?socket=${socket}` })[0];
  expect(by('/tmp/guesthouse-relay-a/relayed-libvirt-sock')).toMatchObject({
    opens: null,
    command: null,
    why: expect.stringMatching(/started by root/),
    remedy: expect.stringMatching(/EGL.*VNC.*as a person/),
  });
  expect(by('/tmp/other/libvirt-sock')?.opens).not.toBeNull();
});

test('windows on the host’s own desktop are told too', () => {
  expect(found('<graphics type="sdl"/><graphics type="dbus"/>').map(({ title }) => title)).toEqual(['Window on the host', 'D-Bus display']);
});
