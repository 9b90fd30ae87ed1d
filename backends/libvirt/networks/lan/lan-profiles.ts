import { z } from 'zod';
import { type BusDict, busBoolean, busNumber, type BusSections, busString } from './bus-value.ts';

/** Our mark in a port's profile: the uuid of the profile that was active on the interface before. Such keys are for programs (nm-settings(5), "user"). */
const MARK = 'org.guesthouse.replaces';
const PRIORITY = 'autoconnect-priority';
const PRIORITY_MAX = 999;

/** What a connection says of its firewall zone and of names belongs to where the addresses are. */
const MOVED = ['zone', 'metered', 'mdns', 'llmnr', 'dns-over-tls'];
/** Older forms of the same; where both are given, which counts differs by version. */
const LEGACY = new Set(['addresses', 'routes']);
/** The card's address goes to the bridge, by which the host is known to its network. */
const OF_THE_BRIDGE = new Set(['cloned-mac-address', 'assigned-mac-address', 'generate-mac-address-mask']);

export interface LanProfiles {
  readonly bridge: BusSections;
  readonly port: BusSections;
}

/** The bridge takes over what the interface's profile says of addresses, and its MAC address, so that a DHCP server knows it again. */
export function lanProfiles(
  old: BusSections,
  { link, mac, bridge, stp, uuids }: { link: string; mac: string; bridge: string; stp: boolean; uuids: { bridge: string; port: string } },
): LanProfiles {
  const before = old['connection'] ?? {};
  const priority = Math.min(PRIORITY_MAX, Math.max(100, numberOf(before[PRIORITY]?.data) + 1));
  const moved = Object.fromEntries(MOVED.flatMap((key) => (before[key] === undefined ? [] : [[key, before[key]]])));
  return {
    bridge: {
      connection: {
        ...moved,
        id: busString(bridge),
        uuid: busString(uuids.bridge),
        type: busString('bridge'),
        'interface-name': busString(bridge),
        // Starting the bridge starts its port too.
        'autoconnect-slaves': busNumber('i', 1),
      },
      bridge: { stp: busBoolean(stp) },
      '802-3-ethernet': { 'assigned-mac-address': busString(mac) },
      ...addressing(old),
    },
    port: {
      connection: {
        id: busString(`${bridge} port ${link}`),
        uuid: busString(uuids.port),
        type: busString('802-3-ethernet'),
        'interface-name': busString(link),
        master: busString(bridge),
        'slave-type': busString('bridge'),
        // The old profile stays as it is; of two, the one with the higher number starts with the host.
        [PRIORITY]: busNumber('i', priority),
      },
      '802-3-ethernet': without(old['802-3-ethernet'] ?? {}, OF_THE_BRIDGE),
      user: { data: { type: 'a{ss}', data: { [MARK]: uuidOf(old) } } },
    },
  };
}

/** For an interface whose profile of before is gone: with the addresses that the bridge has now. */
export function plainProfile(bridge: BusSections, link: string, uuid: string): BusSections {
  return {
    connection: { id: busString(link), uuid: busString(uuid), type: busString('802-3-ethernet'), 'interface-name': busString(link) },
    '802-3-ethernet': {},
    ...addressing(bridge),
  };
}

/** The uuid of the profile that a port's profile of ours replaces; null: it is not ours. */
export function madeFor(port: BusSections): string | null {
  const data = z.record(z.string(), z.string()).safeParse(port['user']?.['data']?.data);
  return data.success ? (data.data[MARK] ?? null) : null;
}

export const uuidOf = (settings: BusSections): string => z.string().catch('').parse(settings['connection']?.['uuid']?.data);

function addressing(settings: BusSections): BusSections {
  const kept = ['ipv4', 'ipv6', 'proxy'].flatMap((name) => {
    const section = settings[name];
    return section === undefined ? [] : [[name, without(section, LEGACY)] as const];
  });
  return Object.fromEntries(kept);
}

const without = (section: BusDict, keys: ReadonlySet<string>): BusDict =>
  Object.fromEntries(Object.entries(section).filter(([key]) => !keys.has(key)));

const numberOf = (data: unknown): number => z.number().catch(0).parse(data);
