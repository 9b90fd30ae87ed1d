import type { Product } from '#model/product';
import type { Note, Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import type { EnduringHost } from '../host/enduring-host.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { toBackendError } from '../to-backend-error.ts';

interface Wanted<T> {
  /** As in "left behind: …". */
  readonly what: string;
  readonly product: Product;
  readonly make: (host: LibvirtHost) => Promise<T>;
  /** What a call whose answer was lost has made, or null. */
  readonly find: (host: LibvirtHost) => Promise<T | null>;
  /** Removes what was made. May be repeated, and come when nothing is there. */
  readonly remove: (host: LibvirtHost, made: T | null) => Promise<void>;
}

interface Made {
  readonly what: string;
  readonly note: Note;
  readonly remove: (host: LibvirtHost) => Promise<void>;
}

/**
 * Something in the making. Each thing is written down before it is made and forgotten when it was refused; so what is noted is at any time
 * exactly what this operation made or may have made, and nothing that was there before is ever removed.
 */
export class Making {
  readonly #host: EnduringHost;
  readonly #operation: Operation;
  readonly #made: Made[] = [];

  constructor(host: EnduringHost, operation: Operation) {
    this.#host = host;
    this.#operation = operation;
  }

  /** Runs the steps; when one fails or the person cancels, undoes what they made. `title`: "Making the pool “images”". */
  async run<T>(title: string, steps: () => Promise<T>): Promise<T> {
    try {
      return await steps();
    } catch (error) {
      throw this.#failure(title, error, await this.#undo());
    } finally {
      this.#host.close();
    }
  }

  begin(step: string): void {
    this.#operation.signal.throwIfAborted();
    this.#operation.report(step, null);
  }

  async make<T>({ what, product, make, find, remove }: Wanted<T>): Promise<T> {
    this.#operation.signal.throwIfAborted();
    const note = await this.#operation.making(product);
    let made: T | null = null;
    const { signal } = this.#operation;
    // libvirt stops nothing of this kind in the middle.
    const wait = () => this.#operation.report('Waiting for the host, which ends this before it can be undone', null);
    signal.addEventListener('abort', wait, { once: true });
    const entry: Made = { what, note, remove: (host) => remove(host, made) };
    this.#made.push(entry);
    try {
      made = await this.#host.change(make, find);
      await note.made();
      return made;
    } catch (error) {
      if (!failedWith(error, 'outcome-unknown')) {
        this.#made.splice(this.#made.indexOf(entry), 1);
        await note.gone();
      }
      throw error;
    } finally {
      signal.removeEventListener('abort', wait);
    }
  }

  async #undo(): Promise<string[]> {
    if (this.#made.length > 0) this.#operation.report('Undoing', null);
    const leftovers: string[] = [];
    for (let made = this.#made.pop(); made !== undefined; made = this.#made.pop()) {
      const { what, note, remove } = made;
      await this.#host.ensure(remove).then(
        () => note.gone(),
        (cause: unknown) => leftovers.push(`${what} (${toBackendError(cause).message})`),
      );
    }
    return leftovers;
  }

  #failure(title: string, error: unknown, leftovers: readonly string[]): BackendError {
    const cancelled = this.#operation.signal.aborted && !failedWith(error, 'outcome-unknown');
    const cause = toBackendError(error);
    const left = leftovers.length === 0 ? '' : ` Left behind, because removing it failed too: ${leftovers.join('; ')}.`;
    return new BackendError(
      cancelled ? 'cancelled' : cause.code,
      (cancelled ? `${title} was cancelled.` : `${title} failed. ${cause.message}`) + left,
      {
        reason: cancelled ? null : cause.reason,
        remedy: leftovers.length === 0 ? cause.remedy : 'Delete what was left behind before you try again.',
        cause: error,
      },
    );
  }
}
