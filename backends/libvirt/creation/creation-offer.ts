import { type GuestSourceKind, guestSourceKinds } from '#model/guest-source';
import { type CreationOffer, guestLimits, type MachineChoice, type MachineWish } from '#model/guest-spec';
import type { Network } from '#model/network';
import { hasOwnBridge } from '#model/network-spec';
import type { Networks, Storage } from '../../backend.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { nodeMemoryReader } from '../host/node-memory.ts';
import { readHostLinks } from '../networks/host-links.ts';
import { readKernelLinks } from '../networks/kernel-links.ts';
import { remote } from '../protocol/remote.ts';
import { isBare } from './machine-choices.ts';
import { cpuModesOf, graphicsOf, type HostMachine } from './machine-facts.ts';

const DEVICE_NAME = /^[^\s/\p{C}]{1,15}$/u;

/** What is said of every wish; what only a person chooses from is left out. */
export type StandingOffer = Omit<CreationOffer, 'bridges' | 'devices'>;

/** What a guest on this machine can be, have and hang on. */
export async function readOffer(
  host: LibvirtHost,
  { storage, networks }: { storage: Storage | null; networks: Networks | null },
  { facts, wish, choices }: HostMachine,
): Promise<StandingOffer> {
  const [acceleration, memory, pools, nets, { domains }] = await Promise.all([
    wish.type === 'lxc' ? containers : host.acceleration(),
    nodeMemoryReader(host)(),
    storage?.listPools() ?? [],
    networks?.listNetworks() ?? [],
    host.call(remote.connectListAllDomains, { needResults: 1, flags: 0 }),
  ]);
  return {
    acceleration,
    roads: guestSourceKinds.map((kind) => ({ kind, why: whyNot(kind, wish, choices) })),
    machine: wish,
    machines: [...choices],
    firmwares: [...facts.firmwares],
    tpm: facts.tpm,
    cpuModes: cpuModesOf(facts),
    graphics: graphicsOf(facts),
    cpus: host.facts.cpus,
    vcpusMax: Math.min(facts.vcpusMax, guestLimits.vcpusMax),
    memoryTotal: host.facts.memory,
    memoryFree: memory.available,
    pools,
    networks: nets,
    takenNames: domains.map((domain) => domain.name),
    readsLocalFiles: host.local,
  };
}

const containers = { kind: 'none', reason: 'Containers run on the host’s own kernel.' } as const;

function whyNot(kind: GuestSourceKind, { type, abi }: MachineWish, choices: readonly MachineChoice[]): string | null {
  const container = kind === 'container-app' || kind === 'container-os';
  if (container && type !== 'lxc')
    return 'This host runs virtual machines. Containers need a connection to libvirt’s LXC driver (lxc:///system).';
  if (!container && type === 'lxc') return 'This host runs containers, which share its kernel: no other system can be installed in them.';
  if ((kind !== 'iso' && kind !== 'pxe') || !isBare(abi) || choices.some((choice) => choice.type === 'xen' && choice.abi === 'hvm'))
    return null;
  // Where whole machines can be chosen instead, the choice of another is what is objected to.
  return 'This host’s Xen runs no whole machines (HVM), for which its processor needs hardware virtualisation, and no other guest of Xen’s has firmware to start from there.';
}

/** Bridges of the host by their names, where it tells of them; libvirt's own belong to its networks, and are chosen as such. */
export async function readBridges(host: LibvirtHost, networks: readonly Network[]): Promise<CreationOffer['bridges']> {
  const links = (await readKernelLinks(host)) ?? (await readHostLinks(host));
  const own = new Set(networks.flatMap(({ forward, bridge }) => (hasOwnBridge(forward) && bridge !== null ? [bridge] : [])));
  return links.flatMap(({ name, kind }) =>
    kind === 'bridge' && DEVICE_NAME.test(name) && !own.has(name) && !/^virbr\d/.test(name) ? [name] : [],
  );
}

/** What is a device of its own, and free: one that is in a bridge is that bridge's. A person's own session may make no macvtap, and Xen has none. */
export async function readDevices(host: Pick<LibvirtHost, 'driverUri'>, networks: Networks | null): Promise<CreationOffer['devices']> {
  if (networks === null || /^xen:|\/session(\?|$)/.test(host.driverUri)) return [];
  const { links } = await networks.surroundings();
  return links.flatMap(({ name, kind, master }) =>
    (kind === 'ethernet' || kind === 'wifi') && master === null && DEVICE_NAME.test(name) ? [{ name, wifi: kind === 'wifi' }] : [],
  );
}
