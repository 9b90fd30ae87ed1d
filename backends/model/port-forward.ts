import { formatIp, parseIp } from './ip-address.ts';

/** A port of a host on which a guest behind its NAT is to be reached. */
export interface PortForward {
  readonly protocol: 'tcp' | 'udp';
  readonly hostPort: number;
  /** IPv4, of the guest. */
  readonly address: string;
  readonly guestPort: number;
  /** The network's, on the host. */
  readonly bridge: string;
}

/** What libvirt writes its own rules with: nftables where it could since 10.4, iptables before (firewall_backend of network.conf). */
export type FirewallBackend = 'nftables' | 'iptables';

/** Lines for a root's shell of the host that forward the port, and those that take it back. */
export interface ForwardLines {
  readonly make: string;
  readonly undo: string;
}

/** The bridge and the address where both can stand in commands, and a port can be forwarded by NAT; null else. */
export function forwardable(bridge: string | null, address: string): Pick<PortForward, 'bridge' | 'address'> | null {
  const ip = parseIp(address);
  // The kernel lets an interface be called by any character but a slash and blanks.
  if (bridge === null || !/^[A-Za-z0-9_.-]{1,15}$/.test(bridge) || ip === null || ip.family !== 4) return null;
  return { bridge, address: formatIp(ip) };
}

/** By the daemon's version ("9.0.0"); null is a new one. */
export function usualBackend(version: string | null): FirewallBackend {
  const [major = 99, minor = 0] = (version ?? '').split('.').flatMap((part) => (/^\d+$/.test(part) ? [Number(part)] : []));
  return major > 10 || (major === 10 && minor >= 4) ? 'nftables' : 'iptables';
}

/**
 * libvirt has no setting for it, and lets nobody in whom the guest did not ask (https://wiki.libvirt.org/Networking.html, "Forwarding Incoming
 * Connections"). Two rules: what comes to the port gets another address, and libvirt's own chain lets it pass. None outlasts a start of the host;
 * that in libvirt's chain goes with the network.
 */
export function forwardLines(forward: PortForward, backend: FirewallBackend): ForwardLines {
  return backend === 'nftables' ? withNftables(forward) : withIptables(forward);
}

function withIptables({ protocol, hostPort, address, guestPort, bridge }: PortForward): ForwardLines {
  const lines = (how: '-I' | '-D') =>
    [
      `sudo iptables -t nat ${how} PREROUTING -p ${protocol} --dport ${hostPort} -m addrtype --dst-type LOCAL -j DNAT --to-destination ${address}:${guestPort}`,
      `sudo iptables ${how} FORWARD -o ${bridge} -d ${address} -p ${protocol} --dport ${guestPort} -j ACCEPT`,
    ].join('\n');
  return { make: lines('-I'), undo: lines('-D') };
}

/**
 * A verdict of one table does not bind another's, so that libvirt's must let it pass too (nft(8), "VERDICT STATEMENTS"). A rule is taken away
 * by its handle alone, which is found by the rule's comment.
 */
function withNftables({ protocol, hostPort, address, guestPort, bridge }: PortForward): ForwardLines {
  const name = `guest_port_${protocol}_${hostPort}`;
  const table = `ip ${name}`;
  const chain = 'ip libvirt_network guest_input';
  const make = [
    `sudo nft add table ${table}`,
    `sudo nft 'add chain ${table} in { type nat hook prerouting priority dstnat; }'`,
    `sudo nft add rule ${table} in fib daddr type local ${protocol} dport ${hostPort} dnat to ${address}:${guestPort}`,
    `sudo nft 'insert rule ${chain} oif ${bridge} ip daddr ${address} ${protocol} dport ${guestPort} counter accept comment "${name}"'`,
  ];
  const undo = [
    `sudo nft delete table ${table}`,
    `sudo nft -a list chain ${chain} | sed -n 's/.* comment "${name}" # handle //p' | sudo xargs -r -n1 nft delete rule ${chain} handle`,
  ];
  return { make: make.join('\n'), undo: undo.join('\n') };
}
