import type { Fault } from '#model/fault';
import { CONSOLE_CHUNK, CONSOLE_WINDOW, ConsoleFrame } from '#contract/consoles';

export interface ConsoleConsumer {
  /** One piece of what the guest sent, in order. `done` gives its bytes back to the sender: call it once, when the piece is dealt with. */
  data(bytes: Uint8Array, done: () => void): void;
  /** Nothing follows; null when it ended as it should. Not called after `close`. */
  end(fault: Fault | null): void;
}

/** The bytes of one console. Nothing is lost before `start`: the port keeps it. */
export interface ConsoleChannel {
  start(consumer: ConsoleConsumer): void;
  /** Queues `bytes`; they leave in chunks as far as the other end gave credit for. */
  send(bytes: Uint8Array): void;
  close(): void;
}

/** What may wait for the other end, in bytes: one that makes us answer and takes no answers would have us hold them without end. */
const MOST_WAITING = 64 * 1024 * 1024;

const stuck: Fault = {
  code: 'protocol',
  message: 'The console was closed: it takes nothing any more.',
  reason: 'The other end has not read what was sent to it.',
  remedy: 'Connect again.',
};

const malformed: Fault = {
  code: 'protocol',
  message: 'The console was closed: a message on it made no sense.',
  reason: null,
  remedy: 'Connect again.',
};

/** A console's MessagePort as bytes with flow control: at most CONSOLE_WINDOW bytes are under way in each direction. */
export function createPortChannel(port: MessagePort): ConsoleChannel {
  const waiting: Uint8Array[] = [];
  let bytesWaiting = 0;
  let consumer: ConsoleConsumer | null = null;
  let credit = CONSOLE_WINDOW;
  let ended = false;

  const post = (frame: ConsoleFrame): void => port.postMessage(frame);

  const pump = (): void => {
    for (let next = waiting[0]; next !== undefined && credit > 0; next = waiting[0]) {
      const bytes = next.slice(0, Math.min(CONSOLE_CHUNK, credit));
      if (bytes.byteLength === next.byteLength) waiting.shift();
      else waiting[0] = next.subarray(bytes.byteLength);
      credit -= bytes.byteLength;
      bytesWaiting -= bytes.byteLength;
      post({ kind: 'data', bytes });
    }
  };

  const finish = (): void => {
    ended = true;
    waiting.length = 0;
    port.close();
  };

  return {
    start: (given) => {
      consumer = given;
      port.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (ended) return;
        const { success, data: frame } = ConsoleFrame.safeParse(event.data);
        if (!success) {
          finish();
          given.end(malformed);
          return;
        }
        switch (frame.kind) {
          case 'data': {
            const { bytes } = frame;
            given.data(bytes, () => {
              if (!ended && bytes.byteLength > 0) post({ kind: 'credit', bytes: bytes.byteLength });
            });
            return;
          }
          case 'credit':
            credit = Math.min(CONSOLE_WINDOW, credit + frame.bytes);
            pump();
            return;
          case 'end':
            finish();
            given.end(frame.fault);
        }
      });
      port.start();
    },
    send: (bytes) => {
      if (ended || bytes.byteLength === 0) return;
      waiting.push(bytes);
      bytesWaiting += bytes.byteLength;
      pump();
      if (bytesWaiting <= MOST_WAITING) return;
      post({ kind: 'end', fault: null });
      finish();
      consumer?.end(stuck);
    },
    close: () => {
      if (ended) return;
      // The other end of a port learns of its closing late or, in some Chromium versions, never.
      post({ kind: 'end', fault: null });
      finish();
    },
  };
}
