import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { startFirmwareGuest } from '../bed/firmware-guest.ts';
import { type Authority, makeAuthority } from '../bed/certificates.ts';
import { displayCertificates, type DisplayCertificates } from '../bed/display-certificates.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { answering, displayInit, openSpice, seeSpice, seeVnc } from './display-viewers.ts';

let authority: Authority;
let certificates: DisplayCertificates;
let daemon: PrivateLibvirtd;
let connection: HostConnection;

beforeAll(async () => {
  authority = await makeAuthority();
  certificates = await displayCertificates(authority, await authority.issue('host', { names: ['localhost'] }));
  daemon = await startPrivateLibvirtd({ qemuConf: certificates.qemuConf });
  connection = await connectTo(daemon.uri);
  await connection.listGuests();
});
afterAll(async () => {
  await connection.close();
  await daemon.stop();
  await authority.remove();
  await certificates.remove();
});

async function guest(name: string, graphics: string) {
  const started = await startFirmwareGuest(daemon, name, graphics);
  onTestFinished(async () => void (await daemon.virsh('destroy', name).catch(() => undefined)));
  return started;
}

test.each([
  ['vnc-tls', ''],
  ['vnc-tls-password', `passwd='opensesa'`],
])('VNC inside TLS is shown: %s', async (name, password) => {
  const { id } = await guest(name, `<graphics type='vnc' autoport='yes' listen='127.0.0.1' ${password}/>`);
  const seen = await seeVnc(await connection.openConsole(id, 'vnc0', { force: false, ask: answering().ask }));
  expect(seen.name).toContain(name);
  await seen.stream.close();
});

test.each([
  ['where it must be', `defaultMode='secure' passwd='opensesame'`],
  ['where some channels must be', `><channel name='main' mode='secure'/><channel name='display' mode='insecure'/`],
])('SPICE is encrypted %s', async (name, more) => {
  const { id } = await guest(`spice ${name}`, `<graphics type='spice' autoport='yes' listen='127.0.0.1' ${more}></graphics>`);
  const { stream, session } = await seeSpice(await openSpice(connection, id));
  const inputs = await openSpice(connection, id, { type: 'inputs', id: 0, session });
  const display = await openSpice(connection, id, { type: 'display', id: 0, session });
  await display.write(displayInit());
  for (const each of [stream, inputs, display]) await each.close();
});

test('a file for remote-viewer names both ports of SPICE, and the password', async () => {
  const graphics = `<graphics type='spice' autoport='yes' listen='0.0.0.0' passwd='a\\b c'/>`;
  const { id } = await guest('spice for another', graphics);
  const lines = (await connection.viewerFile(id, 'spice0')).split('\n');
  expect(lines[0]).toBe('[virt-viewer]');
  expect(lines).toEqual(
    expect.arrayContaining(['type=spice', 'host=127.0.0.1', 'password=a\\\\b c', 'title=spice for another', 'delete-this-file=1']),
  );
  expect(lines.filter((line) => /^(port|tls-port)=\d+$/.test(line))).toHaveLength(2);
});
