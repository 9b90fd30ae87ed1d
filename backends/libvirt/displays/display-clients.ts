import type { GuestId } from '#model/guest';
import type { Domain } from '../protocol/objects.ts';
import type { TunnelTarget } from '../transport/route.ts';
import type { Display } from './display-definition.ts';

/** libvirt: virDomainEventGraphicsPhase. Each channel of SPICE is a connection of its own. */
const PHASE = { connect: 0, disconnect: 2 } as const;
/** libvirt: virDomainEventGraphicsAddressType. */
const FAMILY_UNIX = 2;

interface Address {
  readonly family: number;
  readonly node: string;
  readonly service: string;
}

/** What the host tells of somebody who connects to a display, or leaves it. */
export interface DisplayNews {
  readonly dom: Domain;
  readonly phase: number;
  readonly local: Address;
  readonly remote: Address;
}

interface Client {
  /** The listener's port, or "unix". */
  readonly listener: string;
  readonly address: string;
  readonly node: string;
  own: boolean;
}

/**
 * Who is connected to the displays of a host's guests, as far as the host has told since we are connected to it. Which of them are we is known
 * by the near end's address where that is what the display sees; at the end of a tunnel, the next one to come after we set out is taken for us.
 */
export class DisplayClients {
  readonly #guests = new Map<GuestId, GuestClients>();

  tell({ dom, phase, local, remote }: DisplayNews): void {
    const guest = this.#of(dom.uuid);
    const listener = local.family === FAMILY_UNIX ? UNIX : local.service;
    const address = addressOf(remote);
    if (phase === PHASE.connect) guest.came(listener, address, remote.node);
    if (phase === PHASE.disconnect) guest.went(listener, address);
  }

  /** A connection of ours is about to be made. */
  visit(id: GuestId, target: TunnelTarget): DisplayVisit {
    return this.#of(id).visit(listenerOf(target));
  }

  /** From where others are connected to the display; '' stands for a unix socket. */
  others(id: GuestId, { plain, tls }: Display): string[] {
    const listeners = [plain, tls].flatMap((target) => (target === null ? [] : [listenerOf(target)]));
    return this.#guests.get(id)?.others(new Set(listeners)) ?? [];
  }

  /** The guest has been switched off, or is another run of it. */
  forget(id: GuestId): void {
    this.#guests.delete(id);
  }

  #of(id: GuestId): GuestClients {
    const guest = this.#guests.get(id) ?? new GuestClients();
    this.#guests.set(id, guest);
    return guest;
  }
}

/** One connection of ours. */
export interface DisplayVisit {
  /** It is made. `seen`: the address that the display sees; null: that of a tunnel's far end. */
  arrived(seen: { readonly node: string; readonly service: string } | null): void;
  /** It came to nothing, or has ended. */
  over(): void;
}

const UNIX = 'unix';
const listenerOf = (target: TunnelTarget): string => (target.kind === 'unix' ? UNIX : String(target.port));
const addressOf = ({ node, service }: Pick<Address, 'node' | 'service'>): string => `${node} ${service}`;

class GuestClients {
  #clients: Client[] = [];
  readonly #ownAddresses = new Set<string>();
  /** By listener: ours that have set out, and that the host has not told of. */
  readonly #awaited = new Map<string, number>();
  /** By listener: ours that are open. */
  readonly #open = new Map<string, number>();

  came(listener: string, address: string, node: string): void {
    const byAddress = this.#ownAddresses.has(address);
    const own = byAddress || take(this.#awaited, listener);
    this.#clients.push({ listener, address, node, own });
  }

  went(listener: string, address: string): void {
    const same = this.#clients.filter((client) => client.listener === listener && client.address === address);
    // Those on a unix socket all look alike: it was one of ours if fewer of ours are open than were told of.
    const ownGone = same.filter(({ own }) => own).length > (this.#open.get(listener) ?? 0);
    const gone = same.find(({ own }) => own === ownGone) ?? same[0];
    this.#clients = this.#clients.filter((client) => client !== gone);
  }

  others(listeners: ReadonlySet<string>): string[] {
    const others = this.#clients.filter(({ listener, own }) => !own && listeners.has(listener));
    return [...new Set(others.map(({ node }) => node))];
  }

  visit(listener: string): DisplayVisit {
    add(this.#awaited, listener);
    add(this.#open, listener);
    let ended = false;
    let isThere = false;
    let address: string | null = null;
    return {
      arrived: (seen) => {
        isThere = true;
        if (seen === null) return;
        address = addressOf(seen);
        this.#ownAddresses.add(address);
        const told = this.#clients.find((client) => client.address === address);
        // One that was told of before, and taken for ours, is not awaited any more.
        if (told?.own !== true) take(this.#awaited, listener);
        if (told !== undefined) told.own = true;
      },
      over: () => {
        if (ended) return;
        ended = true;
        take(this.#open, listener);
        // Of what was never there the host tells nothing, and whoever comes next is somebody else.
        if (!isThere) take(this.#awaited, listener);
        if (address !== null) this.#ownAddresses.delete(address);
      },
    };
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Whether there was one. */
function take(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key) ?? 0;
  if (count === 0) return false;
  counts.set(key, count - 1);
  return true;
}
