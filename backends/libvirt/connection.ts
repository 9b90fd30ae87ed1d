import type { Guest, GuestDetails, GuestId } from '#model/guest';
import type { GuestAction } from '#model/guest-action';
import type { GuestPicture } from '#model/guest-picture';
import type { HostAbilities, HostFacts, HostLoad } from '#model/host';
import type { GuestCounters } from '#model/sample';
import type { GuestCreation, GuestDeletion, HostConnection, Networks, Storage } from '../backend.ts';
import type { ByteStream } from '../byte-stream.ts';
import { BackendError } from '../errors.ts';
import { ChangeQueue } from './change-queue.ts';
import { describeGuest } from './describe-guest.ts';
import { displayAddress, openDisplay } from './graphical-console.ts';
import { actOn, commandFor } from './guest-actions.ts';
import { countGuests } from './guest-counters.ts';
import { consolesOf } from './guest-devices.ts';
import { listGuests, readGuests } from './guest-reader.ts';
import { GuestRefresher } from './guest-refresher.ts';
import { HostLoadMeter } from './host-load.ts';
import { DomainXml } from './libvirt-host.ts';
import type { OpenHost } from './open-host.ts';
import type { Domain } from './protocol/objects.ts';
import { Screenshots } from './screenshot.ts';
import { openSerialConsole } from './serial-console.ts';
import { parseXml } from './xml/document.ts';

export interface Facets {
  readonly abilities: HostAbilities;
  readonly creation: GuestCreation | null;
  readonly deletion: GuestDeletion | null;
  readonly storage: Storage | null;
  readonly networks: Networks | null;
}

/** A libvirt host as the rest of the program knows hosts. */
export class LibvirtConnection implements HostConnection {
  readonly abilities: HostAbilities;
  readonly facts: HostFacts;
  readonly changes = new ChangeQueue();
  readonly closed: Promise<Error | null>;
  readonly creation: GuestCreation | null;
  readonly deletion: GuestDeletion | null;
  readonly storage: Storage | null;
  readonly networks: Networks | null;

  readonly #host: OpenHost;
  readonly #refresher: GuestRefresher;
  readonly #load: HostLoadMeter;
  readonly #displays = new Set<ByteStream>();
  readonly #screenshots: Screenshots;

  constructor(host: OpenHost, facets: Facets) {
    this.#host = host;
    this.facts = host.facts;
    this.abilities = facets.abilities;
    this.creation = facets.creation;
    this.deletion = facets.deletion;
    this.storage = facets.storage;
    this.networks = facets.networks;
    this.#load = new HostLoadMeter(host);
    this.#screenshots = new Screenshots(host);
    this.#refresher = new GuestRefresher({
      read: (domains) => readGuests(host, domains),
      publish: (change) => this.changes.push(change),
      alive: () => host.alive,
    });
    this.closed = host.closed.then((reason) => {
      this.#refresher.stop();
      this.changes.end();
      for (const display of this.#displays) void display.close();
      return reason;
    });
  }

  /** Something was heard of this guest. */
  heard(dom: Domain): void {
    this.#refresher.mark(dom);
  }

  listGuests(): Promise<Guest[]> {
    return this.#refresher.list(() => listGuests(this.#host));
  }

  async describeGuest(id: GuestId): Promise<GuestDetails> {
    return describeGuest(this.#host, await this.#host.domainOf(id));
  }

  async guestDefinition(id: GuestId): Promise<string> {
    return this.#host.domainXml(await this.#host.domainOf(id), DomainXml.live);
  }

  async act(id: GuestId, action: GuestAction): Promise<void> {
    const dom = await this.#host.domainOf(id);
    await actOn(this.#host, dom, action);
    // Not every action has its event: dropping a saved state has none.
    this.heard(dom);
  }

  commandFor(guest: Guest, action: GuestAction | 'delete'): string {
    return commandFor(this.#host.driverUri, guest, action);
  }

  countGuests(): Promise<GuestCounters[]> {
    return countGuests(this.#host);
  }

  loadOfHost(): Promise<HostLoad> {
    return this.#load.read();
  }

  async openConsole(id: GuestId, name: string, { force }: { force: boolean }): Promise<ByteStream> {
    const dom = await this.#host.domainOf(id);
    const document = parseXml(await this.#host.domainXml(dom, DomainXml.live));
    const console = consolesOf(document).find((candidate) => candidate.name === name);
    if (console === undefined) throw new BackendError('not-found', `The guest has no console "${name}".`);
    if (console.kind === 'serial') return openSerialConsole(this.#host, dom, name, force);
    const display = await openDisplay(this.#host.route, displayAddress(document, name));
    this.#displays.add(display.stream);
    void display.ended.then(() => this.#displays.delete(display.stream));
    return display.stream;
  }

  async screenshot(id: GuestId): Promise<GuestPicture> {
    return this.#screenshots.take(await this.#host.domainOf(id));
  }

  async close(): Promise<void> {
    this.#host.close();
    await this.closed;
  }
}
