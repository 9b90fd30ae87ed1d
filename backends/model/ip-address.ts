/** An IPv4 or IPv6 address as a number, so that ranges and subnets can be compared. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** An address and how many of its leading bits name the network: 192.168.122.1/24. */
export interface Subnet {
  readonly address: IpAddress;
  readonly prefix: number;
}

const bitsOf = (family: 4 | 6): number => (family === 4 ? 32 : 128);

/** Null for what is no address. IPv4 is taken as four decimal numbers only: other spellings (010, 0x0a, 10.1) mean different things to different programs. */
export function parseIp(text: string): IpAddress | null {
  const four = parseFour(text);
  if (four !== null) return { family: 4, value: four };
  const six = parseSix(text);
  return six === null ? null : { family: 6, value: six };
}

function parseFour(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

/** RFC 4291, section 2.2, without zone identifiers. */
function parseSix(text: string): bigint | null {
  if (text.length > 45) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => groupsOf(half));
  if (head === null || head === undefined || tail === null) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = tail === undefined ? head : [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return groups.reduce((sum, group) => sum * 65_536n + group, 0n);
}

/** The groups of a half of an IPv6 address; its last one may be an IPv4 address. */
function groupsOf(half: string): bigint[] | null {
  if (half === '') return [];
  const parts = half.split(':');
  const groups: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    const four = index === parts.length - 1 ? parseFour(part) : null;
    if (four !== null) groups.push(four >> 16n, four & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return null;
  }
  return groups;
}

/** The usual spelling: for IPv6 that of RFC 5952, section 4. */
export function formatIp({ family, value }: IpAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const { start, length } = longestZeros(groups);
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/** "192.168.122.1/24"; null for what is none. */
export function parseSubnet(text: string): Subnet | null {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text.trim());
  const address = parseIp(match?.[1] ?? '');
  const prefix = Number(match?.[2]);
  return address === null || prefix > bitsOf(address.family) ? null : { address, prefix };
}

export const formatSubnet = ({ address, prefix }: Subnet): string => `${formatIp(address)}/${prefix}`;

/** The network's own address, all host bits 0. */
export function firstOf({ address: { family, value }, prefix }: Subnet): IpAddress {
  const host = BigInt(bitsOf(family) - prefix);
  return { family, value: (value >> host) << host };
}

/** The last one, all host bits 1: in IPv4 the broadcast address. */
export function lastOf(subnet: Subnet): IpAddress {
  const { family, value } = firstOf(subnet);
  return { family, value: value + (1n << BigInt(bitsOf(family) - subnet.prefix)) - 1n };
}

export function contains(subnet: Subnet, { family, value }: IpAddress): boolean {
  return family === subnet.address.family && value >= firstOf(subnet).value && value <= lastOf(subnet).value;
}

export function overlap(one: Subnet, other: Subnet): boolean {
  return one.prefix <= other.prefix ? contains(one, other.address) : contains(other, one.address);
}

export const plus = ({ family, value }: IpAddress, more: bigint): IpAddress => ({ family, value: value + more });

/** Prefix length of "255.255.255.0"; null for what is no netmask. */
export function prefixOfNetmask(text: string): number | null {
  const mask = parseFour(text);
  if (mask === null) return null;
  const bits = mask.toString(2).padStart(32, '0');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : null;
}
