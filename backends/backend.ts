import type { AgentChannel, TakesEffect } from '#model/clipboard';
import type { DefinedObject, DefinitionOutcome, DefinitionWish, GuestDefinition, ObjectDefinition } from '#model/definition';
import type { DeletionPlan, DeletionResult } from '#model/deletion';
import type { ForeignFormat } from '#model/foreign-image';
import type { GuestAction } from '#model/guest-action';
import type { SpiceChannel } from '#model/guest-console';
import type { CreationOffer, GuestPreview, GuestSpec, MachineWish, Media, Objection } from '#model/guest-spec';
import type { Guest, GuestChange, GuestDetails, GuestId, GuestNotice } from '#model/guest';
import type { HostAbilities, HostFacts, HostLoad } from '#model/host';
import type { GuestHardware, HardwareChange, HardwareOutcome, HardwarePlan, HardwareWish } from '#model/hardware';
import type { HostDevice } from '#model/host-device';
import type { HostDrive } from '#model/host-drive';
import type { Inspection, InspectionOutlook } from '#model/inspection';
import type { GuestObjectKind, HostObject, ObjectKind, StaleKind } from '#model/inventory';
import type { DhcpLease, Network, NetworkAction, NetworkDetails, NetworkId, NetworkSurroundings, NicAttachments } from '#model/network';
import type { NetworkSpec } from '#model/network-spec';
import type { GuestCounters, Measure } from '#model/sample';
import type { GuestPicture } from '#model/guest-picture';
import type { NotedProduct, Product, Remnant } from '#model/product';
import type { PoolAction } from '#model/pool-action';
import type { PoolKind, PoolPlace } from '#model/pool-kinds';
import type { PoolOffer, PoolSource, PoolSpec } from '#model/pool-spec';
import type { Pool, PoolProposal, Volume, VolumeRef } from '#model/storage';
import type { StorageOutlook } from '#model/storage-outlook';
import type { StorageUses } from '#model/storage-use';
import type { UsbDevice, UsbSockets } from '#model/usb-device';
import type { ByteStream } from './byte-stream.ts';
import type { DefinitionsAgain } from './definitions-again.ts';
import type { HostFirewall } from './host-firewall.ts';
import type { LanBridges } from './lan-bridges.ts';
import type { AskLogin } from './login.ts';
import type { StartOrder } from './start-order.ts';
import type { BuildOutlook } from './build-outlook.ts';
import type { VolumeKeeping } from './volume-keeping.ts';

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
  /** Only to look, for which hosts ask for less; every change is then refused with 'permission'. */
  readonly readOnly?: boolean | undefined;
}

/** One long operation: `report` is told each step, `signal` cancels where that is still possible. */
export interface Operation {
  report(step: string, progress: number | null): void;
  readonly signal: AbortSignal;
  /**
   * Writes down what is about to be made or filled, before it is: should the program die, the next start offers to clean it up. Rejects where
   * it cannot be written; then it is not made. All is forgotten when the operation ends well; when it fails, what is not `gone` is told.
   */
  making(product: Product): Promise<Note>;
}

/** One line in the journal of an operation. Neither call rejects: the operation is what counts. */
export interface Note {
  /** It is there, and ours. */
  made(): Promise<void>;
  /** It is not there (any more): the host refused to make it, or it was removed again. */
  gone(): Promise<void>;
}

export interface ConsoleOptions {
  readonly force: boolean;
  /** SPICE only. */
  readonly channel?: SpiceChannel | undefined;
  /** Whoever opens it, who may be asked for a display's password; without it, whom the connection asks. */
  readonly ask?: AskLogin | undefined;
  /** Gives the attempt up; it has no meaning once there is a stream. */
  readonly signal?: AbortSignal | undefined;
}

/** A file on this computer that a person chose in main's dialog. */
export interface LocalFile {
  readonly path: string;
  /** "device:inode" of what lay there when it was chosen. What lies there later is only the same file if it has the same. */
  readonly identity?: string;
}

/** Where a person wants to have something saved. */
export interface SaveTarget {
  readonly path: string;
  /** "device:inode" of the file that they agreed to lose; null: there was none. */
  readonly replaces: string | null;
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
  /**
   * Where the action is `long`, `operation` is told how far it is, and its signal ends it: then this rejects with 'cancelled', unless the
   * host was quicker. What was asked is asked once: when the answer is lost, the host is asked what became of it, and 'outcome-unknown'
   * remains only where nothing tells.
   */
  act(id: GuestId, action: GuestAction, operation?: Operation): Promise<void>;
  /** The same by hand, for the task list; null where there is no such command. */
  commandFor(guest: Guest, action: GuestAction | 'delete'): string | null;

  /** Counters of all running guests in one call: these and no others. */
  countGuests(measures: ReadonlySet<Measure>): Promise<GuestCounters[]>;
  loadOfHost(): Promise<HostLoad>;

  /**
   * Tells what may read differently from now on, several changes at once; returns how to stop it. What is read after `connect` is either told
   * so or still true. Not every kind has news of its own: interfaces, filters and what guests have must be read again while looked at.
   */
  onStale(listener: (what: ReadonlySet<StaleKind>) => void): () => void;
  onNotice(listener: (notice: GuestNotice) => void): () => void;

  /**
   * `name` as in GuestDetails.consoles. `force` takes a console over from whoever has it ('console-busy' otherwise). Whoever connects to a
   * display has been let in already: what comes is RFB 3.8 without security, or one SPICE channel (the main one unless named) after its link.
   */
  openConsole(id: GuestId, name: string, options: ConsoleOptions): Promise<ByteStream>;
  /**
   * A display as a file for remote-viewer, which deletes it when it has read it ("[virt-viewer]" of remote-viewer(1)). It holds the display's
   * password where the host tells it, so no window may have it, and nobody but the person may read where it is written. Rejects with
   * 'unsupported' where another program has no way to the display, 'invalid-state' where the guest is off.
   */
  viewerFile(id: GuestId, name: string): Promise<string>;
  /** What its first screen shows now. Rejects with 'unsupported' where it has none, 'invalid-state' where it is off. */
  screenshot(id: GuestId): Promise<GuestPicture>;

  readonly creation: GuestCreation | null;
  readonly deletion: GuestDeletion | null;
  readonly definitions: Definitions | null;
  readonly storage: Storage | null;
  readonly networks: Networks | null;
  readonly inventory: Inventory | null;
  readonly agentChannel: AgentChannels | null;
  readonly usb: Usb | null;
  readonly hardware: Hardware | null;
  readonly inspector: Inspector | null;
  readonly leftovers: Leftovers | null;
  readonly startOrder: StartOrder | null;
  close(): Promise<void>;
}

/** What a specification stands for on this computer: a guest to be made, with the files that belong to it. */
export interface GuestRequest {
  readonly spec: GuestSpec;
  readonly files: GuestFiles;
  /** The person's own definition, in place of the one that `preview` made. */
  readonly definition?: string | undefined;
  /** The host's drive as the person agreed to it; by creation it must still be that one. */
  readonly drive?: HostDrive | undefined;
}

/** What belongs to a specification on this computer. Main fetches and makes right before `create` what is not there yet. */
export interface GuestFiles {
  /** What the specification's tokens stand for. */
  readonly chosen: ReadonlyMap<string, LocalFile>;
  /**
   * The source's image: the chosen file, or what was fetched or converted. Absent: it is not here yet, or it is a volume. `capacity` of the disk
   * in it, `size` of the file.
   */
  readonly image?:
    | { readonly file: LocalFile; readonly format: ForeignFormat; readonly capacity?: number; readonly size?: number }
    | undefined;
  /** What is still to be fetched, as its server tells; `size` null: it does not. */
  readonly fetched?: { readonly size: number | null } | undefined;
  /** What a tree boots. */
  readonly kernel?: { readonly kernel: LocalFile; readonly initrd: LocalFile; readonly arguments: string } | undefined;
  /** The disks of an appliance, in their order; `file` null: not unpacked yet. `size`: of what is packed. */
  readonly disks?: readonly { readonly capacity: number; readonly file: LocalFile | null; readonly size?: number }[] | undefined;
  /** A disc with answers: a cloud-init seed, what an installer asks. */
  readonly seed?: LocalFile | undefined;
  readonly drivers?: LocalFile | undefined;
}

export interface GuestCreation {
  /** What a guest on this machine can have; without one, on the best that the host has. Rejects with 'unsupported' for one that it has not. */
  offer(machine?: MachineWish | null): Promise<CreationOffer>;
  /** What stands against it, found without changing anything. */
  check(request: GuestRequest): Promise<Objection[]>;
  /** Its definition as it would be now, before anything exists, and the command by which virt-install makes one like it. */
  preview(request: GuestRequest): Promise<GuestPreview>;
  /**
   * Volumes, definition, start, in that order. On failure or cancel, what this call made is removed again before it rejects. A definition of
   * the person's own must have the name that was asked for, no uuid of another guest, and the disks that are made here.
   */
  create(request: GuestRequest, operation: Operation): Promise<GuestId>;
  /** Drives and disks of the host itself that a guest can begin with. Rejects with 'unsupported' where the host does not tell of its devices. */
  drives(): Promise<HostDrive[]>;
  /** Commands of this computer, as words, that let the hypervisor read the file where it lies; none where it may already, or none would. */
  grantsFor(file: LocalFile): Promise<readonly (readonly string[])[]>;
}

export interface GuestDeletion {
  plan(id: GuestId): Promise<DeletionPlan>;
  /** Definition first, then the named disks; each disk's use is checked again right before it goes. */
  delete(id: GuestId, paths: readonly string[], operation: Operation): Promise<DeletionResult>;
}

/** Guests' definitions of their next start, as texts. Passwords never leave a host through here, and none is lost by it. */
export interface Definitions extends DefinitionsAgain {
  read(id: GuestId): Promise<GuestDefinition>;
  /**
   * Puts the text in the place of the definition that it was made from; what is hidden in that stays, unless the text has its own. Rejects with
   * 'conflict' where the host has another one by now, and then nothing was done; also where somebody defined another right after. Rejects with
   * 'invalid-definition' for what is none, or another guest's, 'invalid-state' for a guest that has none, 'permission' where one only looks.
   */
  define(id: GuestId, wish: DefinitionWish, signal: AbortSignal): Promise<DefinitionOutcome>;
  /** The same of what is no guest. */
  readObject(object: DefinedObject): Promise<ObjectDefinition>;
  defineObject(object: DefinedObject, wish: DefinitionWish): Promise<DefinitionOutcome>;
  /** The same by hand, from a file. */
  commandFor(name: string): string;
}

/** What operations that did not end left on the host. Files of this computer are none of its business. */
export interface Leftovers {
  /** Of all that one operation made, in the order in which it did, what can be cleaned up now; in the same order. */
  find(products: readonly NotedProduct[]): Promise<Remnant[]>;
  /** Removes one of them, of which `find` would say 'there' or 'gone' now. Rejects with 'in-use' where it is not to be removed. */
  remove(product: NotedProduct): Promise<void>;
}

export interface Storage {
  listPools(): Promise<Pool[]>;
  listVolumes(pool: string): Promise<Volume[]>;
  /** What `provideDefaultPool` would do; null where the default pool is active. Changes nothing: no pool is made unasked. */
  proposeDefaultPool(): Promise<PoolProposal | null>;
  /** Makes the default pool (and its folder) or starts it, now and with the host. A failure leaves no half-made pool. */
  provideDefaultPool(): Promise<void>;
  /** Who needs what: every volume of the active pools. Only looks, and asks no pool to be read anew, so it may be repeated. */
  uses(): Promise<StorageUses>;
  /** Null where a host can list what it stores and not move it. */
  readonly transfers: VolumeTransfers | null;
  /** Null where its pools cannot be changed; so are its volumes then. */
  readonly pools: PoolKeeping | null;
  readonly volumes: VolumeKeeping | null;
}

/** Storage pools that are made, started and removed. */
export interface PoolKeeping {
  offer(): Promise<PoolOffer[]>;
  /** What is there to make a pool of; `place` holds what `discovery.needs` of the kind names. */
  discover(kind: PoolKind, place: PoolPlace): Promise<PoolSource[]>;
  /** What making it would write to. Rejects with 'in-use' for a device that the host, a guest or a pool has. */
  examine(spec: PoolSpec): Promise<BuildOutlook>;
  /** Defines it, and builds and starts it as far as that was asked for. Looks as `examine` does before. What failed or was cancelled leaves nothing of it. */
  make(spec: PoolSpec, operation: Operation): Promise<void>;
  /** Rejects with 'in-use' where a guest needs what would go. */
  outlook(name: string, action: PoolAction): Promise<StorageOutlook>;
  /** Looks once more, right before: rejects with 'in-use' where that finds a doubt that is none of `agreed`. */
  act(name: string, action: PoolAction, agreed: readonly string[], operation: Operation): Promise<void>;
  /** The same by hand, for the task list. Never has a password in it. */
  commandFor(
    wish: { readonly kind: 'make'; readonly spec: PoolSpec } | { readonly kind: PoolAction; readonly name: string },
  ): string | null;
}

/** Whole disks between this computer and a host. Steps tell how far it is, how fast and how much longer. */
export interface VolumeTransfers {
  /** Makes the volume and fills it with the image. What failed or was cancelled leaves no volume. */
  upload(to: VolumeRef, file: LocalFile, operation: Operation): Promise<void>;
  /**
   * The same of what is to be removed afterwards, and of a volume too, which comes by way of this computer: the copy is read back and
   * compared byte for byte. Rejects with 'protocol' where it is another, and leaves no volume then either.
   */
  copyExactly(to: VolumeRef, from: LocalFile | VolumeRef, operation: Operation): Promise<void>;
  /** What stands against `replace`, as sentences, beside what it refuses anyway: 'in-use' where anything on the host needs the volume. */
  doubtsAboutReplacing(volume: VolumeRef): Promise<string[]>;
  /** Writes the image over the volume. A failure after the first byte says that the volume is incomplete now. */
  replace(volume: VolumeRef, file: LocalFile, operation: Operation): Promise<void>;
  /** Writes the volume to a file on this computer, by way of a `.part` beside it, which no failure leaves behind. */
  download(volume: VolumeRef, to: SaveTarget, operation: Operation): Promise<void>;
  /** The same by hand, for the task list; null where there is no such command. `size` of what is uploaded, bytes. */
  commandFor(
    what: 'upload' | 'replace' | 'download',
    volume: VolumeRef,
    file: { readonly name: string; readonly size?: number },
  ): string | null;
}

export interface Networks {
  listNetworks(): Promise<Network[]>;
  /** Rejects with 'not-found'. */
  describe(id: NetworkId): Promise<NetworkDetails>;
  /** What its DHCP server has lent now; none while it is not active, and none where the network has no server of its own. */
  leases(id: NetworkId): Promise<DhcpLease[]>;
  /** Every network card of every guest. */
  attachments(): Promise<NicAttachments>;
  surroundings(): Promise<NetworkSurroundings>;
  /** Makes it and, as wished, starts it, now or with the host. A failure leaves no half-made network. Rejects with 'bad-input' and 'exists'. */
  create(spec: NetworkSpec, wish: NetworkWish, operation: Operation): Promise<NetworkId>;
  /**
   * Makes of `from` what `to` is, live where the host can (`planNetworkChange`), all else for the next start; what the form does not have stays.
   * Rejects with 'invalid-state' where the network is not `from` any more, and leaves it as it was when a step fails.
   */
  change(id: NetworkId, from: NetworkSpec, to: NetworkSpec): Promise<void>;
  act(id: NetworkId, action: NetworkAction): Promise<void>;
  /** The same by hand, for the task list; null where there is no such command. */
  commandFor(network: Pick<Network, 'id' | 'name'>, action: NetworkAction): string | null;
  /** Null where the host's own network is out of reach. */
  readonly lan: LanBridges | null;
  /** Null where no program of the host can be run. */
  readonly firewall: HostFirewall | null;
}

export interface NetworkWish {
  readonly start: boolean;
  readonly autostart: boolean;
}

/** All that a host has besides its guests, as lists to look at. A kind that is not in the abilities rejects with 'unsupported'. */
export interface Inventory {
  list(kind: ObjectKind): Promise<HostObject[]>;
  /** The devices that a person would look for, with the guests whose definitions name them. Rejects with 'unsupported' without 'devices'. */
  hardware(): Promise<HostDevice[]>;
  ofGuest(id: GuestId, kind: GuestObjectKind): Promise<HostObject[]>;
}

/** The device by which a guest's agent reaches the clipboard of whoever shows one of its consoles (`console` as in `openConsole`). */
export interface AgentChannels {
  state(id: GuestId, console: string): Promise<AgentChannel>;
  /** Tells when it counts: where the running guest does not take it after all, it is there from the next start. */
  add(id: GuestId, console: string): Promise<TakesEffect>;
}

/** The host's own USB devices, given to guests. */
export interface Usb {
  list(): Promise<UsbDevice[]>;
  /** Where the guest takes USB devices. */
  sockets(id: GuestId): Promise<UsbSockets>;
  addSockets(id: GuestId): Promise<TakesEffect>;
  /**
   * Plugs it into the guest; into one that is off, from its next start on. What the same device left behind in the guest when it was
   * unplugged goes first. Rejects with 'in-use' where another guest has it, and, `running`, with 'invalid-state' for a guest that is off.
   */
  attach(id: GuestId, device: string, options?: { readonly running?: boolean }): Promise<void>;
  detach(id: GuestId, device: string): Promise<void>;
}

/** What guests are made of, as forms that the host describes, and changes to it. */
export interface Hardware {
  read(id: GuestId): Promise<GuestHardware>;
  /** What a change would do, found without changing anything. Rejects with 'conflict' where the definition is not `base` any more. */
  plan(id: GuestId, wish: HardwareWish): Promise<HardwarePlan>;
  /**
   * The definition first, then the running guest: what that refuses is there from its next start on, and said so; a guest that exists only
   * while it runs has it refused. Rejects with 'conflict' as `plan` does, and then nothing was changed; with 'bad-input' for what has objections.
   */
  apply(id: GuestId, wish: HardwareWish, operation: Operation): Promise<HardwareOutcome>;
  /** What of its host the guest would get by such a definition that it does not have by its present one, volumes included, in words. */
  grants(id: GuestId, definition: string): Promise<string[]>;
  /** The same of a guest that is not there (any more), but for volumes that nobody else has, and what each guest of the host runs by. */
  grantsAnew(id: GuestId, definition: string): Promise<string[]>;
  /** The same forms for a definition that is no guest's yet; nothing of it is on the host, so nothing can be done with its devices. */
  readDraft(definition: string): Promise<GuestHardware>;
  /** Its `after` is the definition with the change in it. */
  planDraft(definition: string, change: HardwareChange): Promise<HardwarePlan>;
}

/** Reads what is installed in guests from their disks, which are only read. */
export interface Inspector {
  outlook(id: GuestId): Promise<InspectionOutlook>;
  /** Takes a minute. Rejects with 'unsupported' where nothing here can, 'permission' where the disks may not be read, 'cancelled'. */
  inspect(id: GuestId, operation: Operation): Promise<Inspection>;
}

/** Reads what an installation medium says of itself. Main owns it: it reads this computer's files, not a host's. */
export interface MediaReader {
  /** Rejects with 'bad-file' where the file is missing, unreadable or no ISO 9660 image. */
  read(file: LocalFile): Promise<Media>;
}
