import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { type Server, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRelay } from './libvirt-relay.mjs';

const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, home: '/', name: undefined };
let folder: string;
let echo: Server;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guesthouse-test-'));
  echo = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((done) => echo.listen(join(folder, 'daemon'), done));
});

afterEach(() => {
  echo.close();
  rmSync(folder, { recursive: true });
});

const socketOf = (uri: string) => uri.replace('qemu:///system?socket=', '');

function exchange(path: string, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect(path);
    socket.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
    socket.on('error', reject).end(bytes);
  });
}

test('bytes go through unchanged, to the first socket there is, until it is closed', async () => {
  const relay = await openRelay(me, [join(folder, 'absent'), join(folder, 'daemon')]);
  const bytes = Buffer.alloc(3_000_000, 'libvirt\0\xff', 'latin1');
  expect((await exchange(socketOf(relay.uri), bytes)).equals(bytes)).toBe(true);
  relay.close();
  await expect(exchange(socketOf(relay.uri), bytes)).rejects.toThrow('ENOENT');
});

test('nobody else can reach it', async () => {
  const relay = await openRelay(me, [join(folder, 'daemon')]);
  expect(statSync(dirname(socketOf(relay.uri))).mode & 0o777).toBe(0o700);
  expect(statSync(socketOf(relay.uri)).mode & 0o777).toBe(0o600);
  relay.close();
});

test('without a daemon the connection is closed', async () => {
  const relay = await openRelay(me, [join(folder, 'absent')]);
  const closed = new Promise<void>((done) =>
    connect(socketOf(relay.uri))
      .on('error', () => undefined)
      .on('close', () => done()),
  );
  await closed;
  relay.close();
});
