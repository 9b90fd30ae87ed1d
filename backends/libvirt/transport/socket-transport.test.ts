import { createHash, randomBytes } from 'node:crypto';
import { createServer, type LookupFunction, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openSocket, openSocketTransport } from './socket-transport.ts';
import type { Transport } from './transport.ts';

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function serve(behave: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => behave(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function hear(transport: Transport) {
  const chunks: Uint8Array[] = [];
  const ended = new Promise<Error | null>((resolve) =>
    transport.start({ onData: (bytes) => chunks.push(bytes), onDrain: () => undefined, onClose: resolve }),
  );
  const bytes = () => chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return { chunks, bytes, ended };
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('many bytes come whole, in large pieces, and stay as they came', async () => {
  const sent = randomBytes(16 * 1024 * 1024);
  const port = await serve((socket) => socket.end(sent));
  const { chunks, ended } = hear(await openSocketTransport({ host: '127.0.0.1', port }));
  expect(await ended).toBe(null);
  // Only now, when all memory that is read into has been used again if it ever is.
  expect(digest(Buffer.concat(chunks))).toBe(digest(sent));
  expect(Math.max(...chunks.map(({ length }) => length))).toBeGreaterThan(64 * 1024);
});

test('small pieces share their memory, and stay as they came', async () => {
  const port = await serve((socket) => {
    let piece = 0;
    const timer = setInterval(() => {
      socket.write(`${piece++};`);
      if (piece < 50) return;
      clearInterval(timer);
      socket.end();
    }, 2);
  });
  const { chunks, ended } = hear(await openSocketTransport({ host: '127.0.0.1', port }));
  await ended;
  expect(Buffer.concat(chunks).toString()).toBe(Array.from({ length: 50 }, (_, piece) => `${piece};`).join(''));
  expect(new Set(chunks.map(({ buffer }) => buffer)).size).toBe(1);
});

test('a pause is felt by the other side, and nothing is lost by it', async () => {
  const sent = randomBytes(32 * 1024 * 1024);
  let written = 0;
  const port = await serve((socket) => {
    for (let start = 0; start < sent.length; start += 1 << 20) {
      socket.write(sent.subarray(start, start + (1 << 20)), () => (written += 1 << 20));
    }
    socket.end();
  });
  const transport = await openSocketTransport({ host: '127.0.0.1', port });
  const { chunks, bytes, ended } = hear(transport);
  transport.pause();
  await pause(200);
  const heard = bytes();
  await pause(200);
  expect(bytes()).toBe(heard);
  // What the system keeps on both sides, not all.
  expect(written).toBeLessThan(sent.length);
  transport.resume();
  await ended;
  expect(digest(Buffer.concat(chunks))).toBe(digest(sent));
});

test('what comes before there is a listener waits for it', async () => {
  const port = await serve((socket) => socket.write('early'));
  const transport = await openSocketTransport({ host: '127.0.0.1', port });
  await pause(50);
  const { chunks } = hear(transport);
  await expect.poll(() => Buffer.concat(chunks).toString()).toBe('early');
  transport.close();
});

test('of a name’s addresses the next is tried where one refuses', async () => {
  const port = await serve((socket) => socket.end('hello'));
  const lookup: LookupFunction = (_name, _options, found) =>
    found(null, [
      { address: '127.0.0.9', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]);
  const { chunks, ended } = hear(await openSocketTransport({ host: 'two-addresses', port, lookup }));
  await ended;
  expect(Buffer.concat(chunks).toString()).toBe('hello');
});

test('a name that is never looked up ends at the deadline, and a late answer harms nobody', async () => {
  const port = await serve(() => undefined);
  const lookup: LookupFunction = (_name, _options, found) => void setTimeout(() => found(null, '127.0.0.1', 4), 3000);
  const began = performance.now();
  await expect(openSocket({ host: 'slow', port, lookup }, undefined, 100)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  expect(performance.now() - began).toBeLessThan(2900);
  await pause(3000);
});
