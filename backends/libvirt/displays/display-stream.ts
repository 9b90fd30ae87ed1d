import type { Duplex } from 'node:stream';
import type { ByteStream } from '../../byte-stream.ts';
import { BackendError } from '../../errors.ts';

/** A display's connection, once it has let us in. */
export class DisplayStream implements ByteStream {
  readonly #stream: Duplex;
  /** Resolves when the connection is gone, by whomever. */
  readonly ended: Promise<void>;
  #closed = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
    // An error between reads must not end the process; the next read or write tells of it.
    stream.on('error', () => undefined);
    this.ended = new Promise<void>((resolve) => {
      stream.once('close', () => resolve());
      if (stream.destroyed) resolve();
    });
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
