import type { GuestChange, GuestId } from '#model/guest';

/**
 * Changes on their way to one slow or fast reader. It holds at most one per guest, the newest, so it is bounded by the number of guests
 * however many events come. Ends when `end` is called, after what is still in it.
 */
export class ChangeQueue implements AsyncIterable<GuestChange> {
  readonly #waiting = new Map<GuestId, GuestChange>();
  #wake: (() => void) | null = null;
  #ended = false;

  push(change: GuestChange): void {
    if (this.#ended) return;
    const id = change.kind === 'removed' ? change.id : change.guest.id;
    // Behind the others: what is told last has happened last.
    this.#waiting.delete(id);
    this.#waiting.set(id, change);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<GuestChange, void, undefined> {
    for (;;) {
      // A Map's iteration also visits what is added while it runs.
      for (const [id, change] of this.#waiting) {
        this.#waiting.delete(id);
        yield change;
      }
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = null;
    }
  }
}
