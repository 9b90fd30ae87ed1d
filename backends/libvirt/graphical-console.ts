import { connect, type Socket } from 'node:net';
import type { ByteStream } from '../byte-stream.ts';
import { BackendError } from '../errors.ts';
import { graphicsOf } from './guest-devices.ts';
import { attribute, children, type XmlElement } from './xml/document.ts';

/** Where a display of a guest on this computer is reached. */
export type DisplayAddress = { readonly path: string } | { readonly host: string; readonly port: number };

const listenHere = 'Set the display to VNC with a listener at 127.0.0.1 in the guest’s definition, and start it anew.';

/** Finds the display `name` in a running guest's document. Throws BackendError with the remedy where it cannot be reached from here. */
export function displayAddress(domain: XmlElement, name: string): DisplayAddress {
  const graphics = graphicsOf(domain).find((candidate) => candidate.name === name);
  if (graphics === undefined) throw new BackendError('not-found', 'The guest has no such display.');
  if (graphics.type !== 'vnc') {
    throw new BackendError('unsupported', 'This display speaks SPICE, which Guesthouse cannot show.', { remedy: listenHere });
  }
  const { element } = graphics;
  const listeners = children(element, 'listen');
  const path = attribute(element, 'socket') ?? firstAttribute(listeners, 'socket');
  if (path !== null) return { path };
  if (listeners.some((listener) => attribute(listener, 'type') === 'none')) {
    throw new BackendError('unsupported', 'This display has no listener.', { remedy: listenHere });
  }
  const port = Number(attribute(element, 'port') ?? -1);
  if (!(port > 0)) throw new BackendError('invalid-state', 'Only a running guest has a display.', { remedy: 'Start the guest.' });
  return { host: loopback(firstAttribute(listeners, 'address') ?? attribute(element, 'listen') ?? '127.0.0.1'), port };
}

function firstAttribute(elements: readonly XmlElement[], name: string): string | null {
  return elements.map((element) => attribute(element, name)).find((value) => value !== null && value !== '') ?? null;
}

/** The loopback address that reaches this listener. */
function loopback(address: string): string {
  if (address.startsWith('127.')) return address;
  if (['', '0.0.0.0', 'localhost'].includes(address)) return '127.0.0.1';
  if (['::', '::1'].includes(address)) return '::1';
  throw new BackendError('unsupported', `This display listens at ${address} only, not on the host's own loopback.`, { remedy: listenHere });
}

/** Connects to a display. `ended` resolves when the connection is gone, by whomever. */
export async function openDisplay(address: DisplayAddress): Promise<{ readonly stream: ByteStream; readonly ended: Promise<void> }> {
  const socket = connect(address);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
  } catch (error) {
    throw unreachable(error);
  }
  socket.setNoDelay(true);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { stream: new SocketStream(socket), ended };
}

function unreachable(error: unknown): BackendError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const reason = error instanceof Error ? error.message : null;
  if (code === 'EACCES') {
    return new BackendError('permission', 'You may not open this display’s socket.', { reason, remedy: listenHere, cause: error });
  }
  return new BackendError('connection-lost', 'The guest’s display does not answer.', { reason, remedy: 'Try again.', cause: error });
}

class SocketStream implements ByteStream {
  readonly #socket: Socket;
  #closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    // An error between reads must not end the process; the next read or write tells of it.
    socket.on('error', () => undefined);
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of this.#socket) {
        if (chunk instanceof Uint8Array) yield chunk;
      }
    } catch (error) {
      if (!this.#closed) throw lost(error);
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error ? reject(lost(error)) : resolve()));
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#socket.destroy();
  }
}

function lost(error: unknown): BackendError {
  const reason = error instanceof Error ? error.message : null;
  return new BackendError('connection-lost', 'The connection to the guest’s display has ended.', { reason, cause: error });
}
