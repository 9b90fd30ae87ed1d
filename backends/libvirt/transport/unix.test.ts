import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SEND_QUEUE_LIMIT } from './transport.ts';
import { connectFault, connectUnix } from './unix.ts';

let directory: string;
let path: string;
let server: Server;
let accepted: Promise<Socket>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'guesthouse-unix-'));
  path = join(directory, 'sock');
  server = createServer({ pauseOnConnect: true });
  accepted = new Promise((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(path, resolve));
});
afterEach(async () => {
  (await Promise.race([accepted, Promise.resolve(null)]))?.destroy();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

const started = async () => {
  const transport = await connectUnix(path);
  const heard: string[] = [];
  const ended = new Promise<Error | null>((resolve) =>
    transport.start({ onData: (bytes) => heard.push(Buffer.from(bytes).toString()), onDrain: () => heard.push('drain'), onClose: resolve }),
  );
  return { transport, heard, ended, peer: await accepted };
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test('bytes go both ways, head before body', async () => {
  const { transport, heard, peer } = await started();
  const received: Buffer[] = [];
  peer.on('data', (bytes) => received.push(bytes)).resume();
  expect(transport.send(Buffer.from('head '), Buffer.from('body '))).toBe(true);
  expect(transport.send(Buffer.from('tail'))).toBe(true);
  await until(() => Buffer.concat(received).toString() === 'head body tail');
  peer.write('answer');
  await until(() => heard.join('') === 'answer');
  transport.close();
});

test('a peer that does not read is felt, and the drain is told', async () => {
  const { transport, heard, peer } = await started();
  let sent = 0;
  while (transport.send(Buffer.alloc(1024 * 1024))) sent++;
  expect(sent).toBeLessThanOrEqual(SEND_QUEUE_LIMIT / 1024 / 1024);
  expect(heard).toEqual([]);
  peer.resume();
  await until(() => heard.includes('drain'));
  expect(transport.send(Buffer.from('more'))).toBe(true);
  transport.close();
});

test('the other end is told with null, our own close not at all', async () => {
  const first = await started();
  first.peer.destroy();
  expect(await first.ended).toBe(null);
  accepted = new Promise((resolve) => server.once('connection', resolve));
  const second = await started();
  second.transport.close();
  expect(await Promise.race([second.ended, new Promise((resolve) => setTimeout(resolve, 50, 'silence'))])).toBe('silence');
});

test('an end before the listener is there is told too', async () => {
  const transport = await connectUnix(path);
  (await accepted).destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const ended = await new Promise((resolve) => transport.start({ onData: () => undefined, onDrain: () => undefined, onClose: resolve }));
  expect(ended).toBe(null);
});

test('what is wrong with a socket is said with what to do', async () => {
  await expect(connectUnix(join(directory, 'none'))).rejects.toMatchObject({
    code: 'daemon-missing',
    remedy: expect.stringContaining('systemctl'),
  });
  await writeFile(join(directory, 'file'), '');
  await expect(connectUnix(join(directory, 'file'))).rejects.toMatchObject({ code: 'daemon-missing' });
});

test.each(['EACCES', 'EPERM'])('a socket that may not be used (%s) is no missing daemon', (code) => {
  // Made, not met: root may use any socket.
  const fault = connectFault('/run/sock', Object.assign(new Error(`connect ${code}`), { code }));
  expect(fault).toMatchObject({ code: 'permission', reason: `connect ${code}`, remedy: expect.stringContaining('libvirt') });
});

test('an abort ends the waiting', async () => {
  await expect(connectUnix(path, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
