import { CONSOLE_CHUNK, CONSOLE_WINDOW, ConsoleFrame } from '#contract/consoles';
import type { Fault } from '#model/fault';
import type { ByteStream } from '../backends/byte-stream.ts';
import { BackendError, faultOf } from '../backends/errors.ts';
import type { ConsolePort } from './surroundings.ts';

/**
 * One console between a guest and a window. At most CONSOLE_WINDOW bytes are under way in each direction: a guest that floods its terminal
 * waits for the window, and a window that floods the guest is cut off.
 */
export class ConsoleSession {
  readonly ended: Promise<void>;
  readonly #stream: ByteStream;
  readonly #port: ConsolePort;
  readonly #log: (line: string) => void;
  /** Bytes that may still go to the window. */
  #credit = CONSOLE_WINDOW;
  #creditArrived: (() => void) | null = null;
  /** Bytes that came from the window and have not left for the guest. */
  #unwritten = 0;
  #writing: Promise<void> = Promise.resolve();
  #open = true;
  #finished: () => void = () => {};

  constructor(stream: ByteStream, port: ConsolePort, log: (line: string) => void) {
    this.#stream = stream;
    this.#port = port;
    this.#log = log;
    this.ended = new Promise((resolve) => {
      this.#finished = resolve;
    });
    port.onFrame((frame) => this.#take(frame));
    port.onClosed(() => this.end(null));
    this.#pump().then(
      () => this.end(null),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Tells the window and lets go of both ends. What comes second does nothing. */
  end(fault: Fault | null): void {
    if (!this.#open) return;
    this.#open = false;
    this.#creditArrived?.();
    this.#port.post({ kind: 'end', fault });
    this.#port.close();
    this.#stream.close().catch((error: unknown) => this.#log(`a console did not close: ${String(error)}`));
    this.#finished();
  }

  async #pump(): Promise<void> {
    for await (const bytes of this.#stream.read()) {
      for (let from = 0; from < bytes.length; from += CONSOLE_CHUNK) {
        const chunk = bytes.subarray(from, from + CONSOLE_CHUNK);
        while (this.#open && this.#credit < chunk.length) {
          await new Promise<void>((resolve) => {
            this.#creditArrived = resolve;
          });
        }
        if (!this.#open) return;
        this.#credit -= chunk.length;
        // A view is cloned with all of the buffer that it looks into, so each chunk gets one of its own.
        this.#port.post({ kind: 'data', bytes: new Uint8Array(chunk) });
      }
    }
  }

  #take(message: unknown): void {
    if (!this.#open) return;
    const parsed = ConsoleFrame.safeParse(message);
    if (!parsed.success) return this.#fail(new BackendError('bad-input', 'The window sent something that no console takes.'));
    const frame = parsed.data;
    switch (frame.kind) {
      case 'data':
        return this.#write(frame.bytes);
      case 'credit':
        if (this.#credit + frame.bytes > CONSOLE_WINDOW) {
          return this.#fail(new BackendError('bad-input', 'The window gave back more than it was sent.'));
        }
        this.#credit += frame.bytes;
        this.#creditArrived?.();
        return;
      case 'end':
        return this.end(null);
    }
  }

  #write(bytes: Uint8Array): void {
    this.#unwritten += bytes.length;
    if (this.#unwritten > CONSOLE_WINDOW) return this.#fail(new BackendError('too-large', 'The window sent more than the guest takes.'));
    this.#writing = this.#writing.then(async () => {
      try {
        if (!this.#open || bytes.length === 0) return;
        await this.#stream.write(bytes);
        this.#unwritten -= bytes.length;
        if (this.#open) this.#port.post({ kind: 'credit', bytes: bytes.length });
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  #fail(error: unknown): void {
    if (!(error instanceof BackendError)) this.#log(`a console failed: ${error instanceof Error ? error.stack : String(error)}`);
    this.end(faultOf(error));
  }
}
