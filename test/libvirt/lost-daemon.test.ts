import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { Session } from '../../backends/libvirt/rpc/session.ts';
import { connectUnix } from '../../backends/libvirt/transport/unix.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { openSessionAt } from '../bed/unattended-connect.ts';
import { within } from '../conformance/bytes.ts';

const run = promisify(execFile);
const SETTLED_MS = 1000;
let daemon: PrivateLibvirtd;
let sessions: Session[] = [];

beforeEach(async () => {
  daemon = await startPrivateLibvirtd();
});
afterEach(async () => {
  for (const session of sessions) session.close();
  sessions = [];
  await daemon.stop();
});

const open = async (): Promise<Session> => {
  const session = await openSessionAt(`test:///default?socket=${daemon.socket}`);
  sessions.push(session);
  return session;
};
const codeOf = (of: Promise<unknown>) =>
  of.then(
    () => 'answered',
    (error: unknown) => (error instanceof BackendError ? error.code : String(error)),
  );
async function signal(name: string): Promise<void> {
  const [command, ...rest] = daemon.enter;
  const pid = (await readFile(join(daemon.dir, 'libvirtd.pid'), 'utf8')).trim();
  await run(command, [...rest, 'kill', `-${name}`, pid]);
}
const list = { needResults: 1, flags: 0 };

test('W22: a daemon that is killed in the middle of calls settles all of them within a second, each as what it is', async () => {
  const session = await open();
  const { domains } = await session.call(remote.connectListAllDomains, list);
  const [dom] = domains;
  if (dom === undefined) throw new Error('the test driver has a domain');
  await signal('STOP');
  const calls = [
    ...[1, 2].map(() => session.call(remote.connectListAllDomains, list)),
    session.call(remote.domainSuspend, { dom }),
    ...Array.from({ length: 100 }, () => session.call(remote.domainGetState, { dom, flags: 0 })),
    session.call(remote.domainResume, { dom }),
  ].map(codeOf);
  await sleep(100);
  const killed = performance.now();
  await daemon.crash();
  const codes = await within(Promise.all(calls), SETTLED_MS, 'what was asked');
  expect(codes[2]).toBe('outcome-unknown');
  // It was in the queue yet: nothing has happened.
  expect(codes.at(-1)).toBe('connection-lost');
  expect(new Set(codes.filter((_, index) => index !== 2))).toEqual(new Set(['connection-lost']));
  expect(performance.now() - killed).toBeLessThan(SETTLED_MS);
});

test('W23: a daemon that is killed while nobody asks anything is missed within a second', async () => {
  const session = await open();
  await daemon.crash();
  expect(await within(session.closed, SETTLED_MS, 'closed')).toMatchObject({ code: 'connection-lost' });
  expect(await codeOf(session.call(remote.connectGetType, {}))).toBe('connection-lost');
});

test('W24: a daemon that stands still is given up within 30 seconds, calls or no calls', async () => {
  const [idle, asking] = [await open(), await open()];
  await signal('STOP');
  const began = performance.now();
  const asked = codeOf(asking.call(remote.connectGetType, {}));
  expect(await within(idle.closed, 31_000, 'the idle session')).toMatchObject({ code: 'connection-lost' });
  expect(await within(asking.closed, 31_000, 'the asking session')).toMatchObject({ code: 'connection-lost' });
  expect(await asked).toBe('connection-lost');
  expect(performance.now() - began).toBeGreaterThan(20_000);
  expect(performance.now() - began).toBeLessThan(31_000);
  await signal('CONT');
});

test('W33: more connections than may wait for their log-in keep later ones waiting, and nobody else', async () => {
  await daemon.stop();
  daemon = await startPrivateLibvirtd({ libvirtdConf: 'auth_unix_rw = "sasl"\nauth_unix_ro = "none"\nmax_anonymous_clients = 20' });
  const inside = await openSessionAt(`test:///default?socket=${join(dirname(daemon.socket), 'libvirt-sock-ro')}`);
  sessions.push(inside);
  const knock = async () => {
    const session = new Session(await connectUnix(daemon.socket));
    sessions.push(session);
    return { session, code: codeOf(session.call(remote.authList, {}, { deadlineMs: 1500 })) };
  };
  const knocking = await Promise.all(Array.from({ length: 30 }, knock));
  const codes = await Promise.all(knocking.map(({ code }) => code));
  expect(codes.filter((code) => code === 'answered')).toHaveLength(20);
  expect(codes.filter((code) => code === 'timeout')).toHaveLength(10);
  expect(await codeOf(inside.call(remote.connectGetType, {}))).toBe('answered');
  for (const { session } of knocking) session.close();
  expect(await (await knock()).code).toBe('answered');
});
