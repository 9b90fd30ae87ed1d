import { test as property, fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import type { Fault } from '#model/fault';
import { BodyWriter } from './body-writer.ts';
import { type ChannelHandler, type ChannelLink, SpiceError } from './channel.ts';
import { CursorChannel } from './cursor/cursor-channel.ts';
import { createFakePeer } from './fake-peer.ts';
import { InputsChannel } from './input/inputs-channel.ts';
import { MainChannel } from './main-channel.ts';
import { PlaybackChannel } from './sound/playback-channel.ts';
import { openSpiceLink } from './spice-link.ts';

/** As many turns of the event loop as a reader takes on a busy machine for a few dozen messages: at most one for each. */
const turn = async (): Promise<void> => {
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  for (let left = 50; left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 0));
};
const u32 = (...values: number[]): Uint8Array => values.reduce((body, value) => body.u32(value), new BodyWriter(4 * values.length)).done();

function linked(make: (link: ChannelLink) => ChannelHandler = () => ({ receive: () => undefined, dispose: () => undefined })) {
  const peer = createFakePeer();
  const ends: (Fault | null)[] = [];
  let disposed = 0;
  const handler = (link: ChannelLink): ChannelHandler => {
    const made = make(link);
    return {
      receive: (type, body) => made.receive(type, body),
      dispose: () => {
        disposed += 1;
        made.dispose();
      },
    };
  };
  const link = openSpiceLink({ channel: peer.channel, handler, ended: (fault) => ends.push(fault) });
  return { peer, ends, link, disposed: () => disposed };
}

test('a window of acknowledgement is kept, counted after a message was dealt with', async () => {
  const { peer } = linked();
  peer.tell(3, u32(7, 3));
  for (let i = 0; i < 7; i++) peer.tell(110);
  await turn();
  expect(peer.sent(1).map(({ body }) => [...body])).toEqual([[7, 0, 0, 0]]);
  expect(peer.sent(2)).toHaveLength(2);
});

test('a ping is answered with its own number and time, and without what came with them', async () => {
  const { peer } = linked();
  peer.tell(
    4,
    Uint8Array.from({ length: 1000 }, (_, i) => i),
  );
  await turn();
  expect(peer.sent(3).map(({ body }) => [...body])).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]);
});

test.each([
  [1, 'The guest moved to another host.'],
  [6, 'The host closed the connection.'],
])('message %d ends the screen and says why', async (type, reason) => {
  const { peer, ends, disposed } = linked();
  peer.tell(type, new Uint8Array(12));
  await turn();
  expect(ends).toMatchObject([{ code: 'protocol', reason }]);
  expect([peer.isClosed(), disposed()]).toEqual([true, 1]);
});

test('notices, waiting lists and what nobody knows are passed over', async () => {
  const { peer, ends } = linked();
  for (const type of [5, 7, 8, 50, 100, 101, 0xffff]) peer.tell(type, new Uint8Array(3));
  await turn();
  expect(ends).toEqual([]);
});

test('a handler that refuses a message ends it once, with its own words; what is no SpiceError is told as our mistake', async () => {
  for (const [error, code] of [
    [new SpiceError('Nonsense.'), 'protocol'],
    [new Error('Oops.'), 'internal'],
  ] as const) {
    const { peer, ends, link, disposed } = linked(() => ({ receive: () => Promise.reject(error), dispose: () => undefined }));
    peer.tell(101);
    await turn();
    peer.end(null);
    link.close();
    expect(ends).toMatchObject([{ code, reason: expect.stringContaining(error.message) }]);
    expect(disposed()).toBe(1);
  }
});

test('the end of the channel is handed on as it is; after a close nothing is told', async () => {
  const fault: Fault = { code: 'connection-lost', message: 'Gone.', reason: null, remedy: null };
  const { peer, ends } = linked();
  peer.end(fault);
  expect(ends).toEqual([fault]);
  const closed = linked();
  closed.link.close();
  closed.peer.end(fault);
  expect([closed.ends, closed.disposed()]).toEqual([[], 1]);
});

const ignore = (): void => undefined;
const handlers: Record<string, (link: ChannelLink) => ChannelHandler> = {
  main: (link) =>
    new MainChannel({
      link,
      begun: ignore,
      channels: ignore,
      pointer: ignore,
      named: ignore,
      clipboardPeer: ignore,
      copied: ignore,
      resizable: ignore,
      transfers: ignore,
    }),
  inputs: (link) => new InputsChannel(link),
  cursor: () => new CursorChannel({ shape: ignore, visible: ignore, moved: ignore }),
  playback: () =>
    new PlaybackChannel({ start: ignore, samples: ignore, opus: ignore, stop: ignore, volume: ignore, muted: ignore, dispose: ignore }),
};

const message = fc.record({
  type: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 100, max: 118 }), fc.integer({ min: 0, max: 0xffff })),
  body: fc.uint8Array({ maxLength: 200 }),
});

for (const [name, make] of Object.entries(handlers)) {
  property.prop([fc.array(message, { maxLength: 30 }), fc.integer({ min: 1, max: 50 })], { numRuns: 300 })(
    `${name}: whatever a peer says, nothing is thrown out of the client, and it ends at most once and with a fault`,
    async (messages, cut) => {
      const { peer, ends, disposed } = linked(make);
      const all = Buffer.concat(
        messages.map(({ type, body }) => new BodyWriter(6 + body.byteLength).u16(type).u32(body.byteLength).bytes(body).done()),
      );
      for (let at = 0; at < all.byteLength; at += cut) peer.raw(all.subarray(at, at + cut));
      await turn();
      expect(ends.length).toBeLessThanOrEqual(1);
      for (const end of ends) expect(end).toMatchObject({ code: 'protocol', reason: expect.stringMatching(/\.$/) });
      expect(disposed()).toBe(ends.length);
    },
  );
  property.prop([fc.uint8Array({ maxLength: 3000 })], { numRuns: 200 })(`${name}: bytes without any shape do no harm`, async (bytes) => {
    const { peer, ends } = linked(make);
    peer.raw(bytes);
    await turn();
    for (const end of ends) expect(end?.code).toBe('protocol');
  });
}
