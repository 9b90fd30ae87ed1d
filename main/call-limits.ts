export const callLimits = { inFlight: 64, perSecond: 200 } as const;

interface Usage {
  inFlight: number;
  second: number;
  inSecond: number;
}

/** Keeps one window from starving the others: so many calls under way, and so many begun in a second. */
export class CallLimits {
  readonly #windows = new Map<number, Usage>();
  readonly #now: () => number;

  /** `now` in milliseconds, never going back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether one more call may begin; if so, `leave` must follow when it has ended. */
  enter(window: number): { leave(): void } | null {
    const second = Math.floor(this.#now() / 1000);
    const usage = this.#windows.get(window) ?? { inFlight: 0, second, inSecond: 0 };
    this.#windows.set(window, usage);
    if (usage.second !== second) {
      usage.second = second;
      usage.inSecond = 0;
    }
    if (usage.inFlight >= callLimits.inFlight || usage.inSecond >= callLimits.perSecond) return null;
    usage.inFlight += 1;
    usage.inSecond += 1;
    return {
      leave: () => {
        usage.inFlight -= 1;
      },
    };
  }

  windowClosed(window: number): void {
    this.#windows.delete(window);
  }
}
