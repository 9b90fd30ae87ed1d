/** Passes on the latest value of each key: the first at once, later ones at most every `milliseconds`, and none later than that. */
export class Spacing<K, V> {
  readonly #milliseconds: number;
  readonly #emit: (value: V) => void;
  readonly #resting = new Map<K, { timer: ReturnType<typeof setTimeout>; next: { value: V } | null }>();

  constructor(milliseconds: number, emit: (value: V) => void) {
    this.#milliseconds = milliseconds;
    this.#emit = emit;
  }

  offer(key: K, value: V): void {
    const resting = this.#resting.get(key);
    if (resting === undefined) this.#pass(key, value);
    else resting.next = { value };
  }

  /** Forgets what has not been passed on. */
  clear(): void {
    for (const { timer } of this.#resting.values()) clearTimeout(timer);
    this.#resting.clear();
  }

  #pass(key: K, value: V): void {
    const timer = setTimeout(() => {
      const next = this.#resting.get(key)?.next ?? null;
      this.#resting.delete(key);
      if (next !== null) this.#pass(key, next.value);
    }, this.#milliseconds);
    this.#resting.set(key, { timer, next: null });
    this.#emit(value);
  }
}
