import type { AppContract } from '#contract/contract';
import type { Publisher } from '#contract/define';
import type { Guest, GuestChange, GuestId, GuestRef } from '#model/guest';
import type { Host, HostId } from '#model/host';
import type { StaleKind } from '#model/inventory';
import { isSameUsb, type UsbDevice, type UsbRule, usbName } from '#model/usb-device';
import type { Usb } from '../backends/backend.ts';
import { BackendError, faultOf } from '../backends/errors.ts';
import type { ConsoleSettings } from './console-settings.ts';
import type { Registry } from './registry.ts';

interface UsbRulesOptions {
  readonly registry: Registry;
  readonly settings: ConsoleSettings;
  readonly publish: Pick<Publisher<AppContract>, 'guests'>;
  log(line: string): void;
}

/** Why a device that is plugged in is not given once more: it was, or that failed; the person took it away; 'in-use' may change. */
type Settled = 'done' | 'taken-away' | 'in-use';

/**
 * "Always give this device to this guest": whenever such a device is plugged in, and whenever such a guest starts. It is plugged into the
 * running guest only. In the definition of its next start, a device that another guest has would keep the guest from starting at all.
 */
export class UsbRules {
  readonly #options: UsbRulesOptions;
  readonly #on = new Map<HostId, Set<GuestId>>();
  readonly #settled = new Map<string, Settled>();
  /** What the person gave away though this computer uses it, for as long as it stays plugged in. */
  readonly #agreed = new Set<string>();
  /** By host, the turn that is under way; `again`: something happened since it began. */
  readonly #turns = new Map<HostId, { again: boolean }>();

  constructor(options: UsbRulesOptions) {
    this.#options = options;
  }

  hostChanged({ id, state }: Host): void {
    if (state.kind !== 'connected') return void this.#on.delete(id);
    // A guest may have been started anew while its host was away, and has lost what it was given.
    if (!this.#on.has(id)) this.#forget((key, how) => key.startsWith(`${id} `) && how !== 'taken-away');
    this.#on.set(
      id,
      new Set(
        this.#options.registry
          .link(id)
          .snapshot()
          .guests.filter(isOn)
          .map((guest) => guest.id),
      ),
    );
    this.apply(id);
  }

  stale(host: HostId, what: readonly StaleKind[]): void {
    if (what.includes('devices')) this.apply(host);
  }

  guestChanged(host: HostId, change: GuestChange): void {
    const on = this.#on.get(host);
    if (on === undefined) return;
    const id = change.kind === 'removed' ? change.id : change.guest.id;
    const isOnNow = change.kind === 'upserted' && isOn(change.guest);
    if (isOnNow === on.has(id)) return;
    if (isOnNow) on.add(id);
    else on.delete(id);
    this.#forget((key) => key.startsWith(`${host} ${id} `));
    // One that went off has let go of what others may be waiting for.
    this.apply(host);
  }

  /** The person took the device away: it comes back when it is plugged in again, or with the guest's next start. */
  released({ host, id }: GuestRef, device: UsbDevice): void {
    this.#settled.set(keyOf(host, id, device), 'taken-away');
  }

  /** The person made a rule for the device, and wants to see it kept. */
  remembered({ host, id }: GuestRef, device: UsbDevice): void {
    const key = keyOf(host, id, device);
    this.#settled.delete(key);
    if (device.use === 'disk') this.#agreed.add(key);
    this.apply(host);
  }

  /** Gives what is to be given on the host, now or when the turn that is under way has ended. */
  apply(host: HostId): void {
    const turn = this.#turns.get(host);
    if (turn !== undefined) {
      turn.again = true;
      return;
    }
    const own = { again: false };
    this.#turns.set(host, own);
    void this.#apply(host)
      .catch((error: unknown) => {
        // The host went away; when it is back everything is looked at anew.
        if (!(error instanceof BackendError)) this.#options.log(`USB rules of ${host}: ${String(error)}`);
      })
      .finally(() => {
        this.#turns.delete(host);
        if (own.again) this.apply(host);
      });
  }

  async #apply(host: HostId): Promise<void> {
    const { registry, settings } = this.#options;
    const ruled = (await settings.ofHost(host)).filter(({ usb }) => usb.length > 0);
    if (ruled.length === 0) return;
    const usb = registry.connection(host).usb;
    if (usb === null) return;
    const devices = await usb.list();
    const here = new Set(devices.map(plugOf));
    const isOut = (key: string) => key.startsWith(`${host} `) && !here.has(key.slice(key.lastIndexOf(' ') + 1));
    this.#forget(isOut);
    for (const key of this.#agreed) if (isOut(key)) this.#agreed.delete(key);
    for (const { guest: id, usb: rules } of ruled) {
      const guest = registry.link(host).guest(id);
      if (guest === undefined || !isOn(guest)) continue;
      for (const rule of rules) await this.#give(usb, host, guest, rule, devices);
    }
  }

  async #give(usb: Usb, host: HostId, guest: Guest, rule: UsbRule, devices: UsbDevice[]): Promise<void> {
    const matching = devices.filter(({ identity }) => isSameUsb(identity, rule.identity));
    const own = matching.find(({ user }) => user?.id === guest.id);
    if (own !== undefined) return void this.#settled.set(keyOf(host, guest.id, own), 'done');
    const open = matching.filter((device) => (this.#settled.get(keyOf(host, guest.id, device)) ?? 'in-use') === 'in-use');
    const free = open.find(({ user }) => user === null);
    const device = free ?? open[0];
    if (device === undefined) return;
    const key = keyOf(host, guest.id, device);
    if (free === undefined) {
      if (this.#settled.get(key) !== 'in-use') this.#tell(host, guest, 'warning', `${usbName(device)} is in use by “${device.user?.name}”`);
      this.#settled.set(key, 'in-use');
      return;
    }
    if (free.use === 'disk' && !this.#agreed.has(key)) {
      // It was free when the rule was made. What is not written to it yet would be lost, and nobody was asked.
      if (this.#settled.get(key) !== 'in-use') {
        this.#tell(
          host,
          guest,
          'warning',
          `was not given ${usbName(device)}: its host uses the disk. Unmount it there, or give it in the USB menu.`,
        );
      }
      this.#settled.set(key, 'in-use');
      return;
    }
    this.#settled.set(key, 'done');
    try {
      await usb.attach(guest.id, device.id, { running: true });
      devices[devices.indexOf(device)] = { ...device, user: { id: guest.id, name: guest.name } };
      this.#tell(host, guest, 'info', `has ${usbName(device)} now, as always`);
    } catch (error) {
      const { code, message } = faultOf(error);
      // What the host has made of it is seen when it is back.
      if (code === 'connection-lost') return void this.#settled.delete(key);
      // It was pulled out, or the guest went off, in this moment.
      if (code === 'not-found' || !isOn(this.#options.registry.link(host).guest(guest.id) ?? guest)) return;
      this.#tell(host, guest, 'warning', `could not be given ${usbName(device)}. ${message}`);
    }
  }

  #tell(host: HostId, { id, name }: Guest, severity: 'info' | 'warning', message: string): void {
    this.#options.publish.guests.noticed({ host, notice: { id, name, severity, message } });
  }

  #forget(which: (key: string, how: Settled) => boolean): void {
    for (const [key, how] of this.#settled) if (which(key, how)) this.#settled.delete(key);
  }
}

const isOn = ({ state }: Guest): boolean => state !== 'shut-off' && state !== 'crashed';

/** One plugging-in of a device: when it is plugged in again it has another number. */
const plugOf = ({ id, bus, device }: UsbDevice): string => `${id.replaceAll(' ', '_')}@${bus}.${device}`;
const keyOf = (host: HostId, guest: GuestId, device: UsbDevice): string => `${host} ${guest} ${plugOf(device)}`;

type HostPublisher = Pick<Publisher<AppContract>, 'hosts' | 'guests'>;

/** What hosts tell, heard by the rules as well. `rules` is asked for when there is something to hear. */
export function withUsbRules(publish: HostPublisher, rules: () => UsbRules): HostPublisher {
  return {
    hosts: {
      ...publish.hosts,
      changed: (host) => {
        publish.hosts.changed(host);
        rules().hostChanged(host);
      },
      stale: (news) => {
        publish.hosts.stale(news);
        rules().stale(news.host, news.what);
      },
    },
    guests: {
      ...publish.guests,
      changed: (news) => {
        publish.guests.changed(news);
        rules().guestChanged(news.host, news.change);
      },
    },
  };
}
