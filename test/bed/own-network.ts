import { readFileSync } from 'node:fs';

/** What may be there besides the loopback device: what libvirt made for an earlier test. */
const OURS = /^(lo|virbr\d+|vnet\d+|tap\d+)$/;

/**
 * Why what is bridged here would be the machine's, or undefined in a network namespace of our own. `npm test` and `npm run tour` start
 * everything in one (`unshare --net`), so that a NAT network's bridge, addresses and firewall rules stay inside.
 */
export function ownNetworkObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'a network of its own needs root (network namespaces)';
  const devices = [...readFileSync('/proc/self/net/dev', 'utf8').matchAll(/^\s*([^\s:]+):/gm)].map(([, device = '']) => device);
  const foreign = devices.find((device) => !OURS.test(device));
  return foreign === undefined
    ? undefined
    : `${foreign} is the machine's: this must run in a network namespace of its own (npm run tour, npm test)`;
}
