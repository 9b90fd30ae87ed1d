import { type GuestSourceKind, guestSourceKinds } from '#model/guest-source';
import { type CreationOffer, guestLimits, type MachineChoice, type MachineWish } from '#model/guest-spec';
import type { Networks, Storage } from '../../backend.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { nodeMemoryReader } from '../host/node-memory.ts';
import { remote } from '../protocol/remote.ts';
import { isBare } from './machine-choices.ts';
import { cpuModesOf, graphicsOf, type HostMachine } from './machine-facts.ts';

// libvirt: VIR_CONNECT_LIST_INTERFACES_ACTIVE.
const ACTIVE_INTERFACES = 2;
const DEVICE_NAME = /^[^\s/\p{C}]{1,15}$/u;

/** What is said of every wish; what only a person chooses from is left out. */
export type StandingOffer = Omit<CreationOffer, 'devices'>;

/** What a guest on this machine can be, have and hang on. */
export async function readOffer(
  host: LibvirtHost,
  { storage, networks }: { storage: Storage | null; networks: Networks | null },
  { facts, wish, choices }: HostMachine,
): Promise<StandingOffer> {
  const [acceleration, memory, pools, nets, bridges, { domains }] = await Promise.all([
    wish.type === 'lxc' ? containers : host.acceleration(),
    nodeMemoryReader(host)(),
    storage?.listPools() ?? [],
    networks?.listNetworks() ?? [],
    bridgesOf(host),
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
    bridges,
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

/** Bridges of the host by their names, where it tells of its interfaces; libvirt's own belong to its networks, and are chosen as such. */
async function bridgesOf(host: LibvirtHost): Promise<string[]> {
  // Not every daemon has a driver for interfaces, and nothing but this choice depends on it.
  const { ifaces } = await host
    .call(remote.connectListAllInterfaces, { needResults: 1, flags: ACTIVE_INTERFACES })
    .catch(() => ({ ifaces: [] }));
  const described = await Promise.all(
    ifaces.map(async (each) => {
      const { xml } = await host.call(remote.interfaceGetXmlDesc, { iface: each, flags: 0 }).catch(() => ({ xml: '' }));
      return /^\s*<interface\b[^>]*\btype=['"]bridge['"]/.test(xml) && !/^virbr\d/.test(each.name) ? [each.name] : [];
    }),
  );
  return described.flat().filter((name) => DEVICE_NAME.test(name));
}

/** What is a device of its own, and free: one that is in a bridge is that bridge's. A person's own session may make no macvtap. */
export async function readDevices(host: Pick<LibvirtHost, 'driverUri'>, networks: Networks | null): Promise<CreationOffer['devices']> {
  if (networks === null || /\/session(\?|$)/.test(host.driverUri)) return [];
  const { links } = await networks.surroundings();
  return links.flatMap(({ name, kind, master }) =>
    (kind === 'ethernet' || kind === 'wifi') && master === null && DEVICE_NAME.test(name) ? [{ name, wifi: kind === 'wifi' }] : [],
  );
}
