import type { Fault } from '#model/fault';
import type { ConsoleChannel } from '../port-channel.ts';
import { BodyReader } from './body-reader.ts';
import { BodyWriter } from './body-writer.ts';
import { type ChannelHandler, type ChannelLink, SpiceError } from './channel.ts';
import { createMessageReader } from './message-reader.ts';

/** What every channel may be told, and what it answers. Source: spice.proto, BaseChannel. */
const Told = { migrate: 1, migrateData: 2, setAck: 3, ping: 4, waitForChannels: 5, disconnecting: 6, notify: 7 } as const;
const Answer = { ackSync: 1, ack: 2, pong: 3 } as const;
const FIRST_OWN = 101;

export interface SpiceLinkOptions {
  readonly channel: ConsoleChannel;
  /** Makes the channel's handler, which may send at once. */
  readonly handler: (link: ChannelLink) => ChannelHandler;
  /** Nothing follows; null when it ended as it should. Not called after `close`. */
  readonly ended: (fault: Fault | null) => void;
}

export interface SpiceLink {
  close(): void;
}

/** Speaks on one channel of a SPICE console: acknowledges, answers pings, and hands its handler the rest. */
export function openSpiceLink({ channel, handler: make, ended }: SpiceLinkOptions): SpiceLink {
  let isOver = false;
  let window = 0;
  let unacknowledged = 0;

  const send = (type: number, body: Uint8Array = new Uint8Array()): void => {
    if (isOver) return;
    channel.send(new BodyWriter(6 + body.byteLength).u16(type).u32(body.byteLength).bytes(body).done());
  };

  const finish = (): void => {
    isOver = true;
    reader.stop();
    channel.close();
    handler.dispose();
  };
  const fail = (error: unknown): void => {
    if (isOver) return;
    finish();
    ended(spiceFault(error));
  };

  const common = (type: number, body: BodyReader): void => {
    switch (type) {
      case Told.setAck: {
        const generation = body.u32();
        window = body.u32();
        unacknowledged = 0;
        send(Answer.ackSync, new BodyWriter(4).u32(generation).done());
        return;
      }
      case Told.ping:
        send(Answer.pong, body.bytes(12));
        return;
      case Told.migrate:
      case Told.migrateData:
        throw new SpiceError('The guest moved to another host.');
      case Told.disconnecting:
        throw new SpiceError('The host closed the connection.');
      // A notice is for a log; and our channels never share a cache, so none ever has to wait for another.
      case Told.notify:
      case Told.waitForChannels:
      default:
    }
  };

  const acknowledge = (type: number): void => {
    if (window === 0 || type === Told.setAck) return;
    unacknowledged += 1;
    if (unacknowledged < window) return;
    unacknowledged = 0;
    send(Answer.ack);
  };

  const reader = createMessageReader({
    message: (type, body) => {
      const dealt = type < FIRST_OWN ? common(type, new BodyReader(body)) : handler.receive(type, body);
      // After it was dealt with, so that a server which is too quick for us waits.
      if (dealt instanceof Promise) return dealt.then(() => acknowledge(type));
      acknowledge(type);
      return undefined;
    },
    failed: fail,
  });
  const handler = make({ send });
  channel.start({
    data: (bytes, done) => reader.data(bytes, done),
    end: (fault) => {
      if (isOver) return;
      finish();
      ended(fault);
    },
  });
  return {
    close: () => {
      if (!isOver) finish();
    },
  };
}

/** Why a screen ended, for the person who looked at it. */
export function spiceFault(error: unknown): Fault {
  if (error instanceof SpiceError) {
    return { code: 'protocol', message: 'The screen was closed.', reason: error.message, remedy: 'Connect again.' };
  }
  return {
    code: 'internal',
    message: 'The screen was closed: something went wrong in Guesthouse.',
    reason: String(error),
    remedy: 'Connect again.',
  };
}
