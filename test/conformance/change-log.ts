import type { HostConnection } from '../../backends/backend.ts';
import type { Guest, GuestChange, GuestId } from '../../backends/model/guest.ts';

/** Reads a connection's changes from now on, and waits for what is expected of them. */
export class ChangeLog {
  readonly #latest = new Map<GuestId, GuestChange>();
  /** Resolves when the connection tells no more. */
  readonly ended: Promise<void>;
  readonly #counts = new Map<GuestId, number>();
  readonly #waiters = new Set<() => void>();

  constructor(connection: HostConnection) {
    this.ended = this.#follow(connection);
  }

  /** The guest as it was told last, once it is as expected; rejects when that does not come. */
  guest(id: GuestId, expected: (guest: Guest) => boolean, withinMs = 15_000): Promise<Guest> {
    return this.#until(`a change of ${id}`, withinMs, () => {
      const told = this.#latest.get(id);
      return told?.kind === 'upserted' && expected(told.guest) ? told.guest : null;
    });
  }

  /** How often anything was told of the guest. */
  count(id: GuestId): number {
    return this.#counts.get(id) ?? 0;
  }

  removed(id: GuestId, withinMs = 15_000): Promise<true> {
    return this.#until(`the removal of ${id}`, withinMs, () => (this.#latest.get(id)?.kind === 'removed' ? true : null));
  }

  async #follow(connection: HostConnection): Promise<void> {
    for await (const change of connection.changes) {
      const id = change.kind === 'removed' ? change.id : change.guest.id;
      this.#latest.set(id, change);
      this.#counts.set(id, this.count(id) + 1);
      for (const wake of this.#waiters) wake();
    }
  }

  #until<T>(what: string, withinMs: number, found: () => T | null): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const result = found();
        if (result === null) return;
        clearTimeout(timer);
        this.#waiters.delete(look);
        resolve(result);
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(look);
        reject(new Error(`${what} was not told within ${withinMs} ms, but ${JSON.stringify([...this.#latest.values()].slice(-5))}`));
      }, withinMs);
      this.#waiters.add(look);
      look();
    });
  }
}
