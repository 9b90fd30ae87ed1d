import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ByteStream } from '../../byte-stream.ts';
import { BackendError } from '../../errors.ts';
import { graphicsOf } from '../guests/guest-devices.ts';
import type { Route, TunnelTarget } from '../transport/route.ts';
import { attribute, children, type XmlElement } from '../xml/document.ts';

const listenHere = 'Set the display to VNC with a listener at 127.0.0.1 in the guest’s definition, and start it anew.';

/** Where the display `name` of a running guest listens, as its host names it. Throws BackendError with the remedy where nobody could connect. */
export function displayAddress(domain: XmlElement, name: string): TunnelTarget {
  const graphics = graphicsOf(domain).find((candidate) => candidate.name === name);
  if (graphics === undefined) throw new BackendError('not-found', 'The guest has no such display.');
  if (graphics.type !== 'vnc') {
    throw new BackendError('unsupported', 'This display speaks SPICE, which Guesthouse cannot show.', { remedy: listenHere });
  }
  const { element } = graphics;
  const listeners = children(element, 'listen');
  const path = attribute(element, 'socket') ?? firstAttribute(listeners, 'socket');
  if (path !== null) return { kind: 'unix', path };
  if (listeners.some((listener) => attribute(listener, 'type') === 'none')) {
    throw new BackendError('unsupported', 'This display has no listener.', { remedy: listenHere });
  }
  const port = Number(attribute(element, 'port') ?? -1);
  if (!(port > 0)) throw new BackendError('invalid-state', 'Only a running guest has a display.', { remedy: 'Start the guest.' });
  // libvirt's own default is the loopback.
  return { kind: 'tcp', host: firstAttribute(listeners, 'address') ?? (attribute(element, 'listen') || '127.0.0.1'), port };
}

function firstAttribute(elements: readonly XmlElement[], name: string): string | null {
  return elements.map((element) => attribute(element, name)).find((value) => value !== null && value !== '') ?? null;
}

/** Connects to a display over the road to its host. `ended` resolves when the connection is gone, by whomever. */
export async function openDisplay(
  route: Route,
  target: TunnelTarget,
): Promise<{ readonly stream: ByteStream; readonly ended: Promise<void> }> {
  const stream = await route.tunnel(target).catch((error: unknown) => {
    throw error instanceof BackendError ? error : unreachable(error);
  });
  if (stream instanceof Socket) stream.setNoDelay(true);
  const ended = new Promise<void>((resolve) => {
    stream.once('close', () => resolve());
    if (stream.destroyed) resolve();
  });
  return { stream: new DisplayStream(stream), ended };
}

function unreachable(error: unknown): BackendError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const reason = error instanceof Error ? error.message : null;
  if (code === 'EACCES') {
    return new BackendError('permission', 'You may not open this display’s socket.', { reason, remedy: listenHere, cause: error });
  }
  return new BackendError('connection-lost', 'The guest’s display does not answer.', { reason, remedy: 'Try again.', cause: error });
}

class DisplayStream implements ByteStream {
  readonly #stream: Duplex;
  #closed = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
    // An error between reads must not end the process; the next read or write tells of it.
    stream.on('error', () => undefined);
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of this.#stream) {
        if (chunk instanceof Uint8Array) yield chunk;
      }
    } catch (error) {
      if (!this.#closed) throw lost(error);
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => (error ? reject(lost(error)) : resolve()));
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stream.destroy();
  }
}

function lost(error: unknown): BackendError {
  const reason = error instanceof Error ? error.message : null;
  return new BackendError('connection-lost', 'The connection to the guest’s display has ended.', { reason, cause: error });
}
