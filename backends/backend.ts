import type { DeletionPlan, DeletionResult } from '#model/deletion';
import type { GuestAction } from '#model/guest-action';
import type { CreationOffer, GuestSpec, Media, Objection } from '#model/guest-spec';
import type { Guest, GuestChange, GuestDetails, GuestId } from '#model/guest';
import type { HostAbilities, HostFacts, HostLoad } from '#model/host';
import type { Network } from '#model/network';
import type { GuestCounters } from '#model/sample';
import type { Pool, PoolProposal, Volume } from '#model/storage';
import type { ByteStream } from './byte-stream.ts';
import type { AskLogin } from './login.ts';

/** A family of hypervisors that one client reaches. Backends never import each other; the catalog lists them. */
export interface Backend {
  readonly name: string;
  /** URI schemes it answers to, without a "+transport": qemu, lxc, test. */
  readonly schemes: readonly string[];
  /** Rejects with BackendError. Aborting leaves nothing open. */
  connect(uri: string, options: ConnectOptions): Promise<HostConnection>;
}

export interface ConnectOptions {
  /** Gives the attempt up; it has no meaning once there is a connection. */
  readonly signal: AbortSignal;
  /** Asked for what lets us in. A connection may ask again later, when it opens another road to the same host. */
  readonly ask: AskLogin;
}

/** One long operation: `report` is told each step, `signal` cancels where that is still possible. */
export interface Operation {
  report(step: string, progress: number | null): void;
  readonly signal: AbortSignal;
}

/** A file on this computer that a person chose in main's dialog. */
export interface LocalFile {
  readonly path: string;
  /** "device:inode" of what lay there when it was chosen. What lies there later is only the same file if it has the same. */
  readonly identity?: string;
}

/**
 * An open connection to a host. Every method rejects with BackendError. Truth about guests arrives through `changes`; an action's
 * promise only says that the host took it. A facet that the host does not have is null, never a method that throws.
 */
export interface HostConnection {
  readonly abilities: HostAbilities;
  readonly facts: HostFacts;
  /** Begins with what happens after `connect`; ends when the connection does. Read once. */
  readonly changes: AsyncIterable<GuestChange>;
  /** Resolves when the connection has ended: null when by `close`, else why. */
  readonly closed: Promise<Error | null>;

  listGuests(): Promise<Guest[]>;
  describeGuest(id: GuestId): Promise<GuestDetails>;
  /** The host's own document for the guest, secrets left out. */
  guestDefinition(id: GuestId): Promise<string>;
  act(id: GuestId, action: GuestAction): Promise<void>;
  /** The same by hand, for the task list; null where there is no such command. */
  commandFor(guest: Guest, action: GuestAction | 'delete'): string | null;

  /** Counters of all running guests in one call. */
  countGuests(): Promise<GuestCounters[]>;
  loadOfHost(): Promise<HostLoad>;

  /** `name` as in GuestDetails.consoles. `force` takes a serial console over from whoever has it ('console-busy' otherwise). */
  openConsole(id: GuestId, name: string, options: { force: boolean }): Promise<ByteStream>;

  readonly creation: GuestCreation | null;
  readonly deletion: GuestDeletion | null;
  readonly storage: Storage | null;
  readonly networks: Networks | null;
  close(): Promise<void>;
}

export interface GuestCreation {
  offer(): Promise<CreationOffer>;
  /** What stands against it, found without changing anything. */
  check(spec: GuestSpec, media: LocalFile): Promise<Objection[]>;
  /** Volume, definition, start, in that order. On failure or cancel, what this call made is removed again before it rejects. */
  create(spec: GuestSpec, media: LocalFile, operation: Operation): Promise<GuestId>;
}

export interface GuestDeletion {
  plan(id: GuestId): Promise<DeletionPlan>;
  /** Definition first, then the named disks; each disk's use is checked again right before it goes. */
  delete(id: GuestId, paths: readonly string[], operation: Operation): Promise<DeletionResult>;
}

export interface Storage {
  listPools(): Promise<Pool[]>;
  listVolumes(pool: string): Promise<Volume[]>;
  /** What `provideDefaultPool` would do; null where the default pool is active. Changes nothing: no pool is made unasked. */
  proposeDefaultPool(): Promise<PoolProposal | null>;
  /** Makes the default pool (and its folder) or starts it, now and with the host. A failure leaves no half-made pool. */
  provideDefaultPool(): Promise<void>;
}

export interface Networks {
  listNetworks(): Promise<Network[]>;
}

/** Reads what an installation medium says of itself. Main owns it: it reads this computer's files, not a host's. */
export interface MediaReader {
  /** Rejects with 'bad-file' where the file is missing, unreadable or no ISO 9660 image. */
  read(file: LocalFile): Promise<Media>;
}
