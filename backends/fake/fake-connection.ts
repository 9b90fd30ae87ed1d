import type { GuestAction } from '#model/guest-action';
import { isDisplay } from '#model/guest-console';
import type { GuestPicture } from '#model/guest-picture';
import type { Guest, GuestChange, GuestDetails, GuestId, GuestNotice } from '#model/guest';
import type { HostAbilities, HostFacts, HostLoad } from '#model/host';
import type { StaleKind } from '#model/inventory';
import type { GuestCounters, Measure } from '#model/sample';
import { GiB } from '#model/quantity';
import type { Pool, PoolProposal, Volume } from '#model/storage';
import type {
  AgentChannels,
  ConsoleOptions,
  Definitions,
  GuestCreation,
  GuestDeletion,
  Hardware,
  HostConnection,
  Inspector,
  Inventory,
  Leftovers,
  Networks,
  Operation,
  Storage,
  Usb,
} from '../backend.ts';
import type { ByteStream } from '../byte-stream.ts';
import type { StartOrder } from '../start-order.ts';
import { BackendError, onlyLooking } from '../errors.ts';
import { networksWithoutChanges } from '../networks-without-changes.ts';
import { withoutChanges } from '../without-changes.ts';
import { fakeAgentChannels } from './fake-agent-channels.ts';
import { FakeCreation } from './fake-creation.ts';
import { fakeDefinitions, fakeNextStart } from './fake-definitions.ts';
import { FakeDeletion } from './fake-deletion.ts';
import { fakeScreenshot } from './fake-screenshot.ts';
import { FakeLeftovers } from './fake-leftovers.ts';
import { FakePools } from './fake-pools.ts';
import { FakeTransfers } from './fake-transfers.ts';
import { FakeVolumeKeeping } from './fake-volume-keeping.ts';
import { graphOf, volumesOf } from './fake-volumes.ts';
import { FakeInventory } from './fake-inventory.ts';
import { fakeAbilities, lookingAbilities } from './fake-host.ts';
import type { FakeHost, FakeStep } from './fake-host.ts';
import { fakeHardware } from './fake-hardware.ts';
import { fakeInspector } from './fake-inspector.ts';
import { fakeNetworks } from './fake-networks.ts';
import { fakeStartOrder } from './fake-start-order.ts';
import { fakeUsb } from './fake-usb.ts';
import { Inbox } from './inbox.ts';
import { screenOf } from './screen.ts';
import { shellOf } from './shell.ts';

/** One open road to a fake host. */
export class FakeConnection implements HostConnection {
  readonly abilities: HostAbilities;
  readonly facts: HostFacts;
  readonly changes: AsyncIterable<GuestChange>;
  readonly closed: Promise<Error | null>;
  readonly creation: GuestCreation | null;
  readonly deletion: GuestDeletion | null;
  readonly definitions: Definitions;
  readonly storage: Storage;
  readonly networks: Networks;
  readonly inventory: Inventory;
  readonly agentChannel: AgentChannels | null;
  readonly usb: Usb | null;
  readonly hardware: Hardware;
  readonly inspector: Inspector;
  readonly leftovers: Leftovers | null;
  readonly startOrder: StartOrder;
  readonly transfers: FakeTransfers;
  readonly #host: FakeHost;
  readonly #inbox = new Inbox<GuestChange>();
  readonly #consoles = new Set<ByteStream>();
  readonly #unsubscribe: () => void;
  readonly #listening = new Set<() => void>();
  #end: (why: Error | null) => void = () => {};
  #ended: BackendError | null = null;

  constructor(host: FakeHost, readOnly = false) {
    this.#host = host;
    this.facts = host.facts;
    this.changes = this.#inbox;
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#unsubscribe = host.onChange((change) => this.#inbox.put(change));
    const alive = (): void => this.#alive();
    this.inventory = new FakeInventory(host, alive);
    this.transfers = new FakeTransfers(host, alive);
    this.abilities = readOnly ? lookingAbilities : fakeAbilities;
    this.creation = readOnly ? null : new FakeCreation(host, alive);
    this.deletion = readOnly ? null : new FakeDeletion(host, alive);
    this.definitions = fakeDefinitions(host, alive, !readOnly);
    this.hardware = fakeHardware(host, alive, !readOnly);
    this.inspector = fakeInspector(host, alive);
    this.agentChannel = readOnly ? null : fakeAgentChannels(host, alive);
    this.leftovers = readOnly ? null : new FakeLeftovers(host, alive);
    this.startOrder = fakeStartOrder(host, alive, !readOnly);
    this.usb = readOnly ? null : fakeUsb(host, alive);
    const { transfers } = this;
    const storage: Storage = {
      listPools: () => this.listPools(),
      listVolumes: (pool) => this.listVolumes(pool),
      proposeDefaultPool: () => this.proposeDefaultPool(),
      provideDefaultPool: () => this.provideDefaultPool(),
      uses: async () => {
        await this.#reach('describe');
        return graphOf(host).uses();
      },
      transfers,
      pools: new FakePools(host, alive),
      volumes: new FakeVolumeKeeping(host, alive),
    };
    this.storage = readOnly ? withoutChanges(storage) : storage;
    const networks = fakeNetworks(host, alive);
    this.networks = readOnly ? networksWithoutChanges(networks) : networks;
  }

  async listGuests(): Promise<Guest[]> {
    await this.#reach('list');
    return [...this.#host.guests.values()].map(({ guest }) => guest);
  }

  async describeGuest(id: GuestId): Promise<GuestDetails> {
    await this.#reach('describe');
    return this.#host.find(id).details();
  }

  async guestDefinition(id: GuestId): Promise<string> {
    await this.#reach('describe');
    return fakeNextStart(this.#host.find(id));
  }

  async act(id: GuestId, action: GuestAction, operation?: Operation): Promise<void> {
    this.#requireChange();
    await this.#host.act(id, action, operation);
    this.#alive();
  }

  commandFor(guest: Guest, action: GuestAction | 'delete'): string {
    return `fake ${action} ${guest.name}`;
  }

  async countGuests(measures: ReadonlySet<Measure>): Promise<GuestCounters[]> {
    await this.#reach('count');
    if (measures.size === 0) return [];
    const now = performance.now();
    return [...this.#host.guests.values()].filter((guest) => guest.alive).map((guest) => guest.count(now, measures));
  }

  onStale(listener: (what: ReadonlySet<StaleKind>) => void): () => void {
    return this.#listen(this.#host.onStale(listener));
  }

  onNotice(listener: (notice: GuestNotice) => void): () => void {
    return this.#listen(this.#host.onNotice(listener));
  }

  async loadOfHost(): Promise<HostLoad> {
    await this.#reach('count');
    return this.#host.load();
  }

  async openConsole(id: GuestId, name: string, { force }: ConsoleOptions): Promise<ByteStream> {
    await this.#reach('console');
    const found = this.#host.find(id);
    const console = found.details().consoles.find((other) => other.name === name);
    if (console === undefined) throw new BackendError('not-found', 'The guest has no such console.');
    if (!found.alive) throw new BackendError('invalid-state', 'Only a running guest has a console.', { remedy: 'Start the guest.' });
    if (console.kind === 'serial') this.#requireChange();
    const stream = console.kind === 'serial' ? shellOf(found.guest.name) : screenOf();
    // Any number may look at a screen; a serial line has one end.
    const release = console.kind === 'serial' ? this.#host.holdConsole(id, name, force, () => void stream.close()) : () => {};
    const held: ByteStream = {
      read: () => stream.read(),
      write: async (bytes) => stream.write(bytes),
      close: async () => {
        release();
        this.#consoles.delete(held);
        await stream.close();
      },
    };
    this.#consoles.add(held);
    return held;
  }

  async viewerFile(id: GuestId, name: string): Promise<string> {
    await this.#reach('console');
    const found = this.#host.find(id);
    const console = found.details().consoles.find((other) => other.name === name);
    if (console === undefined) throw new BackendError('not-found', 'The guest has no such console.');
    if (!isDisplay(console)) throw new BackendError('unsupported', 'remote-viewer shows pictures, and this console has none.');
    if (!found.alive) throw new BackendError('invalid-state', 'Only a running guest has a display.', { remedy: 'Start the guest.' });
    const title = found.guest.name.replaceAll(/\s+/g, ' ');
    return ['[virt-viewer]', `type=${console.kind}`, 'host=127.0.0.1', 'port=5900', `title=${title}`, 'delete-this-file=1', ''].join('\n');
  }

  async screenshot(id: GuestId): Promise<GuestPicture> {
    await this.#reach('screenshot');
    this.#requireChange();
    return fakeScreenshot(this.#host.find(id));
  }

  async listPools(): Promise<Pool[]> {
    await this.#reach('pools');
    return this.#host.pools.map((pool) => ({ ...pool }));
  }

  async listVolumes(name: string): Promise<Volume[]> {
    await this.#reach(`volumes of ${name}`);
    const pool = this.#host.pools.find((other) => other.name === name);
    if (pool === undefined) throw new BackendError('not-found', 'There is no such pool.');
    if (!pool.active) throw new BackendError('pool-inactive', `The pool “${name}” is not active.`, { remedy: 'Start the pool.' });
    return volumesOf(this.#host, pool);
  }

  async proposeDefaultPool(): Promise<PoolProposal | null> {
    await this.#reach('describe');
    const pool = this.#host.pools.find(({ name }) => name === 'default');
    if (pool === undefined) return { kind: 'make', name: 'default', path: '/var/lib/libvirt/images' };
    return pool.active ? null : { kind: 'start', name: pool.name, path: pool.path ?? '' };
  }

  async provideDefaultPool(): Promise<void> {
    const proposal = await this.proposeDefaultPool();
    if (proposal === null) return;
    const others = this.#host.pools.filter(({ name }) => name !== proposal.name);
    const pool = {
      name: proposal.name,
      kind: 'dir',
      active: true,
      capacity: 500 * GiB,
      available: 400 * GiB,
      path: proposal.path,
      source: null,
      persistent: true,
      autostart: true,
    };
    this.#host.pools.splice(0, this.#host.pools.length, ...others, pool);
    this.#host.stale('pools', 'volumes');
  }

  async close(): Promise<void> {
    this.#finish(null);
  }

  /** Ends it as when the daemon dies: whoever waits is told so. */
  cut(): void {
    this.#finish(new BackendError('connection-lost', 'The connection to the host was lost.', { remedy: 'Guesthouse will connect again.' }));
  }

  #finish(why: BackendError | null): void {
    if (this.#ended !== null) return;
    this.#ended = why ?? new BackendError('connection-lost', 'The connection was closed.');
    this.#unsubscribe();
    for (const stop of this.#listening) stop();
    this.#inbox.end();
    for (const console of this.#consoles) void console.close();
    this.#end(why);
  }

  #listen(stop: () => void): () => void {
    this.#listening.add(stop);
    return stop;
  }

  async #reach(step: FakeStep): Promise<void> {
    this.#alive();
    await this.#host.reach(step);
    this.#alive();
  }

  #requireChange(): void {
    this.#alive();
    if (!this.abilities.change) throw onlyLooking();
  }

  #alive(): void {
    if (this.#ended !== null) throw this.#ended;
  }
}
