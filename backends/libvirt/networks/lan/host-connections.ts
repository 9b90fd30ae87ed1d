import { z } from 'zod';
import type { LanLink } from '#model/lan-bridge';
import type { BusDict } from './bus-value.ts';
import type { BusObjects } from './network-manager.ts';

// NMDeviceType and NMDeviceState of https://networkmanager.dev/docs/api/latest/nm-dbus-types.html. A virtual Ethernet pair is what a
// container has for a wired card.
const KINDS: Readonly<Record<number, LanLink['kind'] | 'bridge'>> = {
  1: 'ethernet',
  2: 'wifi',
  10: 'bond',
  11: 'vlan',
  13: 'bridge',
  15: 'team',
  20: 'ethernet',
};
export const ACTIVATED = 100;
export const FAILED = 120;
const UNMANAGED = 10;
const VETH = 20;
/** NMActivationStateFlags: another program has configured it, and NetworkManager only watches. */
const EXTERNAL = 0x80;

const NAMES_MAX = 64;

/** One network device of the host, as NetworkManager has it. */
export interface HostDevice {
  readonly path: string;
  readonly name: string;
  readonly kind: LanLink['kind'] | 'bridge';
  readonly state: number;
  readonly managed: boolean;
  /** Configured by another program. */
  readonly external: boolean;
  readonly mac: string;
  readonly addresses: readonly string[];
  readonly gateway: string | null;
  /** Paths of the devices that are part of it. */
  readonly ports: readonly string[];
  /** The profile that is active on it, and what it is called. */
  readonly profile: string | null;
  readonly profileName: string | null;
}

export interface HostConnections {
  readonly version: string;
  readonly devices: readonly HostDevice[];
  /** Names of all devices, also of kinds that lead nobody out. */
  readonly names: ReadonlySet<string>;
  /** Names by path. */
  readonly nameOf: ReadonlyMap<string, string>;
  /** Somebody tries something out already. */
  readonly checkpoints: readonly string[];
  readonly profiles: readonly string[];
}

const face = (name: string) => `org.freedesktop.NetworkManager${name}`;

export function hostConnections(objects: BusObjects): HostConnections {
  const manager = objects['/org/freedesktop/NetworkManager']?.[face('')] ?? {};
  const devices = Object.entries(objects).flatMap(([path, faces]) => deviceOf(objects, path, faces) ?? []);
  const nameOf = new Map(
    Object.entries(objects).flatMap(([path, faces]) => {
      const device = faces[face('.Device')];
      return device === undefined ? [] : [[path, text(device, 'Interface')] as const];
    }),
  );
  return {
    version: text(manager, 'Version').slice(0, NAMES_MAX),
    devices: devices.sort((one, other) => one.name.localeCompare(other.name)),
    names: new Set(nameOf.values()),
    nameOf,
    checkpoints: paths(manager, 'Checkpoints'),
    profiles: Object.entries(objects).flatMap(([path, faces]) => (face('.Settings.Connection') in faces ? [path] : [])),
  };
}

function deviceOf(objects: BusObjects, path: string, faces: BusObjects[string]): HostDevice | null {
  const device = faces[face('.Device')];
  if (device === undefined) return null;
  const type = number(device, 'DeviceType');
  const kind = KINDS[type];
  const state = number(device, 'State');
  // Containers' ends of such pairs are nobody's way out.
  if (kind === undefined || (type === VETH && state <= UNMANAGED)) return null;
  const active = objects[text(device, 'ActiveConnection')]?.[face('.Connection.Active')] ?? null;
  const [ip4, ip6] = (['4', '6'] as const).map((family) => objects[text(device, `Ip${family}Config`)]?.[face(`.IP${family}Config`)] ?? {});
  return {
    path,
    name: text(device, 'Interface').slice(0, NAMES_MAX),
    kind,
    state,
    managed: state > UNMANAGED,
    external: active !== null && (number(active, 'StateFlags') & EXTERNAL) !== 0,
    mac: text(device, 'HwAddress') || text(faces[face('.Device.Wired')] ?? {}, 'HwAddress'),
    addresses: [...addressesOf(ip4), ...addressesOf(ip6)],
    gateway: text(ip4 ?? {}, 'Gateway') || null,
    // Before 1.34 only bridges told, by their old name.
    ports: 'Ports' in device ? paths(device, 'Ports') : paths(faces[face('.Device.Bridge')] ?? {}, 'Slaves'),
    profile: active === null ? null : text(active, 'Connection') || null,
    profileName: active === null ? null : text(active, 'Id').slice(0, NAMES_MAX) || null,
  };
}

const Address = z.array(z.object({ address: z.object({ data: z.string().max(64) }), prefix: z.object({ data: z.number() }) }));

/** Without those that every interface gives itself. */
function addressesOf(config: BusDict | undefined): string[] {
  const list = Address.safeParse(config?.['AddressData']?.data);
  if (!list.success) return [];
  return list.data.map(({ address, prefix }) => `${address.data}/${prefix.data}`).filter((address) => !/^fe80:/i.test(address));
}

function text(dict: BusDict, key: string): string {
  const found = z.string().safeParse(dict[key]?.data);
  return found.success && found.data !== '/' ? found.data : '';
}

function number(dict: BusDict, key: string): number {
  const found = z.number().safeParse(dict[key]?.data);
  return found.success ? found.data : 0;
}

function paths(dict: BusDict, key: string): string[] {
  const found = z.array(z.string()).safeParse(dict[key]?.data);
  return found.success ? found.data : [];
}
