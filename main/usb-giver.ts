import type { UsbOffer } from '#contract/usb';
import type { Confirmation } from '#model/confirmation';
import type { GuestRef } from '#model/guest';
import { isSameUsb, type UsbDevice, type UsbIdentity, usbName, type UsbUse } from '#model/usb-device';
import type { Usb } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { ConsoleSettings } from './console-settings.ts';
import { facetOf } from './facet.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';
import type { UsbRules } from './usb-rules.ts';

const losses: Readonly<Record<UsbUse, string>> = {
  keyboard: 'It is a keyboard of this computer. What is typed on it is heard by the guest alone while the guest has it.',
  mouse: 'It is a mouse of this computer. It moves the guest’s pointer alone while the guest has it.',
  disk: 'The host has mounted something of it, swaps to it, or has built LVM, RAID, encryption or a ZFS pool on it. What is not written to it yet is lost: end that first.',
  'unchecked-disk':
    'It is a disk, and whether the host has mounted it, or uses it otherwise, could not be checked. If it does, what is not written to it yet is lost: look there first.',
};

const givingQuestion = (guest: string, device: UsbDevice, use: UsbUse): Confirmation => ({
  title: `Give “${usbName(device)}” to “${guest}”?`,
  message: [losses[use]],
  choices: [],
  confirm: 'Give it to the guest',
  danger: true,
});

/** What the person does with the USB devices of a guest's host. */
export class UsbGiver {
  readonly #registry: Registry;
  readonly #settings: ConsoleSettings;
  readonly #rules: UsbRules;
  readonly #questions: Questions;

  constructor(registry: Registry, settings: ConsoleSettings, rules: UsbRules, questions: Questions) {
    this.#registry = registry;
    this.#settings = settings;
    this.#rules = rules;
    this.#questions = questions;
  }

  async offer(ref: GuestRef): Promise<UsbOffer> {
    const usb = this.#usb(ref);
    const [devices, sockets, { usb: rules }] = await Promise.all([usb.list(), usb.sockets(ref.id), this.#settings.of(ref)]);
    const isAlways = (device: UsbDevice): boolean => rules.some(({ identity }) => isSameUsb(identity, device.identity));
    return {
      devices: devices.map((device) => ({ ...device, always: isAlways(device) })),
      awaited: rules.filter((rule) => !devices.some(({ identity }) => isSameUsb(identity, rule.identity))),
      sockets,
    };
  }

  /** `window`: whose person is asked first about what this computer would miss. Throws 'cancelled' where they would rather not. */
  async attach(window: number, ref: GuestRef, id: string): Promise<void> {
    const usb = this.#usb(ref);
    await this.#mayGo(window, ref, await find(usb, id));
    await usb.attach(ref.id, id);
  }

  async detach(ref: GuestRef, id: string): Promise<void> {
    const usb = this.#usb(ref);
    const device = await find(usb, id);
    this.#rules.released(ref, device);
    await usb.detach(ref.id, id);
  }

  /** Asks as `attach` does. */
  async remember(window: number, ref: GuestRef, id: string): Promise<void> {
    // Settings of guests that there are not would push out those of guests that there are.
    this.#registry.guest(ref);
    const device = await find(this.#usb(ref), id);
    await this.#mayGo(window, ref, device);
    const rule = { identity: device.identity, name: usbName(device) };
    await this.#settings.change(ref, (before) => ({
      ...before,
      usb: [...before.usb.filter(({ identity }) => !isSameUsb(identity, rule.identity)), rule],
    }));
    this.#rules.remembered(ref, device);
  }

  /** The guest keeps what it has. */
  async forget(ref: GuestRef, identity: UsbIdentity): Promise<void> {
    this.#registry.link(ref.host);
    await this.#settings.change(ref, (before) => ({ ...before, usb: before.usb.filter((rule) => !isSameUsb(rule.identity, identity)) }));
  }

  async addSockets(ref: GuestRef) {
    return this.#usb(ref).addSockets(ref.id);
  }

  async #mayGo(window: number, ref: GuestRef, device: UsbDevice): Promise<void> {
    if (device.use !== null)
      await this.#questions.insist(window, givingQuestion(this.#registry.guest(ref).name, device, device.use), {
        host: this.#registry.link(ref.host).saved,
      });
  }

  #usb({ host }: GuestRef): Usb {
    return facetOf(this.#registry.connection(host), 'usb');
  }
}

async function find(usb: Usb, id: string): Promise<UsbDevice> {
  const device = (await usb.list()).find((one) => one.id === id);
  if (device !== undefined) return device;
  throw new BackendError('not-found', 'This device is no longer plugged in.', { remedy: 'Plug it in again, or choose another.' });
}
