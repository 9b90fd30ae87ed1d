import type { Procedure } from '../protocol/procedure.ts';
import type { Session } from '../rpc/session.ts';

/** A session has so many calls under way (max_client_requests is 5, and one place is for pings); more would wait behind them. */
const PLACES = 4;

interface Line {
  readonly session: Promise<Session>;
  calls: number;
}

/**
 * Connections for calls that may take long, so that they keep nothing else waiting. The first is opened with the first call, another one
 * only when all are full; beyond `most` calls wait in turn. Closing them is left to whoever opens them.
 */
export class CallLane {
  readonly #open: () => Promise<Session>;
  readonly #most: number;
  readonly #lines = new Set<Line>();

  constructor(open: () => Promise<Session>, most: number) {
    this.#open = open;
    this.#most = most;
  }

  async call<Args, Result>(procedure: Procedure<Args, Result>, args: Args): Promise<Result> {
    const line = this.#freest();
    line.calls += 1;
    try {
      const session = await line.session;
      return await session.call(procedure, args);
    } finally {
      line.calls -= 1;
    }
  }

  #freest(): Line {
    const [freest] = [...this.#lines].sort((a, b) => a.calls - b.calls);
    if (freest !== undefined && (freest.calls < PLACES || this.#lines.size >= this.#most)) return freest;
    const line: Line = { session: this.#open(), calls: 0 };
    this.#lines.add(line);
    const leave = () => void this.#lines.delete(line);
    line.session.then((session) => session.closed.then(leave), leave);
    return line;
  }
}
