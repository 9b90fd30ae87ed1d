import { firstOf, formatIp, formatSubnet, lastOf, overlap, parseIp, parseSubnet, plus, type Subnet } from './ip-address.ts';
import type { NetworkSurroundings } from './network.ts';
import { withHost } from './network-problems.ts';
import type { AddressRange } from './network-spec.ts';

type Taken = Pick<NetworkSurroundings, 'taken'>;

/** A private IPv4 subnet that no network and no known interface of the host has; '' where all are taken. libvirt's own begin at 122 too. */
export function freeSubnet({ taken }: Taken): string {
  const others = taken.flatMap(({ subnet }) => parseSubnet(subnet) ?? []);
  const candidates = [
    ...Array.from({ length: 133 }, (_, i) => `192.168.${122 + i}.0/24`),
    ...Array.from({ length: 256 }, (_, i) => `10.77.${i}.0/24`),
  ];
  return candidates.find((text) => isFree(text, others)) ?? '';
}

function isFree(text: string, others: readonly Subnet[]): boolean {
  const subnet = parseSubnet(text);
  return subnet !== null && !others.some((other) => overlap(subnet, other));
}

/** A unique local IPv6 subnet (RFC 4193) out of 40 random bits, as 10 hexadecimal digits. */
export const localSubnet = (digits: string): string =>
  formatSubnet({
    address: parseIp(`fd${digits.slice(0, 2)}:${digits.slice(2, 6)}:${digits.slice(6, 10)}::`) ?? { family: 6, value: 0xfdn << 120n },
    prefix: 64,
  });

/** All addresses after the host's, or 256 of them where there are many. Null for what is no subnet. */
export function usualRange(text: string): AddressRange | null {
  const parsed = parseSubnet(text);
  if (parsed === null) return null;
  const { address, prefix } = withHost(parsed);
  const last = lastOf({ address, prefix });
  if (address.family === 6) {
    if (prefix > 112) return null;
    const first = firstOf({ address, prefix });
    return { start: formatIp(plus(first, 256n)), end: formatIp(plus(first, 511n)) };
  }
  const start = plus(address, 1n);
  const end = plus(last, -1n);
  if (start.value > end.value) return null;
  return { start: formatIp(start), end: formatIp(end.value - start.value > 65_535n ? plus(start, 65_535n) : end) };
}
