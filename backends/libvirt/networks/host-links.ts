import { networkInterfaces } from 'node:os';
import type { HostLink, NetworkSurroundings } from '#model/network';
import { failedWith } from '../failed-with.ts';
import { describeEach } from '../host/describe-each.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, children, parseXml, path, text, textAt, type XmlElement } from '../xml/document.ts';

// libvirt: VIR_CONNECT_LIST_NODE_DEVICES_CAP_NET.
const WITH_NET = 16;

/**
 * The host's network interfaces, as its node devices and (for bridges, bonds and VLANs, which are none of those) its interface driver tell; what
 * a host does not tell is left out.
 */
export async function readHostLinks(host: LibvirtHost): Promise<HostLink[]> {
  const [devices, made] = await Promise.all([readDevices(host), readMade(host)]);
  const masters = new Map(made.flatMap(({ name, members }) => members.map((member) => [member, name] as const)));
  const links = new Map<string, HostLink>();
  for (const { name, kind, up } of made) links.set(name, { name, kind, up, master: masters.get(name) ?? null, functionsMax: 0 });
  for (const device of devices) {
    links.set(device.name, links.get(device.name) ?? { ...device, master: masters.get(device.name) ?? null });
  }
  return [...links.values()].filter(({ name }) => name !== 'lo').sort((one, other) => one.name.localeCompare(other.name));
}

/** What the host has no driver for, or does not let us read, is as if it had none. */
async function orNone<T>(reading: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await reading;
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return [];
  }
}

async function readDevices(host: LibvirtHost): Promise<HostLink[]> {
  const list = host.call(remote.connectListAllNodeDevices, { needResults: 1, flags: WITH_NET }).then(({ devices }) => devices);
  const described = await describeEach(await orNone(list), async ({ name }) => {
    const document = parseXml((await host.call(remote.nodeDeviceGetXmlDesc, { name, flags: 0 })).xml);
    return linkOf(document, await functionsOf(host, textAt(document, 'parent')));
  });
  return described.flatMap((link) => link ?? []);
}

/** https://libvirt.org/formatnode.html, capability "net". */
export function linkOf(document: XmlElement, functionsMax: number): HostLink | null {
  const capability = child(document, 'capability');
  const name = textAt(capability, 'interface');
  if (name === null) return null;
  const virtual = textAt(document, 'path')?.startsWith('/sys/devices/virtual/') === true || textAt(document, 'parent') === 'computer';
  const wifi = attribute(child(capability, 'capability'), 'type') === '80211';
  const state = attribute(child(capability, 'link'), 'state');
  return {
    name,
    kind: wifi ? 'wifi' : virtual ? 'virtual' : 'ethernet',
    up: state === null ? null : state === 'up',
    master: null,
    functionsMax,
  };
}

async function functionsOf(host: LibvirtHost, parent: string | null): Promise<number> {
  if (parent === null || !parent.startsWith('pci_')) return 0;
  try {
    const document = parseXml((await host.call(remote.nodeDeviceGetXmlDesc, { name: parent, flags: 0 })).xml);
    const functions = children(child(document, 'capability'), 'capability').find((one) => attribute(one, 'type') === 'virt_functions');
    return Number(attribute(functions ?? null, 'maxCount') ?? children(functions ?? null, 'address').length) || 0;
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return 0;
  }
}

/** An interface that is made of others. */
interface Made {
  readonly name: string;
  readonly kind: HostLink['kind'];
  readonly up: boolean | null;
  /** What is part of it, and nothing else then. */
  readonly members: readonly string[];
}

async function readMade(host: LibvirtHost): Promise<readonly Made[]> {
  const list = host.call(remote.connectListAllInterfaces, { needResults: 1, flags: 0 }).then(({ ifaces }) => ifaces);
  const described = await describeEach(await orNone(list), async (iface) => {
    const document = parseXml((await host.call(remote.interfaceGetXmlDesc, { iface, flags: 0 })).xml);
    return madeOf(iface.name, document);
  });
  return described.flatMap((made) => made ?? []);
}

/** https://libvirt.org/formatnetwork.html has none of it; libvirt's src/conf/interface_conf.c does. */
export function madeOf(name: string, document: XmlElement): Made | null {
  const type = attribute(document, 'type') ?? '';
  if (type !== 'bridge' && type !== 'bond' && type !== 'vlan') return null;
  // A VLAN's card stays a card.
  const members = type === 'vlan' ? [] : children(child(document, type), 'interface').flatMap((one) => attribute(one, 'name') ?? []);
  const state = attribute(path(document, 'link'), 'state');
  return { name, kind: type === 'bridge' ? 'bridge' : 'virtual', up: state === null ? null : state === 'up', members };
}

/** Addresses of this computer's own interfaces, without those of libvirt's bridges. libvirt tells of nobody's. */
export function ownSubnets(host: Pick<LibvirtHost, 'local'>, bridges: ReadonlySet<string>): NetworkSurroundings['taken'] | null {
  if (!host.local) return null;
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.flatMap(({ cidr, internal, scopeid }) =>
      // Every interface has a link-local IPv6 network of the same prefix.
      internal || cidr === null || bridges.has(name) || (scopeid !== undefined && scopeid !== 0)
        ? []
        : [{ subnet: cidr, by: 'interface' as const, name, active: true }],
    ),
  );
}

/** Whether guests' own networks can forward ports, as the host tells since libvirt 10; null: it does not tell. */
export async function readPortForwards(host: LibvirtHost): Promise<'passt' | 'none' | null> {
  const args = { emulatorbin: null, arch: null, machine: null, virttype: null, flags: 0 };
  try {
    const { capabilities } = await host.job(remote.connectGetDomainCapabilities, args);
    const interfaces = path(parseXml(capabilities), 'devices', 'interface');
    const backends = children(interfaces, 'enum').find((one) => attribute(one, 'name') === 'backendType');
    if (backends === undefined) return null;
    return children(backends, 'value').some((value) => text(value) === 'passt') ? 'passt' : 'none';
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return null;
  }
}
