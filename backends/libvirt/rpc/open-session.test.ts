import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { FakeLibvirtd } from '../../../test/fakes/fake-libvirtd.ts';
import { remote } from '../protocol/remote.ts';
import { openOver } from './open-session.ts';
import { openSessionAt } from '../../../test/bed/unattended-connect.ts';

const calls = (daemon: FakeLibvirtd) => daemon.peer.received.map(({ procedure }) => procedure);

test('the handshake: who am I, keepalive, open', async () => {
  const daemon = new FakeLibvirtd();
  const names: unknown[] = [];
  daemon.answer(remote.connectOpen, (args) => {
    names.push(args);
    return {};
  });
  const session = await openOver(daemon.connect(), 'qemu:///system', { readOnly: true });
  expect(calls(daemon)).toEqual([remote.authList.number, remote.connectSupportsFeature.number, remote.connectOpen.number]);
  expect(names).toEqual([{ name: 'qemu:///system', flags: 1 }]);
  session.close();
});

test('a dedicated connection asks for no pings, which it could not answer', async () => {
  const daemon = new FakeLibvirtd();
  const session = await openOver(daemon.connect(), '', { dedicated: true });
  expect(calls(daemon)).toEqual([remote.authList.number, remote.connectOpen.number]);
  session.close();
});

test('polkit is waited for as long as a person types', async () => {
  vi.useFakeTimers();
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.authList, () => ({ types: [2] }));
  daemon.answer(remote.authPolkit, async () => {
    await new Promise((resolve) => setTimeout(resolve, 300_000));
    return { complete: 1 };
  });
  const opening = openOver(daemon.connect(), 'qemu:///system');
  for (let second = 0; second < 300; second += 5) {
    await vi.advanceTimersByTimeAsync(5000);
    daemon.peer.keepAlive(2);
  }
  vi.useRealTimers();
  (await opening).close();
});

test.each([
  ['refused by polkit', [2], 45, 'auth-failed'],
  ['no agent', [2], 94, 'auth-no-agent'],
] as const)('%s: the error comes through and nothing stays open', async (_, types, code, expected) => {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.authList, () => ({ types: [...types] }));
  daemon.refuse(remote.authPolkit, { code, domain: 60 });
  const transport = daemon.connect();
  await expect(openOver(transport, '')).rejects.toMatchObject({ name: 'BackendError', code: expected });
  expect(transport.closed).toBe(true);
});

test.each([[[]], [[7, 9]]])('ways to log in %j: a clear refusal (W32)', async (types) => {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.authList, () => ({ types }));
  const transport = daemon.connect();
  await expect(openOver(transport, '')).rejects.toMatchObject({ code: 'unsupported' });
  expect(transport.closed).toBe(true);
});

test('over a real unix socket, and its end is noticed at once (W23)', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'guesthouse-open-'));
  const daemon = new FakeLibvirtd();
  const stop = await daemon.listen(join(directory, 'sock'));
  const session = await openSessionAt(`test:///default?socket=${directory}/sock`);
  const began = performance.now();
  await stop();
  expect((await session.closed)?.code).toBe('connection-lost');
  expect(performance.now() - began).toBeLessThan(8000);
  await rm(directory, { recursive: true });
});

test('an abort while a person is asked closes the connection', async () => {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.authList, () => ({ types: [2] }));
  daemon.handle(remote.authPolkit, () => undefined);
  const controller = new AbortController();
  const transport = daemon.connect();
  const opening = openOver(transport, '', { signal: controller.signal });
  await daemon.peer.packet(({ procedure }) => procedure === remote.authPolkit.number);
  controller.abort();
  await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
  expect(transport.closed).toBe(true);
});
