import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { openSession } from '../../backends/libvirt/rpc/open-session.ts';
import { here } from '../../backends/libvirt/transport/local-socket.ts';
import { openRoute } from '../../backends/libvirt/transport/open-route.ts';
import { parseLibvirtUri } from '../../backends/libvirt/transport/uri.ts';
import { nobodyToAsk } from '../../backends/login.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import type { PrivateSshd } from '../bed/private-sshd.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { Reader, within } from '../conformance/bytes.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { at, byKey, makeBed, runFolder, type SshBed } from './ssh-bed.ts';
import { tinyDomain } from './tiny-domain.ts';

let libvirtd: PrivateLibvirtd;
let bed: SshBed;
let sshd: PrivateSshd;
let uri: string;

beforeAll(async () => {
  libvirtd = await startPrivateLibvirtd({ libvirtdConf: 'auth_unix_ro = "none"' });
  bed = await makeBed();
  for (const [name, value] of Object.entries(bed.client.env)) vi.stubEnv(name, value);
  const host = await bed.trusted({ libvirt: runFolder(libvirtd) });
  sshd = host.sshd;
  uri = at(sshd, `/system?${byKey(host.keyFile)}`);
});
afterAll(async () => {
  await bed.stop();
  vi.unstubAllEnvs();
  await libvirtd.stop();
});

test('a guest of a host over ssh is started, watched and seen, all over one login', async () => {
  const { id } = await tinyDomain(libvirtd, 'far');
  const connection = await connectTo(uri);
  onTestFinished(() => connection.close());
  const log = new ChangeLog(connection);
  expect(await connection.listGuests()).toMatchObject([{ id, state: 'shut-off' }]);
  await connection.act(id, 'start');
  await log.guest(id, ({ state }) => state === 'running');
  expect(connection.abilities.graphicalConsole).toBe(true);

  const display = await connection.openConsole(id, 'vnc0', { force: false });
  expect(await new Reader(display).until(/\n/)).toBe('RFB 003.008\n');
  const console = await connection.openConsole(id, 'serial0', { force: false });
  expect(await connection.describeGuest(id)).toMatchObject({ id });
  expect(await sshd.logins()).toBe(1);
  expect(await sshd.connections()).toBe(1);

  await console.close();
  await display.close();
  await connection.close();
  await expect.poll(() => bed.leftovers(), { timeout: 15_000 }).toEqual([]);
});

test.each(['auto', 'netcat'])('who only wants to look is led to the socket for that (proxy=%s)', async (proxy) => {
  const to = parseLibvirtUri(`${uri}&proxy=${proxy}`);
  const route = await openRoute(to, { ask: nobodyToAsk, surroundings: here(), readOnly: true });
  onTestFinished(() => route.close());
  // It does not say that it only looks: the socket does.
  const session = await openSession(route, to.name);
  await session.call(remote.connectGetUri, {});
  await expect(session.call(remote.networkDefineXml, { xml: '<network><name>x</name></network>' })).rejects.toThrow(/read only/);
  session.close();
});

test('when the program is killed, nothing of its connection stays', async () => {
  const outDir = join(bed.client.dir, 'holder');
  await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    ssr: { noExternal: true },
    build: { ssr: fileURLToPath(new URL('../bed/ssh-holder.ts', import.meta.url)), outDir, emptyOutDir: true, target: 'node20' },
  });
  const holder = spawn(process.execPath, [join(outDir, 'ssh-holder.js'), uri], { stdio: ['ignore', 'pipe', 'inherit'] });
  expect(String(await within(once(holder.stdout, 'data'), 20_000, 'the session'))).toBe('connected\n');
  expect(await bed.leftovers()).not.toEqual([]);
  holder.kill('SIGKILL');
  await expect.poll(() => bed.leftovers(), { timeout: 15_000 }).toEqual([]);
});
