import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { startFirmwareGuest } from '../bed/firmware-guest.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import type { PrivateSshd } from '../bed/private-sshd.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { answering, displayInit, openSpice, seeSpice, seeVnc } from './display-viewers.ts';
import { at, byKey, makeBed, runFolder, type SshBed } from './ssh-bed.ts';

let libvirtd: PrivateLibvirtd;
let bed: SshBed;
let sshd: PrivateSshd;
let connection: HostConnection;

beforeAll(async () => {
  libvirtd = await startPrivateLibvirtd();
  bed = await makeBed();
  for (const [name, value] of Object.entries(bed.client.env)) vi.stubEnv(name, value);
  const host = await bed.trusted({ libvirt: runFolder(libvirtd) });
  sshd = host.sshd;
  connection = await connectTo(at(sshd, `/system?${byKey(host.keyFile)}`));
  await connection.listGuests();
});
afterAll(async () => {
  await connection.close();
  await bed.stop();
  vi.unstubAllEnvs();
  await libvirtd.stop();
});

async function guest(name: string, graphics: string) {
  const started = await startFirmwareGuest(libvirtd, name, graphics);
  onTestFinished(async () => void (await libvirtd.virsh('destroy', name).catch(() => undefined)));
  return started;
}

test('VNC with a password comes through ssh', async () => {
  const { id } = await guest('vnc', `<graphics type='vnc' autoport='yes' listen='0.0.0.0' passwd='opensesa'/>`);
  const { stream, name } = await seeVnc(await connection.openConsole(id, 'vnc0', { force: false, ask: answering().ask }));
  expect(name).toContain('vnc');
  await stream.close();
  await expect(connection.viewerFile(id, 'vnc0')).rejects.toMatchObject({
    code: 'unsupported',
    remedy: expect.stringContaining('virt-viewer -c'),
  });
});

test('VNC at a unix socket comes through ssh', async () => {
  const sockets = join(libvirtd.dir, 'sockets');
  await mkdir(sockets);
  await chmod(sockets, 0o777);
  const socket = join(sockets, 'vnc.sock');
  const { id } = await guest('vnc-socket', `<graphics type='vnc'><listen type='socket' socket='${socket}'/></graphics>`);
  // As on a host where the person may use it: else ssh's user is told that they may not.
  await chmod(socket, 0o777);
  await (await seeVnc(await connection.openConsole(id, 'vnc0', { force: false }))).stream.close();
});

test('SPICE comes through ssh, and tells who has it', async () => {
  const { id } = await guest('spice', `<graphics type='spice' autoport='yes' listen='127.0.0.1' passwd='opensesame'/>`);
  const ours = await seeSpice(await openSpice(connection, id));
  const display = await openSpice(connection, id, { type: 'display', id: 0, session: ours.session });
  await display.write(displayInit());
  // Somebody else comes, and throws us out.
  const another = await connectTo(libvirtd.uri);
  onTestFinished(() => another.close());
  const theirs = await seeSpice(await openSpice(another, id, undefined, true));
  await ours.reader.end();
  const busy = () =>
    openSpice(connection, id).then(
      (stream) => stream.close().then(() => null),
      (error: unknown) => error,
    );
  await expect.poll(busy).toMatchObject({ code: 'console-busy' });
  await theirs.stream.close();
  await expect.poll(busy).toBeNull();
  expect(await sshd.logins()).toBe(1);
});
