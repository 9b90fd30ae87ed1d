import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { ScriptedHost } from '../fakes/scripted-host.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { at, byKey, failure, makeBed, runFolder, type SshBed } from './ssh-bed.ts';
import { tinyDomain } from './tiny-domain.ts';

// sshd refuses more sessions of one connection than MaxSessions, 10 by default: every console and upload is one.
let libvirtd: PrivateLibvirtd;
let bed: SshBed;

beforeAll(async () => {
  libvirtd = await startPrivateLibvirtd();
  bed = await makeBed();
  for (const [name, value] of Object.entries(bed.client.env)) vi.stubEnv(name, value);
});
afterAll(async () => {
  await bed.stop();
  vi.unstubAllEnvs();
  await libvirtd.stop();
});

async function connectedWith(maxSessions: number) {
  const { sshd, keyFile } = await bed.trusted({ libvirt: runFolder(libvirtd), config: [`MaxSessions ${maxSessions}`] });
  const connection = await connectTo(at(sshd, `/system?${byKey(keyFile)}`));
  onTestFinished(() => connection.close());
  return { connection, sshd };
}

test('a host that allows one session of ssh has its guests started, paused and ended over that one', async () => {
  const { id } = await tinyDomain(libvirtd, 'lonely');
  const { connection, sshd } = await connectedWith(1);
  const log = new ChangeLog(connection);
  expect(await connection.listGuests()).toHaveLength(1);
  await connection.act(id, 'start');
  await log.guest(id, ({ state }) => state === 'running');
  await connection.act(id, 'pause');
  await log.guest(id, ({ state }) => state === 'paused');

  const refused = {
    code: 'busy',
    message: expect.stringContaining('allows no more sessions'),
    remedy: expect.stringContaining('MaxSessions'),
  };
  expect(await failure(connection.openConsole(id, 'serial0', { force: false }))).toMatchObject(refused);
  expect(await failure(connection.screenshot(id))).toMatchObject(refused);
  // A display is a forwarding, which is not counted.
  await (await connection.openConsole(id, 'vnc0', { force: false })).close();

  await connection.act(id, 'force-off');
  await log.guest(id, ({ state }) => state === 'shut-off');
  expect(await sshd.logins()).toBe(1);
  await libvirtd.virsh('undefine', 'lonely');
});

test('a console takes the place that another one has left', async () => {
  const { id } = await tinyDomain(libvirtd, 'crowded');
  onTestFinished(async () => {
    await libvirtd.virsh('destroy', 'crowded');
    await libvirtd.virsh('undefine', 'crowded');
  });
  await libvirtd.virsh('start', 'crowded');
  const { connection } = await connectedWith(2);
  for (let round = 0; round < 4; round++) {
    // sshd has the place to give again a little after it was left.
    const console = await vi.waitFor(() => connection.openConsole(id, 'serial0', { force: false }), { timeout: 15_000 });
    expect(await failure(connection.screenshot(id))).toMatchObject({ code: 'busy' });
    await console.close();
  }
});

test('what is being opened when the host is left ends with it', async () => {
  const host = await ScriptedHost.start(1);
  const connection = await connectTo(host.uri);
  const [before] = [host.daemon.peers.length];
  host.daemon.handle(remote.connectOpen, () => undefined);
  const [id = ''] = host.domains.keys();
  const picture = failure(connection.screenshot(id));
  await vi.waitFor(() => expect(host.daemon.peers.at(before)?.calls(remote.connectOpen)).toHaveLength(1));
  await connection.close();
  expect(await picture).toMatchObject({ code: 'connection-lost' });
  // Resolves once no client is connected any more.
  await host.close();
});
