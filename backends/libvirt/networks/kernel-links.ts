import { z } from 'zod';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { toldAsJson } from '../host/program-answers.ts';

/** A network device as the host's kernel tells of it. */
export interface KernelLink {
  readonly name: string;
  /** By which it can be asked for too. */
  readonly otherNames: readonly string[];
  readonly kind: 'bridge' | 'card' | 'other';
  /** What its frames go to: a bridge, a bond. */
  readonly master: string | null;
}

interface Host extends Pick<LibvirtHost, 'call'> {
  readonly route: Pick<LibvirtHost['route'], 'run'>;
}

// libvirt: VIR_CONNECT_LIST_NODE_DEVICES_CAP_NET.
const WITH_NET = 16;

const Name = z.string().max(256);
/** ip-link(8). Hardware has no kind. */
const Link = z.object({
  ifname: Name,
  altnames: z.array(Name).default([]),
  address: Name.default(''),
  link_type: Name.default(''),
  master: Name.nullable().default(null),
  linkinfo: z.object({ info_kind: Name.optional() }).default({}),
});
type Link = z.infer<typeof Link>;

/**
 * All network devices of the host, with the bridges, bonds and VLANs that are none of libvirt's node devices (its udev driver leaves out what has
 * a type of device of its own); its interface driver, which has those, is not there everywhere. Null where that cannot be known: over a road to
 * the daemon alone, and where the daemon lists other devices than the programs at its end, since it then is in a network of its own.
 */
export async function readKernelLinks(host: Host): Promise<KernelLink[] | null> {
  if (host.route.run === null) return null;
  const [links, listed] = await Promise.all([
    toldAsJson(host.route.run, z.array(Link), 'ip', '-json', '-details', 'link'),
    nodeDevices(host),
  ]);
  if (links === null || !areOfOneNetwork(listed, links)) return null;
  const takers = new Set(links.filter(({ linkinfo }) => takesFrames.has(linkinfo.info_kind ?? '')).map(({ ifname }) => ifname));
  return links.map(kernelLink).map((link) => (link.master === null || takers.has(link.master) ? link : { ...link, master: null }));
}

/** The masters that have the kernel give them all frames of their parts (netdev_rx_handler_register); a VRF, for one, has not. */
const takesFrames: ReadonlySet<string> = new Set(['bridge', 'bond', 'team', 'openvswitch', 'hsr']);

/**
 * libvirt: udevProcessNetworkInterface, "net_eth0_52_54_00_00_00_01". Wi-Fi cards change their addresses, so that not each needs to agree. The
 * loopback is the same everywhere, and proves nothing.
 */
function areOfOneNetwork(listed: readonly string[], links: readonly Link[]): boolean {
  const others = listed.filter((name) => !name.startsWith('net_lo_'));
  const exactly = new Set(links.map(({ ifname, address }) => plain(`net_${ifname}_${address}`)));
  const byName = links.map(({ ifname }) => plain(`net_${ifname}_`));
  return others.some((name) => exactly.has(name)) && others.every((name) => byName.some((start) => name.startsWith(start)));
}

const plain = (name: string) => name.replaceAll(/[^a-zA-Z0-9]/g, '_');

function kernelLink({ ifname: name, altnames: otherNames, master, linkinfo, link_type }: Link): KernelLink {
  const made = linkinfo.info_kind ?? '';
  return { name, otherNames, master, kind: made === 'bridge' ? 'bridge' : made === '' && link_type === 'ether' ? 'card' : 'other' };
}

async function nodeDevices(host: Host): Promise<string[]> {
  try {
    const { devices } = await host.call(remote.connectListAllNodeDevices, { needResults: 1, flags: WITH_NET });
    return devices.map(({ name }) => name);
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return [];
  }
}
