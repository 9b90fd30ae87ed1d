import { readlinkSync } from 'node:fs';

/**
 * Why what listens or is bridged here would be the machine's, or undefined in a network namespace of our own. `npm test` and `npm run tour`
 * start everything in one (`unshare --net`), so that a NAT network's bridge, addresses and firewall rules stay inside.
 */
export function ownNetworkObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'a network of its own needs root (network namespaces)';
  const ours = readlinkSync('/proc/self/ns/net');
  return ours === readlinkSync('/proc/1/ns/net') ? 'this must run in a network namespace of its own: npm run tour, or npm test' : undefined;
}
