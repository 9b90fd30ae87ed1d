import { afterEach, expect, test, vi } from 'vitest';
import { FakeLibvirtd } from '../../../test/fakes/fake-libvirtd.ts';
import { BackendError } from '../../errors.ts';
import { remote } from '../protocol/remote.ts';
import { openOver } from '../rpc/open-session.ts';
import type { Session } from '../rpc/session.ts';
import { CallLane } from './call-lane.ts';

afterEach(() => vi.useRealTimers());

const full = () => new BackendError('busy', 'The host allows no more sessions.');

/** A daemon that takes `places` connections besides the main one, and answers when told to. */
async function lane({ places, most = 3 }: { readonly places: number; readonly most?: number }) {
  const daemon = new FakeLibvirtd();
  /** Of the calls that wait for theirs. */
  const answers: (() => void)[] = [];
  daemon.handle(remote.connectGetType, (call, peer) => {
    answers.push(() => peer.reply(call, remote.connectGetType.result, { type: 'FAKE' }));
  });
  const main = await openOver(daemon.connect(), 'test:///default');
  const opened: Session[] = [];
  let free = places;
  const under = new CallLane(
    async () => {
      if (free === 0) throw full();
      free -= 1;
      const session = await openOver(daemon.connect(), 'test:///default');
      opened.push(session);
      return session;
    },
    most,
    main,
  );
  const call = () => under.call(remote.connectGetType, {});
  const asked = (count: number) => vi.waitFor(() => expect(answers).toHaveLength(count));
  const answerAll = () => answers.splice(0).forEach((answer) => answer());
  return { daemon, main, opened, call, asked, answerAll };
}

test('a line is added only when those that are there are full', async () => {
  const { opened, call, asked, answerAll } = await lane({ places: 3 });
  const calls = Array.from({ length: 4 }, call);
  await asked(4);
  expect(opened).toHaveLength(1);
  calls.push(call());
  await asked(5);
  expect(opened).toHaveLength(2);
  answerAll();
  expect(await Promise.all(calls)).toHaveLength(5);
});

test('where the host takes no more connections, calls share those that there are', async () => {
  const { daemon, opened, call, asked, answerAll } = await lane({ places: 1 });
  const calls = Array.from({ length: 6 }, call);
  await asked(4);
  answerAll();
  await asked(2);
  answerAll();
  expect(await Promise.all(calls)).toHaveLength(6);
  expect(opened).toHaveLength(1);
  // Nothing went over the main one, where the lists are.
  expect(daemon.peers[0]?.calls(remote.connectGetType)).toEqual([]);
});

test('and the main one where it takes none at all; a host that is gone says so', async () => {
  const { daemon, main, call, asked, answerAll } = await lane({ places: 0 });
  const answers = [call(), call(), call()];
  for (let turn = 0; turn < answers.length; turn++) {
    // One at a time: lists and pings have the other places.
    await asked(1);
    await main.call(remote.connectSupportsFeature, { feature: 10 });
    await asked(1);
    answerAll();
  }
  expect(await Promise.all(answers)).toHaveLength(3);
  expect(daemon.peers).toHaveLength(1);
  main.close();
  await expect(call()).rejects.toMatchObject({ code: 'connection-lost' });
});

test('a connection that is not refused and does not come either keeps a call for seconds only', async () => {
  const { main } = await lane({ places: 0 });
  vi.useFakeTimers();
  const under = new CallLane(() => new Promise(() => undefined), 1, main);
  const call = vi.spyOn(main, 'call');
  void under.call(remote.connectGetType, {});
  await vi.advanceTimersByTimeAsync(4900);
  expect(call).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(call).toHaveBeenCalledOnce();
});
