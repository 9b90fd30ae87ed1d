import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { type Authority, makeAuthority } from '../bed/certificates.ts';
import { displayCertificates, type DisplayCertificates } from '../bed/display-certificates.ts';
import { startFirmwareGuest } from '../bed/firmware-guest.ts';
import { linkedAddress, linkHost, type LinkedHost } from '../bed/linked-host.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { openSpice, seeSpice, seeVnc } from './display-viewers.ts';

const SUBNET = 12;
const HOST = { addresses: [linkedAddress(SUBNET)] };
let authority: Authority;
let certificates: DisplayCertificates;
let daemon: PrivateLibvirtd;
let link: LinkedHost;
let connection: HostConnection;

beforeAll(async () => {
  authority = await makeAuthority();
  const [served, own] = await Promise.all([authority.issue('far', HOST), authority.issue('person')]);
  certificates = await displayCertificates(authority, served);
  daemon = await startPrivateLibvirtd({
    network: true,
    qemuConf: certificates.qemuConf,
    libvirtdConf: 'listen_addr = "0.0.0.0"',
    listen: { tls: { ca: authority.ca, ...served } },
  });
  link = await linkHost(daemon, SUBNET);
  const pkipath = await authority.clientFolder('of-person', { own });
  connection = await connectTo(`qemu://${link.address}:${daemon.ports.tls}/system?pkipath=${pkipath}`);
  await connection.listGuests();
});
afterAll(async () => {
  await connection.close();
  await link.remove();
  await daemon.stop();
  await certificates.remove();
  await authority.remove();
});

async function guest(name: string, graphics: string) {
  const started = await startFirmwareGuest(daemon, name, graphics);
  onTestFinished(async () => void (await daemon.virsh('destroy', name).catch(() => undefined)));
  return started;
}

test('displays that prove their host by a certificate are shown over the network', async () => {
  expect(connection.abilities.graphicalConsole).toBe(true);
  const vnc = await guest('vnc far', `<graphics type='vnc' autoport='yes' listen='0.0.0.0'/>`);
  await (await seeVnc(await connection.openConsole(vnc.id, 'vnc0', { force: false }))).stream.close();
  const spice = await guest('spice far', `<graphics type='spice' autoport='yes' listen='0.0.0.0' passwd='opensesame'/>`);
  await (await seeSpice(await openSpice(connection, spice.id))).stream.close();
  const file = await connection.viewerFile(spice.id, 'spice0');
  expect(file).toContain(`host=${link.address}\ntls-port=`);
  expect(file).not.toContain('\nport=');
  await expect(connection.viewerFile(vnc.id, 'vnc0')).rejects.toMatchObject({
    code: 'unsupported',
    remedy: expect.stringContaining('virt-viewer'),
  });
});

test('what only the host itself reaches is refused, and so is SPICE in the clear', async () => {
  const inside = await guest('vnc inside', `<graphics type='vnc' autoport='yes' listen='127.0.0.1'/>`);
  await expect(connection.openConsole(inside.id, 'vnc0', { force: false })).rejects.toMatchObject({
    code: 'unsupported',
    remedy: expect.stringContaining('ssh'),
  });
  const clear = await guest('spice clear', `<graphics type='spice' autoport='yes' listen='0.0.0.0' defaultMode='insecure'/>`);
  await expect(openSpice(connection, clear.id)).rejects.toMatchObject({ code: 'insecure', remedy: expect.stringContaining('ssh') });
});

test('a certificate that is another’s is refused', async () => {
  await certificates.show(await authority.issue('other', { names: ['other.example'] }));
  const vnc = await guest('vnc other', `<graphics type='vnc' autoport='yes' listen='0.0.0.0'/>`);
  await expect(connection.openConsole(vnc.id, 'vnc0', { force: false })).rejects.toMatchObject({
    code: 'untrusted',
    reason: 'It is made out to other.example.',
  });
});
