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

test('who waits for the goodbye waits for as long as it takes, and no longer', async () => {
  const gone = async ({ under }: { under: Session }) => {
    let left = false;
    void under.left.then(() => (left = true));
    await new Promise(setImmediate);
    return left;
  };
  const polite = session({ hears: true });
  await vi.waitFor(() => expect(polite.answers).toHaveLength(2));
  polite.under.close();
  expect(await gone(polite)).toBe(false);
  for (const answer of polite.answers) answer();
  await polite.under.left;

  // The other side may be the first to hang up.
  const cut = session({ hears: true });
  await vi.waitFor(() => expect(cut.answers).toHaveLength(2));
  cut.under.close();
  expect(await gone(cut)).toBe(false);
  cut.transport.end(null);
  expect(await gone(cut)).toBe(true);

  const dead = session({ hears: true });
  dead.transport.end(new Error('reset'));
  expect(await gone(dead)).toBe(true);
});
