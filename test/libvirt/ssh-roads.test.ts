import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { createLanBridges } from '../../backends/libvirt/networks/lan/lan-bridges.ts';
import { openSession } from '../../backends/libvirt/rpc/open-session.ts';
import type { TunnelTarget } from '../../backends/libvirt/transport/route.ts';
import type { RunOptions, RunProgram } from '../../backends/libvirt/transport/run-program.ts';
import { parseLibvirtUri } from '../../backends/libvirt/transport/uri.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startNetworkManager } from '../bed/private-network-manager.ts';
import { within } from '../conformance/bytes.ts';
import { at, byKey, failure, makeBed, runFolder, type SshBed } from './ssh-bed.ts';

const run = promisify(execFile);
let libvirtd: PrivateLibvirtd;
let bed: SshBed;

beforeAll(async () => {
  libvirtd = await startPrivateLibvirtd();
});
afterAll(() => libvirtd.stop());
beforeEach(async () => {
  bed = await makeBed();
});
afterEach(() => bed.stop());

/** That a host's user may enter; it goes with the test. */
async function folder(): Promise<string> {
  const dir = join(bed.client.dir, `folder-${Math.random().toString(36).slice(2)}`);
  await mkdir(dir);
  await chmod(bed.client.dir, 0o711);
  return dir;
}

const host = (options: object = {}) => bed.trusted({ libvirt: runFolder(libvirtd), ...options });

test.each([
  ['virt-ssh-helper', [], ''],
  ['netcat, where virt-ssh-helper is missing', ['virt-ssh-helper'], ''],
  ['virt-ssh-helper, as asked for', ['nc'], '&proxy=native'],
  ['netcat, as asked for', [], '&proxy=netcat&mode=legacy'],
  ['netcat on the socket that was named', [], '&socket=/var/run/libvirt/libvirt-sock'],
])('reaches the daemon by %s', async (_, hidden, more) => {
  const { sshd, keyFile } = await host({ hidden });
  const { session } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}${more}`));
  session.close();
  expect(await session.closed).toBeNull();
});

test('all sessions and tunnels go over one connection', async () => {
  const { sshd, keyFile } = await host();
  const { route, uri } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
  const sessions = await Promise.all([1, 2, 3, 4].map(() => openSession(route, uri.name)));
  await Promise.all(sessions.map((session) => session.call(remote.connectGetUri, {})));
  const echo = await echoing({ host: '127.0.0.1', port: 0 });
  (await route.tunnel(echo.target)).destroy();
  echo.server.close();
  expect([await sshd.connections(), await sshd.logins()]).toEqual([1, 1]);
});

test('programs of the host run over the same connection, and get each word as it is', async () => {
  const { sshd, keyFile } = await host();
  const { route } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
  const words = ['a b', "it's", 'back\\slash', '$HOME', '`id`', '*', '', '-n'];
  const { code, stdout } = (await route.run?.(['printf', '<%s>', ...words])) ?? {};
  expect([code, stdout]).toEqual([0, words.map((word) => `<${word}>`).join('')]);
  expect(await route.run?.(['sh', '-c', 'echo no >&2; exit 3'])).toEqual({ code: 3, stdout: '', stderr: 'no\n' });
  expect(await route.run?.(['no-such-program'])).toMatchObject({ code: 127 });
  expect([await sshd.connections(), await sshd.logins()]).toEqual([1, 1]);
});

/** How many processes of the host have this word of ours on their command line; sh(1) itself, which runs them, left out. */
async function running(word: string): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.startsWith(`sleep\0${word}`)).length;
}

test('a program of the host that is tethered gets its words, and gives what it has to say, as any other', async () => {
  const { sshd, keyFile } = await host();
  const { route } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
  const tethered = { tethered: true };
  const words = ['a b', "it's", 'back\\slash', '$HOME', '`id`', '*', '', '-n', '$1'];
  expect(await route.run?.(['printf', '<%s>', ...words], undefined, tethered)).toEqual({
    code: 0,
    stdout: words.map((word) => `<${word}>`).join(''),
    stderr: '',
  });
  expect(await route.run?.(['sh', '-c', 'cat; echo no >&2; exit 3'], undefined, tethered)).toEqual({ code: 3, stdout: '', stderr: 'no\n' });
  expect(await route.run?.(['no-such-program'], undefined, tethered)).toMatchObject({ code: 127 });
  const bare = await host({ hidden: ['setsid'] });
  const other = await bed.connect(at(bare.sshd, `/system?${byKey(bare.keyFile)}`));
  expect(await other.route.run?.(['sh', '-c', 'cat; echo yes'], undefined, tethered)).toEqual({ code: 0, stdout: 'yes\n', stderr: '' });
});

test(
  'a tethered program ends on the host, with all that it started, when it is cancelled, late, or the road ends',
  { timeout: 120_000 },
  async () => {
    const { sshd, keyFile } = await host();
    const { route } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
    const word = `86400.${process.pid}`;
    const start = (options: RunOptions, signal?: AbortSignal, before = '') =>
      route.run?.(['sh', '-c', `${before} sleep ${word} & sleep ${word}; :`], signal, { tethered: true, ...options });
    const count = () => running(word);
    const poll = { timeout: 40_000 };

    const cancel = new AbortController();
    const cancelled = expect(start({}, cancel.signal)).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(count, poll).toBe(2);
    cancel.abort();
    await cancelled;
    await expect.poll(count, poll).toBe(0);

    // Not even one that does not listen.
    expect(await start({ patienceMs: 1500 }, undefined, 'trap "" TERM;')).toMatchObject({ late: true });
    await expect.poll(count, poll).toBe(0);

    const last = Promise.allSettled([start({})]);
    await expect.poll(count, poll).toBe(2);
    route.close();
    await last;
    await expect.poll(count, poll).toBe(0);
  },
);

test('a host’s wired network is bridged over ssh, on trial, and goes back', async () => {
  const manager = await startNetworkManager();
  try {
    const { sshd, keyFile } = await host();
    const { route } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
    const { run: plain } = route;
    if (plain === null) throw new Error('this road runs no programs');
    // The host's own bus is this one.
    const there: RunProgram = (words, signal) => plain(['env', `DBUS_SYSTEM_BUS_ADDRESS=${manager.bus}`, ...words], signal);
    const lan = createLanBridges({ route: { ...route, run: there }, local: false, driverUri: 'qemu:///system' });
    const steps = { report: () => {}, signal: new AbortController().signal };
    const trial = await lan?.begin({ kind: 'make', link: 'lan0', bridge: 'br0', stp: false }, 60, steps);
    if (lan === null || trial === undefined) throw new Error('no bridges');
    expect(trial.addresses).toEqual(['192.168.77.5/24']);
    expect(await manager.nmcli('-t', '-f', 'NAME', 'connection')).toContain('br0');
    await lan.goBack(trial);
    expect(await manager.nmcli('-t', '-f', 'NAME', 'connection')).not.toContain('br0');
  } finally {
    await manager.stop();
  }
}, 240_000);

test('megabytes go both ways whole, and a sender that is faster is told to wait', async () => {
  // A daemon that sends back what it gets.
  const { sshd, keyFile } = await host({ config: ['ForceCommand head -c 4 </dev/zero; sleep 1; exec cat'] });
  const route = await bed.route(parseLibvirtUri(at(sshd, `/system?${byKey(keyFile)}`)));
  const transport = await route.dial();
  const block = Buffer.alloc(1 << 20, 'abcdefgh');
  const wanted = 24;
  let received = 0;
  let waits = 0;
  let good = true;
  let drained: () => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    transport.start({
      onData: (chunk) => {
        received += chunk.length;
        good &&= received <= 4 || Buffer.from(chunk).includes('a');
        if (received === 4 + wanted * block.length) resolve();
      },
      onDrain: () => drained(),
      onClose: (error) => reject(error ?? new Error('closed')),
    });
  });
  for (let i = 0; i < wanted; i++) {
    if (transport.send(block)) continue;
    waits++;
    await new Promise<void>((resolve) => (drained = resolve));
  }
  await within(done, 60_000, 'all of it');
  expect(waits).toBeGreaterThan(0);
  expect(good).toBe(true);
  transport.pause();
  transport.send(Buffer.alloc(10));
  await sleep(300);
  expect(received).toBe(4 + wanted * block.length);
  transport.resume();
  await expect.poll(() => received).toBe(4 + wanted * block.length + 10);
  transport.close();
});

async function echoing(where: { host: string; port: number } | { path: string }): Promise<{ server: Server; target: TunnelTarget }> {
  const server = createServer((socket) => {
    socket.write('RFB 003.008\n');
    socket.on('data', (bytes) => socket.write(bytes));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen({ ...where, writableAll: true }, resolve));
  const bound = server.address();
  if (bound === null) throw new Error('no address');
  const target =
    typeof bound === 'string'
      ? ({ kind: 'unix', path: bound } as const)
      : ({ kind: 'tcp', host: bound.address, port: bound.port } as const);
  return { server, target };
}

test('tunnels carry bytes to listeners of the host, TCP and unix, and several at once', async () => {
  const { sshd, keyFile } = await host();
  const { route } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
  const dir = await folder();
  const listeners = await Promise.all([
    echoing({ host: '127.0.0.1', port: 0 }),
    echoing({ host: '0.0.0.0', port: 0 }),
    // A colon and a percent sign are more than letters to ssh.
    echoing({ path: join(dir, 'v:n %h\\c.sock') }),
  ]);
  const streams = await Promise.all(listeners.map(({ target }) => route.tunnel(target)));
  for (const stream of streams) {
    let text = '';
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.write('hello');
    await expect.poll(() => text).toBe('RFB 003.008\nhello');
    stream.destroy();
  }
  for (const { server } of listeners) server.close();
});

test('a listener that is not there fails, and says where and why', async () => {
  const { sshd, keyFile } = await host();
  const { route } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
  expect(await failure(route.tunnel({ kind: 'tcp', host: '127.0.0.1', port: 1 }))).toMatchObject({
    code: 'connection-lost',
    message: expect.stringContaining('127.0.0.1, port 1'),
    reason: expect.stringContaining('Connection refused'),
  });
  expect(await failure(route.tunnel({ kind: 'unix', path: '/nowhere' }))).toMatchObject({ code: 'connection-lost' });
});

test('a host that forwards nothing says so', async () => {
  const { sshd, keyFile } = await host({ config: ['DisableForwarding yes'] });
  const { route } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
  expect(await failure(route.tunnel({ kind: 'tcp', host: '127.0.0.1', port: 1 }))).toMatchObject({
    code: 'permission',
    remedy: expect.stringContaining('AllowTcpForwarding'),
  });
});

test('hosts that lack something say what', async () => {
  const bare = await host({ hidden: ['virt-ssh-helper', 'nc'] });
  expect(await failure(bed.connect(at(bare.sshd, `/system?${byKey(bare.keyFile)}`)))).toMatchObject({
    code: 'daemon-missing',
    message: expect.stringContaining('neither virt-ssh-helper nor netcat'),
  });
  const idle = await bed.trusted({ hidden: ['virt-ssh-helper'] });
  const uri = at(idle.sshd, `/system?${byKey(idle.keyFile)}&socket=/var/run/no-such-folder/sock`);
  expect(await failure(bed.connect(uri))).toMatchObject({ code: 'daemon-missing', message: expect.stringContaining('No libvirt daemon') });
  const helped = await bed.trusted({ libvirt: await folder() });
  const native = at(helped.sshd, `/system?${byKey(helped.keyFile)}&proxy=native`);
  expect(await failure(bed.connect(native))).toMatchObject({
    code: 'daemon-missing',
    message: expect.stringContaining('No libvirt daemon'),
  });
});

test('a socket that is not for this user says so', async () => {
  const libvirt = await folder();
  const server = createServer().listen(join(libvirt, 'libvirt-sock'));
  await run('chmod', ['0700', join(libvirt, 'libvirt-sock')]);
  const { sshd, keyFile } = await bed.trusted({ libvirt });
  for (const proxy of ['netcat', 'native']) {
    const uri = at(sshd, `/system?${byKey(keyFile)}&proxy=${proxy}`);
    expect(await failure(bed.connect(uri))).toMatchObject({ code: 'permission', remedy: expect.stringContaining('usermod') });
  }
  server.close();
});

test('no more sessions than the host allows, which is said, and nothing else is tried', async () => {
  const { sshd, keyFile } = await host({ config: ['MaxSessions 1'] });
  const { route, uri, session } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
  expect(await failure(openSession(route, uri.name))).toMatchObject({ code: 'busy', remedy: expect.stringContaining('MaxSessions') });
  expect(await sshd.connections()).toBe(1);
  await session.call(remote.connectGetUri, {});
});

test('what a login script prints is shown as what it is', async () => {
  const { sshd, keyFile } = await host({ config: ['ForceCommand echo Welcome to the lab; exec $SHELL -c "$SSH_ORIGINAL_COMMAND"'] });
  expect(await failure(bed.connect(at(sshd, `/system?${byKey(keyFile)}`)))).toMatchObject({
    code: 'protocol',
    reason: expect.stringContaining('Welcome to the lab'),
    remedy: expect.stringContaining('.bashrc'),
  });
});

test('ten megabytes on standard error harm nothing', async () => {
  const flood = 'ForceCommand head -c 10000000 /dev/zero | tr \'\\000\' x >&2; exec $SHELL -c "$SSH_ORIGINAL_COMMAND"';
  const { sshd, keyFile } = await host({ config: [flood] });
  await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
});

test('a connection that dies is lost at once, with the reason', async () => {
  const { sshd, keyFile } = await host();
  const { session, route } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
  await sshd.stop();
  const reason = await within(session.closed, 5000, 'the end');
  expect(reason).toMatchObject({ code: 'connection-lost' });
  expect(await failure(route.dial())).toMatchObject({ code: 'connection-lost' });
});

test('an ssh that is killed is a lost connection', async () => {
  const { sshd, keyFile } = await host();
  const { session } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
  const master = [...(await bed.programs())].find(([, line]) => line.includes(' -M '));
  process.kill(master?.[0] ?? 0, 'SIGKILL');
  expect(await within(session.closed, 5000, 'the end')).toMatchObject({ code: 'connection-lost' });
});

test('a closed road leaves nothing behind', async () => {
  const { sshd, keyFile } = await host();
  const { route, session } = await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
  expect(await bed.leftovers()).not.toEqual([]);
  route.close();
  await within(session.closed, 5000, 'the session');
  await expect.poll(() => bed.leftovers(), { timeout: 15_000 }).toEqual([]);
  expect(await failure(route.dial())).toMatchObject({ code: 'not-connected' });
});
