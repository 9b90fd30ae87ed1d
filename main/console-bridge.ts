import type { GuestRef } from '#model/guest';
import type { SpiceChannel } from '#model/guest-console';
import type { HostConnection } from '../backends/backend.ts';
import type { ByteStream } from '../backends/byte-stream.ts';
import { BackendError } from '../backends/errors.ts';
import type { AskLogin } from '../backends/login.ts';
import { ConsoleSession } from './console-session.ts';
import type { ConsolePort } from './surroundings.ts';

/** A SPICE console takes five. */
export const consolesMax = 96;

export interface ConsoleWish {
  readonly guest: GuestRef;
  readonly console: string;
  readonly force: boolean;
  readonly channel?: SpiceChannel | undefined;
  readonly ticket: string;
}

export interface ConsoleBridgeOptions {
  /** Throws BackendError. */
  connection(host: string): HostConnection;
  /** Who is asked for what a display of this host wants: the person in front of the window. Without it, whom the connection asks. */
  ask?(window: number, host: string): AskLogin;
  createPort(window: number, ticket: string): ConsolePort;
  log(line: string): void;
}

/** All consoles that windows show. Each belongs to the window that opened it and ends with it. */
export class ConsoleBridge {
  readonly #options: ConsoleBridgeOptions;
  /** By window, those that are being opened as well. */
  readonly #windows = new Map<number, Set<ConsoleSession | AbortController>>();

  constructor(options: ConsoleBridgeOptions) {
    this.#options = options;
  }

  async open(window: number, wish: ConsoleWish): Promise<void> {
    const own = this.#windows.get(window) ?? new Set();
    this.#windows.set(window, own);
    if (own.size >= consolesMax) throw new BackendError('busy', 'This window shows too many consoles.', { remedy: 'Close one of them.' });
    // Aborted with its window: nobody is asked any more then.
    const place = new AbortController();
    own.add(place);
    try {
      const { guest, console, force, channel, ticket } = wish;
      const stream = await this.#options.connection(guest.host).openConsole(guest.id, console, {
        force,
        channel,
        ask: this.#options.ask?.(window, guest.host),
        signal: place.signal,
      });
      if (this.#windows.get(window) !== own) {
        await stream.close();
        return;
      }
      const session = await this.#connect(stream, window, ticket);
      own.add(session);
      void session.ended.then(() => own.delete(session));
    } finally {
      own.delete(place);
    }
  }

  async #connect(stream: ByteStream, window: number, ticket: string): Promise<ConsoleSession> {
    try {
      return new ConsoleSession(stream, this.#options.createPort(window, ticket), this.#options.log);
    } catch (error) {
      // Its page is gone in this moment: nobody else would ever close the console.
      await stream.close();
      throw error;
    }
  }

  windowClosed(window: number): void {
    const own = this.#windows.get(window);
    this.#windows.delete(window);
    for (const held of own ?? []) {
      if (held instanceof ConsoleSession) held.end(null);
      else held.abort();
    }
  }

  close(): void {
    for (const window of this.#windows.keys()) this.windowClosed(window);
  }
}
