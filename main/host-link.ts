import type { Publisher } from '#contract/define';
import type { AppContract } from '#contract/contract';
import type { Guest, GuestChange, GuestId } from '#model/guest';
import type { Fault, FaultCode } from '#model/fault';
import type { Host, HostState, SavedHost } from '#model/host';
import type { Backend, HostConnection } from '../backends/backend.ts';
import { BackendError, faultOf } from '../backends/errors.ts';
import { type AskLogin, nobodyToAsk } from '../backends/login.ts';
import { withdrawnWith } from './login-questions.ts';
import { Spacing } from './spacing.ts';

/** Milliseconds. */
export const reconnectDelay = { first: 1000, longest: 30_000 } as const;
/** A guest that changes often is told of at most this often, and never later than this (milliseconds). */
export const changeSpacing = 50;
/** A host that seems connected and does not answer a small question for so long after a nudge is taken for lost (milliseconds). */
export const nudgePatience = 10_000;

/** What trying again does not cure: a person has to do something first. */
const final: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'auth-failed',
  'auth-cancelled',
  'auth-no-agent',
  'auth-needed',
  'untrusted',
  'insecure',
  'permission',
  'bad-uri',
  'unsupported',
]);

export interface HostLinkOptions {
  readonly publish: Pick<Publisher<AppContract>, 'hosts' | 'guests'>;
  /** 0 to 1, as Math.random, which spreads reconnections. */
  readonly random: () => number;
  log(line: string): void;
}

/** One host: its connection as it comes and goes, and what is known of its guests meanwhile. */
export class HostLink {
  readonly #backendFor: (uri: string) => Backend;
  readonly #options: HostLinkOptions;
  readonly #spacing: Spacing<GuestId, GuestChange>;
  #saved: SavedHost;
  #state: HostState = { kind: 'disconnected' };
  #connection: HostConnection | null = null;
  #guests = new Map<GuestId, Guest>();
  #seq = 0;
  /** Aborted when the attempt or connection it stands for is given up. */
  #current: AbortController | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  /** Whom the attempt or connection asks: the person, if it was they who wanted it. */
  #ask: AskLogin = nobodyToAsk;

  /** `backendFor` throws 'bad-uri'. */
  constructor(saved: SavedHost, backendFor: (uri: string) => Backend, options: HostLinkOptions) {
    this.#saved = saved;
    this.#backendFor = backendFor;
    this.#options = options;
    this.#spacing = new Spacing(changeSpacing, (change) => this.#publish(change));
  }

  get saved(): SavedHost {
    return this.#saved;
  }

  host(): Host {
    return { ...this.saved, state: this.#state };
  }

  /** Null while there is none. */
  get connection(): HostConnection | null {
    return this.#connection;
  }

  snapshot(): { seq: number; guests: Guest[] } {
    return { seq: this.#seq, guests: [...this.#guests.values()] };
  }

  guest(id: GuestId): Guest | undefined {
    return this.#guests.get(id);
  }

  /**
   * Begins an attempt unless one is under way or has succeeded. What comes of it is told as a change of the host. With `ask` it is the person
   * who wants it: the attempt, also one that is under way already, asks them; a reconnection later does not.
   */
  connect(ask?: AskLogin): void {
    if (ask !== undefined) this.#failures = 0;
    if (this.#current !== null) {
      this.#ask = ask ?? this.#ask;
      return;
    }
    this.#ask = ask ?? nobodyToAsk;
    clearTimeout(this.#retry);
    const current = new AbortController();
    this.#current = current;
    void this.#live(current.signal).catch((error: unknown) => {
      if (this.#current === current) this.#fail(faultOf(error));
      if (!(error instanceof BackendError)) this.#options.log(`${this.saved.id}: ${String(error)}`);
    });
  }

  async disconnect(): Promise<void> {
    const connection = this.#connection;
    this.#leave();
    this.#failures = 0;
    this.#setState({ kind: 'disconnected' });
    await connection?.close();
  }

  /** Another address, or other rights, end the connection and leave the host disconnected. */
  async change(saved: SavedHost): Promise<void> {
    const moved = !isSameRoad(saved, this.#saved);
    this.#saved = saved;
    if (moved) await this.disconnect();
    else this.#setState(this.#state);
  }

  /** Tries at once where the next attempt is waited for; makes sure of a connection that there is. */
  nudge(): void {
    if (this.#state.kind === 'failed' && this.#state.retryAt !== null) this.connect();
    if (this.#connection !== null) void this.#makeSure(this.#connection);
  }

  /** Any answer will do, also a refusal. A connection that was lost says so itself. */
  async #makeSure(connection: HostConnection): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), nudgePatience);
    });
    const answer = await Promise.race([connection.loadOfHost().catch(() => null), connection.closed, late]);
    clearTimeout(timer);
    if (answer !== 'late' || this.#connection !== connection) return;
    this.#fail(
      faultOf(new BackendError('connection-lost', 'The host no longer answers.', { remedy: 'Guesthouse tries to connect again.' })),
    );
  }

  /** From the first attempt to the end of the connection; rejects with why it ended, if not by us. */
  async #live(signal: AbortSignal): Promise<void> {
    this.#setState({ kind: 'connecting' });
    const { uri, readOnly } = this.#saved;
    const ask = withdrawnWith(async (question, withdrawn) => this.#ask(question, withdrawn), signal);
    const connection = await this.#backendFor(uri).connect(uri, { signal, ask, readOnly });
    try {
      if (signal.aborted) return;
      // A host that answers no more would otherwise be listed, and held open, for ever.
      signal.addEventListener('abort', () => void connection.close(), { once: true });
      const early: GuestChange[] = [];
      let listed = false;
      // Changes are read from before the list is, or what happens between the two would be missed.
      const changes = this.#readChanges(connection, (change) => {
        if (signal.aborted) return;
        if (listed) this.#apply(change);
        else early.push(change);
      });
      const ended = Promise.race([changes, connection.closed]).then(() => connection.closed.then(lost));
      // It is awaited twice below; until then its rejection is nobody's, and that is no mistake.
      ended.catch(() => {});
      const host = this.saved.id;
      connection.onStale((what) => this.#options.publish.hosts.stale({ host, what: [...what] }));
      connection.onNotice((notice) => this.#options.publish.guests.noticed({ host, notice }));
      const guests = await Promise.race([connection.listGuests(), ended]);
      if (signal.aborted) return;
      this.#take(connection, guests, early);
      listed = true;
      await ended;
    } finally {
      await connection.close();
    }
  }

  async #readChanges(connection: HostConnection, onChange: (change: GuestChange) => void): Promise<void> {
    for await (const change of connection.changes) onChange(change);
  }

  /** The list is new; what was told while it was read may be newer still. */
  #take(connection: HostConnection, guests: readonly Guest[], early: readonly GuestChange[]): void {
    this.#spacing.clear();
    this.#guests = new Map(guests.map((guest) => [guest.id, guest]));
    for (const change of early) this.#remember(change);
    this.#seq += 1;
    this.#failures = 0;
    this.#connection = connection;
    this.#setState({ kind: 'connected', since: Date.now(), abilities: connection.abilities, facts: connection.facts });
    this.#options.publish.guests.relisted({ host: this.saved.id });
  }

  #apply(change: GuestChange): void {
    this.#remember(change);
    this.#spacing.offer(change.kind === 'upserted' ? change.guest.id : change.id, change);
  }

  #remember(change: GuestChange): void {
    if (change.kind === 'upserted') this.#guests.set(change.guest.id, change.guest);
    else this.#guests.delete(change.id);
  }

  /** Numbered when it is told, not when it is learnt: numbers must grow in the order of telling. */
  #publish(change: GuestChange): void {
    this.#seq += 1;
    this.#options.publish.guests.changed({ host: this.saved.id, seq: this.#seq, change });
  }

  #fail(fault: Fault): void {
    this.#leave();
    if (final.has(fault.code)) {
      this.#setState({ kind: 'failed', fault, retryAt: null });
      return;
    }
    const longest = Math.min(reconnectDelay.longest, reconnectDelay.first * 2 ** this.#failures);
    this.#failures += 1;
    const wait = Math.round(Math.max(reconnectDelay.first, longest * (0.5 + this.#options.random() / 2)));
    this.#retry = setTimeout(() => this.connect(), wait);
    this.#setState({ kind: 'failed', fault, retryAt: Date.now() + wait });
  }

  #leave(): void {
    clearTimeout(this.#retry);
    this.#current?.abort();
    this.#current = null;
    this.#connection = null;
    this.#spacing.clear();
  }

  #setState(state: HostState): void {
    this.#state = state;
    this.#options.publish.hosts.changed(this.host());
  }
}

/** Whether a connection to the one is as good as one to the other. */
export const isSameRoad = (a: SavedHost, b: SavedHost): boolean => a.uri === b.uri && a.readOnly === b.readOnly;

function lost(why: Error | null): never {
  if (why instanceof BackendError) throw why;
  throw new BackendError('connection-lost', 'The connection to the host was lost.', { cause: why });
}
