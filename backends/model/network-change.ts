import { formatSubnet, parseSubnet } from './ip-address.ts';
import { withHost } from './network-problems.ts';
import {
  type AddressRange,
  type IpFamily,
  type NetworkAddresses,
  type NetworkSpec,
  networkSort,
  type PortGroup,
  type StaticLease,
} from './network-spec.ts';

/** A piece that a running network takes or gives up without being started anew (virNetworkUpdate). */
export type LivePiece =
  | { readonly kind: 'range'; readonly family: IpFamily; readonly value: AddressRange }
  | { readonly kind: 'lease'; readonly family: IpFamily; readonly value: StaticLease }
  | { readonly kind: 'dns-host'; readonly value: NetworkSpec['dnsHosts'][number] }
  | { readonly kind: 'device'; readonly value: string }
  | { readonly kind: 'port-group'; readonly value: PortGroup };
export type LiveStep = LivePiece & { readonly add: boolean };

export interface NetworkChangePlan {
  /** In the order in which they are taken: what goes before what comes, since both may be the same address. */
  readonly now: readonly LiveStep[];
  /** What the network gets with its next start, in the form's words. */
  readonly later: readonly string[];
}

const families = ['ipv4', 'ipv6'] as const;

/**
 * What becomes of a change from `from` to `to`: `running` is what the network runs with, null while it is not active, when all is for its next
 * start anyway.
 */
export function planNetworkChange(from: NetworkSpec, to: NetworkSpec, running: NetworkSpec | null): NetworkChangePlan {
  const steps = running === null ? [] : liveSteps(from, to, running);
  // Where both definitions agree on the place, a piece goes into both at once.
  const done = steps.reduce(withStep, from);
  return { now: steps, later: differences(done, to) };
}

function liveSteps(from: NetworkSpec, to: NetworkSpec, running: NetworkSpec): LiveStep[] {
  // What would be another network is one as a whole.
  if (networkSort(from) !== networkSort(to)) return [];
  const pieces = families.flatMap((family) => {
    const parts = [from[family], to[family], running[family]];
    if (!parts.every((part) => part !== null && part.dhcp && samePlace(part, from[family]))) return [];
    const [before, after, live] = parts;
    return [
      ...stepsOf(before?.ranges, after?.ranges, live?.ranges).map((step): LiveStep => ({ kind: 'range', family, ...step })),
      ...stepsOf(before?.leases, after?.leases, live?.leases).map((step): LiveStep => ({ kind: 'lease', family, ...step })),
    ];
  });
  const hosts = stepsOf(from.dnsHosts, to.dnsHosts, running.dnsHosts).map((step): LiveStep => ({ kind: 'dns-host', ...step }));
  const all = [...pieces, ...hosts, ...deviceSteps(from, to, running), ...portGroupSteps(from, to, running)];
  return [...all.filter(({ add }) => !add), ...all.filter(({ add }) => add)];
}

function deviceSteps({ forward: from }: NetworkSpec, { forward: to }: NetworkSpec, { forward: live }: NetworkSpec): LiveStep[] {
  if (from.mode !== 'macvtap' || to.mode !== 'macvtap' || live.mode !== 'macvtap') return [];
  if (from.submode !== to.submode || from.submode !== live.submode) return [];
  return stepsOf(from.devices, to.devices, live.devices).map((step): LiveStep => ({ kind: 'device', ...step }));
}

/** New ones only: one that goes or changes may have more in it than the form has, which a step that fails could not bring back. */
function portGroupSteps({ portGroups: from }: NetworkSpec, { portGroups: to }: NetworkSpec, { portGroups: live }: NetworkSpec): LiveStep[] {
  const there = new Set([...from, ...live].map(({ name }) => name));
  // There is one usual group at a time.
  const usual = [...from, ...live].some(({ isDefault }) => isDefault);
  // Tags are looked at by libvirt only where a network is defined: added to a running one, they could make it one that can never be again.
  const fresh = to.filter(({ name, isDefault, vlans }) => !there.has(name) && !(isDefault && usual) && vlans.length === 0);
  return fresh.map((value) => ({ kind: 'port-group', value, add: true }));
}

const samePlace = (one: NetworkAddresses, other: NetworkAddresses | null): boolean =>
  other !== null && usualSubnet(one.subnet) === usualSubnet(other.subnet);

/** 192.168.100.0/24 and 192.168.100.1/24 are the same wish. */
export function usualSubnet(text: string): string {
  const subnet = parseSubnet(text);
  return subnet === null ? text : formatSubnet(withHost(subnet));
}

const keyOf = (value: unknown): string => JSON.stringify(value).toLowerCase();

/** Only what the running network has likewise can be taken from it, and only what it lacks be given. */
function stepsOf<T>(before: readonly T[] = [], after: readonly T[] = [], live: readonly T[] = []): { value: T; add: boolean }[] {
  const [old, wanted, running] = [before, after, live].map((list) => new Set(list.map(keyOf)));
  const gone = before.filter((value) => wanted?.has(keyOf(value)) === false && running?.has(keyOf(value)) === true);
  const come = after.filter((value) => old?.has(keyOf(value)) === false && running?.has(keyOf(value)) === false);
  return [...gone.map((value) => ({ value, add: false })), ...come.map((value) => ({ value, add: true }))];
}

function withStep(spec: NetworkSpec, step: LiveStep): NetworkSpec {
  const applied = <T>(list: readonly T[], value: T): T[] => {
    const rest = list.filter((one) => keyOf(one) !== keyOf(value));
    return step.add ? [...rest, value] : rest;
  };
  if (step.kind === 'port-group') return { ...spec, portGroups: applied(spec.portGroups, step.value) };
  if (step.kind === 'dns-host') return { ...spec, dnsHosts: applied(spec.dnsHosts, step.value) };
  if (step.kind === 'device') {
    const { forward } = spec;
    return forward.mode === 'macvtap' ? { ...spec, forward: { ...forward, devices: applied(forward.devices, step.value) } } : spec;
  }
  const part = spec[step.family];
  if (part === null) return spec;
  const changed = step.kind === 'range' ? { ranges: applied(part.ranges, step.value) } : { leases: applied(part.leases, step.value) };
  return { ...spec, [step.family]: { ...part, ...changed } };
}

/** What the two differ in, in words; the order of lists means nothing. */
export function differences(from: NetworkSpec, to: NetworkSpec): string[] {
  const words: readonly (readonly [string, (spec: NetworkSpec) => unknown])[] = [
    ['Where it reaches', ({ forward }) => (forward.mode === 'macvtap' ? { ...forward, devices: sorted(forward.devices) } : forward)],
    ['Bridge', ({ bridge }) => bridge],
    ['Largest packet (MTU)', ({ mtu }) => mtu],
    ['Domain', ({ domain, domainLocalOnly }) => [domain, domain !== null && domainLocalOnly]],
    ['IPv4 subnet', ({ ipv4 }) => ipv4 && usualSubnet(ipv4.subnet)],
    ['DHCP for IPv4', ({ ipv4 }) => ipv4 && dhcpOf(ipv4)],
    ['IPv6 subnet', ({ ipv6 }) => ipv6 && usualSubnet(ipv6.subnet)],
    ['DHCP for IPv6', ({ ipv6 }) => ipv6 && dhcpOf(ipv6)],
    ['Names of its own', ({ dnsHosts }) => sorted(dnsHosts)],
    ['Name servers', ({ forwarders }) => sorted(forwarders)],
    ['Bandwidth', ({ inbound, outbound }) => [inbound, outbound]],
    ['Port groups', ({ portGroups }) => sorted(portGroups)],
  ];
  return words.filter(([, read]) => keyOf(read(from)) !== keyOf(read(to))).map(([word]) => word);
}

const dhcpOf = ({ dhcp, ranges, leases }: NetworkAddresses) => dhcp && [sorted(ranges), sorted(leases)];
const sorted = (list: readonly unknown[]): string[] => list.map(keyOf).sort();

/** Whether a person would see no difference. */
export const sameNetwork = (one: NetworkSpec, other: NetworkSpec): boolean =>
  one.name === other.name && differences(one, other).length === 0;
