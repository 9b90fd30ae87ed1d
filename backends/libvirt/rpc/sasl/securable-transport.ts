import { BackendError } from '../../../errors.ts';
import type { Transport, TransportListener } from '../../transport/transport.ts';
import type { SecurityLayer } from './security-layer.ts';

/** A transport whose bytes are wrapped from the moment that a log-in says so. */
export class SecurableTransport implements Transport {
  readonly #transport: Transport;
  #layer: SecurityLayer | null = null;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All that is sent and received from now on. Right after the daemon's last word of the log-in, which nothing follows unasked. */
  secure(layer: SecurityLayer): void {
    this.#layer = layer;
  }

  start(listener: TransportListener): void {
    this.#transport.start({
      onData: (chunk) => {
        const bytes = this.#opened(chunk, listener);
        if (bytes !== null && bytes.length > 0) listener.onData(bytes);
      },
      onDrain: () => listener.onDrain(),
      onClose: (error) => listener.onClose(error),
    });
  }

  send(head: Uint8Array, body?: Uint8Array): boolean {
    if (this.#layer === null) return this.#transport.send(head, body);
    return this.#transport.send(this.#layer.seal(body === undefined ? head : Buffer.concat([head, body])));
  }

  pause(): void {
    this.#transport.pause();
  }

  resume(): void {
    this.#transport.resume();
  }

  giveBack(bytes: Uint8Array): void {
    if (this.#layer === null) this.#transport.giveBack?.(bytes);
  }

  close(): void {
    this.#transport.close();
  }

  #opened(chunk: Uint8Array, listener: TransportListener): Uint8Array | null {
    if (this.#layer === null) return chunk;
    try {
      return this.#layer.open(chunk);
    } catch (error) {
      this.#transport.close();
      listener.onClose(
        new BackendError('protocol', 'What came from the host was damaged, or changed on the way.', {
          reason: error instanceof Error ? error.message : null,
          remedy: 'Connect by ssh or TLS.',
          cause: error,
        }),
      );
      return null;
    }
  }
}
