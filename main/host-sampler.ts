import type { AppContract } from '#contract/contract';
import type { Publisher } from '#contract/define';
import type { GuestId } from '#model/guest';
import type { HostId, HostLoad } from '#model/host';
import { sampleBetween } from '#model/sample';
import type { GuestCounters, GuestSample, Measure } from '#model/sample';
import type { HostConnection } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import { historySpan, SampleRing } from './sample-ring.ts';

/** Milliseconds between two readings: while only lists are shown, and while a guest's own graphs are. */
export const sampleEvery = { list: 3000, guest: 1000 } as const;
/** Above this many running guests a list alone keeps no history: 10,000 rings would take more memory than the rest of the program. */
export const historiesMax = 2000;

export interface Wanted {
  /** Of the host itself. */
  readonly load: boolean;
  readonly list: boolean;
  readonly guests: ReadonlySet<GuestId>;
  /** What is read of guests; nothing else is. */
  readonly measures: ReadonlySet<Measure>;
}

interface HostSamplerOptions {
  readonly publish: Pick<Publisher<AppContract>, 'guests' | 'hosts'>;
  log(line: string): void;
}

interface Reading {
  readonly connection: HostConnection;
  /** Milliseconds on a clock that never jumps. */
  readonly time: number;
  readonly counters: ReadonlyMap<GuestId, GuestCounters>;
}

/** Reads one host's statistics, one call for all its guests and never a second before the first has ended. */
export class HostSampler {
  readonly #host: HostId;
  readonly #connection: () => HostConnection | null;
  readonly #options: HostSamplerOptions;
  readonly #rings = new Map<GuestId, SampleRing>();
  #wanted: Wanted = { load: false, list: false, guests: new Set(), measures: new Set() };
  #before: Reading | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading = false;
  #startedAt = Number.NEGATIVE_INFINITY;
  #failing = false;

  /** `connection` is asked before each reading; null while the host is not connected. */
  constructor(host: HostId, connection: () => HostConnection | null, options: HostSamplerOptions) {
    this.#host = host;
    this.#connection = connection;
    this.#options = options;
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
    // Rates over the time in which nobody looked would be an average of minutes, drawn as one point.
    if (!this.#watched) this.#before = null;
    this.#schedule();
  }

  history(id: GuestId): GuestSample[] {
    return this.#rings.get(id)?.samples(id) ?? [];
  }

  get #watched(): boolean {
    return this.#wanted.load || this.#wanted.list || this.#wanted.guests.size > 0;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.#watched || this.#reading) return;
    // One reading is no rate yet: the second follows soon, so that a window just opened has something to show.
    const every = this.#wanted.guests.size > 0 || this.#before === null ? sampleEvery.guest : sampleEvery.list;
    this.#timer = setTimeout(() => void this.#tick(), Math.max(0, this.#startedAt + every - performance.now()));
  }

  async #tick(): Promise<void> {
    this.#startedAt = performance.now();
    const connection = this.#connection();
    if (connection !== null && connection.abilities.statistics) {
      this.#reading = true;
      try {
        await this.#read(connection);
        this.#failing = false;
      } catch (error) {
        // The connection's own end is told by the registry; after anything else the next reading tries again.
        const lost = error instanceof BackendError && error.code === 'connection-lost';
        if (!this.#failing && !lost) this.#options.log(`statistics of ${this.#host} failed: ${String(error)}`);
        this.#failing = true;
      } finally {
        this.#reading = false;
      }
    }
    this.#schedule();
  }

  async #read(connection: HostConnection): Promise<void> {
    const { measures } = this.#wanted;
    const [counters, load] = await Promise.all([
      measures.size > 0 ? connection.countGuests(measures) : [],
      this.#wanted.load ? loadOf(connection) : null,
    ]);
    if (!this.#watched || this.#connection() !== connection) return;
    const now: Reading = { connection, time: performance.now(), counters: new Map(counters.map((one) => [one.id, one])) };
    if (load !== null) this.#options.publish.hosts.loaded({ host: this.#host, load });
    const before = this.#before;
    this.#before = now;
    if (before?.connection !== connection) return;
    const samples = samplesBetween(before, now);
    this.#keep(samples);
    const shown = this.#wanted.list ? samples : samples.filter(({ id }) => this.#wanted.guests.has(id));
    if (shown.length > 0) this.#options.publish.guests.sampled({ host: this.#host, samples: shown });
  }

  #keep(samples: readonly GuestSample[]): void {
    const at = Date.now();
    for (const [id, ring] of this.#rings) if (ring.newest < at - historySpan) this.#rings.delete(id);
    const listed = this.#wanted.list && samples.length <= historiesMax;
    for (const sample of samples) {
      const own = this.#wanted.guests.has(sample.id);
      if (!own && !listed) continue;
      const ring = this.#rings.get(sample.id) ?? new SampleRing();
      this.#rings.set(sample.id, ring);
      // Another guest's graphs must not make the history of the whole list three times as large.
      if (own || ring.newest <= sample.at - sampleEvery.list + sampleEvery.guest / 2) ring.push(sample);
    }
  }
}

/** Null where the host does not tell: its guests' statistics are no worse for it. */
async function loadOf(connection: HostConnection): Promise<HostLoad | null> {
  try {
    return await connection.loadOfHost();
  } catch (error) {
    if (error instanceof BackendError && error.code === 'unsupported') return null;
    throw error;
  }
}

function samplesBetween(before: Reading, now: Reading): GuestSample[] {
  const at = Date.now();
  const samples: GuestSample[] = [];
  for (const [id, after] of now.counters) {
    const earlier = before.counters.get(id);
    const sample = earlier === undefined ? null : sampleBetween(earlier, after, now.time - before.time, at);
    if (sample !== null) samples.push(sample);
  }
  return samples;
}
