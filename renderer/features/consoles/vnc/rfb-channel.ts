import type { RawChannel } from '@novnc/novnc';
import type { Fault } from '#model/fault';
import type { ConsoleChannel } from '../port-channel.ts';

/** A console's channel in the shape of the WebSocket that noVNC expects, open from the start. */
export interface RfbChannel extends RawChannel {
  /** Gives back what noVNC was handed so far. */
  settle(): void;
}

export interface RfbChannelEvents {
  /** Nothing follows. */
  ended(fault: Fault | null): void;
  /** noVNC could not take what came, and has lost its place in it. */
  failed(error: unknown): void;
}

export function createRfbChannel(channel: ConsoleChannel, { ended, failed }: RfbChannelEvents): RfbChannel {
  let unsettled: (() => void)[] = [];
  let open = true;
  const rfb: RfbChannel = {
    binaryType: 'arraybuffer',
    protocol: '',
    get readyState() {
      return open ? ('open' as const) : ('closed' as const);
    },
    onopen: null,
    onmessage: null,
    onerror: null,
    onclose: null,
    send: (bytes) => channel.send(bytes.slice()),
    close: () => {
      open = false;
      channel.close();
      // noVNC waits three seconds for this, and it must not come before `close` returns.
      queueMicrotask(() => rfb.onclose?.({}));
    },
    settle: () => {
      const done = unsettled;
      unsettled = [];
      for (const giveBack of done) giveBack();
    },
  };
  channel.start({
    data: (bytes, done) => {
      unsettled.push(done);
      try {
        rfb.onmessage?.({ data: bytes });
      } catch (error) {
        failed(error);
      }
    },
    end: (fault) => {
      // Told first: noVNC's own reason for the end would be "connection closed".
      open = false;
      ended(fault);
      rfb.onclose?.({});
    },
  });
  return rfb;
}
