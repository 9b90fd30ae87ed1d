import type { Guest, GuestRef } from '#model/guest';
import type { Host, HostId, SavedHost } from '#model/host';
import type { Backend, HostConnection } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import { backendFor } from './backend-for.ts';
import { HostLink } from './host-link.ts';
import type { HostLinkOptions } from './host-link.ts';

export interface RegistryOptions extends HostLinkOptions {
  readonly backends: readonly Backend[];
  readonly hosts: readonly SavedHost[];
}

/** A host as it is at one moment: another address of it, given while the person is asked, is not what they agree to. */
export interface ReachedHost {
  readonly saved: SavedHost;
  readonly connection: HostConnection;
}

/** All hosts. Each lives by itself: one that hangs delays no other. */
export class Registry {
  readonly #options: RegistryOptions;
  readonly #links: Map<HostId, HostLink>;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#links = new Map(options.hosts.map((host) => [host.id, this.#newLink(host)]));
  }

  /** Those that are wanted at start. Nobody is asked anything. */
  connectAll(): void {
    for (const link of this.#links.values()) if (link.saved.autoconnect) link.connect();
  }

  /** The computer woke up or has another network: what was lost with it may be there again, and what seems connected may be dead. */
  nudge(): void {
    for (const link of this.#links.values()) link.nudge();
  }

  /** In the order in which they were added. */
  saved(): SavedHost[] {
    return [...this.#links.values()].map((link) => link.saved);
  }

  /** Does not connect. */
  add(saved: SavedHost): void {
    const link = this.#newLink(saved);
    this.#links.set(saved.id, link);
    this.#options.publish.hosts.changed(link.host());
  }

  /** Another address ends the connection. Throws 'not-found'. */
  async change(saved: SavedHost): Promise<void> {
    await this.link(saved.id).change(saved);
  }

  /** Resolves when nothing of it is open any more. Throws 'not-found'. */
  async remove(id: HostId): Promise<void> {
    const link = this.link(id);
    this.#links.delete(id);
    const ended = link.disconnect();
    this.#options.publish.hosts.removed({ host: id });
    await ended;
  }

  hosts(): Host[] {
    return [...this.#links.values()].map((link) => link.host());
  }

  /** Throws 'not-found'. */
  link(id: HostId): HostLink {
    const link = this.#links.get(id);
    if (link === undefined) throw new BackendError('not-found', 'Guesthouse has no such host.');
    return link;
  }

  /** Throws 'not-found' or 'not-connected'. */
  connection(id: HostId): HostConnection {
    return this.reached(id).connection;
  }

  /** For whoever asks and then acts: to be taken before the first await, and used to the end. Throws 'not-found' or 'not-connected'. */
  reached(id: HostId): ReachedHost {
    const { saved, connection } = this.link(id);
    if (connection === null) throw notConnected(saved.name);
    return { saved, connection };
  }

  /** Throws 'not-found' or 'not-connected'. */
  snapshot(id: HostId): { seq: number; guests: Guest[] } {
    const link = this.link(id);
    if (link.connection === null) throw notConnected(link.saved.name);
    return link.snapshot();
  }

  /** What is known of one guest; throws 'not-found' or 'not-connected'. */
  guest(ref: GuestRef): Guest {
    this.connection(ref.host);
    const guest = this.link(ref.host).guest(ref.id);
    if (guest === undefined) throw new BackendError('not-found', 'There is no such guest any more.');
    return guest;
  }

  #newLink(saved: SavedHost): HostLink {
    return new HostLink(saved, (uri) => backendFor(uri, this.#options.backends), this.#options);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#links.values()].map(async (link) => link.disconnect()));
  }
}

function notConnected(name: string): BackendError {
  return new BackendError('not-connected', `Guesthouse is not connected to “${name}”.`, { remedy: 'Connect to the host, then try again.' });
}
