import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIPv6, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { BackendError } from '../errors.ts';

/** `here`: this computer, or what only its own link knows, such as a cloud's server of secrets. `near`: a private network. `far`: all else. */
export type WebPlace = 'here' | 'near' | 'far';

/** All addresses of a name. Tests have their own. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

const resolveAll = promisify(systemLookup);
const bySystem: Resolve = async (name) => resolveAll(name, { all: true });

// Special-purpose address registries of IANA (RFC 6890); RFC 6598 is carriers' own.
const here = blockList(['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/127', 'fe80::/10']);
const near = blockList(['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10']);
const embeds = /^(?:::ffff:|64:ff9b::)(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/;

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/');
    list.addSubnet(network, Number(prefix), isIPv6(network) ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** Of an IP address as the system writes it. */
export function placeOfAddress(address: string): WebPlace {
  const plain = fourWithin(address.toLowerCase().replace(/%.*$/, ''));
  const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
  if (here.check(plain, family)) return 'here';
  return near.check(plain, family) ? 'near' : 'far';
}

/** The IPv4 address that an IPv6 one stands for (mapped, or through NAT64). */
function fourWithin(address: string): string {
  const [, dotted, high, low] = embeds.exec(address) ?? [];
  if (dotted !== undefined) return dotted;
  if (high === undefined || low === undefined) return address;
  const bytes = [high, low].flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  return bytes.join('.');
}

/** Where an address says by itself that it is; names but "localhost" do not: 'far' until they are looked up. `hostname` as URL has it. */
export function placeByWords(hostname: string): WebPlace {
  const name = hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return 'here';
  return /^[\d.]+$/.test(name) || name.includes(':') ? placeOfAddress(name) : 'far';
}

/**
 * The nearest of all places that the name stands for; 'far' where it stands for none, which who connects is told. Rejects with 'insecure' where
 * it stands for this computer without saying so.
 */
export async function placeOfHost(hostname: string, resolve = bySystem): Promise<WebPlace> {
  const said = placeByWords(hostname);
  if (said !== 'far') return said;
  const place = nearestOf(await resolve(hostname).catch(() => []));
  const refusal = place === 'here' ? refusalOf(hostname, place) : null;
  if (refusal !== null) throw refusal;
  return place;
}

function nearestOf(addresses: readonly LookupAddress[]): WebPlace {
  const places = addresses.map(({ address }) => placeOfAddress(address));
  return places.find((place) => place === 'here') ?? places.find((place) => place === 'near') ?? 'far';
}

/** Names of private networks to which the person has agreed in this run, knowing what they stand for. */
const agreed = new Set<string>();
export const agreeToPrivate = (hostname: string): void => void agreed.add(hostname.toLowerCase());

/**
 * Looks a name up for a connection, and refuses what it must not stand for: whoever owns a name may have it stand for this computer, or for one
 * of its network, between our question and our connection (DNS rebinding). The connection goes to the very addresses that were looked at.
 */
export function guardedLookup(resolve: Resolve = bySystem): LookupFunction {
  return (name, options, done) => {
    resolve(name).then(
      (all) => {
        const wanted = options.family === 4 || options.family === 6 ? all.filter(({ family }) => family === options.family) : all;
        const [first] = wanted;
        const refusal = refusalOf(name, nearestOf(all));
        if (refusal !== null) return done(refusal, '');
        if (first === undefined) return done(Object.assign(new Error(`${name} has no address`), { code: 'ENOTFOUND' }), '');
        return options.all === true ? done(null, [...wanted]) : done(null, first.address, first.family);
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), ''),
    );
  };
}

function refusalOf(name: string, place: WebPlace): BackendError | null {
  // Who writes "localhost" says it.
  if (place === 'far' || placeByWords(name) === 'here') return null;
  if (place === 'here') {
    return new BackendError('insecure', `The name ${name} stands for this computer itself. Nothing was asked of it.`, {
      remedy: 'Choose another server; whoever owns that name may mean harm.',
    });
  }
  if (agreed.has(name.toLowerCase())) return null;
  return new BackendError('insecure', `The name ${name} stands for a computer of a private network, to which nobody has agreed.`, {
    remedy: 'Give the address of that computer itself, and you are asked.',
  });
}
