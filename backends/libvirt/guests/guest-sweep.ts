/** Milliseconds. What no event tells of is found that late at most, while somebody looks. */
const SWEEP_MS = 60_000;
/** Where a driver has no events at all: how soon a change shows while somebody looks, and while nobody does. */
const POLL_MS = 3000;
const SLOW_POLL_MS = 15_000;
/** A look is taken to last until the next reading of statistics would have come. */
const LOOK_MS = 10_000;

interface SweepOptions {
  /** The driver tells of changes. */
  readonly events: boolean;
  /** Reads all guests again and tells what is different. */
  sweep(): Promise<void>;
}

/**
 * Reads the list of guests again for what no event tells: libvirt has none for autostart, for a saved state that is thrown away, and for
 * the vCPUs of the next start. One list a minute, and only when somebody looks, finds them; it costs a host of a thousand guests some ten
 * milliseconds. Drivers without any events are read every few seconds.
 */
export class GuestSweep {
  readonly #options: SweepOptions;
  #sweptAt = performance.now();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #sweeping = false;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(options: SweepOptions) {
    this.#options = options;
    if (!options.events) this.#timer = setInterval(() => this.#poll(), POLL_MS);
  }

  /** Somebody looks at the host. */
  looked(): void {
    this.#lookedAt = performance.now();
    if (this.#lookedAt - this.#sweptAt >= SWEEP_MS) this.#begin();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #poll(): void {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_MS || now - this.#sweptAt >= SLOW_POLL_MS) this.#begin();
  }

  #begin(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.#sweptAt = performance.now();
    // A read that fails is tried again at the next occasion.
    void this.#options
      .sweep()
      .catch(() => undefined)
      .finally(() => (this.#sweeping = false));
  }
}
