import type { Guest, GuestRef } from '#model/guest';
import type { Host, HostId } from '#model/host';
import type { Backend, HostConnection } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import { HostLink } from './host-link.ts';
import type { HostLinkOptions, SavedHost } from './host-link.ts';

export interface RegistryOptions extends HostLinkOptions {
  readonly backends: readonly Backend[];
  readonly hosts: readonly SavedHost[];
}

/** All hosts. Each lives by itself: one that hangs delays no other. */
export class Registry {
  readonly #links: ReadonlyMap<HostId, HostLink>;

  constructor(options: RegistryOptions) {
    this.#links = new Map(options.hosts.map((host) => [host.id, new HostLink(host, backendFor(host.uri, options.backends), options)]));
  }

  connectAll(): void {
    for (const link of this.#links.values()) link.connect();
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
    const link = this.link(id);
    if (link.connection === null) throw notConnected(link.saved.name);
    return link.connection;
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

  async close(): Promise<void> {
    await Promise.all([...this.#links.values()].map(async (link) => link.disconnect()));
  }
}

function notConnected(name: string): BackendError {
  return new BackendError('not-connected', `Guesthouse is not connected to “${name}”.`, { remedy: 'Connect to the host, then try again.' });
}

/** The scheme decides, without the transport that may follow it: qemu+ssh://… is a qemu host. */
function backendFor(uri: string, backends: readonly Backend[]): Backend | undefined {
  const scheme = /^([a-z][a-z0-9]*)(?:\+[a-z0-9]+)?:/.exec(uri)?.[1];
  return scheme === undefined ? undefined : backends.find((backend) => backend.schemes.includes(scheme));
}
