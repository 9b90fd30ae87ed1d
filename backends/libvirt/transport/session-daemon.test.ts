import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalSocket, Surroundings } from './local-socket.ts';
import { connectLocal } from './session-daemon.ts';
import type { Transport } from './transport.ts';

let directory: string;
let socket: LocalSocket;
let surroundings: Surroundings;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'guesthouse-session-'));
  socket = { path: join(directory, 'run', 'libvirt', 'sock'), session: true, daemon: 'daemon', driver: 'qemu' };
  surroundings = {
    environment: { VIRTD_PATH: directory, GREETING: 'up' },
    uid: 1000,
    home: directory,
    exists: (file: string) => file === join(directory, 'daemon'),
  };
});
afterEach(() => rm(directory, { recursive: true }));

/** A program that stands for the daemon, in JavaScript. */
async function install(script: string): Promise<void> {
  await writeFile(join(directory, 'daemon'), `#!${process.execPath}\nconst path = ${JSON.stringify(socket.path)};\n${script}`);
  await chmod(join(directory, 'daemon'), 0o755);
}

const firstWords = (transport: Transport) =>
  new Promise<string>((resolve) =>
    transport.start({
      onData: (bytes) => resolve(Buffer.from(bytes).toString()),
      onDrain: () => undefined,
      onClose: () => resolve('closed'),
    }),
  );

test('a daemon that is missing is started as libvirt starts it, in the environment of the person', async () => {
  await install(`
    if (process.argv[2] !== '--timeout=120' || process.cwd() !== '/') process.exit(1);
    const greet = (s) => { s.end(process.env.GREETING); setTimeout(() => process.exit(), 50); };
    setTimeout(() => require('net').createServer(greet).listen(path), 100);`);
  const transport = await connectLocal(socket, surroundings);
  expect(await firstWords(transport)).toBe('up');
  transport.close();
});

test('none is started where that is forbidden, where it is no session, and where there is none', async () => {
  await install('process.exit(1)');
  const forbidden = { ...surroundings, environment: { ...surroundings.environment, LIBVIRT_AUTOSTART: '0' } };
  await expect(connectLocal(socket, forbidden)).rejects.toMatchObject({
    code: 'daemon-missing',
    remedy: expect.stringContaining('daemon --timeout=120'),
  });
  await expect(connectLocal({ ...socket, session: false }, surroundings)).rejects.toMatchObject({
    code: 'daemon-missing',
    remedy: expect.stringContaining('systemctl enable --now daemon.socket'),
  });
  await expect(connectLocal({ ...socket, daemon: 'absent' }, surroundings)).rejects.toMatchObject({
    code: 'daemon-missing',
    remedy: expect.stringContaining('dnf install libvirt-daemon-kvm'),
  });
});

test('one that ends at once is told so', async () => {
  await install('process.exit(6)');
  await expect(connectLocal(socket, surroundings)).rejects.toMatchObject({
    code: 'daemon-missing',
    message: 'daemon was started, and ended at once (code 6).',
  });
});

test('giving up ends the waiting', async () => {
  await install('setTimeout(() => undefined, 2000)');
  const aborter = new AbortController();
  setTimeout(() => aborter.abort(new Error('enough')), 200);
  // The reason itself, or an AbortError with it: as it happens to be between two tries, or waits for the next.
  const failure: unknown = await connectLocal(socket, surroundings, aborter.signal).catch((error: unknown) => error);
  expect(failure).toSatisfy((error) => error instanceof Error && (error.message === 'enough' || error.name === 'AbortError'));
});
