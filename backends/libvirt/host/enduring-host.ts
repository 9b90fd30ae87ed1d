import { setTimeout as sleep } from 'node:timers/promises';
import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from './libvirt-host.ts';

/** A daemon that was killed is back within a second where something watches over it; an update of the system takes longer. */
const RETURN_MS = 30_000;
const RETRY_MS = 250;
/** What the daemon was doing when the connection ended goes on in it; what is not there after so many looks was not done. */
const LOOKS = 5;
/** How long a change may take before the daemon is thought to have forgotten it. The slowest, a start, gives up after 30 s of its own. */
const ANSWER_MS = 120_000;
/** The same once the person has cancelled. */
const GRACE_MS = 10_000;

/**
 * A host for an operation that must know how it ended. When the connection ends in the middle, it waits for the daemon to come back and goes
 * on over a connection of its own; when the answer to a change never comes, what is there decides whether it was made.
 */
export class EnduringHost {
  #host: LibvirtHost;
  #own: { close(): void } | null = null;
  readonly #patience: number;

  constructor(host: LibvirtHost, { patienceMs = ANSWER_MS }: { patienceMs?: number } = {}) {
    this.#host = host;
    this.#patience = patienceMs;
  }

  /** Asks, and asks again over a new connection when the old one ended. Only for what may be asked twice. */
  async read<T>(ask: (host: LibvirtHost) => Promise<T>): Promise<T> {
    const until = Date.now() + RETURN_MS;
    for (;;) {
      try {
        return await ask(this.#host);
      } catch (error) {
        if (!failedWith(error, 'connection-lost') || Date.now() >= until) throw error;
        await this.#reopen(until);
      }
    }
  }

  /**
   * Makes a change once. `find` looks whether it was made, when that is not known otherwise: what it finds is the answer, null the proof that
   * nothing happened. Rejects with 'outcome-unknown' only where the host cannot be asked any more, or may still be at it.
   */
  async change<T>(
    make: (host: LibvirtHost) => Promise<T>,
    find: (host: LibvirtHost) => Promise<T | null>,
    signal?: AbortSignal,
  ): Promise<T> {
    const sent = make(this.#host);
    try {
      return await answered(sent, this.#patience, signal);
    } catch (error) {
      if (!failedWith(error, 'outcome-unknown')) throw error;
      for (let look = 0; look < LOOKS; look += 1) {
        const found = await this.read(find).catch((cause: unknown) => {
          throw new BackendError('outcome-unknown', 'The host stopped answering, and did not come back.', { cause });
        });
        if (found !== null) return found;
        await sleep(RETRY_MS);
      }
      if (error instanceof Unanswered) throw error;
      throw new BackendError('connection-lost', 'The connection ended before the host had done it.', { cause: error });
    }
  }

  /** Repeats `remove` until it succeeds without having lost its connection or its answer; at most three times. */
  async ensure(remove: (host: LibvirtHost) => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.read(remove);
      } catch (error) {
        if (attempt === 3 || !failedWith(error, 'outcome-unknown')) throw error;
      }
    }
  }

  /** Closes what it opened itself. */
  close(): void {
    this.#own?.close();
    this.#own = null;
  }

  async #reopen(until: number): Promise<void> {
    for (;;) {
      try {
        const host = await this.#host.reopen(AbortSignal.timeout(Math.max(1, until - Date.now())));
        this.close();
        this.#own = host;
        this.#host = host;
        return;
      } catch (error) {
        if (Date.now() + RETRY_MS >= until) throw error;
        await sleep(RETRY_MS);
      }
    }
  }
}

/** The connection lives, and the answer did not come. */
class Unanswered extends BackendError {
  constructor() {
    super('outcome-unknown', 'The host has not answered: it may be done yet.', { remedy: 'Look at what is there before trying again.' });
  }
}

function answered<T>(answer: Promise<T>, patience: number, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Unanswered());
    let timer = setTimeout(giveUp, patience);
    const hurry = () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, Math.min(patience, GRACE_MS));
    };
    if (signal?.aborted) hurry();
    signal?.addEventListener('abort', hurry, { once: true });
    void answer.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', hurry);
    });
  });
}
