const INTERVAL_MS = 5_000;
const SILENT_INTERVALS = 5;

interface KeepAliveHooks {
  /** Sends a ping. */
  ping(): void;
  /** Silence means nothing now: the daemon may not answer, or we do not read. */
  excused(): boolean;
  /** Nothing was heard for 25 to 30 seconds. */
  dead(): void;
}

/**
 * Finds out that the other side is gone (a suspended host, a cut cable). Counts ticks, not time, so an event loop that was blocked or a
 * laptop that slept does not condemn a peer whose answer lies unread in the socket.
 */
export class KeepAlive {
  readonly #timer: NodeJS.Timeout;
  #heard = true;
  #silent = 0;

  constructor(hooks: KeepAliveHooks) {
    this.#timer = setInterval(() => {
      if (this.#heard || hooks.excused()) {
        this.#heard = false;
        this.#silent = 0;
      } else if (++this.#silent >= SILENT_INTERVALS) {
        this.stop();
        hooks.dead();
      } else {
        hooks.ping();
      }
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  /** Bytes arrived, of whatever kind. */
  heard(): void {
    this.#heard = true;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
