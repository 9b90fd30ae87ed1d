import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { connectTcp, tcpFault } from '../../backends/libvirt/transport/tcp.ts';
import { freePort } from '../bed/free-port.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo, openSessionAt } from '../bed/unattended-connect.ts';
import { sessionFor, volumeRoundTrip } from './volume-round-trip.ts';

const run = promisify(execFile);
let daemon: PrivateLibvirtd;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ listen: { tcp: true }, libvirtdConf: 'auth_tcp = "none"\nlisten_addr = "0.0.0.0"' });
});
afterAll(() => daemon.stop());

test.each(['127.0.0.1', 'localhost', '127.8.8.8'])('a host whose daemon listens on our own loopback: %s', async (name) => {
  const host = await connectTo(`test+tcp://${name}:${daemon.ports.tcp}/default`);
  expect(await host.listGuests()).toMatchObject([{ name: 'test' }]);
  await host.close();
});

test('streams keep what they carry', async () => {
  const session = await openSessionAt(`qemu+tcp://127.0.0.1:${daemon.ports.tcp}/system`);
  expect(await volumeRoundTrip(session, daemon, 16 * 1024 * 1024)).toBe(true);
  session.close();
});

/** An address of this computer that is not its loopback's, as another's would be; a network of the tests' own gets one. */
async function outwardAddress(): Promise<string> {
  const addresses = Object.values(networkInterfaces()).flat();
  const found = addresses.find((address) => address?.family === 'IPv4' && !address.internal)?.address;
  if (found !== undefined) return found;
  await run('ip', ['address', 'replace', '192.0.2.77/32', 'dev', 'lo']);
  return '192.0.2.77';
}

test('IPC 26: anywhere else, a daemon that wants no encryption is not talked to', async () => {
  await expect(connectTo(`test+tcp://${await outwardAddress()}:${daemon.ports.tcp}/default`)).rejects.toMatchObject({
    code: 'insecure',
    remedy: expect.stringContaining('ssh'),
  });
});

test('IPC 26: with a log-in that encrypts, it is; nothing of what is said can be read on the way', async () => {
  const wary = await startPrivateLibvirtd({ listen: { tcp: true }, sasl: { mechanisms: 'digest-md5', people: { anna: 'secret' } } });
  const passed: Buffer[] = [];
  const middle = createServer((client) => {
    const daemonSide = connect(wary.ports.tcp, '127.0.0.1');
    for (const side of [client, daemonSide]) side.on('data', (bytes) => passed.push(bytes)).on('error', () => undefined);
    client.pipe(daemonSide).pipe(client);
  });
  await new Promise<void>((resolve) => middle.listen(0, '0.0.0.0', resolve));
  const address = middle.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const session = await sessionFor(`test+tcp://anna@${await outwardAddress()}:${port}/default`, async (question) => {
      expect(question).toMatchObject({ kind: 'credentials', name: 'anna' });
      return { kind: 'credentials', name: 'anna', password: 'secret' };
    });
    expect(await session.call(remote.connectGetUri, {})).toEqual({ uri: 'test:///default' });
    session.close();
    const read = Buffer.concat(passed).toString('latin1');
    // charBytes: four bytes for each character.
    expect(read).toContain('\0\0\0r\0\0\0s\0\0\0p\0\0\0a\0\0\0u\0\0\0t\0\0\0h');
    expect(read).not.toContain('test:///default');
  } finally {
    middle.close();
    await wary.stop();
  }
});

test('each way not to get there is told apart', async () => {
  const port = await freePort();
  await expect(connectTo(`qemu+tcp://127.0.0.1:${port}/system`)).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('nothing listens'),
  });
  await expect(connectTo('qemu+tcp://no-such-host.invalid/system')).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/no host named|cannot be looked up/),
  });
  const made = (code: string) => tcpFault({ host: 'far', port: 1 }, Object.assign(new Error(code), { code }));
  const messages = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ECONNRESET'].map((code) => made(code));
  expect(new Set(messages.map(({ message }) => message)).size).toBe(messages.length);
  expect(messages.every(({ code, remedy, reason }) => code === 'unreachable' && remedy !== null && reason !== null)).toBe(true);
});

test('a host that does not answer is given up, and an abort ends the waiting at once', async () => {
  // It takes nobody; once its queue is full, the system does not answer whoever else comes.
  const script =
    "import socket,time; s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen(0); print(s.getsockname()[1],flush=True); time.sleep(60)";
  const deaf = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(deaf.stdout, 'data');
  const address = { host: '127.0.0.1', port: Number(port) };
  const queue = [connect(address), connect(address)];
  await once(queue[0] ?? deaf, 'connect');
  try {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 100);
    const began = performance.now();
    await expect(connectTcp(address, { signal: controller.signal })).rejects.toThrow('enough');
    expect(performance.now() - began).toBeLessThan(8000);
    await expect(connectTcp(address, { deadlineMs: 300 })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('has not answered'),
      remedy: expect.stringContaining('firewall'),
    });
    expect(performance.now() - began).toBeLessThan(8000);
  } finally {
    for (const socket of queue) socket.destroy();
    deaf.kill();
  }
});
