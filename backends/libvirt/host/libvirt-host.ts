import type { GuestId } from '#model/guest';
import type { Acceleration, HostFacts } from '#model/host';
import type { Domain } from '../protocol/objects.ts';
import type { Procedure } from '../protocol/procedure.ts';
import type { Session } from '../rpc/session.ts';
import type { Route } from '../transport/route.ts';
import type { XmlElement } from '../xml/document.ts';

// libvirt: virDomainXMLFlags. Only displays read passwords (`secure`), and what they read so goes nowhere else.
export const DomainXml = { live: 0, secure: 1, inactive: 2 } as const;

/**
 * An open libvirt host, as its parts see it: calls, and the few look-ups that many of them need. Everything rejects with BackendError;
 * the daemon's own LibvirtError is its `cause`.
 */
export interface LibvirtHost {
  /** What the daemon calls itself: "qemu:///system". */
  readonly driverUri: string;
  /** The URI by which it is reached from here: "qemu+ssh://attic/system". In a command to run here, the other would mean this computer. */
  readonly address: string;
  /** The daemon runs on this computer: a path here is a path there, and its loopback is ours. */
  readonly local: boolean;
  /** The road to it, over which its displays are reached too. */
  readonly route: Route;
  readonly facts: HostFacts;

  /** A call on the main connection, beside lists and events: only what the daemon answers at once. */
  call<A, R>(procedure: Procedure<A, R>, args: A): Promise<R>;
  /** A call that may take seconds or minutes (start, save, volume creation), on connections of its own, so that nothing else waits for it. */
  job<A, R>(procedure: Procedure<A, R>, args: A): Promise<R>;
  /** A call about one guest that is answered at once unless that guest hangs (pause, force off, progress): neither jobs nor lists wait for it. */
  quick<A, R>(procedure: Procedure<A, R>, args: A): Promise<R>;
  /** A connection of its own, for a stream. Whoever asked closes it; it ends with the host at the latest. */
  openSession(): Promise<Session>;
  /** Another connection to the same host, for what must be finished after this one has ended. Whoever asked closes it. */
  reopen(signal: AbortSignal): Promise<LibvirtHost & { close(): void }>;

  /** Rejects with 'not-found'. */
  domainOf(id: GuestId): Promise<Domain>;
  /** The definition, without secrets unless they are asked for. `flags` from DomainXml. */
  domainXml(domain: Domain, flags: number): Promise<string>;
  /** How often the daemon has told that the guest was defined, by anybody, since this connection was made. */
  timesDefined(id: GuestId): number;
  /** Read once per connection. */
  capabilities(): Promise<XmlElement>;
  /** Whether an ordinary guest runs on hardware virtualisation here. */
  acceleration(): Promise<Acceleration>;
}
