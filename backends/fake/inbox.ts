/** Items on their way to the one who reads them, in order. Read once. */
export class Inbox<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #ended = false;
  #wake: (() => void) | null = null;
  #drained: (() => void)[] = [];

  put(item: T): void {
    if (this.#ended) return;
    this.#items.push(item);
    this.#wake?.();
  }

  /** Resolves when all that was put has been taken: the back-pressure for who puts much. */
  async drained(): Promise<void> {
    if (this.#items.length === 0 || this.#ended) return;
    await new Promise<void>((resolve) => {
      this.#drained.push(resolve);
    });
  }

  /** What was put before still arrives. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
    this.#release();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const items = this.#items;
      this.#items = [];
      yield* items;
      if (this.#items.length > 0) continue;
      this.#release();
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }

  #release(): void {
    const waiting = this.#drained;
    this.#drained = [];
    for (const resolve of waiting) resolve();
  }
}
