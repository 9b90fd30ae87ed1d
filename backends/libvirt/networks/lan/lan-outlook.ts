import type { LanBridge, LanLink, LanObstacle, LanOutlook } from '#model/lan-bridge';
import type { BusSections } from './bus-value.ts';
import { type HostConnections, type HostDevice, hostConnections } from './host-connections.ts';
import { madeFor } from './lan-profiles.ts';
import type { NetworkManager } from './network-manager.ts';

const NEEDED = ['network-control', 'settings.modify.system', 'checkpoint-rollback'].map(
  (right) => `org.freedesktop.NetworkManager.${right}`,
);
const MANAGERS = { manager: 'org.freedesktop.NetworkManager', networkd: 'org.freedesktop.network1' };

/** `local`: whom the host asks for a password, it asks on this desktop. */
export async function lookAtLan(manager: NetworkManager, local: boolean): Promise<LanOutlook> {
  const owned = await manager.owned(Object.values(MANAGERS));
  if (!owned.has(MANAGERS.manager)) return { kind: 'unable', obstacle: withoutManager(owned.has(MANAGERS.networkd)) };
  const permissions = await manager.permissions();
  const rights = NEEDED.map((right) => permissions[right] ?? 'no');
  if (rights.includes('no') || (!local && rights.includes('auth'))) return { kind: 'unable', obstacle: withoutRights(local) };
  const connections = hostConnections(await manager.objects());
  const settings = await settingsOf(manager, connections.devices);
  return {
    kind: 'ready',
    version: connections.version,
    asks: rights.includes('auth'),
    links: connections.devices.flatMap((device) => linkOf(device, connections, settings) ?? []),
    bridges: connections.devices.filter(({ kind }) => kind === 'bridge').map((bridge) => bridgeOf(bridge, connections, settings)),
    freeName: freeName(connections.names),
  };
}

/** Of each device's profile, by the device's path; none where it is gone meanwhile. */
export async function settingsOf(manager: NetworkManager, devices: readonly HostDevice[]): Promise<ReadonlyMap<string, BusSections>> {
  const read = devices.map(
    async ({ path, profile }) => [path, profile === null ? {} : await manager.settings(profile).catch(() => ({}))] as const,
  );
  return new Map(await Promise.all(read));
}

function withoutManager(networkd: boolean): LanObstacle {
  const instead = networkd ? 'systemd-networkd looks after its network, and' : 'No NetworkManager runs on this host, and without it';
  return {
    why: `${instead} nothing would bring the connection back if the bridge did not work. So no bridge is made from here.`,
    ways: ['by-hand', 'macvtap', 'routed', 'nat'],
  };
}

function withoutRights(local: boolean): LanObstacle {
  const who = local
    ? 'You may not change the network of this computer.'
    : 'The account of this connection may not change the network of its host.';
  return {
    why: `${who} An administrator can make the bridge, or allow it (polkit: org.freedesktop.NetworkManager).`,
    ways: ['by-hand', 'macvtap', 'routed', 'nat'],
  };
}

function linkOf(device: HostDevice, connections: HostConnections, settings: ReadonlyMap<string, BusSections>): LanLink | null {
  const { kind, name, addresses } = device;
  if (kind === 'bridge') return null;
  const { profileName: profile, gateway } = device;
  return {
    name,
    kind,
    profile,
    addresses: [...addresses],
    isWayOut: gateway !== null,
    obstacle: linkObstacle(device, connections, settings.get(device.path) ?? {}),
  };
}

/** Why this interface cannot be led into a bridge; null where it can. */
export function linkObstacle(device: HostDevice, { devices }: HostConnections, settings: BusSections): LanObstacle | null {
  const no = (why: string, ...ways: LanObstacle['ways']): LanObstacle => ({ why, ways });
  const master = devices.find(({ ports }) => ports.includes(device.path));
  if (device.kind === 'wifi') {
    const why =
      'Wi-Fi cannot be bridged: an access point listens only to the address that has logged in, so guests with addresses of their own would not be heard. macvtap fails there for the same reason.';
    return no(why, 'nat', 'routed');
  }
  if (master?.kind === 'bridge')
    return no(`It is part of the bridge ${master.name} already. Choose “bridge ${master.name}” in a guest’s network card.`);
  if (master !== undefined) return no(`It is part of ${master.name}.`, 'macvtap');
  if (device.kind !== 'ethernet') {
    const words = { bridge: 'a bridge', vlan: 'a VLAN', bond: 'a bond of several cards', team: 'a team of several cards' };
    return no(`It is ${words[device.kind]}. Guesthouse makes bridges only over a single wired card.`, 'macvtap', 'by-hand');
  }
  if (!device.managed || device.external) return no('Another program than NetworkManager looks after it.', 'macvtap', 'by-hand');
  if (device.profile === null) return no('It is not connected.');
  if ('802-1x' in settings)
    return no('It logs in to the network (802.1X) with secrets that only NetworkManager has.', 'macvtap', 'by-hand');
  return null;
}

function bridgeOf(
  { name, ports, addresses }: HostDevice,
  { devices, nameOf }: HostConnections,
  settings: ReadonlyMap<string, BusSections>,
): LanBridge {
  const ours = devices.find(({ path }) => ports.includes(path) && madeFor(settings.get(path) ?? {}) !== null);
  return { name, ports: ports.flatMap((path) => nameOf.get(path) ?? []), addresses: [...addresses], madeFor: ours?.name ?? null };
}

function freeName(taken: ReadonlySet<string>): string {
  return Array.from({ length: taken.size + 1 }, (_, index) => `br${index}`).find((name) => !taken.has(name)) ?? 'br0';
}
