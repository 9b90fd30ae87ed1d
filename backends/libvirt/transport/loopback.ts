import { BlockList, isIP, isIPv6 } from 'node:net';

const own = new BlockList();
own.addSubnet('127.0.0.0', 8);
own.addAddress('::1', 'ipv6');

/** Whether what is said to this name or address stays on this computer. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 0) return host.toLowerCase() === 'localhost';
  return own.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}
