import type { Network } from '#model/network';
import { usualSubnet } from '#model/network-change';
import type { NetworkSpec } from '#model/network-spec';
import { guestId } from './seed.ts';

/** A network that exists only in memory. */
export interface FakeNetwork {
  readonly id: string;
  active: boolean;
  autostart: boolean;
  spec: NetworkSpec;
  /** As it was started, and changed since; null while it is not active. */
  running: NetworkSpec | null;
}

const plain: Omit<NetworkSpec, 'name'> = {
  forward: { mode: 'nat', device: null, ports: null, ipv6: false },
  bridge: null,
  mtu: null,
  domain: null,
  domainLocalOnly: false,
  ipv4: null,
  ipv6: null,
  dnsHosts: [],
  forwarders: [],
  inbound: null,
  outbound: null,
  portGroups: [],
};

const seeds: readonly (Partial<NetworkSpec> & { readonly name: string; readonly active: boolean })[] = [
  {
    name: 'default',
    active: true,
    bridge: 'virbr0',
    ipv4: {
      subnet: '192.168.122.1/24',
      dhcp: true,
      ranges: [{ start: '192.168.122.2', end: '192.168.122.254' }],
      leases: [{ client: '52:54:00:00:00:00', name: 'debian-13', ip: '192.168.122.2' }],
    },
  },
  {
    name: 'lab',
    active: false,
    forward: { mode: 'isolated' },
    bridge: 'virbr1',
    domain: 'lab.example',
    ipv4: { subnet: '10.20.0.1/24', dhcp: true, ranges: [{ start: '10.20.0.100', end: '10.20.0.199' }], leases: [] },
  },
  { name: 'office', active: true, forward: { mode: 'bridge', bridge: 'br0' } },
];

export function seedNetworks(): FakeNetwork[] {
  return seeds.map(({ active, ...more }, index) => {
    const spec = { ...plain, ...more };
    return { id: guestId(9000 + index), active, autostart: active, spec, running: active ? spec : null };
  });
}

/** As a list has it. */
export function listedNetwork({ id, active, autostart, spec, running }: FakeNetwork): Network {
  const { name, forward, bridge, ipv4, ipv6 } = running ?? spec;
  return {
    id,
    name,
    active,
    autostart,
    persistent: true,
    bridge: forward.mode === 'bridge' ? forward.bridge : bridge,
    forward: forward.mode,
    subnets: [ipv4, ipv6].flatMap((part) => (part === null ? [] : [usualSubnet(part.subnet)])),
  };
}
