import { z } from 'zod';
import { GuestId } from './guest.ts';
import { NetworkSpec } from './network-spec.ts';

/** The host's own name for it, which stays: its UUID in libvirt. */
export const NetworkId = z.string().min(1).max(64);
export type NetworkId = z.infer<typeof NetworkId>;

export const Network = z.strictObject({
  id: NetworkId,
  name: z.string(),
  active: z.boolean(),
  autostart: z.boolean(),
  /** False: it exists only while it is active. */
  persistent: z.boolean(),
  bridge: z.string().nullable(),
  forward: z.enum(['nat', 'route', 'open', 'isolated', 'bridge', 'macvtap', 'sriov', 'other']),
  /** The host's addresses in it, with prefix lengths. */
  subnets: z.array(z.string()),
});
export type Network = z.infer<typeof Network>;

export const NetworkDetails = z.strictObject({
  network: Network,
  /** Of the next start; of one that exists only while it is active, as it is. */
  spec: NetworkSpec,
  /** What it runs with; null while it is not active. */
  running: NetworkSpec.nullable(),
  /** What else its definition has, which no form here shows and every change keeps. */
  more: z.array(z.string()),
  /** The host's own document for the next start. */
  definition: z.string(),
});
export type NetworkDetails = z.infer<typeof NetworkDetails>;

/** An address that is lent now. */
export const DhcpLease = z.strictObject({
  mac: z.string().nullable(),
  ip: z.string(),
  prefix: z.number().int(),
  hostname: z.string().nullable(),
  /** Milliseconds since 1970; null: for ever. */
  expiresAt: z.number().nullable(),
});
export type DhcpLease = z.infer<typeof DhcpLease>;

export const NicSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('network'), name: z.string(), portGroup: z.string().nullable() }),
  z.strictObject({ kind: z.literal('bridge'), name: z.string() }),
  /** macvtap on an interface of the host. */
  z.strictObject({ kind: z.literal('direct'), device: z.string(), mode: z.string().nullable() }),
  /** The hypervisor's own network of one guest. `forwards`: ports of the host that lead into the guest, as sentences. */
  z.strictObject({ kind: z.literal('user'), backend: z.enum(['passt', 'slirp']), forwards: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('other'), type: z.string() }),
]);
export type NicSource = z.infer<typeof NicSource>;

/** A network card of a guest, and where it hangs. */
export const NicAttachment = z.strictObject({
  guest: GuestId,
  guestName: z.string(),
  mac: z.string(),
  model: z.string().nullable(),
  source: NicSource,
  /** The running guest has it there; false: it will from its next start on. */
  active: z.boolean(),
  /** The host's end of it: vnet0. */
  target: z.string().nullable(),
});
export type NicAttachment = z.infer<typeof NicAttachment>;

export const NicAttachments = z.strictObject({
  nics: z.array(NicAttachment),
  /** So many guests could not be looked into. */
  unread: z.number().int(),
});
export type NicAttachments = z.infer<typeof NicAttachments>;

export const HostLink = z.strictObject({
  name: z.string(),
  kind: z.enum(['ethernet', 'wifi', 'bridge', 'virtual']),
  up: z.boolean().nullable(),
  /** The bridge that it is part of. */
  master: z.string().nullable(),
  /** How many virtual functions (SR-IOV) the card can have; 0: none. */
  functionsMax: z.number().int(),
});
export type HostLink = z.infer<typeof HostLink>;

/** What a new network has to live with. */
export const NetworkSurroundings = z.strictObject({
  names: z.array(z.string()),
  bridges: z.array(z.string()),
  /** Subnets that are in use. `active` false: of a network that is not started. */
  taken: z.array(z.strictObject({ subnet: z.string(), by: z.enum(['network', 'interface']), name: z.string(), active: z.boolean() })),
  links: z.array(HostLink),
  /** Whether `taken` has the host's own interfaces; libvirt tells of no other computer's addresses. */
  knowsInterfaces: z.boolean(),
  /** What forwards ports of the host into guests with a network of their own. Null: not told. */
  portForwards: z.enum(['passt', 'none']).nullable(),
});
export type NetworkSurroundings = z.infer<typeof NetworkSurroundings>;

export const IpFamily = z.enum(['IPv4', 'IPv6']);
export type IpFamily = z.infer<typeof IpFamily>;

export const NetworkAction = z.enum(['start', 'stop', 'delete', 'autostart', 'no-autostart']);
export type NetworkAction = z.infer<typeof NetworkAction>;
