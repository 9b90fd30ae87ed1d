import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { SEND_QUEUE_LIMIT, type Transport, type TransportListener } from '../transport.ts';

/** How long a child that ended may leave its pipes open: they may be somebody else's as well. */
const PIPES_LINGER_MS = 500;

export interface ChildEnd {
  /** Null: ended by a signal. */
  readonly exitCode: number | null;
  /** It sent something that was not refused. */
  readonly heard: boolean;
}

export interface ChildTransportOptions {
  /** Why it ended, in the words of who knows what it was. */
  explain(end: ChildEnd): Error | null | Promise<Error | null>;
  /** Looks at the first bytes: what cannot be the daemon's ends the transport with that error. */
  refuse(first: Uint8Array): Error | null;
}

/** A program's standard input and output as a transport. */
export class ChildTransport implements Transport {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #options: ChildTransportOptions;
  /** Resolves when it ended by itself and all of its output was delivered. */
  readonly #ended: Promise<number | null>;
  #listener: TransportListener | null = null;
  #heard = false;
  #full = false;

  constructor(child: ChildProcessWithoutNullStreams, options: ChildTransportOptions) {
    this.#child = child;
    this.#options = options;
    // What was written to a child that is gone; its end tells of it.
    child.stdin.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      child.once('close', resolve);
      child.once('error', () => resolve(null));
      child.once('exit', (code) => setTimeout(resolve, PIPES_LINGER_MS, code).unref());
    });
  }

  start(listener: TransportListener): void {
    this.#listener = listener;
    this.#child.stdout.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    void this.#ended.then(async (exitCode) => {
      if (this.#listener === null) return;
      this.#stop(await this.#options.explain({ exitCode, heard: this.#heard }));
    });
  }

  #receive(chunk: Uint8Array): void {
    if (this.#listener === null) return;
    const fault = this.#heard ? null : this.#options.refuse(chunk);
    if (fault !== null) return this.#stop(fault);
    this.#heard = true;
    this.#listener.onData(chunk);
  }

  #stop(error: Error | null): void {
    const listener = this.#listener;
    this.close();
    listener?.onClose(error);
  }

  send(head: Uint8Array, body?: Uint8Array): boolean {
    const { stdin } = this.#child;
    if (stdin.destroyed) return true;
    if (body === undefined) {
      stdin.write(head, this.#written);
    } else {
      stdin.cork();
      stdin.write(head);
      stdin.write(body, this.#written);
      stdin.uncork();
    }
    this.#full ||= stdin.writableLength >= SEND_QUEUE_LIMIT;
    return !this.#full;
  }

  readonly #written = () => {
    if (!this.#full || this.#child.stdin.writableLength >= SEND_QUEUE_LIMIT / 2) return;
    this.#full = false;
    this.#listener?.onDrain();
  };

  pause(): void {
    this.#child.stdout.pause();
  }

  resume(): void {
    this.#child.stdout.resume();
  }

  close(): void {
    this.#listener = null;
    const { stdin, stdout, stderr } = this.#child;
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
    this.#child.kill();
  }
}
