import type { Watch } from '#contract/guests';

/** Joins the watches of all mounted components into one list; tells it once per turn when it changed, empty while hidden. */
export class WatchList {
  readonly #tell: (watches: Watch[]) => void;
  readonly #wanted = new Map<string, { readonly watch: Watch; count: number }>();
  #shown = false;
  #told = '[]';
  #scheduled = false;

  constructor(tell: (watches: Watch[]) => void) {
    this.#tell = tell;
  }

  add(watch: Watch): () => void {
    const key = JSON.stringify(watch);
    const entry = this.#wanted.get(key) ?? { watch, count: 0 };
    entry.count += 1;
    this.#wanted.set(key, entry);
    this.#schedule();
    return () => {
      entry.count -= 1;
      if (entry.count === 0) this.#wanted.delete(key);
      this.#schedule();
    };
  }

  show(shown: boolean): void {
    this.#shown = shown;
    this.#schedule();
  }

  /** A page that is left and one that is entered are one change. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      const watches = this.#shown ? [...this.#wanted.values()].map((entry) => entry.watch) : [];
      const told = JSON.stringify(watches);
      if (told === this.#told) return;
      this.#told = told;
      this.#tell(watches);
    });
  }
}
