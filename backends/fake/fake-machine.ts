import type { Field, FieldValues } from '#model/hardware-field';
import type { Guest, GuestDisk, GuestNic } from '#model/guest';
import { fakeDeviceKinds, fakeKinds } from './fake-device-kinds.ts';
import { SeenDevices } from './fake-host-devices.ts';
import type { FakeHost } from './fake-host.ts';
import type { FakeKind } from './fake-kind.ts';
import { fakeMachineParts } from './fake-machine-parts.ts';
import { fakePciDevice } from './fake-pci-device.ts';
import { givenFromTheStart } from './seed-hardware.ts';

/** A device or a part of a machine, as the next start has it and as the running guest does; null: not there. */
export interface FakeDevice {
  readonly id: string;
  readonly kind: FakeKind | null;
  readonly title: string;
  next: FieldValues | null;
  running: FieldValues | null;
  /** Of what the host has no form for. */
  readonly xml: string | null;
}

/** Whose machine it is. */
interface MachineOwner {
  readonly guest: Pick<Guest, 'id'>;
  readonly alive: boolean;
  readonly starts: number;
  readonly definition: string | null;
  readonly disks: readonly Pick<GuestDisk, 'kind' | 'source' | 'target' | 'bus' | 'readOnly'>[];
  readonly about: { readonly nics: readonly Pick<GuestNic, 'mac' | 'source'>[] };
  changesPending: boolean;
}

/** What one guest is made of. */
export class FakeMachine {
  devices: FakeDevice[];
  /** The devices of its host. */
  readonly seen: SeenDevices;
  readonly #guest: MachineOwner;
  #starts: number;
  #changes = 0;
  #made = 0;
  readonly #past = new Map<string, readonly FakeDevice[]>();

  constructor(guest: MachineOwner, host: FakeHost) {
    this.#guest = guest;
    this.seen = new SeenDevices(host, guest.guest.id);
    this.#starts = guest.starts;
    this.devices = [
      ...fakeMachineParts.map((kind) => ({ ...this.#device(kind, kind.kind, kind.title), next: { ...kind.blank } })),
      ...this.#found(),
      ...(host.firstOn === guest.guest.id ? givenFromTheStart : []).map((device) => this.#hostDevice({ device })),
    ];
    this.#startAnew();
  }

  /** Equal where the definition is, in the same run of the guest. */
  get revision(): string {
    const run = this.alive ? this.#guest.starts : 'off';
    return `${this.#guest.guest.id} ${this.#changes} ${this.#guest.definition?.length ?? 0} ${run}`;
  }

  get alive(): boolean {
    return this.#guest.alive;
  }

  /** Takes note of what befell the guest since it was last asked: a start takes up what waited for it. */
  catchUp(): void {
    if (this.#guest.starts !== this.#starts) this.#startAnew();
    if (this.alive) return;
    this.devices = this.devices.filter(({ next }) => next !== null);
    for (const device of this.devices) device.running = null;
  }

  /** The definition was changed: whoever began with the one before is told. */
  changed(): void {
    this.#changes += 1;
    this.#guest.changesPending = this.alive && this.devices.some(({ next, running }) => JSON.stringify(next) !== JSON.stringify(running));
  }

  /** What `document` stands for, to come back to. */
  remember(document: string): void {
    this.#past.set(
      document,
      this.devices.filter(({ next }) => next !== null).map((device) => ({ ...device })),
    );
  }

  /** Null: it never had this definition. */
  earlier(document: string): readonly FakeDevice[] | null {
    return this.#past.get(document) ?? null;
  }

  /** The fields of that sort of device, with what the host has for them now. */
  fieldsOf(kind: FakeKind): Field[] {
    return this.#offered(kind, kind.fields);
  }

  /** Those that only a new one has. */
  extraOf(kind: FakeKind): Field[] {
    return this.#offered(kind, kind.host?.extra ?? []);
  }

  #offered({ host }: FakeKind, fields: readonly Field[]): Field[] {
    return fields.map((field) => {
      const choices = field.kind === 'choice' ? (host?.choices(field.key, this.seen) ?? null) : null;
      return field.kind === 'choice' && choices !== null ? { ...field, choices } : field;
    });
  }

  /** The definition as it is to be with these devices more. */
  with(kind: FakeKind, more: readonly FieldValues[]): FakeDevice[] {
    return [...this.devices, ...more.map((next) => this.#hostDevice(next, kind))];
  }

  add(kind: FakeKind, next: FieldValues | null, running: FieldValues | null): void {
    if (kind.host !== undefined) {
      this.devices.push({ ...this.#hostDevice(next ?? running ?? {}, kind), next, running });
      return;
    }
    this.#made += 1;
    this.devices.push({ ...this.#device(kind, `${kind.kind}:new${this.#made}`, `${kind.title} ${this.#made}`), next, running });
  }

  #startAnew(): void {
    this.#starts = this.#guest.starts;
    this.devices = this.devices.filter(({ next }) => next !== null);
    if (this.alive) for (const device of this.devices) device.running = device.next;
  }

  #device(kind: FakeKind | null, id: string, title: string): FakeDevice {
    return { id, kind, title, next: null, running: null, xml: null };
  }

  /** Known by what the host calls it. */
  #hostDevice(values: FieldValues, kind: FakeKind = fakePciDevice): FakeDevice {
    const name = typeof values['device'] === 'string' ? values['device'] : '';
    const title = kind === fakePciDevice ? `PCI device ${name}` : `Mediated device ${name.slice(0, 8)}`;
    return { ...this.#device(kind, `${kind.kind}:${name}`, title), next: { ...kind.blank, ...values } };
  }

  #found(): FakeDevice[] {
    const { disks, about } = this.#guest;
    const of = (name: string): FakeKind | null => fakeKinds.find(({ kind }) => kind === name) ?? null;
    const made = (name: string, id: string, title: string, values: FieldValues): FakeDevice => ({
      ...this.#device(of(name), `${name}:${id}`, title),
      next: { ...of(name)?.blank, ...values },
    });
    return [
      ...disks.map(({ kind, target, bus, source, readOnly }) =>
        kind === 'disk'
          ? made('disk', target, `Disk ${target}`, { source, bus, readonly: readOnly })
          : made('cdrom', target, `CD-ROM drive ${target}`, { source, bus }),
      ),
      ...about.nics.map(({ mac, source }) => made('interface', mac, 'Network card', { mac, network: source.replace('network ', '') })),
      made('graphics', '0', 'Display', { password: '' }),
      {
        ...this.#device(null, 'unknown:0', 'cryptography-card'),
        next: {},
        xml: '<cryptography-card model="x9"><slot number="3"/></cryptography-card>',
      },
    ];
  }
}

export const addableFakeKinds = fakeDeviceKinds.filter(({ addable }) => addable);
