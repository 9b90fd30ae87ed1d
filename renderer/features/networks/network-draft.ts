import { formatSubnet, parseSubnet } from '#model/ip-address';
import type { NetworkSurroundings } from '#model/network';
import { freeSubnet, localSubnet, usualRange } from '#model/network-suggestion';
import {
  type Bandwidth,
  type ForwardMode,
  hasOwnBridge,
  type MacvtapMode,
  type NetworkAddresses,
  type NetworkForward,
  type NetworkSpec,
} from '#model/network-spec';

export interface AddressesDraft extends NetworkAddresses {
  readonly on: boolean;
}

/** The form as it stands: all that was typed, also of kinds that are not chosen now. Numbers are texts, '' where nothing is wished. */
export interface NetworkDraft {
  readonly name: string;
  readonly mode: ForwardMode;
  /** '' means any. */
  readonly device: string;
  readonly ports: { readonly start: string; readonly end: string };
  readonly natIpv6: boolean;
  readonly hostBridge: string;
  readonly submode: MacvtapMode;
  readonly devices: readonly string[];
  readonly card: string;
  /** Of a kind that the form does not have. */
  readonly otherName: string;
  readonly bridge: string;
  readonly mtu: string;
  readonly domain: string;
  readonly domainLocalOnly: boolean;
  readonly ipv4: AddressesDraft;
  readonly ipv6: AddressesDraft;
  readonly dnsHosts: readonly { readonly ip: string; readonly names: string }[];
  readonly forwarders: NetworkSpec['forwarders'];
  readonly inbound: BandwidthDraft;
  readonly outbound: BandwidthDraft;
  readonly portGroups: readonly { readonly name: string; readonly vlans: string }[];
  /** '' where there is none. */
  readonly usualGroup: string;
}
export interface BandwidthDraft {
  readonly average: string;
  readonly peak: string;
  readonly burst: string;
}

const noBandwidth: BandwidthDraft = { average: '', peak: '', burst: '' };
const noAddresses: AddressesDraft = { on: false, subnet: '', dhcp: true, ranges: [], leases: [] };

/** What most people want: guests that reach out, in a subnet that nobody has. `random`: ten hexadecimal digits. */
export function newDraft(surroundings: NetworkSurroundings, random: string): NetworkDraft {
  const subnet = freeSubnet(surroundings);
  const range = usualRange(subnet);
  return {
    name: freeName(surroundings.names),
    mode: 'nat',
    device: '',
    ports: { start: '', end: '' },
    natIpv6: true,
    hostBridge: surroundings.links.find(({ kind }) => kind === 'bridge')?.name ?? '',
    submode: 'bridge',
    devices: [],
    card: surroundings.links.find(({ functionsMax }) => functionsMax > 0)?.name ?? '',
    otherName: '',
    bridge: '',
    mtu: '',
    domain: '',
    domainLocalOnly: false,
    ipv4: { on: true, subnet, dhcp: true, ranges: range === null ? [] : [range], leases: [] },
    ipv6: { ...noAddresses, subnet: localSubnet(random), dhcp: false },
    dnsHosts: [],
    forwarders: [],
    inbound: noBandwidth,
    outbound: noBandwidth,
    portGroups: [],
    usualGroup: '',
  };
}

function freeName(taken: readonly string[]): string {
  for (let number = 1; number <= taken.length + 1; number++) {
    const name = number === 1 ? 'network' : `network-${number}`;
    if (!taken.includes(name)) return name;
  }
  return '';
}

/** For changing what is there. */
export function draftOf(spec: NetworkSpec, random: string): NetworkDraft {
  const { forward } = spec;
  return {
    name: spec.name,
    mode: forward.mode,
    device: forward.mode === 'nat' || forward.mode === 'route' ? (forward.device ?? '') : '',
    ports:
      forward.mode === 'nat' && forward.ports !== null
        ? { start: `${forward.ports.start}`, end: `${forward.ports.end}` }
        : { start: '', end: '' },
    natIpv6: forward.mode === 'nat' && forward.ipv6,
    hostBridge: forward.mode === 'bridge' ? forward.bridge : '',
    submode: forward.mode === 'macvtap' ? forward.submode : 'bridge',
    devices: forward.mode === 'macvtap' ? forward.devices : [],
    card: forward.mode === 'sriov' ? forward.device : '',
    otherName: forward.mode === 'other' ? forward.name : '',
    bridge: spec.bridge ?? '',
    mtu: textOf(spec.mtu),
    domain: spec.domain ?? '',
    domainLocalOnly: spec.domainLocalOnly,
    ipv4: spec.ipv4 === null ? noAddresses : { on: true, ...spec.ipv4 },
    ipv6: spec.ipv6 === null ? { ...noAddresses, subnet: localSubnet(random), dhcp: false } : { on: true, ...spec.ipv6 },
    dnsHosts: spec.dnsHosts.map(({ ip, names }) => ({ ip, names: names.join(' ') })),
    forwarders: spec.forwarders,
    inbound: bandwidthDraft(spec.inbound),
    outbound: bandwidthDraft(spec.outbound),
    portGroups: spec.portGroups.map(({ name, vlans }) => ({ name, vlans: vlans.join(' ') })),
    usualGroup: spec.portGroups.find(({ isDefault }) => isDefault)?.name ?? '',
  };
}

/** What the draft wishes; of a kind that is not chosen nothing is left. */
export function specOf(draft: NetworkDraft): NetworkSpec {
  const own = hasOwnBridge(draft.mode);
  const domain = draft.domain.trim();
  return {
    name: draft.name.trim(),
    forward: forwardOf(draft),
    bridge: own && draft.bridge.trim() !== '' ? draft.bridge.trim() : null,
    mtu: numberOf(draft.mtu),
    domain: own && domain !== '' ? domain : null,
    domainLocalOnly: own && domain !== '' && draft.domainLocalOnly,
    ipv4: own ? addressesOf(draft.ipv4) : null,
    ipv6: own ? addressesOf(draft.ipv6) : null,
    dnsHosts: own ? draft.dnsHosts.map(({ ip, names }) => ({ ip: ip.trim(), names: names.split(/[\s,]+/).filter(Boolean) })) : [],
    forwarders: own ? draft.forwarders.map(({ address, domain: of }) => ({ address: address.trim(), domain: of.trim() })) : [],
    inbound: bandwidthOf(draft.inbound),
    outbound: bandwidthOf(draft.outbound),
    portGroups: draft.portGroups.map(({ name, vlans }) => ({
      name: name.trim(),
      isDefault: name.trim() !== '' && name.trim() === draft.usualGroup,
      vlans: vlans.split(/[\s,]+/).filter(Boolean),
    })),
  };
}

function forwardOf(draft: NetworkDraft): NetworkForward {
  const device = draft.device === '' ? null : draft.device;
  const { start, end } = draft.ports;
  switch (draft.mode) {
    case 'nat':
      return {
        mode: 'nat',
        device,
        ports: start === '' && end === '' ? null : { start: digits(start), end: digits(end) },
        ipv6: draft.ipv6.on && draft.natIpv6,
      };
    case 'route':
      return { mode: 'route', device };
    case 'bridge':
      return { mode: 'bridge', bridge: draft.hostBridge };
    case 'macvtap':
      return { mode: 'macvtap', submode: draft.submode, devices: [...draft.devices] };
    case 'sriov':
      return { mode: 'sriov', device: draft.card };
    case 'open':
    case 'isolated':
      return { mode: draft.mode };
    case 'other':
      break;
  }
  return { mode: 'other', name: draft.otherName };
}

function addressesOf({ on, subnet, dhcp, ranges, leases }: AddressesDraft): NetworkAddresses | null {
  if (!on) return null;
  const parsed = parseSubnet(subnet);
  const trimmed = <T extends Readonly<Record<string, string>>>(row: T, keys: readonly (keyof T)[]) =>
    keys.map((key) => (row[key] ?? '').trim());
  return {
    subnet: parsed === null ? subnet.trim() : formatSubnet(parsed),
    dhcp,
    ranges: dhcp ? ranges.map((row) => trimmed(row, ['start', 'end'])).map(([start = '', end = '']) => ({ start, end })) : [],
    leases: dhcp
      ? leases
          .map((row) => trimmed(row, ['client', 'name', 'ip']))
          .map(([client = '', name = '', ip = '']) => ({ client: client.toLowerCase(), name, ip }))
      : [],
  };
}

const bandwidthDraft = (bandwidth: Bandwidth | null): BandwidthDraft =>
  bandwidth === null ? noBandwidth : { average: textOf(bandwidth.average), peak: textOf(bandwidth.peak), burst: textOf(bandwidth.burst) };

function bandwidthOf({ average, peak, burst }: BandwidthDraft): Bandwidth | null {
  if (average === '' && peak === '' && burst === '') return null;
  return { average: digits(average), peak: numberOf(peak), burst: numberOf(burst) };
}

const textOf = (value: number | null): string => (value === null ? '' : String(value));
const numberOf = (text: string): number | null => (text.trim() === '' ? null : digits(text));
/** NaN for what is no whole number, of which the form says so. */
const digits = (text: string): number => (/^\s*\d{1,15}\s*$/.test(text) ? Number(text) : Number.NaN);
