import type { GuestId } from '#model/guest';
import type { UsbDevice, UsbSockets, UsbUse } from '#model/usb-device';

type Plugged = Omit<UsbDevice, 'user'>;

const device = (
  port: number,
  vendor: string,
  product: string,
  names: readonly [string, string],
  serial: string | null,
  use: UsbUse | null = null,
): Plugged => ({
  id: `usb_1_${port}`,
  identity: { vendor, product, serial },
  vendorName: names[0],
  productName: names[1],
  bus: 1,
  device: port + 1,
  use,
});

/** What is plugged into a developer's machine: two keys of a kind, a webcam without a serial number, and a keyboard. */
const seedUsb: readonly Plugged[] = [
  device(1, '1050', '0407', ['Yubico', 'YubiKey'], '0012345678'),
  device(2, '1050', '0407', ['Yubico', 'YubiKey'], '0087654321'),
  device(3, '046d', '0825', ['Logitech, Inc.', 'Webcam C270'], null),
  device(4, '413c', '2113', ['Dell Computer Corp.', 'KB216 Wired Keyboard'], null, 'keyboard'),
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
