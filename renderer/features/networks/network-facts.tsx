import type { ReactNode } from 'react';
import type { Network, NetworkDetails } from '#model/network';
import type { Bandwidth, NetworkAddresses, NetworkSpec } from '#model/network-spec';
import { networkReach } from '#model/network-words';
import { ForeignText } from '../../ui/foreign-text.tsx';

interface NetworkFactsProps {
  readonly network: Network;
  readonly spec: NetworkSpec;
  readonly more: NetworkDetails['more'];
}

/** What the network is, in a list; what it does not have is left out. */
export function NetworkFacts({ network, spec, more }: NetworkFactsProps) {
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Kind', networkReach[network.forward]],
    ['Way out', wayOut(spec)],
    ['Bridge', network.bridge],
    ['Starts with the host', network.autostart ? 'Yes' : 'No'],
    ['Kept', network.persistent ? null : 'No: stopped, it is gone'],
    ['IPv4 subnet', spec.ipv4?.subnet ?? null],
    ['IPv4 by DHCP', spec.ipv4 && lentBy(spec.ipv4)],
    ['IPv6 subnet', spec.ipv6?.subnet ?? null],
    ['IPv6 by DHCP', spec.ipv6 && lentBy(spec.ipv6)],
    ['Domain', spec.domain],
    ['Names of its own', spec.dnsHosts.length === 0 ? null : spec.dnsHosts.map(({ ip, names }) => `${names.join(' ')} = ${ip}`).join(', ')],
    ['Name servers', spec.forwarders.length === 0 ? null : spec.forwarders.map(serverWords).join(', ')],
    ['NAT ports', spec.forward.mode === 'nat' && spec.forward.ports ? `${spec.forward.ports.start} to ${spec.forward.ports.end}` : null],
    ['Largest packet', spec.mtu === null ? null : `${spec.mtu} bytes`],
    ['Into the network', rates(spec.inbound)],
    ['Out of the network', rates(spec.outbound)],
    ['Port groups', spec.portGroups.length === 0 ? null : spec.portGroups.map(groupWords).join(', ')],
    ['Also in its definition', more.length === 0 ? null : more.join(', ')],
  ];
  return (
    <dl className="gh-facts" aria-label="About the network">
      {facts
        .filter(([, value]) => value !== null)
        .map(([label, value]) => (
          <div key={label} className="gh-facts__row">
            <dt>{label}</dt>
            <dd>{typeof value === 'string' ? <ForeignText text={value} /> : value}</dd>
          </div>
        ))}
    </dl>
  );
}

function wayOut({ forward }: NetworkSpec): string | null {
  if (forward.mode === 'nat' || forward.mode === 'route') return forward.device ?? 'Any of the host’s interfaces';
  if (forward.mode === 'macvtap') return forward.devices.join(', ');
  return forward.mode === 'sriov' ? forward.device : null;
}

function lentBy({ dhcp, ranges, leases }: NetworkAddresses): string {
  if (!dhcp) return 'No';
  const parts = ranges.map(({ start, end }) => `${start} to ${end}`);
  return [...parts, ...(leases.length > 0 ? [`${leases.length} fixed`] : [])].join(', ') || 'Nothing to lend';
}

const serverWords = ({ address, domain }: NetworkSpec['forwarders'][number]): string =>
  domain === '' ? address : `${address === '' ? 'none' : address} for ${domain}`;

function rates(limit: Bandwidth | null): string | null {
  if (limit === null) return null;
  const { average, peak, burst } = limit;
  const parts = [
    `${average} KiB/s on average`,
    ...(peak === null ? [] : [`${peak} KiB/s at most`]),
    ...(burst === null ? [] : [`${burst} KiB at once`]),
  ];
  return parts.join(', ');
}

const groupWords = ({ name, isDefault, vlans }: NetworkSpec['portGroups'][number]): string =>
  `${name}${isDefault ? ' (the usual one)' : ''}${vlans.length > 0 ? ` on VLAN ${vlans.join(', ')}` : ''}`;
