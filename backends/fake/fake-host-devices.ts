import type { GuestId } from '#model/guest';
import type { DeviceUser, HostDevice, PciDevice } from '#model/host-device';
import type { FieldValue } from '#model/hardware-field';
import type { FakeHost } from './fake-host.ts';
import type { FakeMachine } from './fake-machine.ts';
import { givenFromTheStart, seedHardware } from './seed-hardware.ts';

/** A part of one of the host's cards that was made of it. */
export interface FakePart {
  readonly uuid: string;
  readonly card: string;
  readonly type: string;
}

/** The devices of the host as they are now: who has them, which driver, and what their cards were divided into. */
export function hostDevicesOf(host: FakeHost): HostDevice[] {
  const users = usersOf(host);
  const own = seedHardware([...host.guests.values()].map(({ guest }) => guest)).map((device): HostDevice => {
    if (device.kind !== 'pci') return device;
    const named = users.get(device.address) ?? [];
    const taken = host.withVfio.has(device.id) || named.some(({ running }) => running);
    return {
      ...device,
      users: named,
      driver: taken ? 'vfio-pci' : device.driver,
      mediatedTypes: device.mediatedTypes.map((type) => ({ ...type, available: type.available - madeOf(host, device, type.id) })),
    };
  });
  const made = [...host.parts.values()].map(({ uuid, card, type }, index): HostDevice => ({
    kind: 'mediated',
    id: `mdev_${uuid.replaceAll('-', '_')}`,
    parent: card,
    name: '',
    users: users.get(uuid) ?? [],
    uuid,
    type,
    iommuGroup: 100 + index,
    active: true,
  }));
  return [...own, ...made];
}

const madeOf = ({ parts }: FakeHost, { id }: PciDevice, type: string): number =>
  [...parts.values()].filter((part) => part.card === id && part.type === type).length;

/** By a device's address or UUID, the guests whose definitions name it. */
function usersOf(host: FakeHost): Map<string, DeviceUser[]> {
  const users = new Map<string, DeviceUser[]>();
  for (const found of host.guests.values()) {
    const { id, name } = found.guest;
    for (const device of namesOf(host.machines.get(found), host.firstOn === id)) {
      users.set(device, [...(users.get(device) ?? []), { id, name, running: found.alive }]);
    }
  }
  return users;
}

/** A guest that nobody asked about yet has what it began with. */
function namesOf(machine: FakeMachine | undefined, isFirst: boolean): readonly string[] {
  if (machine === undefined) return isFirst ? givenFromTheStart : [];
  return machine.devices.flatMap(({ kind, next, running }) => {
    const named: FieldValue | undefined = kind?.host === undefined ? undefined : (next ?? running)?.['device'];
    return typeof named === 'string' ? [named] : [];
  });
}

/** What a guest sees of its host's devices. */
export class SeenDevices {
  readonly host: FakeHost;
  readonly #own: GuestId;

  constructor(host: FakeHost, own: GuestId) {
    this.host = host;
    this.#own = own;
  }

  get all(): readonly HostDevice[] {
    return hostDevicesOf(this.host);
  }

  get pci(): readonly PciDevice[] {
    return this.all.filter((device): device is PciDevice => device.kind === 'pci');
  }

  /** Why the guest cannot have it: another one has it now, or this one has. */
  takenBy({ users }: Pick<HostDevice, 'users'>): string | null {
    if (users.some(({ id }) => id === this.#own)) return 'The guest has it already.';
    return this.runs(users);
  }

  /** A guest that runs with it, in words; null: none. */
  runs(users: readonly DeviceUser[]): string | null {
    const user = users.find(({ running }) => running);
    return user === undefined ? null : `“${user.name}” has it, and is running.`;
  }

  has({ users }: Pick<HostDevice, 'users'>): boolean {
    return users.some(({ id }) => id === this.#own);
  }

  /** Others that are off, and want it too when they start. */
  shared({ users }: Pick<HostDevice, 'users'>): string[] {
    const others = users.filter(({ id, running }) => id !== this.#own && !running).map(({ name }) => `“${name}”`);
    return others.length === 0 ? [] : [`${others.join(', ')} names it as well. Only one of them can run at a time.`];
  }
}
