import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import type { ByteStream } from '../../backends/byte-stream.ts';
import { BackendError } from '../../backends/errors.ts';
import type { FaultCode } from '../../backends/model/fault.ts';
import { allMeasures } from '../../backends/model/sample.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { within } from '../conformance/bytes.ts';
import { serialLine } from '../bed/serial-line.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { tinyDomain } from './tiny-domain.ts';
import { connectTo } from '../bed/unattended-connect.ts';

const run = promisify(execFile);
const SETTLED_MS = 1000;
let daemon: PrivateLibvirtd;
let connection: HostConnection;

const connect = () => connectTo(daemon.uri);
const codeOf = (promise: Promise<unknown>): Promise<FaultCode | 'none'> =>
  promise.then(
    () => 'none',
    (error: unknown) => {
      if (error instanceof BackendError) return error.code;
      throw error;
    },
  );

beforeEach(async () => {
  daemon = await startPrivateLibvirtd();
  connection = await connect();
});
afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

async function signal(name: string): Promise<void> {
  const [command, ...rest] = daemon.enter;
  const pid = (await readFile(join(daemon.dir, 'libvirtd.pid'), 'utf8')).trim();
  await run(command, [...rest, 'kill', `-${name}`, pid]);
}

test('a killed daemon settles everything within a second; its guests run on, and it can be connected again', async () => {
  const { id } = await tinyDomain(daemon, 'tiny');
  const log = new ChangeLog(connection);
  await connection.act(id, 'start');
  await log.guest(id, ({ state }) => state === 'running');
  const console = await connection.openConsole(id, 'serial0', { force: false });
  const consoleEnds = codeOf(drain(console));
  const display = await connection.openConsole(id, 'vnc0', { force: false });
  const displayEnds = drain(display);

  // A stopped daemon takes calls and answers none.
  await signal('STOP');
  const asked = [
    connection.listGuests(),
    connection.describeGuest(id),
    connection.countGuests(allMeasures),
    connection.loadOfHost(),
    connection.act(id, 'pause'),
  ];
  const codes = Promise.all(asked.map(codeOf));
  await sleep(100);
  await daemon.crash();

  expect(await within(codes, SETTLED_MS, 'what was asked')).toEqual(asked.map(() => 'connection-lost'));
  expect(await within(connection.closed, SETTLED_MS, 'closed')).toMatchObject({ code: 'connection-lost' });
  await within(log.ended, SETTLED_MS, 'the changes');
  expect(await within(consoleEnds, SETTLED_MS, 'the console')).toBe('connection-lost');
  await within(displayEnds, SETTLED_MS, 'the display');
  expect(await codeOf(connection.listGuests())).toBe('connection-lost');
  expect(await codeOf(connect())).toBe('daemon-missing');

  await daemon.revive();
  const again = await connect();
  expect(await again.listGuests()).toMatchObject([{ id, state: 'running' }]);
  await again.close();
});

test('what became of a change that was under way when the daemon died is found out when it is back', async () => {
  const { id } = await tinyDomain(daemon, 'tiny');
  // libvirt asks this hook before a start, and waits for it.
  const hooks = join(daemon.dir, 'etc/hooks');
  await mkdir(hooks);
  await writeFile(join(hooks, 'qemu'), '#!/bin/sh\n[ "$2" = prepare ] && touch "$0.asked" && sleep 5\nexit 0\n');
  await chmod(join(hooks, 'qemu'), 0o755);
  // Hooks are looked for when the daemon starts.
  await daemon.crash();
  await daemon.revive();
  connection = await connect();

  const code = codeOf(connection.act(id, 'start'));
  await expect.poll(() => readFile(join(hooks, 'qemu.asked')).catch(() => null), { timeout: 15_000 }).not.toBeNull();
  await daemon.crash();
  await daemon.revive();
  // The daemon died before there was a guest: it was not started, and nobody starts it a second time.
  expect(await within(code, 10_000, 'the start')).toBe('connection-lost');
  await connection.close();
  connection = await connect();
  expect((await connection.listGuests()).find((guest) => guest.id === id)).toMatchObject({ state: 'shut-off' });
});

test('while a guest is saved, others are listed and acted on', { timeout: 400_000 }, async () => {
  const serialLog = join(daemon.dir, 'log/slow.log');
  const slow = await tinyDomain(daemon, 'slow', { serialLog });
  const quick = await tinyDomain(daemon, 'quick');
  const log = new ChangeLog(connection);
  await connection.act(quick.id, 'start');
  await connection.act(slow.id, 'start');
  await log.guest(slow.id, ({ state }) => state === 'running');
  // A save takes as long as there is something in memory to write.
  const line = await serialLine(daemon, 'slow', serialLog);
  await line.until(/tiny login: /, 120_000);
  line.type('root');
  await line.until(/# /, 60_000);
  line.type('dd if=/dev/urandom of=/full bs=1M count=64; echo full-$((40 + 2))');
  await line.until(/full-42/, 120_000);
  line.close();

  let saved = false;
  const save = connection.act(slow.id, 'save').then(() => (saved = true));
  await connection.listGuests();
  await connection.act(quick.id, 'pause');
  await log.guest(quick.id, ({ state }) => state === 'paused');
  expect(saved).toBe(false);
  await save;
  await log.guest(slow.id, (guest) => guest.state === 'shut-off' && guest.saved);
});

async function drain(stream: ByteStream): Promise<void> {
  for await (const _ of stream.read()) continue;
}
