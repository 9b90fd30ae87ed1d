import type { ForwardMode } from './network-spec.ts';

/** Where guests of a network reach, in a few words. */
export const networkReach: Readonly<Record<ForwardMode, string>> = {
  nat: 'NAT: guests reach out through the host',
  route: 'Routed',
  open: 'Open: routed, without firewall rules',
  isolated: 'Isolated: guests and host only',
  bridge: 'Bridge: guests are on the host’s own network',
  macvtap: 'macvtap: guests are on the network of a host’s card',
  sriov: 'SR-IOV: each guest gets a part of a card',
  other: 'Other',
};

/** The same as a label. */
export const networkKind: Readonly<Record<ForwardMode, string>> = {
  nat: 'NAT',
  route: 'Routed',
  open: 'Open',
  isolated: 'Isolated',
  bridge: 'Bridge',
  macvtap: 'macvtap',
  sriov: 'SR-IOV pool',
  other: 'Other',
};
