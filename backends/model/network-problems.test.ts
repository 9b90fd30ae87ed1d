import { expect, test } from 'vitest';
import type { NetworkSurroundings } from './network.ts';
import { planNetworkChange, sameNetwork } from './network-change.ts';
import { networkProblems } from './network-problems.ts';
import type { NetworkAddresses, NetworkSpec } from './network-spec.ts';
import { freeSubnet, localSubnet, usualRange } from './network-suggestion.ts';

const addresses: NetworkAddresses = {
  subnet: '192.168.140.1/24',
  dhcp: true,
  ranges: [{ start: '192.168.140.10', end: '192.168.140.99' }],
  leases: [],
};
const plain: NetworkSpec = {
  name: 'lab',
  forward: { mode: 'nat', device: null, ports: null, ipv6: false },
  bridge: null,
  mtu: null,
  domain: null,
  domainLocalOnly: false,
  ipv4: addresses,
  ipv6: null,
  dnsHosts: [],
  forwarders: [],
  inbound: null,
  outbound: null,
  portGroups: [],
};
const group = (name: string, ...vlans: string[]) => ({ name, isDefault: false, vlans });
const surroundings: NetworkSurroundings = {
  names: ['default'],
  bridges: ['virbr0'],
  taken: [
    { subnet: '192.168.122.1/24', by: 'network', name: 'default', active: true },
    { subnet: '10.20.0.1/24', by: 'network', name: 'asleep', active: false },
    { subnet: '192.168.1.20/24', by: 'interface', name: 'eth0', active: true },
  ],
  links: [
    { name: 'eth0', kind: 'ethernet', up: true, master: null, functionsMax: 0 },
    { name: 'wlan0', kind: 'wifi', up: true, master: null, functionsMax: 0 },
  ],
  knowsInterfaces: true,
  portForwards: null,
};
const problems = (change: Partial<NetworkSpec>, severity?: 'error' | 'warning') =>
  networkProblems({ ...plain, ...change }, { surroundings, self: null })
    .filter((problem) => severity === undefined || problem.severity === severity)
    .map(({ field }) => field);
const ipv4 = (change: Partial<NetworkAddresses>) => ({ ipv4: { ...addresses, ...change } });
const lease = (client: string, name: string, ip: string) => ({ client, name, ip });

test('nothing stands against an ordinary network', () => {
  expect(problems({})).toEqual([]);
  expect(problems({ forward: { mode: 'isolated' }, ipv4: null })).toEqual([]);
});

test.for<readonly [string, Partial<NetworkSpec>, readonly string[]]>([
  ['no name', { name: '' }, ['name']],
  ['a slash', { name: 'a/b' }, ['name']],
  ['a name that is taken', { name: 'default' }, ['name']],
  ['a bridge that is taken', { bridge: 'virbr0' }, ['bridge']],
  ['a bridge like a card', { bridge: 'eth0' }, ['bridge']],
  ['a bridge with a space', { bridge: 'my bridge' }, ['bridge']],
  ['no addresses with NAT', { ipv4: null }, ['ipv4.subnet']],
  ['no subnet', ipv4({ subnet: '192.168.140.0' }), ['ipv4.subnet']],
  ['IPv6 for IPv4', ipv4({ subnet: 'fd00::/64' }), ['ipv4.subnet']],
  ['too small', ipv4({ subnet: '192.168.140.0/31' }), ['ipv4.subnet']],
  ['the broadcast address', ipv4({ subnet: '192.168.140.255/24' }), ['ipv4.subnet']],
  ['another network’s subnet', ipv4({ subnet: '192.168.122.128/25', dhcp: false }), ['ipv4.subnet']],
  ['the host’s own subnet', ipv4({ subnet: '192.168.0.0/16', dhcp: false }), ['ipv4.subnet', 'ipv4.subnet']],
  ['DHCP without addresses', ipv4({ ranges: [] }), ['ipv4.ranges']],
  ['a range outside', ipv4({ ranges: [{ start: '192.168.141.10', end: '192.168.140.99' }] }), ['ipv4.ranges.0.start']],
  [
    'the network itself',
    ipv4({ ranges: [{ start: '192.168.140.0', end: '192.168.140.255' }] }),
    ['ipv4.ranges.0.start', 'ipv4.ranges.0.end'],
  ],
  ['a range backwards', ipv4({ ranges: [{ start: '192.168.140.9', end: '192.168.140.8' }] }), ['ipv4.ranges.0.end']],
  [
    'ranges that overlap',
    ipv4({ ranges: [...addresses.ranges, { start: '192.168.140.99', end: '192.168.140.120' }] }),
    ['ipv4.ranges.1.start'],
  ],
  ['a MAC address of a group', ipv4({ leases: [lease('53:54:00:00:00:01', '', '192.168.140.5')] }), ['ipv4.leases.0.client']],
  ['neither card nor name', ipv4({ leases: [lease('', '', '192.168.140.5')] }), ['ipv4.leases.0.client']],
  ['the host’s address', ipv4({ leases: [lease('', 'web', '192.168.140.1')] }), ['ipv4.leases.0.ip']],
  [
    'everything twice',
    ipv4({ leases: [lease('52:54:00:00:00:0A', 'web', '192.168.140.5'), lease('52:54:00:00:00:0a', 'WEB', '192.168.140.5')] }),
    ['ipv4.leases.1.client', 'ipv4.leases.1.name', 'ipv4.leases.1.ip'],
  ],
  ['no domain', { domain: 'not a domain' }, ['domain']],
  ['a name without an address', { dnsHosts: [{ ip: 'x', names: ['web'] }] }, ['dnsHosts.0.ip']],
  ['an address without a name', { dnsHosts: [{ ip: '10.0.0.1', names: [] }] }, ['dnsHosts.0.names']],
  ['nobody to ask', { forwarders: [{ address: '', domain: '' }] }, ['forwarders.0.address']],
  ['a tiny packet', { mtu: 60 }, ['mtu']],
  ['no number', { mtu: Number.NaN }, ['mtu']],
  ['a peak below the average', { inbound: { average: 100, peak: 50, burst: null } }, ['inbound.peak']],
  ['port groups of one name', { portGroups: [group('a'), group('a')] }, ['portGroups.1.name']],
  ['a port group without a name', { portGroups: [group('')] }, ['portGroups.0.name']],
  ['tags where nothing tags', { portGroups: [group('a', '5')] }, ['portGroups.0.vlans']],
  [
    'a tag that is none',
    { forward: { mode: 'sriov', device: 'eth8' }, ipv4: null, portGroups: [group('a', '4096')] },
    ['portGroups.0.vlans'],
  ],
  ['a peak without an average', { outbound: { average: Number.NaN, peak: 50, burst: null } }, ['outbound.average']],
  ['ports backwards', { forward: { mode: 'nat', device: null, ports: { start: 2000, end: 1999 }, ipv6: false } }, ['forward.ports.end']],
  ['no bridge', { forward: { mode: 'bridge', bridge: '' } }, ['forward.bridge']],
  ['a card as bridge', { forward: { mode: 'bridge', bridge: 'eth0' } }, ['forward.bridge']],
  ['no card', { forward: { mode: 'macvtap', submode: 'bridge', devices: [] } }, ['forward.devices']],
  ['a card twice', { forward: { mode: 'macvtap', submode: 'bridge', devices: ['eth0', 'eth0'] } }, ['forward.devices.1']],
])('%s is refused', ([, change, fields]) => {
  expect(problems(change, 'error')).toEqual(fields);
});

test('what may work is only warned of', () => {
  expect(problems(ipv4({ subnet: '10.20.0.0/24', dhcp: false }))).toEqual(['ipv4.subnet']);
  expect(problems(ipv4({ subnet: '10.20.0.0/24', dhcp: false }), 'error')).toEqual([]);
  expect(problems({ forward: { mode: 'macvtap', submode: 'bridge', devices: ['wlan0'] } }, 'warning')).toEqual(['forward.devices.0']);
  expect(problems({ forward: { mode: 'sriov', device: 'eth0' } }, 'warning')).toEqual(['forward.device']);
  expect(problems({ forward: { mode: 'route', device: 'eth7' } }, 'warning')).toEqual(['forward.device']);
});

test('a network does not collide with itself', () => {
  const self = { name: 'default', bridge: 'virbr0' };
  const spec = { ...plain, name: 'default', bridge: 'virbr0', ...ipv4({ subnet: '192.168.122.1/24', dhcp: false }) };
  expect(networkProblems(spec, { surroundings, self })).toEqual([]);
});

test('the suggested subnet and its range are free and stand up to the form', () => {
  const subnet = freeSubnet(surroundings);
  expect(subnet).toBe('192.168.123.0/24');
  const range = usualRange(subnet);
  expect(range).toEqual({ start: '192.168.123.2', end: '192.168.123.254' });
  expect(freeSubnet({ taken: [{ subnet: '0.0.0.0/0', by: 'interface', name: 'vpn', active: true }] })).toBe('');
  expect(localSubnet('0123456789')).toBe('fd01:2345:6789::/64');
  expect(usualRange('fd01::/64')).toEqual({ start: 'fd01::100', end: 'fd01::1ff' });
  expect(usualRange('10.0.0.0/8')).toEqual({ start: '10.0.0.2', end: '10.1.0.1' });
  expect(usualRange('nonsense')).toBeNull();
});

test('a change is live only where the running network has the same place', () => {
  const to = { ...plain, ...ipv4({ leases: [lease('52:54:00:00:00:01', '', '192.168.140.5')] }), domain: 'lab.example' };
  expect(planNetworkChange(plain, to, null)).toEqual({ now: [], later: ['Domain', 'DHCP for IPv4'] });
  expect(planNetworkChange(plain, to, plain)).toEqual({
    now: [{ kind: 'lease', family: 'ipv4', value: lease('52:54:00:00:00:01', '', '192.168.140.5'), add: true }],
    later: ['Domain'],
  });
  const elsewhere = { ...plain, ...ipv4({ subnet: '192.168.150.1/24', ranges: [], leases: [] }) };
  expect(planNetworkChange(plain, to, elsewhere).now).toEqual([]);
});

test('what goes is taken before what comes is given', () => {
  const before = { ...plain, ...ipv4({ leases: [lease('52:54:00:00:00:01', '', '192.168.140.5')] }) };
  const after = { ...plain, ...ipv4({ leases: [lease('52:54:00:00:00:02', '', '192.168.140.5')] }) };
  expect(planNetworkChange(before, after, before).now.map(({ add }) => add)).toEqual([false, true]);
});

test('the order of lists and the spelling of a subnet are no change', () => {
  const dnsHosts = [
    { ip: '10.0.0.1', names: ['a'] },
    { ip: '10.0.0.2', names: ['b'] },
  ];
  const one = { ...plain, dnsHosts, ...ipv4({ subnet: '192.168.140.0/24' }) };
  expect(sameNetwork(one, { ...plain, dnsHosts: dnsHosts.slice(0).sort((a, b) => b.ip.localeCompare(a.ip)) })).toBe(true);
  expect(sameNetwork(one, { ...one, mtu: 1400 })).toBe(false);
});
