import { z } from 'zod';

/** Names and addresses are limited here and judged, with sentences, by `networkProblems`. */
const Word = z.string().max(256);
const Device = z.string().max(64);
const LIST_MAX = 1024;

/** libvirt's: a DHCP client may have at most one address of a range. */
export const AddressRange = z.strictObject({ start: Word, end: Word });
export type AddressRange = z.infer<typeof AddressRange>;

/** An address that one client always gets. `client`: its MAC address, in IPv6 its DHCP unique identifier (DUID); '' where the name alone tells. */
export const StaticLease = z.strictObject({ client: Word, name: Word, ip: Word });
export type StaticLease = z.infer<typeof StaticLease>;

export const NetworkAddresses = z.strictObject({
  /** The host's own address in it and the length of the prefix: 192.168.122.1/24. */
  subnet: Word,
  dhcp: z.boolean(),
  ranges: z.array(AddressRange).max(LIST_MAX),
  leases: z.array(StaticLease).max(LIST_MAX),
});
export type NetworkAddresses = z.infer<typeof NetworkAddresses>;

export const MacvtapMode = z.enum(['bridge', 'vepa', 'private', 'passthrough']);
export type MacvtapMode = z.infer<typeof MacvtapMode>;

/** Where guests reach from it. `device` null: any of the host's. */
export const NetworkForward = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('nat'),
    device: Device.nullable(),
    /** Source ports that guests' connections get; null: libvirt's own range, 1024 to 65535. */
    ports: z.strictObject({ start: z.number(), end: z.number() }).nullable(),
    /** Hides guests' IPv6 addresses too. */
    ipv6: z.boolean(),
  }),
  z.strictObject({ mode: z.literal('route'), device: Device.nullable() }),
  z.strictObject({ mode: z.literal('open') }),
  z.strictObject({ mode: z.literal('isolated') }),
  /** Guests join a bridge that the host has already. */
  z.strictObject({ mode: z.literal('bridge'), bridge: Device }),
  z.strictObject({ mode: z.literal('macvtap'), submode: MacvtapMode, devices: z.array(Device).max(64) }),
  /** Each guest gets a virtual function of this network card. */
  z.strictObject({ mode: z.literal('sriov'), device: Device }),
  /** Of a network that another program made in a way that no form here has; it is kept as it is. */
  z.strictObject({ mode: z.literal('other'), name: Word }),
]);
export type NetworkForward = z.infer<typeof NetworkForward>;
export type ForwardMode = NetworkForward['mode'];

/** KiB a second; `burst` in KiB. https://libvirt.org/formatnetwork.html#quality-of-service */
export const Bandwidth = z.strictObject({ average: z.number(), peak: z.number().nullable(), burst: z.number().nullable() });
export type Bandwidth = z.infer<typeof Bandwidth>;

/** A kind of port of the network, which guests' cards choose by its name. */
export const PortGroup = z.strictObject({
  name: Word,
  /** For cards that name none. */
  isDefault: z.boolean(),
  /** VLAN tags, 0 to 4095. Only Open vSwitch and SR-IOV know them. */
  vlans: z.array(z.string().max(16)).max(4096),
});
export type PortGroup = z.infer<typeof PortGroup>;

/** A virtual network as a person wants it: all that the form has. */
export const NetworkSpec = z.strictObject({
  name: Word,
  forward: NetworkForward,
  /** Name of the bridge that libvirt makes; null: it finds one. */
  bridge: Device.nullable(),
  mtu: z.number().nullable(),
  domain: Word.nullable(),
  /** Names of the domain that the network does not know are asked of nobody else. */
  domainLocalOnly: z.boolean(),
  ipv4: NetworkAddresses.nullable(),
  ipv6: NetworkAddresses.nullable(),
  dnsHosts: z.array(z.strictObject({ ip: Word, names: z.array(Word).max(64) })).max(LIST_MAX),
  /** Who is asked for names: of one domain, or ('' there) of all. */
  forwarders: z.array(z.strictObject({ address: Word, domain: Word })).max(64),
  inbound: Bandwidth.nullable(),
  outbound: Bandwidth.nullable(),
  portGroups: z.array(PortGroup).max(LIST_MAX),
});
export type NetworkSpec = z.infer<typeof NetworkSpec>;

/** libvirt makes a bridge of its own for these, and serves addresses and names on it. */
export const hasOwnBridge = (mode: ForwardMode): boolean => mode === 'nat' || mode === 'route' || mode === 'open' || mode === 'isolated';

/** Of one sort have most settings in common; between sorts almost nothing is. */
export const networkSort = ({ forward: { mode } }: Pick<NetworkSpec, 'forward'>): 'own' | ForwardMode =>
  hasOwnBridge(mode) ? 'own' : mode;

export type IpFamily = 'ipv4' | 'ipv6';
