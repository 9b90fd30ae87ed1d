import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DigestMd5Layer } from '../../backends/libvirt/rpc/sasl/digest-md5-layer.ts';
import { SecurableTransport } from '../../backends/libvirt/rpc/sasl/securable-transport.ts';
import { openSocketTransport } from '../../backends/libvirt/transport/socket-transport.ts';
import { ChildTransport } from '../../backends/libvirt/transport/ssh/child-transport.ts';
import { tlsCredentials } from '../../backends/libvirt/transport/tls-credentials.ts';
import { connectTls } from '../../backends/libvirt/transport/tls-route.ts';
import { SEND_QUEUE_LIMIT, type Transport } from '../../backends/libvirt/transport/transport.ts';
import { nobodyToAsk } from '../../backends/login.ts';
import { type Authority, makeAuthority } from '../bed/certificates.ts';
import { within } from '../conformance/bytes.ts';

let authority: Authority;
const sockets = new Set<Socket>();
const servers = new Set<Server>();

beforeAll(async () => {
  authority = await makeAuthority();
});
afterAll(() => authority.remove());
afterEach(() => {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
  servers.clear();
  sockets.clear();
});

/** Reads nothing for a while now and then. */
function stutter(socket: Socket): void {
  sockets.add(socket.on('error', () => undefined));
  let before = 0;
  let read = 0;
  socket.on('data', (bytes: Uint8Array) => {
    read += bytes.length;
    if (read - before < 3 * SEND_QUEUE_LIMIT) return;
    before = read;
    socket.pause();
    setTimeout(() => socket.resume(), 20);
  });
}

async function listening(server: Server): Promise<number> {
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const plain = async () => openSocketTransport({ host: '127.0.0.1', port: await listening(createServer(stutter)) });

async function tls(): Promise<Transport> {
  const peer = await authority.issue('peer', { names: ['localhost'], addresses: ['127.0.0.1'] });
  const [cert, key] = await Promise.all([readFile(peer.certificate), readFile(peer.key)]);
  const server = createTlsServer({ cert, key }, (socket) => {
    socket.write(Buffer.from([1]));
    stutter(socket);
  });
  const ca = { path: authority.ca, text: await readFile(authority.ca, 'utf8') };
  const credentials = await tlsCredentials({ ca, crl: null, own: null }, nobodyToAsk);
  return connectTls({ host: '127.0.0.1', port: await listening(server) }, credentials);
}

function child(): Transport {
  const slow = 'for piece in $(seq 100); do head -c 8000000; sleep 0.02; done > /dev/null; cat > /dev/null';
  return new ChildTransport(spawn('sh', ['-c', slow]), { explain: () => null, refuse: () => null });
}

async function sealed(): Promise<Transport> {
  const transport = new SecurableTransport(await plain());
  transport.secure(new DigestMd5Layer(randomBytes(16), 65_536));
  return transport;
}

// A transport that says no and never calls again would stop all calls of its host for ever.
test.each<readonly [string, () => Transport | Promise<Transport>, number]>([
  ['a socket', plain, 20],
  ['TLS', tls, 20],
  ['a program, as over ssh', child, 20],
  ['a sealed socket', sealed, 4],
])('%s that was full says each time when it is not any more', async (_, open, rounds) => {
  const transport = await open();
  const wakers: (() => void)[] = [];
  let drains = 0;
  transport.start({
    onData: () => undefined,
    onDrain: () => {
      drains += 1;
      wakers.splice(0).forEach((wake) => wake());
    },
    onClose: (error) => {
      throw new Error('it was closed', { cause: error });
    },
  });
  const piece = randomBytes(1024 * 1024);
  for (let round = 0; round < rounds; round++) {
    const drained = new Promise<void>((resolve) => wakers.push(resolve));
    let waiting = 0;
    const small = piece.subarray(0, 28 + round);
    for (let count = 0; transport.send(small, count % 3 === 2 ? undefined : piece.subarray(0, (count + 1) * 200_000)); count++) {
      waiting += piece.length;
      if (waiting > 100 * SEND_QUEUE_LIMIT) throw new Error('it takes without end');
    }
    // Whatever else is sent meanwhile, such as the end of a stream, does not change that.
    expect(transport.send(small)).toBe(false);
    expect(transport.send(small, small)).toBe(false);
    await within(drained, 10_000, `the drain of round ${round}`);
    expect(drains).toBe(round + 1);
  }
  transport.close();
});
