import type { Backend, ConnectOptions, HostConnection } from '../backend.ts';
import { BackendError } from '../errors.ts';
import { FakeConnection } from './fake-connection.ts';
import { FakeHost } from './fake-host.ts';
import { type FakeLogin, logIn } from './fake-login.ts';
import { pause } from './pause.ts';
import { seedGuests } from './seed.ts';

export interface FakeOptions {
  /** How many guests each host begins with; without it, the believable ones. */
  readonly guests?: number;
  /** Milliseconds that each answer takes. */
  readonly delay?: number;
}

/** How a host meets those who connect. `silent` never answers at all; FakeLogin asks first. */
export type FakeManners = 'open' | 'silent' | BackendError | FakeLogin;

/**
 * A complete backend in memory: for the UI's tests, for trying the window without a hypervisor, and as the first to pass the conformance
 * suite. Uses nothing that a browser lacks. Its hosts are fake://<any name>, and those of any libvirt address, so that every form has hosts
 * to find; they exist from the first time that they are named.
 */
export class FakeBackend implements Backend {
  readonly name = 'fake';
  readonly schemes = ['fake', 'qemu', 'lxc', 'xen', 'test'] as const;
  readonly #options: FakeOptions;
  readonly #hosts = new Map<string, FakeHost>();
  readonly #manners = new Map<string, FakeManners>();
  readonly #connections = new Map<FakeConnection, string>();

  constructor(options: FakeOptions = {}) {
    this.#options = options;
  }

  async connect(uri: string, options: ConnectOptions): Promise<HostConnection> {
    const { signal } = options;
    const hostname = hostnameOf(uri);
    const host = this.host(hostname);
    if (/^lxc[:+]/.test(uri)) host.containers = true;
    const manners = this.#manners.get(hostname) ?? 'open';
    await (manners === 'silent' ? forever(signal) : pause(host.delay, signal));
    if (manners instanceof BackendError) throw manners;
    if (typeof manners === 'object') await logIn(manners, options, () => this.#trust(hostname));
    const connection = new FakeConnection(host, options.readOnly);
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

  /** As ssh remembers a key that was accepted: it is not asked about again. */
  #trust(hostname: string): void {
    const manners = this.#manners.get(hostname);
    if (typeof manners !== 'object' || manners instanceof BackendError) return;
    this.setManners(hostname, { ...manners, asks: manners.asks.filter(({ kind }) => kind !== 'host-key') });
  }

  /** Cuts all connections to the host, as when its daemon dies. */
  dropConnection(hostname: string): void {
    for (const [connection, name] of this.#connections) if (name === hostname) connection.cut();
  }
}

/** "shelf" for fake://shelf/ and qemu+ssh://ada@shelf:22/system; "qemu-system" for qemu:///system. */
function hostnameOf(uri: string): string {
  const parts =
    /^(?<driver>[a-z]+)(?:\+[a-z]+)?:\/\/(?:[^@/]*@)?(?<host>[A-Za-z0-9._-]*|\[[^\]]*\])(?::\d+)?(?:\/(?<path>[a-z]*))?(?:\?.*)?$/.exec(
      uri,
    )?.groups;
  const host = parts?.['host'] || (parts?.['driver'] === 'fake' ? '' : [parts?.['driver'], parts?.['path']].filter(Boolean).join('-'));
  if (host === '') throw new BackendError('bad-uri', 'This is no address of a fake host.', { remedy: 'Write fake://name.' });
  return host;
}

async function forever(signal: AbortSignal): Promise<void> {
  await pause(2 ** 31 - 1, signal);
}
