import type { TakesEffect } from '#model/clipboard';
import type { GuestId } from '#model/guest';
import { type UsbDevice, type UsbSockets, usbName } from '#model/usb-device';
import type { Usb } from '../backend.ts';
import { BackendError } from '../errors.ts';
import type { FakeHost } from './fake-host.ts';

type Plugged = Omit<UsbDevice, 'user'>;

const device = (port: number, vendor: string, product: string, names: readonly [string, string], serial: string | null): Plugged => ({
  id: `usb_1_${port}`,
  identity: { vendor, product, serial },
  vendorName: names[0],
  productName: names[1],
  bus: 1,
  device: port + 1,
});

/** What is plugged into a developer's machine: two keys of a kind, and a webcam without a serial number. */
export const seedUsb: readonly Plugged[] = [
  device(1, '1050', '0407', ['Yubico', 'YubiKey'], '0012345678'),
  device(2, '1050', '0407', ['Yubico', 'YubiKey'], '0087654321'),
  device(3, '046d', '0825', ['Logitech, Inc.', 'Webcam C270'], null),
];

/** The USB sockets of a fake host: what is plugged in, and which guest has it. It outlives connections. */
export class FakeUsbPorts {
  readonly #plugged = new Map<string, Plugged>(seedUsb.map((one) => [one.id, one]));
  readonly #users = new Map<string, GuestId>();
  /** Guests without a USB controller, and those that have one from their next start. */
  readonly sockets = new Map<GuestId, UsbSockets>();
  /** The next number on the bus: a device that is plugged in again has another. */
  #next = 10;

  list(): readonly Plugged[] {
    return [...this.#plugged.values()];
  }

  userOf(id: string): GuestId | null {
    return this.#users.get(id) ?? null;
  }

  give(id: string, guest: GuestId | null): void {
    if (guest === null) this.#users.delete(id);
    else this.#users.set(id, guest);
  }

  /** As when a person pulls it out: whoever had it has it no longer. */
  unplug(id: string): Plugged | null {
    const found = this.#plugged.get(id) ?? null;
    this.#plugged.delete(id);
    this.#users.delete(id);
    return found;
  }

  plugIn(one: Omit<Plugged, 'device'>): void {
    this.#next += 1;
    this.#plugged.set(one.id, { ...one, device: this.#next });
  }

  guestStopped(guest: GuestId): void {
    for (const [id, user] of this.#users) if (user === guest) this.#users.delete(id);
    if (this.sockets.get(guest)?.kind === 'next-start') this.sockets.delete(guest);
  }
}

/** The facet of one connection. */
export function fakeUsb(host: FakeHost, alive: () => void): Usb {
  const reach = async (step: 'describe' | 'usb' = 'describe'): Promise<void> => {
    alive();
    await host.reach(step);
    alive();
  };
  const list = (): UsbDevice[] =>
    host.usb.list().map((one) => {
      const user = host.usb.userOf(one.id);
      return { ...one, user: user === null ? null : { id: user, name: host.find(user).guest.name } };
    });
  const find = (id: string): UsbDevice => {
    const found = list().find((one) => one.id === id);
    if (found === undefined) throw new BackendError('not-found', 'This device is no longer plugged in.', { remedy: 'Plug it in again.' });
    return found;
  };
  const sockets = (id: GuestId): UsbSockets => host.usb.sockets.get(host.find(id).guest.id) ?? { kind: 'present' };
  return {
    list: async () => {
      await reach();
      return list();
    },
    sockets: async (id) => {
      await reach();
      return sockets(id);
    },
    addSockets: async (id): Promise<TakesEffect> => {
      await reach();
      if (sockets(id).kind === 'present') return 'now';
      host.usb.sockets.set(id, { kind: 'next-start' });
      return 'next-start';
    },
    attach: async (id, name) => {
      await reach('usb');
      const { user, ...one } = find(name);
      if (user !== null && user.id !== id) {
        throw new BackendError('in-use', `“${usbName(one)}” is in use by the guest “${user.name}”.`, {
          remedy: 'Take it from there first.',
        });
      }
      if (sockets(id).kind !== 'present') throw new BackendError('invalid-state', 'This guest takes no USB devices.');
      host.usb.give(name, id);
      host.touch(id);
    },
    detach: async (id, name) => {
      await reach('usb');
      if (find(name).user?.id === id) host.usb.give(name, null);
      host.touch(id);
    },
  };
}
