import { formatIp, parseSubnet } from '#model/ip-address';
import { usualSubnet } from '#model/network-change';
import {
  type Bandwidth,
  type IpFamily,
  type NetworkAddresses,
  type NetworkForward,
  type NetworkSpec,
  networkSort,
  type PortGroup,
  type StaticLease,
} from '#model/network-spec';
import { attribute, children, child, element, isNamed, type XmlElement } from '../xml/document.ts';
import { type Make, replaced, withAttributes, withChild, withList } from '../xml/edit.ts';
import { addressElement, leaseOf, rangeOf, specOf } from './network-document.ts';

/** A new network's document. Without a UUID libvirt makes one. */
export function newNetwork(spec: NetworkSpec, uuid?: string): XmlElement {
  const empty = element('network', {}, element('name', {}, spec.name), uuid === undefined ? null : element('uuid', {}, uuid));
  return withSpec(empty, spec);
}

/** The document with what differs from `to` changed in its place, and nothing else. */
export function withSpec(document: XmlElement, to: NetworkSpec): XmlElement {
  const kept = networkSort(specOf(document)) === networkSort(to) ? document : withoutSort(document);
  const from = specOf(kept);
  const differ = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other);
  let next = kept;
  const put = (name: string, make: Make) => {
    next = withChild(next, name, make);
  };
  if (differ(from.forward, to.forward)) put('forward', (old) => forwardElement(old, from.forward, to.forward));
  const bridge = to.forward.mode === 'bridge' ? to.forward.bridge : to.bridge;
  if (bridge !== (from.forward.mode === 'bridge' ? from.forward.bridge : from.bridge)) {
    put('bridge', (old) => (bridge === null ? null : withAttributes(old ?? element('bridge'), { name: bridge })));
  }
  if (from.mtu !== to.mtu) put('mtu', (old) => (to.mtu === null ? null : withAttributes(old ?? element('mtu'), { size: to.mtu })));
  if (from.domain !== to.domain || from.domainLocalOnly !== to.domainLocalOnly) put('domain', (old) => domainElement(old, to));
  if (differ([from.dnsHosts, from.forwarders], [to.dnsHosts, to.forwarders])) put('dns', (old) => dnsElement(old, to));
  if (differ([from.inbound, from.outbound], [to.inbound, to.outbound])) put('bandwidth', (old) => bandwidthElement(old, to));
  if (differ(from.portGroups, to.portGroups)) next = withList(next, ['portgroup'], portGroupElements(next, to.portGroups));
  for (const family of ['ipv4', 'ipv6'] as const) {
    if (!differ(from[family], to[family])) continue;
    const old = addressElement(next, family);
    next = replaced(next, old, addressesElement(old, family, to[family]));
  }
  return next;
}

/** What a network of any sort may have. Bridges, addresses, routes and names are of one sort alone, and libvirt refuses them in another. */
const OF_ANY_SORT = ['name', 'uuid', 'title', 'description', 'metadata', 'mtu', 'bandwidth', 'portgroup'];

const withoutSort = (document: XmlElement): XmlElement => ({
  ...document,
  children: children(document).filter((one) => OF_ANY_SORT.some((name) => isNamed(one, name))),
});

const portGroupElements = (document: XmlElement, groups: readonly PortGroup[]): XmlElement[] =>
  groups.map((group) =>
    portGroupElement(
      group,
      children(document, 'portgroup').find((one) => attribute(one, 'name') === group.name),
    ),
  );

export function portGroupElement({ name, isDefault, vlans }: PortGroup, old = element('portgroup', { name })): XmlElement {
  const group = withAttributes(old, { default: isDefault ? 'yes' : null });
  return withChild(group, 'vlan', (vlan) => {
    if (vlans.length === 0) return null;
    const kept = (id: string) => children(vlan, 'tag').find((tag) => attribute(tag, 'id') === id);
    const tags = vlans.map((id) => kept(id) ?? element('tag', { id }));
    return withList(vlan ?? element('vlan'), ['tag'], tags);
  });
}

function forwardElement(old: XmlElement | null, from: NetworkForward, to: NetworkForward): XmlElement | null {
  const kept = from.mode === to.mode && old !== null ? old : element('forward');
  switch (to.mode) {
    case 'isolated':
      return null;
    case 'open':
    case 'bridge':
      return withAttributes(kept, { mode: to.mode });
    case 'route':
      return withDevice(withAttributes(kept, { mode: to.mode }), to.device);
    case 'nat':
      return natElement(withDevice(withAttributes(kept, { mode: to.mode }), to.device), to);
    case 'macvtap': {
      const devices = to.devices.map((dev) => element('interface', { dev }));
      return withList(withAttributes(kept, { mode: to.submode, dev: null }), ['interface'], devices);
    }
    case 'sriov':
      return withList(
        withAttributes(kept, { mode: 'hostdev', managed: 'yes' }),
        ['pf', 'interface', 'address'],
        [element('pf', { dev: to.device })],
      );
    case 'other':
      break;
  }
  return old;
}

/** libvirt keeps the device both as an attribute and as an element. */
const withDevice = (forward: XmlElement, device: string | null) => withList(withAttributes(forward, { dev: device }), ['interface'], []);

function natElement(forward: XmlElement, { ports, ipv6 }: Extract<NetworkForward, { mode: 'nat' }>): XmlElement {
  const old = child(forward, 'nat');
  const port = ports === null ? [] : [element('port', { start: ports.start, end: ports.end })];
  const nat = withList(withAttributes(old ?? element('nat'), { ipv6: ipv6 ? 'yes' : null }), ['port'], port);
  return replaced(forward, old, nat.children.length === 0 && nat.attributes.size === 0 ? null : nat);
}

function domainElement(old: XmlElement | null, { domain, domainLocalOnly }: NetworkSpec): XmlElement | null {
  return domain === null ? null : withAttributes(old ?? element('domain'), { name: domain, localOnly: domainLocalOnly ? 'yes' : null });
}

function dnsElement(old: XmlElement | null, { dnsHosts, forwarders }: NetworkSpec): XmlElement | null {
  const fresh = [
    ...forwarders.map(({ address, domain }) => element('forwarder', { domain: domain || null, addr: address || null })),
    ...dnsHosts.map(dnsHostElement),
  ];
  const dns = withList(old ?? element('dns'), ['forwarder', 'host'], fresh);
  return children(dns).length === 0 && dns.attributes.size === 0 ? null : dns;
}

export const dnsHostElement = ({ ip, names }: NetworkSpec['dnsHosts'][number]): XmlElement =>
  element(
    'host',
    { ip },
    names.map((name) => element('hostname', {}, name)),
  );

function bandwidthElement(old: XmlElement | null, { inbound, outbound }: NetworkSpec): XmlElement | null {
  if (inbound === null && outbound === null) return null;
  const limit = (name: 'inbound' | 'outbound', value: Bandwidth | null) =>
    value === null ? null : withAttributes(child(old, name) ?? element(name), { ...value });
  return withList(
    old ?? element('bandwidth'),
    ['inbound', 'outbound'],
    [limit('inbound', inbound), limit('outbound', outbound)].flatMap((one) => one ?? []),
  );
}

function addressesElement(old: XmlElement | null, family: IpFamily, to: NetworkAddresses | null): XmlElement | null {
  if (to === null) return null;
  const wanted = usualSubnet(to.subnet);
  const base = old ?? element('ip', family === 'ipv6' ? { family } : {});
  // A netmask that says the same stays as it was written.
  const placed = specOf(element('network', {}, base))[family]?.subnet === wanted ? base : withAttributes(base, placeOf(wanted));
  return withChild(placed, 'dhcp', (dhcp) => (to.dhcp ? dhcpElement(dhcp, family, to) : null));
}

function placeOf(text: string) {
  const subnet = parseSubnet(text);
  return subnet === null ? {} : { address: formatIp(subnet.address), prefix: subnet.prefix, netmask: null };
}

function dhcpElement(old: XmlElement | null, family: IpFamily, { ranges, leases }: NetworkAddresses): XmlElement {
  const kept = <T>(name: string, read: (found: XmlElement) => T, value: T) =>
    children(old, name).find((found) => JSON.stringify(read(found)) === JSON.stringify(value));
  return withList(
    old ?? element('dhcp'),
    ['range', 'host'],
    [
      ...ranges.map((range) => kept('range', rangeOf, range) ?? rangeElement(range)),
      ...leases.map((lease) => kept('host', leaseOf, lease) ?? leaseElement(lease, family)),
    ],
  );
}

export const rangeElement = ({ start, end }: { start: string; end: string }): XmlElement => element('range', { start, end });

export const leaseElement = ({ client, name, ip }: StaticLease, family: IpFamily): XmlElement =>
  element('host', { [family === 'ipv4' ? 'mac' : 'id']: client || null, name: name || null, ip });
