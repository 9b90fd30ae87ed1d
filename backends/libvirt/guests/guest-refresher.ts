import type { Guest, GuestChange, GuestId } from '#model/guest';
import type { Domain } from '../protocol/objects.ts';

const RETRY_MS = 1000;

interface RefresherOptions {
  /** Guests that are not in the answer are gone. */
  read(domains: readonly Domain[]): Promise<readonly Guest[]>;
  publish(change: GuestChange): void;
  /** False: the connection has ended, nothing is worth a retry. */
  alive(): boolean;
}

/**
 * Reads guests again of which something was heard, and says how they are. Events only mark a guest: their own words come in no dependable
 * order (RESUMED before STARTED), so the state is asked for. Reads and lists take turns, one at a time, so that an older answer never
 * overwrites a newer one: what changes while a list is read is read, and told, after it.
 */
export class GuestRefresher {
  readonly #options: RefresherOptions;
  /** Each guest as it was told last. */
  #told = new Map<GuestId, Guest>();
  #marked = new Map<GuestId, Domain>();
  #scheduled = false;
  #turn: Promise<unknown> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;

  constructor(options: RefresherOptions) {
    this.#options = options;
  }

  mark(domain: Domain): void {
    this.#marked.set(domain.uuid, domain);
    this.#schedule();
  }

  /** Runs a list of all guests in turn. */
  list(read: () => Promise<Guest[]>): Promise<Guest[]> {
    return this.#inTurn(async () => {
      const guests = await read();
      this.#told = new Map(guests.map((guest) => [guest.id, guest]));
      return guests;
    });
  }

  /** Reads a list of all guests in turn and tells what is different from what was told before: for changes that no event tells. */
  sweep(read: () => Promise<readonly Guest[]>): Promise<void> {
    return this.#inTurn(async () => {
      const gone = new Map(this.#told);
      for (const guest of await read()) {
        const before = this.#told.get(guest.id);
        gone.delete(guest.id);
        if (before === undefined || isDifferent(before, guest)) this.#tell(guest.id, guest);
      }
      for (const id of gone.keys()) this.#tell(id, undefined);
    });
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#marked.clear();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void this.#inTurn(() => this.#refresh());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #refresh(): Promise<void> {
    this.#scheduled = false;
    const batch = this.#marked;
    this.#marked = new Map();
    if (batch.size === 0 || !this.#options.alive()) return;
    try {
      const guests = new Map((await this.#options.read([...batch.values()])).map((guest) => [guest.id, guest]));
      for (const id of batch.keys()) this.#tell(id, guests.get(id));
    } catch {
      // A read that timed out on a busy daemon: what was heard since is newer, the rest is asked again.
      this.#marked = new Map([...batch, ...this.#marked]);
      clearTimeout(this.#retry);
      if (this.#options.alive()) this.#retry = setTimeout(() => this.#schedule(), RETRY_MS);
    }
  }

  #tell(id: GuestId, guest: Guest | undefined): void {
    if (guest === undefined) {
      this.#told.delete(id);
      this.#options.publish({ kind: 'removed', id });
    } else {
      this.#told.set(id, guest);
      this.#options.publish({ kind: 'upserted', guest });
    }
  }
}

function isDifferent(before: Guest, now: Guest): boolean {
  return (
    before.name !== now.name ||
    before.state !== now.state ||
    before.persistent !== now.persistent ||
    before.autostart !== now.autostart ||
    before.saved !== now.saved ||
    before.vcpus !== now.vcpus ||
    before.memory !== now.memory
  );
}
