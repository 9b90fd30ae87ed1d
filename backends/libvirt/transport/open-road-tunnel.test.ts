import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { isLoopback } from './loopback.ts';
import { openRoadTunnel } from './open-road-tunnel.ts';
import { openRoute } from './open-route.ts';
import { nobodyToAsk } from '../../login.ts';
import { openTcpRoute } from './tcp-route.ts';
import { openTlsRoute } from './tls-route.ts';
import { parseLibvirtUri } from './uri.ts';

test.each([
  ['127.0.0.1', true],
  ['127.200.3.4', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
  ['localhost', true],
  ['LocalHost', true],
  ['128.0.0.1', false],
  ['0.0.0.0', false],
  ['::', false],
  ['::2', false],
  ['127.0.0.1.example', false],
  ['localhost.example', false],
])('%s is our own: %s', (host, own) => {
  expect(isLoopback(host)).toBe(own);
});

test.each([
  ['the whole network could watch', { kind: 'tcp', host: '0.0.0.0', port: 5900 }, 'insecure'],
  ['the whole network could watch, by IPv6', { kind: 'tcp', host: '::', port: 5900 }, 'insecure'],
  ['only the host itself gets there', { kind: 'tcp', host: '127.0.0.1', port: 5900 }, 'unsupported'],
  ['only the host itself gets there, by a socket', { kind: 'unix', path: '/run/vnc' }, 'unsupported'],
] as const)('a display of a host elsewhere is not shown where %s', async (_, target, code) => {
  await expect(openRoadTunnel('far.example', target)).rejects.toMatchObject({ code, remedy: expect.stringContaining('ssh') });
});

test.each(['127.0.0.1', '0.0.0.0'])('a display of this computer, listening on %s, is reached', async (listen) => {
  const server = createServer((socket) => socket.end('RFB 003.008\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const stream = await openRoadTunnel('127.0.0.1', { kind: 'tcp', host: listen, port });
  let heard = '';
  for await (const chunk of stream) heard += String(chunk);
  expect(heard).toBe('RFB 003.008\n');
  server.close();
});

const surroundings = { environment: {}, uid: 0, home: '/root', exists: () => false };
const options = { ask: nobodyToAsk, surroundings };

test('how far a road leads to displays is known before there is one', async () => {
  const displays = async (uri: string) => (await openRoute(parseLibvirtUri(uri), options)).displays;
  expect(await displays('qemu:///system')).toBe('private');
  expect(await displays('qemu+ssh://far.example/system')).toBe('private');
  expect(await displays('qemu+tcp://127.0.0.1/system')).toBe('private');
  expect(await displays('qemu+tls://localhost/system')).toBe('private');
  expect(await displays('qemu+tls://far.example/system')).toBe('certified');
  expect(await displays('qemu+tcp://far.example/system')).toBe('none');
});

test('TLS makes no way to what only the host itself reaches', async () => {
  const inside = openRoadTunnel('far.example', { kind: 'tcp', host: '::1', port: 5900 }, { certified: true });
  await expect(inside).rejects.toMatchObject({ code: 'unsupported' });
});

test('who could read along is known before anything is said', async () => {
  const tcp = (uri: string) => openTcpRoute(parseLibvirtUri(uri), options);
  expect((await tcp('qemu+tcp://127.0.0.1/system')).privacy).toBe('local');
  expect((await tcp('qemu+tcp://[::1]/system')).privacy).toBe('local');
  expect((await tcp('qemu+tcp://far.example/system')).privacy).toBe('plain');
  expect(await openTlsRoute(parseLibvirtUri('qemu://far.example/system'), options)).toMatchObject({
    privacy: 'encrypted',
    host: 'far.example',
  });
});

test.each(['no_verify=1', 'no_sanity=1', 'no_verify=yes'])('an address cannot turn the checks off: %s', async (parameter) => {
  const uri = parseLibvirtUri(`qemu://far.example/system?${parameter}`);
  await expect(openTlsRoute(uri, options)).rejects.toMatchObject({ code: 'insecure' });
});
