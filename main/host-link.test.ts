import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HostState, SavedHost } from '#model/host';
import type { HostConnection } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import type { AskLogin, LoginAnswer, LoginQuestion } from '../backends/login.ts';
import { HostLink, nudgePatience } from './host-link.ts';

const saved: SavedHost = {
  id: 'a',
  name: 'A',
  uri: 'fake://a/',
  address: { road: 'uri', uri: 'fake://a/' },
  autoconnect: true,
  readOnly: false,
};
const password: LoginQuestion = { kind: 'secret', what: 'password', prompt: 'Password:' };
const right: LoginAnswer = { kind: 'secret', secret: 'right' };

function setUp() {
  const fake = new FakeBackend({ guests: 1, delay: 10 });
  /** How many attempts are under way at each time that one begins. */
  const underWay: number[] = [];
  let now = 0;
  const connections: HostConnection[] = [];
  const connect: FakeBackend['connect'] = async (uri, options) => {
    now += 1;
    underWay.push(now);
    try {
      const connection = await fake.connect(uri, options);
      connections.push(connection);
      return connection;
    } finally {
      now -= 1;
    }
  };
  const states: HostState[] = [];
  const publish = {
    hosts: { changed: ({ state }: { state: HostState }) => void states.push(state), removed: vi.fn(), loaded: vi.fn(), stale: vi.fn() },
    guests: { changed: vi.fn(), relisted: vi.fn(), sampled: vi.fn(), noticed: vi.fn() },
  };
  const log = vi.fn();
  const link = new HostLink(saved, () => ({ name: 'counted', schemes: ['fake'], connect }), { publish, log, random: () => 0 });
  return { fake, link, states, underWay, connections, log, state: () => link.host().state };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = async (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const asking = (answer: LoginAnswer) => vi.fn<AskLogin>(async () => answer);

test('W29: ever slower, one attempt in flight whatever else wants one, and no more after an auth failure', async () => {
  const { fake, link, states, underWay, state } = setUp();
  fake.setManners('a', new BackendError('unreachable', 'No way.'));
  link.connect();
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    link.connect();
    link.nudge();
    await pass(10);
    const failed = state();
    if (failed.kind !== 'failed' || failed.retryAt === null) throw new Error(`it is ${failed.kind}`);
    waits.push(failed.retryAt - Date.now());
    await pass(failed.retryAt - Date.now());
  }
  // Half of the wait is chance, which is none here; never under a second and never over thirty.
  expect(waits).toEqual([1000, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  expect(Math.max(...underWay)).toBe(1);
  fake.setManners('a', new BackendError('auth-failed', 'Wrong.'));
  await pass(60_000);
  const attempts = underWay.length;
  const told = states.length;
  await pass(3_600_000);
  link.nudge();
  await pass(3_600_000);
  expect(state()).toMatchObject({ kind: 'failed', fault: { code: 'auth-failed' }, retryAt: null });
  expect([underWay.length, states.length]).toEqual([attempts, told]);
});

test.each(['auth-needed', 'untrusted', 'insecure', 'auth-no-agent', 'bad-uri', 'unsupported'] as const)('%s is final', async (code) => {
  const { fake, link, state } = setUp();
  fake.setManners('a', new BackendError(code, 'No.'));
  link.connect();
  await pass(100_000);
  expect(state()).toMatchObject({ kind: 'failed', fault: { code }, retryAt: null });
});

test('nobody is asked when nobody clicked; a click asks; a reconnection does not', async () => {
  const { fake, link, state } = setUp();
  fake.setManners('a', { asks: [password], password: 'right' });
  link.connect();
  await pass(100);
  expect(state()).toMatchObject({ kind: 'failed', fault: { code: 'auth-needed' }, retryAt: null });
  const ask = asking(right);
  link.connect(ask);
  await pass(100);
  expect(state().kind).toBe('connected');
  expect(ask).toHaveBeenCalledTimes(1);
  fake.dropConnection('a');
  await pass(5000);
  expect(state()).toMatchObject({ kind: 'failed', fault: { code: 'auth-needed' }, retryAt: null });
  expect(ask).toHaveBeenCalledTimes(1);
});

test('a click during an attempt that nobody asked for makes it one that asks', async () => {
  const { fake, link, underWay, state } = setUp();
  fake.setManners('a', { asks: [password], password: 'right' });
  link.connect();
  link.connect(asking(right));
  await pass(100);
  expect(state().kind).toBe('connected');
  expect(underWay).toHaveLength(1);
});

test('what is refused or wrong ends the attempt with its code', async () => {
  const { fake, link, state } = setUp();
  fake.setManners('a', { asks: [password], password: 'right' });
  link.connect(asking({ kind: 'refused' }));
  await pass(100);
  expect(state()).toMatchObject({ kind: 'failed', fault: { code: 'auth-cancelled' } });
  link.connect(asking({ kind: 'secret', secret: 'wrong' }));
  await pass(100);
  expect(state()).toMatchObject({ kind: 'failed', fault: { code: 'auth-failed' } });
});

test.each(['disconnect', 'change'] as const)('%s takes the open question back, and leaves nothing open', async (what) => {
  const { fake, link, connections, state, log } = setUp();
  fake.setManners('a', { asks: [password] });
  let withdrawn = false;
  link.connect(
    (_question, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          withdrawn = true;
          resolve({ kind: 'refused' });
        });
      }),
  );
  await pass(100);
  expect(state()).toEqual({ kind: 'connecting' });
  if (what === 'disconnect') await link.disconnect();
  else await link.change({ ...saved, uri: 'fake://b/' });
  await pass(60_000);
  expect(withdrawn).toBe(true);
  expect(state()).toEqual({ kind: 'disconnected' });
  expect(connections).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
  expect(log).not.toHaveBeenCalled();
});

test('another name keeps the connection, another address ends it', async () => {
  const { link, connections, state } = setUp();
  link.connect();
  await pass(100);
  await link.change({ ...saved, name: 'B' });
  expect(link.host()).toMatchObject({ name: 'B', state: { kind: 'connected' } });
  await link.change({ ...saved, uri: 'fake://b/' });
  expect(state()).toEqual({ kind: 'disconnected' });
  expect(await connections[0]?.closed).toBeNull();
  link.connect();
  await pass(100);
  expect(state()).toMatchObject({ facts: { hostname: 'b' } });
});

test('L29: a nudge tries at once what would have been tried later, once', async () => {
  const { fake, link, underWay, state } = setUp();
  fake.setManners('a', new BackendError('unreachable', 'No way.'));
  link.connect();
  await pass(30_000);
  fake.setManners('a', 'open');
  const before = underWay.length;
  link.nudge();
  link.nudge();
  await pass(20);
  expect(state().kind).toBe('connected');
  await pass(60_000);
  expect(underWay).toHaveLength(before + 1);
  await link.disconnect();
  link.nudge();
  await pass(60_000);
  expect(state()).toEqual({ kind: 'disconnected' });
});

test('L29: a connection that died unseen is found out by a nudge; one that lives is left alone', async () => {
  const { link, connections, state } = setUp();
  link.connect();
  await pass(100);
  const [connection] = connections;
  if (connection === undefined) throw new Error('not connected');
  const load = vi.spyOn(connection, 'loadOfHost');
  link.nudge();
  await pass(60_000);
  expect(load).toHaveBeenCalledTimes(1);
  expect(connections).toHaveLength(1);
  load.mockRejectedValueOnce(new BackendError('unsupported', 'It does not tell.'));
  link.nudge();
  await pass(60_000);
  expect(connections).toHaveLength(1);
  load.mockReturnValueOnce(new Promise(() => {}));
  link.nudge();
  await pass(nudgePatience);
  expect(state()).toMatchObject({ kind: 'failed', fault: { code: 'connection-lost' } });
  await pass(2000);
  expect(state().kind).toBe('connected');
  expect(connections).toHaveLength(2);
});
