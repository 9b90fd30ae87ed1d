import type { Backend, ConnectOptions, HostConnection } from '../backend.ts';
import { BackendError } from '../errors.ts';
import { FakeConnection } from './fake-connection.ts';
import { FakeHost } from './fake-host.ts';
import { pause } from './pause.ts';
import { seedGuests } from './seed.ts';

export interface FakeOptions {
  /** How many guests each host begins with; without it, the believable ones. */
  readonly guests?: number;
  /** Milliseconds that each answer takes. */
  readonly delay?: number;
}

/** How a host meets those who connect. `silent` never answers at all. */
export type FakeManners = 'open' | 'silent' | BackendError;

/**
 * A complete backend in memory: for the UI's tests, for trying the window without a hypervisor, and as the first to pass the conformance
 * suite. Uses nothing that a browser lacks. Its hosts are fake://<any name>; they exist from the first time that they are named.
 */
export class FakeBackend implements Backend {
  readonly name = 'fake';
  readonly schemes = ['fake'] as const;
  readonly #options: FakeOptions;
  readonly #hosts = new Map<string, FakeHost>();
  readonly #manners = new Map<string, FakeManners>();
  readonly #connections = new Map<FakeConnection, string>();

  constructor(options: FakeOptions = {}) {
    this.#options = options;
  }

  async connect(uri: string, { signal }: ConnectOptions): Promise<HostConnection> {
    const hostname = /^fake:\/\/([a-z0-9-]+)\/?$/.exec(uri)?.[1];
    if (hostname === undefined) throw new BackendError('bad-uri', 'This is no address of a fake host.', { remedy: 'Write fake://name.' });
    const host = this.host(hostname);
    const manners = this.#manners.get(hostname) ?? 'open';
    await (manners === 'silent' ? forever(signal) : pause(host.delay, signal));
    if (manners instanceof BackendError) throw manners;
    const connection = new FakeConnection(host);
    this.#connections.set(connection, hostname);
    void connection.closed.then(() => this.#connections.delete(connection));
    return connection;
  }

  host(hostname: string): FakeHost {
    const known = this.#hosts.get(hostname);
    if (known !== undefined) return known;
    const host = new FakeHost(hostname, seedGuests(this.#options.guests), this.#options.delay ?? 30);
    this.#hosts.set(hostname, host);
    return host;
  }

  /** How the host meets those who connect from now on. */
  setManners(hostname: string, manners: FakeManners): void {
    this.#manners.set(hostname, manners);
  }

  /** Cuts all connections to the host, as when its daemon dies. */
  dropConnection(hostname: string): void {
    for (const [connection, name] of this.#connections) if (name === hostname) connection.cut();
  }
}

async function forever(signal: AbortSignal): Promise<void> {
  await pause(2 ** 31 - 1, signal);
}
