import { afterEach, expect, test, vi } from 'vitest';
import { FakeLibvirtd } from '../../../test/fakes/fake-libvirtd.ts';
import { domainEvents } from '../protocol/events.ts';
import { remote } from '../protocol/remote.ts';
import { Session } from './session.ts';

afterEach(() => vi.useRealTimers());

/** A session with so many calls under way that the daemon answers when told to. */
function session({ hears }: { readonly hears: boolean }) {
  const daemon = new FakeLibvirtd();
  const answers: (() => void)[] = [];
  daemon.handle(remote.connectGetType, (call, peer) => {
    answers.push(() => peer.reply(call, remote.connectGetType.result, { type: 'FAKE' }));
  });
  const transport = daemon.connect();
  const under = new Session(transport);
  if (hears) under.on(domainEvents.lifecycle, () => undefined);
  const calls = [0, 1].map(() => under.call(remote.connectGetType, {}).catch((error: unknown) => error));
  return { transport, under, calls, answers };
}

test('a daemon that is about to answer is not left before it has', async () => {
  const { transport, under, calls, answers } = session({ hears: true });
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  under.close();
  // For everybody here it is over at once.
  expect(await under.closed).toBeNull();
  expect(await Promise.all(calls)).toMatchObject([{ code: 'connection-lost' }, { code: 'connection-lost' }]);
  expect(transport.closed).toBe(false);
  answers[0]?.();
  expect(transport.closed).toBe(false);
  answers[1]?.();
  await vi.waitFor(() => expect(transport.closed).toBe(true));
});

test('one that does not answer is left after a second', async () => {
  vi.useFakeTimers();
  const { transport, under } = session({ hears: true });
  await vi.advanceTimersByTimeAsync(10);
  under.close();
  await vi.advanceTimersByTimeAsync(900);
  expect(transport.closed).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(transport.closed).toBe(true);
});

test('one that tells of nothing, and one that is idle, are left at once', async () => {
  const deaf = session({ hears: false });
  deaf.under.close();
  expect(deaf.transport.closed).toBe(true);
  const idle = session({ hears: true });
  await vi.waitFor(() => expect(idle.answers).toHaveLength(2));
  for (const answer of idle.answers) answer();
  await Promise.all(idle.calls);
  idle.under.close();
  expect(idle.transport.closed).toBe(true);
});
