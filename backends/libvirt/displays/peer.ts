import type { Duplex } from 'node:stream';
import { BackendError } from '../../errors.ts';

/** From the first byte to being let in; while a person is asked, nothing is connected. */
const HANDSHAKE_MS = 10_000;

/**
 * The other end of a display's connection until it has let us in. What it says is read in pieces whose length the caller knows and has bounded;
 * the rest goes back to the stream. Whatever becomes of it, it ends by the limit.
 */
export class Peer {
  #stream: Duplex;
  /** What has come and was not taken yet: at most a stream's own buffer more than was asked for. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #fault: BackendError | null = null;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #signal: AbortSignal | undefined;

  constructor(stream: Duplex, signal?: AbortSignal, withinMs = HANDSHAKE_MS) {
    this.#stream = stream;
    // There are moments in which nobody else listens, and an error then would end the process.
    stream.on('error', () => undefined);
    this.#timer = setTimeout(() => this.end(silence()), withinMs);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort, { once: true });
    if (signal?.aborted === true) this.#abort();
  }

  /** Exactly so many bytes. Rejects with BackendError when it ends before. */
  async take(length: number): Promise<Buffer> {
    while (this.#heldBytes < length) {
      // All that there is: with less than it was asked for, a stream would only say again and again that it has something.
      const chunk: unknown = this.#stream.read();
      if (chunk instanceof Buffer) {
        this.#held.push(chunk);
        this.#heldBytes += chunk.length;
        continue;
      }
      if (this.#fault !== null || this.#stream.readableEnded || this.#stream.destroyed) throw this.#gone();
      await this.#news();
    }
    const held = Buffer.concat(this.#held);
    this.#held = [held.subarray(length)];
    this.#heldBytes = held.length - length;
    return held.subarray(0, length);
  }

  send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => (error ? reject(this.#gone(error)) : resolve()));
    });
  }

  /** Goes on inside another stream that was made around this one, within the same limit. */
  async wrap(around: (stream: Duplex) => Promise<Duplex>): Promise<void> {
    const inner = this.#stream;
    // Said in the clear by whomever, it would be heard as if it had been said inside.
    if (this.#heldBytes > 0) throw notUnderstood('It goes on in the clear where TLS should begin.');
    try {
      this.#stream = await around(inner);
    } catch (error) {
      throw this.#fault ?? error;
    }
    this.#stream.on('error', () => undefined);
    this.#stream.once('close', () => inner.destroy());
    if (this.#fault !== null) throw this.#gone();
  }

  /** The handshake is over: the stream, in which everything else is still to be read. */
  settle(): Duplex {
    this.#release();
    if (this.#fault !== null) throw this.#fault;
    const rest = Buffer.concat(this.#held.splice(0));
    if (rest.length > 0) this.#stream.unshift(rest);
    return this.#stream;
  }

  end(fault: BackendError): void {
    this.#fault ??= fault;
    this.#release();
    this.#stream.destroy();
  }

  readonly #abort = () => this.end(new BackendError('cancelled', 'Opening the display was cancelled.'));

  #release(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#abort);
  }

  /** Resolves when something has come, or nothing will. */
  #news(): Promise<void> {
    const stream = this.#stream;
    return new Promise((resolve) => {
      const done = () => {
        for (const event of EVENTS) stream.off(event, done);
        resolve();
      };
      for (const event of EVENTS) stream.once(event, done);
    });
  }

  #gone(cause?: Error): BackendError {
    if (this.#fault !== null) return this.#fault;
    return new BackendError('connection-lost', 'The guest’s display has ended the connection.', {
      reason: cause?.message ?? 'It did so before it had let anybody in.',
      remedy: 'Try again.',
      cause,
    });
  }
}

const EVENTS = ['readable', 'end', 'close', 'error'] as const;

function silence(): BackendError {
  return new BackendError('timeout', 'The guest’s display does not answer.', {
    reason: 'It takes connections, and then says nothing.',
    remedy: 'Look whether the guest hangs; it can be reset, or forced off.',
  });
}

/** What a display sends is not what its protocol says. */
export const notUnderstood = (reason: string, cause?: unknown): BackendError =>
  new BackendError('protocol', 'What answers at the guest’s display cannot be understood.', {
    reason,
    remedy: 'Look at the display in the guest’s definition: another program may listen at its port.',
    cause,
  });

/** Text of the other side, for a reason: one line, not without end. */
export function foreignReason(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes.subarray(0, 1024)).toString('utf8');
  const line = Array.from(text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim());
  return line.length === 0 ? null : line.slice(0, 200).join('');
}
