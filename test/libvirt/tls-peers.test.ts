import { readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connectTls } from '../../backends/libvirt/transport/tls-route.ts';
import { tlsCredentials } from '../../backends/libvirt/transport/tls-credentials.ts';
import type { Transport } from '../../backends/libvirt/transport/transport.ts';
import { nobodyToAsk } from '../../backends/login.ts';
import { type Authority, type Certificate, makeAuthority } from '../bed/certificates.ts';

const SHORT_MS = 500;
let authority: Authority;
let certificate: Certificate;
let server: Server | null = null;
const sockets = new Set<Socket>();

beforeAll(async () => {
  authority = await makeAuthority();
  certificate = await authority.issue('peer', { names: ['localhost'], addresses: ['127.0.0.1'] });
});
afterAll(() => authority.remove());
afterEach(() => {
  server?.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});

async function listening(own: Server): Promise<number> {
  server = own;
  own.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  const address = own.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Somebody with a good certificate who then does as `behave` says. */
async function peer(behave: (socket: TLSSocket) => void, maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3'): Promise<number> {
  const [cert, key] = await Promise.all([readFile(certificate.certificate), readFile(certificate.key)]);
  return listening(createTlsServer({ cert, key, maxVersion }, (socket) => behave(socket.on('error', () => undefined))));
}

async function connect(port: number, signal?: AbortSignal): Promise<Transport> {
  const pem = { path: authority.ca, text: await readFile(authority.ca, 'utf8') };
  const credentials = await tlsCredentials({ ca: pem, crl: null, own: null }, nobodyToAsk);
  return connectTls({ host: '127.0.0.1', port }, credentials, { deadlineMs: SHORT_MS, ...(signal === undefined ? {} : { signal }) });
}

const listen = (transport: Transport) => {
  const heard: Uint8Array[] = [];
  const ended = new Promise<Error | null>((resolve) =>
    transport.start({ onData: (bytes) => heard.push(bytes), onDrain: () => undefined, onClose: resolve }),
  );
  return { text: () => Buffer.concat(heard).toString(), ended };
};

test.each([
  ['accepts and says nothing', () => listening(createServer()), 'unreachable', 'says nothing'],
  ['makes the handshake and says nothing more', () => peer(() => undefined), 'unreachable', 'says nothing'],
  ['speaks something else inside TLS', () => peer((socket) => socket.write('SSH-2.0-OpenSSH\r\n')), 'protocol', 'no libvirt'],
  [
    'speaks something else without TLS',
    () => listening(createServer((socket) => socket.write('SSH-2.0-OpenSSH\r\n'))),
    'unreachable',
    'TLS',
  ],
  ['ends at once', () => listening(createServer((socket) => socket.destroy())), 'unreachable', 'TLS'],
  ['ends after the handshake', () => peer((socket) => socket.end()), 'auth-failed', 'certificate'],
  ['ends after the handshake without a notice', () => peer((socket) => cut(socket)), 'auth-failed', 'certificate'],
  ['drips a byte now and then', () => listening(createServer((socket) => drip(socket))), 'unreachable', ''],
] as const)('W36: a peer that %s does not hold us', async (_, serve, code, words) => {
  const port = await serve();
  const began = performance.now();
  const refusal = await connect(port).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code, message: expect.stringContaining(words) });
  expect(performance.now() - began).toBeLessThan(SHORT_MS + 1000);
});

/** The connection under TLS, without TLS's farewell. */
function cut(socket: TLSSocket): void {
  socket.removeAllListeners('close');
  for (const raw of sockets) raw.destroy();
}

function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write(Buffer.from([0x16])), 50);
  socket.on('close', () => clearInterval(timer));
}

test('an abort ends the waiting at once', async () => {
  const port = await peer(() => undefined);
  const controller = new AbortController();
  const attempt = connect(port, controller.signal);
  setTimeout(() => controller.abort(new Error('enough')), 100);
  const began = performance.now();
  await expect(attempt).rejects.toThrow('enough');
  expect(performance.now() - began).toBeLessThan(SHORT_MS);
});

test('what comes right behind the greeting is not lost', async () => {
  const transport = await connect(await peer((socket) => socket.write(Buffer.from('\u0001first words'))));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { text } = listen(transport);
  await expect.poll(text).toBe('first words');
  transport.close();
});

test('W36: a close without notice is an end like any other', async () => {
  const transport = await connect(await peer((socket) => socket.write(Buffer.from([1]), () => setTimeout(() => cut(socket), 100))));
  const { ended } = listen(transport);
  const end = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2000, 'nothing'))]);
  expect(end === null || end instanceof Error).toBe(true);
});

test('W36: who wants to renegotiate is not followed', async () => {
  let outcome = 'nothing';
  const port = await peer((socket) => {
    socket.write(Buffer.from([1]));
    socket.once('data', () => {
      socket.on('error', (error) => (outcome = error.message));
      socket.renegotiate({ rejectUnauthorized: false }, (error) => (outcome = error === null ? 'renegotiated' : error.message));
    });
  }, 'TLSv1.2');
  const transport = await connect(port);
  const { ended } = listen(transport);
  transport.send(Buffer.from('hello'));
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1000))]);
  expect(outcome).not.toBe('renegotiated');
  expect(outcome).not.toBe('nothing');
  transport.close();
});
