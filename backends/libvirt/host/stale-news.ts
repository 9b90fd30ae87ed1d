import type { StaleKind } from '#model/inventory';

/** Milliseconds in which changes are gathered before they are told: a pool that is scanned has hundreds. */
const GATHER_MS = 100;

/** Tells what has become stale, several kinds at once. */
export class StaleNews {
  readonly #listeners = new Set<(what: ReadonlySet<StaleKind>) => void>();
  #gathered = new Set<StaleKind>();
  #timer: NodeJS.Timeout | undefined;

  add(what: readonly StaleKind[]): void {
    if (this.#listeners.size === 0) return;
    for (const kind of what) this.#gathered.add(kind);
    this.#timer ??= setTimeout(() => this.#tell(), GATHER_MS);
  }

  on(listener: (what: ReadonlySet<StaleKind>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#listeners.clear();
  }

  #tell(): void {
    this.#timer = undefined;
    const what = this.#gathered;
    this.#gathered = new Set();
    for (const listener of this.#listeners) listener(what);
  }
}
