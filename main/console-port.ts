import { MessageChannelMain, type WebContents } from 'electron';
import type { ConsolePort } from './guesthouse.ts';

/** A channel to one console in a page. Its other end arrives there as a MessagePort, marked with `ticket`; see preload.ts. */
export function createConsolePort(contents: WebContents | null, ticket: string): ConsolePort {
  const { port1: port, port2: other } = new MessageChannelMain();
  let closed = false;
  port.on('close', () => {
    closed = true;
  });
  if (contents === null || contents.isDestroyed()) other.close();
  else contents.postMessage('guesthouse:port', ticket, [other]);
  return {
    post(frame) {
      if (closed) return;
      // A view is sent with the whole buffer that it looks at: of a chunk cut from a larger read, only the chunk shall go.
      const whole = frame.kind !== 'data' || frame.bytes.byteLength === frame.bytes.buffer.byteLength;
      port.postMessage(whole ? frame : { ...frame, bytes: Uint8Array.from(frame.bytes) });
    },
    onFrame(listener) {
      port.on('message', ({ data }) => listener(data));
      port.start();
    },
    onClosed(listener) {
      if (closed) listener();
      else port.once('close', listener);
    },
    close() {
      if (closed) return;
      closed = true;
      port.close();
    },
  };
}
