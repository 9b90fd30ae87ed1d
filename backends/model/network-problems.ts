import { contains, firstOf, formatIp, type IpAddress, lastOf, overlap, parseIp, parseSubnet, plus, type Subnet } from './ip-address.ts';
import type { NetworkSurroundings } from './network.ts';
import { hasOwnBridge, type Bandwidth, type IpFamily, type NetworkAddresses, type NetworkSpec } from './network-spec.ts';

export interface NetworkProblem {
  /** Path of what it is about: 'ipv4.ranges.0.end'. */
  readonly field: string;
  /** An error keeps the host from taking it, or the network from working; a warning does not. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** What the network is compared with; `self` is the one that is being changed. */
export interface NetworkCompany {
  readonly surroundings: NetworkSurroundings | null;
  readonly self: { readonly name: string; readonly bridge: string | null } | null;
}

const error = (field: string, message: string): NetworkProblem => ({ field, severity: 'error', message });
const warning = (field: string, message: string): NetworkProblem => ({ field, severity: 'warning', message });

// The kernel's IFNAMSIZ less the final NUL; the characters are what every tool takes.
const deviceName = /^(?!\.{1,2}$)[\w.-]{1,15}$/;
const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const hostName = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*\\.?$`, 'i');
const macAddress = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;
const duid = /^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){1,129}$/i;

/** Everything that stands against it, in the order of the form. */
export function networkProblems(spec: NetworkSpec, company: NetworkCompany): NetworkProblem[] {
  return [
    ...aboutName(spec, company),
    ...aboutForward(spec, company),
    ...(hasOwnBridge(spec.forward.mode) ? aboutOwnBridge(spec, company) : []),
    ...aboutMtu(spec),
    ...aboutBandwidth('inbound', spec.inbound),
    ...aboutBandwidth('outbound', spec.outbound),
    ...aboutPortGroups(spec),
  ];
}

function aboutName({ name }: NetworkSpec, { surroundings, self }: NetworkCompany): NetworkProblem[] {
  if (name === '') return [error('name', 'Give it a name.')];
  if (name.length > 64) return [error('name', 'A name has at most 64 characters.')];
  // libvirt keeps the definition in a file of that name.
  if (/[/\p{C}\p{Zl}\p{Zp}]/u.test(name) || name.trim() !== name || name === '.' || name === '..') {
    return [error('name', 'No slashes, no control characters, and no spaces at its ends.')];
  }
  if (self?.name !== name && surroundings?.names.includes(name) === true)
    return [error('name', 'The host has a network of that name already.')];
  return [];
}

function aboutForward({ forward }: NetworkSpec, { surroundings }: NetworkCompany): NetworkProblem[] {
  const links = surroundings?.links ?? [];
  const known = (name: string) => links.length === 0 || links.some((link) => link.name === name);
  const isWifi = (name: string) => links.some((link) => link.name === name && link.kind === 'wifi');
  const unknown = (field: string, name: string) =>
    deviceName.test(name)
      ? known(name)
        ? []
        : [warning(field, `The host has no interface called “${name}” now.`)]
      : [error(field, 'This is no name of a network interface: 15 letters, digits, dots, hyphens or underscores at most.')];
  switch (forward.mode) {
    case 'nat':
      return [...(forward.device === null ? [] : unknown('forward.device', forward.device)), ...aboutPorts(forward.ports)];
    case 'route':
      return forward.device === null ? [] : unknown('forward.device', forward.device);
    case 'bridge': {
      if (forward.bridge === '') return [error('forward.bridge', 'Choose a bridge of the host.')];
      const found = links.find((link) => link.name === forward.bridge);
      if (found !== undefined && found.kind !== 'bridge') return [error('forward.bridge', `“${forward.bridge}” is no bridge.`)];
      return unknown('forward.bridge', forward.bridge);
    }
    case 'macvtap':
      if (forward.devices.length === 0) return [error('forward.devices', 'Choose at least one interface of the host.')];
      return forward.devices.flatMap((device, index) => [
        ...unknown(`forward.devices.${index}`, device),
        ...(isWifi(device)
          ? [
              warning(
                `forward.devices.${index}`,
                `“${device}” is Wi-Fi: access points take frames of one address only, so guests will not be heard. Use NAT.`,
              ),
            ]
          : []),
        ...(forward.devices.indexOf(device) === index ? [] : [error(`forward.devices.${index}`, `“${device}” is named twice.`)]),
      ]);
    case 'sriov': {
      if (forward.device === '') return [error('forward.device', 'Choose a network card.')];
      const found = links.find((link) => link.name === forward.device);
      if (found?.functionsMax === 0)
        return [warning('forward.device', `“${forward.device}” has no virtual functions (SR-IOV) to give away.`)];
      return unknown('forward.device', forward.device);
    }
    case 'open':
    case 'isolated':
    case 'other':
      break;
  }
  return [];
}

function aboutPortGroups({ portGroups, forward }: NetworkSpec): NetworkProblem[] {
  const tagged = forward.mode === 'sriov' || forward.mode === 'bridge' || forward.mode === 'other';
  return portGroups.flatMap(({ name, vlans }, at) => {
    const tag = (text: string) => /^\d{1,4}$/.test(text) && Number(text) <= 4095;
    if (name === '') return [error(`portGroups.${at}.name`, 'Give it a name.')];
    if (/\p{C}/u.test(name) || name.length > 64)
      return [error(`portGroups.${at}.name`, 'At most 64 characters, none of them for control.')];
    if (portGroups.findIndex((other) => other.name === name) !== at)
      return [error(`portGroups.${at}.name`, 'There is one of that name already.')];
    if (!vlans.every(tag)) return [error(`portGroups.${at}.vlans`, 'VLAN tags are whole numbers from 0 to 4095.')];
    if (vlans.length === 0 || tagged) return [];
    return [error(`portGroups.${at}.vlans`, 'Only networks of Open vSwitch bridges and of SR-IOV cards have VLAN tags.')];
  });
}

function aboutPorts(ports: { start: number; end: number } | null): NetworkProblem[] {
  if (ports === null) return [];
  const valid = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65_535;
  return [
    ...(valid(ports.start) ? [] : [error('forward.ports.start', 'A port is a whole number from 1 to 65535.')]),
    ...(valid(ports.end) ? [] : [error('forward.ports.end', 'A port is a whole number from 1 to 65535.')]),
    ...(valid(ports.start) && valid(ports.end) && ports.start > ports.end
      ? [error('forward.ports.end', 'The last port comes before the first.')]
      : []),
  ];
}

function aboutOwnBridge(spec: NetworkSpec, company: NetworkCompany): NetworkProblem[] {
  const { forward, bridge, domain, ipv4, ipv6 } = spec;
  const { surroundings, self } = company;
  const found: NetworkProblem[] = [];
  if (bridge !== null && !deviceName.test(bridge)) {
    found.push(error('bridge', 'This is no name of a bridge: 15 letters, digits, dots, hyphens or underscores at most.'));
  } else if (bridge !== null && bridge !== self?.bridge) {
    const taken = surroundings?.bridges.includes(bridge) === true || surroundings?.links.some(({ name }) => name === bridge) === true;
    if (taken) found.push(error('bridge', `The host has “${bridge}” already.`));
  }
  if (domain !== null && !hostName.test(domain)) found.push(error('domain', 'This is no domain name, such as lab.example.'));
  if (ipv4 === null && ipv6 === null && (forward.mode === 'nat' || forward.mode === 'route')) {
    found.push(error('ipv4.subnet', 'A network with a way out needs addresses: switch IPv4 or IPv6 on.'));
  }
  if (ipv4 !== null) found.push(...aboutAddresses('ipv4', ipv4, company));
  if (ipv6 !== null) found.push(...aboutAddresses('ipv6', ipv6, company));
  if (forward.mode === 'nat' && ipv6 !== null && !forward.ipv6) {
    found.push(
      warning('forward.ipv6', 'Without NAT for IPv6, guests’ IPv6 addresses reach the world only if its routers know this network.'),
    );
  }
  return [...found, ...aboutNames(spec)];
}

function aboutAddresses(family: IpFamily, part: NetworkAddresses, company: NetworkCompany): NetworkProblem[] {
  const field = `${family}.subnet`;
  const subnet = parseSubnet(part.subnet);
  const example = family === 'ipv4' ? '192.168.100.0/24' : 'fd00:1:2:3::/64';
  if (subnet === null || subnet.address.family !== (family === 'ipv4' ? 4 : 6)) {
    return [error(field, `Write it as a network and the length of its prefix: ${example}.`)];
  }
  const most = family === 'ipv4' ? 30 : 126;
  if (subnet.prefix < 8 || subnet.prefix > most) return [error(field, `The prefix is from 8 to ${most} long.`)];
  const found: NetworkProblem[] = [];
  if (family === 'ipv4' && subnet.address.value === lastOf(subnet).value) {
    found.push(error(field, `${formatIp(subnet.address)} is the address for all (broadcast); the host needs another.`));
  }
  if (family === 'ipv6' && subnet.prefix !== 64) {
    found.push(warning(field, 'Guests find IPv6 addresses by themselves only with a prefix of 64.'));
  }
  found.push(...collisions(field, subnet, company));
  if (!part.dhcp) return found;
  if (part.ranges.length === 0 && part.leases.length === 0) {
    found.push(error(`${family}.ranges`, 'DHCP needs a range of addresses, or at least one fixed address.'));
  }
  return [...found, ...aboutRanges(family, part, withHost(subnet)), ...aboutLeases(family, part, withHost(subnet))];
}

/** A network's own address is no address of a host; the first one after it is what people mean. */
export function withHost(subnet: Subnet): Subnet {
  const first = firstOf(subnet);
  return subnet.address.value === first.value ? { ...subnet, address: plus(first, 1n) } : subnet;
}

function collisions(field: string, subnet: Subnet, { surroundings, self }: NetworkCompany): NetworkProblem[] {
  return (surroundings?.taken ?? []).flatMap((taken) => {
    const other = parseSubnet(taken.subnet);
    const own = taken.by === 'network' ? taken.name === self?.name : taken.name === self?.bridge;
    if (other === null || own || !overlap(subnet, other)) return [];
    if (taken.by === 'interface') {
      return [
        error(field, `It overlaps ${taken.subnet} of the host’s interface “${taken.name}”: the host would no longer know the way there.`),
      ];
    }
    const message = `It overlaps ${taken.subnet} of the network “${taken.name}”`;
    return [taken.active ? error(field, `${message}.`) : warning(field, `${message}, which is not started: only one of them can be.`)];
  });
}

function inside(subnet: Subnet, text: string): IpAddress | string {
  const address = parseIp(text);
  if (address === null || address.family !== subnet.address.family) return `This is no IPv${subnet.address.family} address.`;
  if (!contains(subnet, address)) return `It is not in ${formatIp(firstOf(subnet))}/${subnet.prefix}.`;
  if (address.family === 4 && (address.value === firstOf(subnet).value || address.value === lastOf(subnet).value)) {
    return 'The first and the last address of a network belong to nobody.';
  }
  return address;
}

function aboutRanges(family: IpFamily, { ranges }: NetworkAddresses, subnet: Subnet): NetworkProblem[] {
  const found: NetworkProblem[] = [];
  const good: { start: bigint; end: bigint }[] = [];
  for (const [index, range] of ranges.entries()) {
    const field = `${family}.ranges.${index}`;
    const [start, end] = [inside(subnet, range.start), inside(subnet, range.end)];
    if (typeof start === 'string') found.push(error(`${field}.start`, start));
    if (typeof end === 'string') found.push(error(`${field}.end`, end));
    if (typeof start === 'string' || typeof end === 'string') continue;
    if (end.value < start.value) found.push(error(`${field}.end`, 'The last address comes before the first.'));
    else if (end.value - start.value > 65_535n) found.push(error(`${field}.end`, 'A range has at most 65536 addresses.'));
    else if (good.some((other) => start.value <= other.end && other.start <= end.value)) {
      found.push(error(`${field}.start`, 'It overlaps another range.'));
    } else good.push({ start: start.value, end: end.value });
    if (start.value <= subnet.address.value && subnet.address.value <= end.value) {
      found.push(warning(`${field}.start`, `The host’s own address, ${formatIp(subnet.address)}, is in it.`));
    }
  }
  return found;
}

function aboutLeases(family: IpFamily, { leases }: NetworkAddresses, subnet: Subnet): NetworkProblem[] {
  const same = (key: 'client' | 'name' | 'ip', index: number) => {
    const value = leases[index]?.[key].toLowerCase() ?? '';
    return value !== '' && leases.some((other, at) => at < index && other[key].toLowerCase() === value);
  };
  return leases.flatMap((lease, index) => {
    const field = `${family}.leases.${index}`;
    const found: NetworkProblem[] = [];
    const address = inside(subnet, lease.ip);
    if (lease.client === '' && lease.name === '') {
      found.push(error(`${field}.client`, family === 'ipv4' ? 'Give a MAC address, or a name.' : 'Give a DUID, or a name.'));
    } else if (lease.client !== '' && family === 'ipv4' && !macAddress.test(lease.client)) {
      found.push(error(`${field}.client`, 'This is no MAC address, such as 52:54:00:12:34:56.'));
    } else if (lease.client !== '' && family === 'ipv4' && (Number.parseInt(lease.client.slice(0, 2), 16) & 1) === 1) {
      found.push(error(`${field}.client`, 'This is the MAC address of a group; a card has one whose first byte is even.'));
    } else if (lease.client !== '' && family === 'ipv6' && !duid.test(lease.client)) {
      found.push(error(`${field}.client`, 'This is no DUID, such as 0:3:0:1:52:54:0:12:34:56.'));
    } else if (same('client', index)) found.push(error(`${field}.client`, 'Another entry is for the same client.'));
    if (lease.name !== '' && !hostName.test(lease.name)) found.push(error(`${field}.name`, 'This is no name of a computer.'));
    else if (same('name', index)) found.push(error(`${field}.name`, 'Another entry has this name.'));
    if (typeof address === 'string') found.push(error(`${field}.ip`, address));
    else if (address.value === subnet.address.value) found.push(error(`${field}.ip`, 'This is the host’s own address.'));
    else if (same('ip', index)) found.push(error(`${field}.ip`, 'Another entry has this address.'));
    return found;
  });
}

function aboutNames({ dnsHosts, forwarders }: NetworkSpec): NetworkProblem[] {
  return [
    ...dnsHosts.flatMap(({ ip, names }, index) => [
      ...(parseIp(ip) === null ? [error(`dnsHosts.${index}.ip`, 'This is no IP address.')] : []),
      ...(dnsHosts.some((other, at) => at < index && other.ip === ip)
        ? [error(`dnsHosts.${index}.ip`, 'Another entry has this address: put its names together.')]
        : []),
      ...(names.length > 0 && names.every((name) => hostName.test(name))
        ? []
        : [error(`dnsHosts.${index}.names`, 'Give one or more names of a computer, with spaces between them.')]),
    ]),
    ...forwarders.flatMap(({ address, domain }, index) => [
      ...(address === '' && domain === '' ? [error(`forwarders.${index}.address`, 'Give the address of a name server, or a domain.')] : []),
      ...(address !== '' && parseIp(address) === null ? [error(`forwarders.${index}.address`, 'This is no IP address.')] : []),
      ...(domain !== '' && !hostName.test(domain) ? [error(`forwarders.${index}.domain`, 'This is no domain name.')] : []),
    ]),
  ];
}

function aboutMtu({ mtu }: NetworkSpec): NetworkProblem[] {
  // 68 is the least that IPv4 allows (RFC 791); the kernel's bridges take up to 65535.
  return mtu === null || (Number.isInteger(mtu) && mtu >= 68 && mtu <= 65_535)
    ? []
    : [error('mtu', 'The largest packet (MTU) is a whole number from 68 to 65535.')];
}

function aboutBandwidth(field: 'inbound' | 'outbound', bandwidth: Bandwidth | null): NetworkProblem[] {
  if (bandwidth === null) return [];
  const whole = (value: number | null) => value === null || (Number.isInteger(value) && value > 0 && value <= 4_294_967_295);
  const bad = (['average', 'peak', 'burst'] as const).filter((key) => !whole(bandwidth[key]));
  if (bad.length > 0) return bad.map((key) => error(`${field}.${key}`, 'Write a whole number above 0.'));
  return bandwidth.peak !== null && bandwidth.peak < bandwidth.average ? [error(`${field}.peak`, 'The peak is below the average.')] : [];
}
