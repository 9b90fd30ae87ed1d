import type { GuestSpec } from '#model/guest-spec';
import type { Network, NetworkDetails } from '#model/network';
import { hasOwnBridge } from '#model/network-spec';
import type { Networks } from '../../backend.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { readHostLinks } from '../networks/host-links.ts';
import { readKernelLinks } from '../networks/kernel-links.ts';
import type { Finding } from './creation-checks.ts';

/** What the check needs of a device of the host, whoever tells of it. */
interface Link {
  readonly name: string;
  readonly otherNames?: readonly string[];
  readonly kind: string;
  readonly master: string | null;
}

/** A device of the host that a card of the guest hangs on. */
interface DeviceUse {
  readonly kind: 'bridge' | 'direct';
  /** One of them is enough. */
  readonly devices: readonly [string, ...string[]];
  /** The network that names it. */
  readonly network: string | null;
}

interface Told {
  readonly links: readonly Link[];
  /** What is not among them is not there; else it may still be. */
  readonly all: boolean;
}

/**
 * What stands against the host's own network devices that the guest's cards are to hang on: libvirt looks for them at the start. Of a host that
 * tells only some of its devices, a missing one is doubted; where none of its kind is told, nothing is said.
 */
export async function aboutDevices(
  host: LibvirtHost,
  { nics, start }: Pick<GuestSpec, 'nics' | 'start'>,
  { offered, networks }: { offered: readonly Network[]; networks: Networks | null },
): Promise<Finding[]> {
  const uses: DeviceUse[] = [];
  for (const nic of nics) {
    if (nic.kind === 'network') uses.push(...(await usesOf(offered.find(({ name }) => name === nic.name) ?? null, networks)));
    if (nic.kind === 'bridge' || nic.kind === 'direct') uses.push({ kind: nic.kind, devices: [nic.device], network: null });
  }
  if (uses.length === 0) return [];
  const known = await readKernelLinks(host);
  const told: Told = known === null ? { links: await readHostLinks(host), all: false } : { links: known, all: true };
  return uses.flatMap((use) => ownBridge(use, offered) ?? deviceFindings(use, told, start));
}

/** Of networks that lead to the host's devices, and make none of their own. */
async function usesOf(network: Network | null, networks: Networks | null): Promise<DeviceUse[]> {
  if (network === null || networks === null || !network.active) return [];
  if (network.forward !== 'bridge' && network.forward !== 'macvtap') return [];
  const { running, spec }: NetworkDetails = await networks.describe(network.id);
  const { forward } = running ?? spec;
  if (forward.mode === 'bridge') return [{ kind: 'bridge', devices: [forward.bridge], network: network.name }];
  const [first, ...more] = forward.mode === 'macvtap' ? forward.devices : [];
  return first === undefined ? [] : [{ kind: 'direct', devices: [first, ...more], network: network.name }];
}

/** A bridge that comes and goes with a network of libvirt's: null for others. */
function ownBridge({ kind, devices: [device], network }: DeviceUse, offered: readonly Network[]): Finding[] | null {
  const owner = offered.find(({ bridge, forward }) => bridge === device && hasOwnBridge(forward));
  if (kind !== 'bridge' || network !== null || owner === undefined || owner.active) return null;
  const message = `The bridge “${device}” belongs to the network “${owner.name}”, which is not active.`;
  const mends = [{ kind: 'start-network', network: owner.name } as const];
  return [{ field: 'network', code: 'network-inactive', severity: 'error', message, remedy: 'Start the network.', mends }];
}

/** Exported for its tests. */
export function deviceFindings({ kind, devices, network }: DeviceUse, told: Told, start: boolean): Finding[] {
  const found = devices.flatMap(
    (device) => told.links.find(({ name, otherNames }) => [name, ...(otherNames ?? [])].includes(device)) ?? [],
  );
  const [device] = devices;
  const of = network === null ? '' : ` of the network “${network}”`;
  const say = (severity: Finding['severity'], message: string, remedy: string): Finding[] => [
    { field: 'network', code: 'not-found', severity, message, remedy, mends: [] },
  ];
  // A guest that is only defined may wait for its device.
  const certain = start ? 'error' : 'warning';
  const [link] = found;
  if (link === undefined) {
    const what = kind === 'bridge' ? 'bridge' : 'network device';
    const named = devices.map((each) => `“${each}”`).join(', ');
    const remedy = `Choose another connection, or set the ${what} up on the host: the guest does not start without it.`;
    if (told.all) return say(certain, `The host has no ${what} ${named}${of}.`, remedy);
    const tellsSuch = told.links.some((one) => (kind === 'bridge') === (one.kind === 'bridge'));
    return tellsSuch ? say('warning', `The host tells of no ${what} ${named}${of}.`, remedy) : [];
  }
  if (kind === 'bridge' && isCard(link)) {
    return say(
      certain,
      `“${device}”${of} is a network card of the host and no bridge.`,
      'Choose a bridge, or put the guest directly on the card.',
    );
  }
  // The kernel gives the frames of such a card to its bridge or bond alone: "Device or resource busy".
  if (kind === 'direct' && found.length === devices.length && found.every(({ master }) => master !== null)) {
    const message = `“${device}”${of} is part of “${link.master ?? ''}” on the host, so no guest can be put directly on it.`;
    // The datapath of Open vSwitch, which is no bridge to be named.
    if (link.master === 'ovs-system') return say(certain, message, 'Choose a network of libvirt’s on the Open vSwitch bridge instead.');
    return say(certain, message, `Put the guest on “${link.master ?? ''}” instead.`);
  }
  return [];
}

const isCard = ({ kind }: Link) => kind === 'card' || kind === 'ethernet' || kind === 'wifi';
