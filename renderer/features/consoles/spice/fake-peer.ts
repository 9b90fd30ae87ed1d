import type { ConsoleChannel, ConsoleConsumer } from '../port-channel.ts';
import { BodyReader } from './body-reader.ts';
import { BodyWriter } from './body-writer.ts';

/** What a server would have been sent. */
export interface SentMessage {
  readonly type: number;
  readonly body: Uint8Array;
}

/** The server's end of one channel, for tests. */
export interface FakePeer {
  readonly channel: ConsoleChannel;
  /** Every message that came whole, in order. */
  sent(type?: number): SentMessage[];
  isClosed(): boolean;
  tell(type: number, body?: Uint8Array): void;
  raw(bytes: Uint8Array): void;
  end: ConsoleConsumer['end'];
}

export function createFakePeer(): FakePeer {
  const messages: SentMessage[] = [];
  let consumer: ConsoleConsumer | null = null;
  let closed = false;
  const raw = (bytes: Uint8Array): void => {
    if (!closed) consumer?.data(bytes, () => undefined);
  };
  return {
    channel: {
      start: (given) => {
        consumer = given;
      },
      send: (bytes) => {
        const reader = new BodyReader(bytes);
        messages.push({ type: reader.u16(), body: reader.bytes(reader.u32()).slice() });
      },
      close: () => {
        closed = true;
      },
    },
    sent: (type) => messages.filter((message) => type === undefined || message.type === type),
    isClosed: () => closed,
    tell: (type, body = new Uint8Array()) => raw(new BodyWriter(6 + body.byteLength).u16(type).u32(body.byteLength).bytes(body).done()),
    raw,
    end: (fault) => consumer?.end(fault),
  };
}
