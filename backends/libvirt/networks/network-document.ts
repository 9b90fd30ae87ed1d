import { parseSubnet, prefixOfNetmask } from '#model/ip-address';
import type { Network } from '#model/network';
import type { Bandwidth, MacvtapMode, NetworkAddresses, NetworkForward, NetworkSpec, PortGroup } from '#model/network-spec';
import { attribute, child, children, isNamed, path, text, textAt, type XmlElement } from '../xml/document.ts';

// What libvirt writes into a definition that names no ports. Source: formatnetwork, "Connectivity", <nat><port>.
const USUAL_PORTS = { start: 1024, end: 65_535 } as const;

/** What the form has of a <network> document (https://libvirt.org/formatnetwork.html). */
export function specOf(document: XmlElement): NetworkSpec {
  const forward = forwardOf(document);
  const domain = child(document, 'domain');
  const dns = child(document, 'dns');
  const bandwidth = child(document, 'bandwidth');
  return {
    name: textAt(document, 'name') ?? '',
    forward,
    bridge: forward.mode === 'bridge' ? null : attribute(child(document, 'bridge'), 'name'),
    mtu: numberOf(attribute(child(document, 'mtu'), 'size')),
    domain: attribute(domain, 'name'),
    domainLocalOnly: attribute(domain, 'localOnly') === 'yes',
    ipv4: addressesOf(addressElement(document, 'ipv4')),
    ipv6: addressesOf(addressElement(document, 'ipv6')),
    dnsHosts: children(dns, 'host').map(dnsHostOf),
    forwarders: children(dns, 'forwarder').map((one) => ({
      address: attribute(one, 'addr') ?? '',
      domain: attribute(one, 'domain') ?? '',
    })),
    inbound: bandwidthOf(child(bandwidth, 'inbound')),
    outbound: bandwidthOf(child(bandwidth, 'outbound')),
    portGroups: children(document, 'portgroup').map(portGroupOf),
  };
}

const portGroupOf = (group: XmlElement): PortGroup => ({
  name: attribute(group, 'name') ?? '',
  isDefault: attribute(group, 'default') === 'yes',
  vlans: children(child(group, 'vlan'), 'tag').flatMap((tag) => attribute(tag, 'id') ?? []),
});

export const dnsHostOf = (host: XmlElement) => ({
  ip: attribute(host, 'ip') ?? '',
  names: children(host, 'hostname').map((name) => text(name)),
});

export const leaseOf = (host: XmlElement) => ({
  client: attribute(host, 'mac') ?? attribute(host, 'id') ?? '',
  name: attribute(host, 'name') ?? '',
  ip: attribute(host, 'ip') ?? '',
});

export const rangeOf = (range: XmlElement) => ({ start: attribute(range, 'start') ?? '', end: attribute(range, 'end') ?? '' });

/** The first of its family: a second one has neither DHCP nor a place in the form. */
export function addressElement(document: XmlElement, family: 'ipv4' | 'ipv6'): XmlElement | null {
  return children(document, 'ip').find((ip) => (attribute(ip, 'family') ?? 'ipv4') === family) ?? null;
}

function addressesOf(ip: XmlElement | null): NetworkAddresses | null {
  const address = attribute(ip, 'address');
  if (ip === null || address === null) return null;
  const dhcp = child(ip, 'dhcp');
  return {
    subnet: `${address}/${prefixOf(ip)}`,
    dhcp: dhcp !== null,
    ranges: children(dhcp, 'range').map(rangeOf),
    leases: children(dhcp, 'host').map(leaseOf),
  };
}

/** Without a word on it, IPv6 has 64 and IPv4 what its first byte meant once (libvirt, virNetworkIPDefPrefix). */
function prefixOf(ip: XmlElement): number {
  const prefix = numberOf(attribute(ip, 'prefix')) ?? prefixOfNetmask(attribute(ip, 'netmask') ?? '');
  if (prefix !== null) return prefix;
  if (attribute(ip, 'family') === 'ipv6') return 64;
  const first = Number((attribute(ip, 'address') ?? '').split('.')[0]);
  return first < 128 ? 8 : first < 192 ? 16 : 24;
}

function bandwidthOf(limit: XmlElement | null): Bandwidth | null {
  const average = numberOf(attribute(limit, 'average'));
  if (average === null) return null;
  return { average, peak: numberOf(attribute(limit, 'peak')), burst: numberOf(attribute(limit, 'burst')) };
}

function forwardOf(document: XmlElement): NetworkForward {
  const forward = child(document, 'forward');
  if (forward === null) return { mode: 'isolated' };
  const mode = attribute(forward, 'mode') ?? 'nat';
  const devices = children(forward, 'interface').flatMap((one) => attribute(one, 'dev') ?? []);
  const device = attribute(forward, 'dev') ?? devices[0] ?? null;
  const card = attribute(child(forward, 'pf'), 'dev');
  switch (mode) {
    case 'nat':
      return { mode, device, ports: portsOf(path(forward, 'nat', 'port')), ipv6: attribute(child(forward, 'nat'), 'ipv6') === 'yes' };
    case 'route':
      return { mode, device };
    case 'open':
      return { mode };
    case 'bridge': {
      const bridge = attribute(child(document, 'bridge'), 'name');
      return bridge !== null && device === null ? { mode, bridge } : macvtap(mode, forward, devices, device);
    }
    case 'private':
    case 'vepa':
    case 'passthrough':
      return macvtap(mode, forward, devices, device);
    case 'hostdev':
      return card === null ? { mode: 'other', name: mode } : { mode: 'sriov', device: card };
    default:
      return { mode: 'other', name: mode };
  }
}

function macvtap(submode: MacvtapMode, forward: XmlElement, devices: readonly string[], device: string | null): NetworkForward {
  const all = devices.length > 0 ? [...devices] : device === null ? [] : [device];
  return all.length === 0 || child(forward, 'pf') !== null ? { mode: 'other', name: submode } : { mode: 'macvtap', submode, devices: all };
}

function portsOf(port: XmlElement | null): { start: number; end: number } | null {
  const [start, end] = [numberOf(attribute(port, 'start')), numberOf(attribute(port, 'end'))];
  if (start === null || end === null || (start === USUAL_PORTS.start && end === USUAL_PORTS.end)) return null;
  return { start, end };
}

function numberOf(text: string | null): number | null {
  const value = Number(text ?? '');
  return text === null || text === '' || !Number.isSafeInteger(value) ? null : value;
}

/** What a list shows of it, from the document that it runs with or would. */
export function listedOf(document: XmlElement): Pick<Network, 'bridge' | 'forward' | 'subnets'> {
  const subnets = children(document, 'ip').flatMap((ip) => {
    const text = `${attribute(ip, 'address') ?? ''}/${prefixOf(ip)}`;
    return parseSubnet(text) === null ? [] : [text];
  });
  return { bridge: attribute(child(document, 'bridge'), 'name'), forward: forwardOf(document).mode, subnets };
}

/** What the form does not have, in words. */
export function moreOf(document: XmlElement): string[] {
  const addresses = children(document, 'ip');
  const has = (...names: readonly string[]) => path(document, ...names) !== null;
  const found: readonly (readonly [boolean, string])[] = [
    [
      children(document, 'portgroup').some((group) => children(group).some((one) => !isNamed(one, 'vlan'))),
      'bandwidth or virtual ports of port groups',
    ],
    [has('route'), 'static routes'],
    [has('virtualport'), 'a virtual port (Open vSwitch or 802.1Qbh)'],
    [has('vlan'), 'VLAN tags'],
    [has('dns', 'txt') || has('dns', 'srv'), 'TXT or SRV records'],
    [attribute(child(document, 'dns'), 'enable') === 'no', 'name service off'],
    [has('forward', 'nat', 'address'), 'NAT addresses'],
    [attribute(child(document, 'port'), 'isolated') === 'yes', 'guests kept apart from each other'],
    [attribute(child(document, 'bridge'), 'zone') !== null, 'a firewall zone of its own'],
    [
      addresses.length > Number(addressElement(document, 'ipv4') !== null) + Number(addressElement(document, 'ipv6') !== null),
      'further addresses',
    ],
    [addresses.some((ip) => child(ip, 'tftp') !== null || path(ip, 'dhcp', 'bootp') !== null), 'network boot'],
    [children(document).some((one) => isNamed(one, '{http://libvirt.org/schemas/network/dnsmasq/1.0}options')), 'own options of dnsmasq'],
    [has('metadata') || has('description') || has('title'), 'notes of other programs'],
  ];
  return found.filter(([there]) => there).map(([, words]) => words);
}
