import type { Procedure } from '../protocol/procedure.ts';
import type { Session } from '../rpc/session.ts';

/** A session has so many calls under way (max_client_requests is 5, and one place is for pings); more would wait behind them. */
const PLACES = 4;
/** How long a call waits for a connection that is being opened before it goes over another one; milliseconds. */
const PATIENCE_MS = 5000;

interface Line {
  /** Null where it could not be opened. */
  readonly opening: Promise<Session | null>;
  calls: number;
}

/**
 * Connections for calls that may take long, so that they keep nothing else waiting. The first is opened with the first call, another one
 * only when all are full; beyond `most` calls wait in turn. Where the host takes no more connections (sshd's MaxSessions, the daemon's
 * max_clients) the calls share what there is, `main` if there is nothing else. Closing them is left to whoever opens them.
 */
export class CallLane {
  readonly #open: () => Promise<Session>;
  readonly #most: number;
  readonly #main: Session;
  readonly #lines = new Set<Line>();
  #mainTurn: Promise<unknown> = Promise.resolve();

  constructor(open: () => Promise<Session>, most: number, main: Session) {
    this.#open = open;
    this.#most = most;
    this.#main = main;
  }

  async call<Args, Result>(procedure: Procedure<Args, Result>, args: Args): Promise<Result> {
    const tried = new Set<Line>();
    const untried = () => this.#inOrder().find((line) => !tried.has(line));
    for (let line: Line | undefined = this.#freest(); line !== undefined; line = untried()) {
      tried.add(line);
      line.calls += 1;
      try {
        const session = await soon(line.opening);
        if (session !== null) return await session.call(procedure, args);
      } finally {
        line.calls -= 1;
      }
    }
    return this.#callMain(procedure, args);
  }

  /** One at a time: what fills that connection keeps lists waiting, and goes on unnoticed when the host is gone (see KeepAlive). */
  #callMain<Args, Result>(procedure: Procedure<Args, Result>, args: Args): Promise<Result> {
    const answer = this.#mainTurn.then(() => this.#main.call(procedure, args));
    this.#mainTurn = answer.catch(() => undefined);
    return answer;
  }

  #inOrder(): Line[] {
    return [...this.#lines].sort((a, b) => a.calls - b.calls);
  }

  #freest(): Line {
    const [freest] = this.#inOrder();
    if (freest !== undefined && (freest.calls < PLACES || this.#lines.size >= this.#most)) return freest;
    const line: Line = { opening: this.#open().catch(() => null), calls: 0 };
    this.#lines.add(line);
    const leave = () => void this.#lines.delete(line);
    void line.opening.then((session) => session?.closed).then(leave);
    return line;
  }
}

/** Null also when it takes too long. */
async function soon(opening: Promise<Session | null>): Promise<Session | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, null);
  });
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}
