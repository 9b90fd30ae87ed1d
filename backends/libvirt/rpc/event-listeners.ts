import type { EventMessage } from '../protocol/procedure.ts';
import type { Packet } from './packet.ts';

const keyOf = (program: number, number: number) => `${program}:${number}`;

/** What was let pass, for diagnosis. */
interface EventCounts {
  unknownEvents: number;
  badEvents: number;
}

/** Who listens to which message of a session. */
export class EventListeners {
  /** Why the latest of the bad messages was bad. */
  lastBad: unknown = null;
  readonly #counts: EventCounts;
  readonly #deliveries = new Map<string, Set<(payload: Buffer) => void>>();

  constructor(counts: EventCounts) {
    this.#counts = counts;
  }

  /** Nobody ever listened. */
  get none(): boolean {
    return this.#deliveries.size === 0;
  }

  /** Calls `deliver` for each such message until the returned function is called. */
  add({ program, number }: Pick<EventMessage<unknown>, 'program' | 'number'>, deliver: (payload: Buffer) => void): () => void {
    const key = keyOf(program, number);
    const deliveries = this.#deliveries.get(key) ?? new Set();
    this.#deliveries.set(key, deliveries.add(deliver));
    return () => {
      deliveries.delete(deliver);
    };
  }

  /** Never throws: one bad message or listener must not cost the connection. A stream of them is seen in the counts. */
  tell({ program, procedure, payload }: Packet): void {
    const deliveries = this.#deliveries.get(keyOf(program, procedure));
    if (deliveries === undefined || deliveries.size === 0) {
      this.#counts.unknownEvents++;
      return;
    }
    for (const deliver of deliveries) {
      try {
        deliver(payload);
      } catch (error) {
        this.#counts.badEvents++;
        this.lastBad = error;
      }
    }
  }
}
