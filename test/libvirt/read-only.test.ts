import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import type { GuestId } from '../../backends/model/guest.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo, openSessionAt, unattended } from '../bed/unattended-connect.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { Reader } from '../conformance/bytes.ts';
import { tinyDomain } from './tiny-domain.ts';

let daemon: PrivateLibvirtd;
let connection: HostConnection;
let id: GuestId;
const refusal = { code: 'permission', message: 'You may only look at this host.', remedy: expect.stringContaining('Only look') };

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ libvirtdConf: 'auth_unix_ro = "none"\nauth_tcp = "none"', listen: { tcp: true } });
  ({ id } = await tinyDomain(daemon, 'tiny'));
  await daemon.virsh('pool-define-as', 'images', 'dir', '--target', `${daemon.dir}/lib/images`);
  await daemon.virsh('pool-start', 'images');
  await daemon.virsh('start', 'tiny');
  connection = await libvirtBackend.connect(daemon.uri, { ...unattended(), readOnly: true });
});
afterAll(async () => {
  await connection.close();
  await daemon.stop();
});

test('everything is there to look at', async () => {
  expect(await connection.listGuests()).toMatchObject([{ id, name: 'tiny', state: 'running' }]);
  expect(await connection.describeGuest(id)).toMatchObject({ id, consoles: [{ kind: 'vnc' }, { kind: 'serial' }] });
  expect(await connection.guestDefinition(id)).toContain('<name>tiny</name>');
  expect(await connection.storage?.listPools()).toMatchObject([{ name: 'images' }]);
  expect(await connection.countGuests(new Set(['cpu']))).toMatchObject([{ id }]);
});

test('what happens is told', async () => {
  const log = new ChangeLog(connection);
  await daemon.virsh('suspend', 'tiny');
  await log.guest(id, ({ state }) => state === 'paused');
  await daemon.virsh('resume', 'tiny');
  await log.guest(id, ({ state }) => state === 'running');
});

test('nothing can be changed, and it says so before it is tried', async () => {
  const { abilities, creation, deletion, storage } = connection;
  expect(abilities).toMatchObject({ change: false, createGuests: false, serialConsole: false, screenshots: false, graphicalConsole: true });
  expect([creation, deletion, storage?.transfers]).toEqual([null, null, null]);
  for (const action of ['pause', 'force-off', 'save'] as const) await expect(connection.act(id, action)).rejects.toMatchObject(refusal);
  await expect(connection.openConsole(id, 'serial0', { force: false })).rejects.toMatchObject(refusal);
  await expect(connection.screenshot(id)).rejects.toMatchObject(refusal);
  await expect(storage?.provideDefaultPool()).rejects.toMatchObject(refusal);
  const rules = [{ family: 'IPv4', bridge: 'virbr0' } as const];
  await expect(connection.networks?.firewall?.change('let-through', rules)).rejects.toMatchObject(refusal);
  expect((await daemon.virsh('domstate', 'tiny')).trim()).toBe('running');
});

test('a display can be looked at', async () => {
  const [display] = (await connection.describeGuest(id)).consoles;
  const stream = await connection.openConsole(id, display?.name ?? '', { force: false });
  await new Reader(stream).until(/^RFB 003\.008/, 5000);
  await stream.close();
});

test('it is the daemon that would refuse: serial lines, pictures and contents are no matter of looking', async () => {
  const session = await openSessionAt(daemon.uri, true);
  const { dom } = await session.call(remote.domainLookupByUuid, { uuid: id });
  await expect(session.call(remote.domainSuspend, { dom })).rejects.toThrow(/read only/);
  const line = session.openStream(remote.domainOpenConsole, { dom, devName: 'serial0', flags: 0 });
  await expect(line.then(({ reply }) => reply)).rejects.toThrow(/read only/);
  const picture = session.openStream(remote.domainScreenshot, { dom, screen: 0, flags: 0 });
  await expect(picture.then(({ reply }) => reply)).rejects.toThrow(/read only/);
  session.close();
});

test('over another road the host is told, and holds to it', async () => {
  const uri = `qemu+tcp://127.0.0.1:${daemon.ports.tcp}/system`;
  const far = await libvirtBackend.connect(uri, { ...unattended(), readOnly: true });
  expect(far.abilities.change).toBe(false);
  expect(await far.listGuests()).toMatchObject([{ id }]);
  await far.close();
});

test('who goes through the socket that is for looking only is known to', async () => {
  const there = await connectTo(`qemu:///system?socket=${daemon.socket}-ro`);
  expect(there.abilities.change).toBe(false);
  await expect(there.act(id, 'pause')).rejects.toMatchObject(refusal);
  await there.close();
});
