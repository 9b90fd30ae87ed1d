import type { Guest, GuestDetails, GuestId, GuestNotice } from '#model/guest';
import type { GuestAction } from '#model/guest-action';
import { isDisplay } from '#model/guest-console';
import type { GuestPicture } from '#model/guest-picture';
import type { HostAbilities, HostFacts, HostLoad } from '#model/host';
import type { StaleKind } from '#model/inventory';
import type { GuestCounters, Measure } from '#model/sample';
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
import { requireDone } from './guests/action-outcome.ts';
import { ChangeQueue } from './guests/change-queue.ts';
import { describeGuest } from './guests/describe-guest.ts';
import type { Ears } from './host/events.ts';
import { changesPending } from './hardware/changes-pending.ts';
import { failedWith } from './failed-with.ts';
import type { DisplayNews } from './displays/display-clients.ts';
import { Displays } from './displays/displays.ts';
import { externalDisplaysOf } from './guests/external-displays.ts';
import { actOn, commandFor } from './guests/guest-actions.ts';
import { GuestMeter } from './guests/guest-counters.ts';
import { consolesOf } from './guests/guest-devices.ts';
import { listGuests, readGuests } from './guests/guest-reader.ts';
import { GuestRefresher } from './guests/guest-refresher.ts';
import { GuestSweep } from './guests/guest-sweep.ts';
import { HostLoadMeter } from './host/host-load.ts';
import { DomainXml } from './host/libvirt-host.ts';
import type { OpenHost } from './host/open-host.ts';
import type { Domain } from './protocol/objects.ts';
import { remembered } from './remembered.ts';
import { Screenshots } from './consoles/screenshot.ts';
import { openSerialConsole } from './consoles/serial-console.ts';
import { StaleNews } from './host/stale-news.ts';
import { parseXml } from './xml/document.ts';

export interface Facets {
  readonly abilities: HostAbilities;
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
}

/** What the daemon tells unasked. */
export interface Watching {
  /** It tells of changes in the list of guests. */
  readonly guests: boolean;
  /** Asks it to tell of all else. */
  theRest(): Promise<void>;
}

/** A libvirt host as the rest of the program knows hosts. */
export class LibvirtConnection implements HostConnection, Ears {
  readonly abilities: HostAbilities;
  readonly facts: HostFacts;
  readonly definitions: Definitions | null;
  readonly changes = new ChangeQueue();
  readonly closed: Promise<Error | null>;
  readonly creation: GuestCreation | null;
  readonly deletion: GuestDeletion | null;
  readonly storage: Storage | null;
  readonly networks: Networks | null;
  readonly inventory: Inventory | null;
  readonly agentChannel: AgentChannels | null;
  readonly usb: Usb | null;
  readonly hardware: Hardware | null;
  readonly inspector: Inspector | null;
  readonly leftovers: Leftovers | null;
  readonly startOrder: StartOrder | null;

  readonly #host: OpenHost;
  readonly #refresher: GuestRefresher;
  readonly #load: HostLoadMeter;
  readonly #meter: GuestMeter;
  readonly #displays: Displays;
  readonly #screenshots: Screenshots;

  readonly #sweep: GuestSweep;
  readonly #stale = new StaleNews();
  readonly #noticeListeners = new Set<(notice: GuestNotice) => void>();
  /**
   * Begun when the list has been read, which needs none of it, and awaited by whatever is read of the other kinds: what changes after that
   * is told.
   */
  readonly #watchTheRest: () => Promise<void>;
  #ended: BackendError | null = null;

  constructor(host: OpenHost, facets: Facets, watching: Watching) {
    this.#host = host;
    this.facts = host.facts;
    this.abilities = facets.abilities;
    this.creation = facets.creation;
    this.deletion = facets.deletion;
    this.#watchTheRest = remembered(() => watching.theRest());
    this.definitions = this.#watched(facets.definitions, ({ read }, ready) => ({ read: (id) => ready(() => read(id)) }));
    this.storage = this.#watched(facets.storage, ({ listPools, listVolumes }, ready) => ({
      listPools: () => ready(listPools),
      listVolumes: (pool: string) => ready(() => listVolumes(pool)),
    }));
    this.networks = this.#watched(facets.networks, ({ listNetworks }, ready) => ({ listNetworks: () => ready(listNetworks) }));
    this.inventory = this.#watched(facets.inventory, ({ list, hardware, ofGuest }, ready) => ({
      list: (kind) => ready(() => list(kind)),
      hardware: () => ready(hardware),
      ofGuest: (id, kind) => ready(() => ofGuest(id, kind)),
    }));
    this.agentChannel = facets.agentChannel;
    this.hardware = facets.hardware;
    this.inspector = facets.inspector;
    this.leftovers = facets.leftovers;
    this.startOrder = facets.startOrder;
    this.usb = this.#watched(facets.usb, ({ list }, ready) => ({ list: () => ready(list) }));
    this.#load = new HostLoadMeter(host);
    this.#meter = new GuestMeter(host);
    this.#screenshots = new Screenshots(host);
    this.#displays = new Displays(host);
    this.#refresher = new GuestRefresher({
      read: (domains) => readGuests(host, domains),
      publish: (change) => this.changes.push(change),
      alive: () => host.alive,
    });
    this.#sweep = new GuestSweep({
      events: watching.guests,
      sweep: () => this.#refresher.sweep(() => listGuests(host)),
    });
    this.closed = host.closed.then((reason) => {
      this.#refresher.stop();
      this.#sweep.stop();
      this.#stale.stop();
      this.#noticeListeners.clear();
      this.changes.end();
      this.#displays.close();
      return reason ?? this.#ended;
    });
  }

  guest(dom: Domain): void {
    this.#refresher.mark(dom);
    this.#displays.guestChanged(dom);
  }

  display(news: DisplayNews): void {
    this.#displays.news(news);
  }

  stale(...what: readonly StaleKind[]): void {
    this.#stale.add(what);
  }

  notice(notice: GuestNotice): void {
    for (const listener of this.#noticeListeners) listener(notice);
  }

  driverLost(): void {
    this.#ended = new BackendError('connection-lost', 'The libvirt daemon has lost its connection to the hypervisor.');
    this.#host.close();
  }

  onStale(listener: (what: ReadonlySet<StaleKind>) => void): () => void {
    return this.#stale.on(listener);
  }

  onNotice(listener: (notice: GuestNotice) => void): () => void {
    this.#noticeListeners.add(listener);
    return () => this.#noticeListeners.delete(listener);
  }

  async listGuests(): Promise<Guest[]> {
    const guests = await this.#refresher.list(() => listGuests(this.#host));
    // It is awaited where it matters; alone its failure is the connection's end.
    this.#watchTheRest().catch(() => undefined);
    return guests;
  }

  async describeGuest(id: GuestId): Promise<GuestDetails> {
    await this.#watchTheRest();
    const dom = await this.#host.domainOf(id);
    // What no forms can be made of has no page that would show what waits.
    const pending = dom.id < 0 ? Promise.resolve(false) : changesPending(this.#host, id).catch(() => false);
    return describeGuest(this.#host, dom, pending);
  }

  async guestDefinition(id: GuestId): Promise<string> {
    await this.#watchTheRest();
    return this.#host.domainXml(await this.#host.domainOf(id), DomainXml.live);
  }

  async act(id: GuestId, action: GuestAction, operation?: Operation): Promise<void> {
    this.#requireChange();
    const dom = await this.#host.domainOf(id);
    try {
      await actOn(this.#host, dom, action, operation);
    } catch (error) {
      if (!failedWith(error, 'outcome-unknown') || !(await this.#wasCut())) throw error;
      await requireDone(this.#host, dom, action, error);
    }
    // Not every action has its event: dropping a saved state has none.
    this.guest(dom);
  }

  commandFor(guest: Guest, action: GuestAction | 'delete'): string {
    return commandFor(this.#host.address, guest, action);
  }

  countGuests(measures: ReadonlySet<Measure>): Promise<GuestCounters[]> {
    this.#sweep.looked();
    return this.#meter.count(measures);
  }

  loadOfHost(): Promise<HostLoad> {
    this.#sweep.looked();
    return this.#load.read();
  }

  async openConsole(id: GuestId, name: string, options: ConsoleOptions): Promise<ByteStream> {
    // From here on the host tells who else looks at a display.
    await this.#watchTheRest();
    const { dom, document, console } = await this.#consoleOf(id, name);
    if (console.kind === 'external') throw new BackendError('unsupported', console.why, { remedy: console.remedy });
    if (isDisplay(console)) return this.#displays.open(dom, document, name, options);
    this.#requireChange();
    const isFirst = consolesOf(document).find(({ kind }) => kind === 'serial')?.name === name;
    return openSerialConsole(this.#host, dom, { name, isFirst }, options.force);
  }

  async viewerFile(id: GuestId, name: string): Promise<string> {
    const { dom, document, console } = await this.#consoleOf(id, name);
    if (!isDisplay(console)) throw new BackendError('unsupported', 'remote-viewer shows pictures, and this console has none.');
    return this.#displays.viewerFile(dom, document, name);
  }

  async #consoleOf(id: GuestId, name: string) {
    const dom = await this.#host.domainOf(id);
    const document = parseXml(await this.#host.domainXml(dom, DomainXml.live));
    const console = [...consolesOf(document), ...externalDisplaysOf(document, this.#host)].find((candidate) => candidate.name === name);
    if (console === undefined) throw new BackendError('not-found', `The guest has no console "${name}".`);
    return { dom, document, console };
  }

  async screenshot(id: GuestId): Promise<GuestPicture> {
    this.#requireChange();
    return this.#screenshots.take(await this.#host.domainOf(id));
  }

  async close(): Promise<void> {
    this.#host.close();
    await this.closed;
    // Whoever ends the program now would cut off the daemon in the middle of an answer.
    await this.#host.left;
  }

  /** Before the daemon says no in words of its own. */
  #requireChange(): void {
    if (!this.abilities.change) throw onlyLooking();
  }

  /** Whether a connection was lost, not closed by us: then the host can be asked over another one. */
  async #wasCut(): Promise<boolean> {
    return !this.#host.singular && (this.#host.alive || (await this.closed) !== null);
  }

  /** The facet, with some of its questions asked only once the daemon tells of what they are about. */
  #watched<T extends object>(facet: T | null, part: (facet: T, ready: <R>(ask: () => Promise<R>) => Promise<R>) => Partial<T>): T | null {
    if (facet === null) return null;
    const ready = async <R>(ask: () => Promise<R>) => {
      await this.#watchTheRest();
      return ask();
    };
    return { ...facet, ...part(facet, ready) };
  }
}
