import { execFile } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import type { FirewallReport, IpFamily, Network } from '#model/network';
import { cutByDocker, readIptables, readNftables, type RuleTable } from './docker-rules.ts';

const run = promisify(execFile);
/** Long enough for a busy computer; nothing waits for it but one line of a page. */
const PATIENCE_MS = 20_000;
/** Where administrators' commands are, which a person's PATH may lack. */
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

export interface FirewallReader {
  /** Resolves to what the program writes. */
  run(program: string, ...args: string[]): Promise<string>;
  interfaces(): readonly string[];
}

const thisComputer: FirewallReader = {
  run: async (program, ...args) =>
    (await run(program, args, { env: { PATH, LC_ALL: 'C' }, timeout: PATIENCE_MS, maxBuffer: 32 * 1024 * 1024 })).stdout,
  interfaces: () => Object.keys(networkInterfaces()),
};

interface Way {
  readonly name: string;
  readonly bridge: string;
  /** By which its guests may reach out. */
  readonly families: readonly IpFamily[];
}

/** Looks for rules of Docker's on this computer that cut the networks off. Asks nobody for rights: what only root may read stays unread. */
export async function readFirewall(networks: readonly Network[], reader: FirewallReader = thisComputer): Promise<FirewallReport> {
  const ways = networks.flatMap(({ name, bridge, active, forward, subnets }) =>
    active && bridge !== null && ['nat', 'route', 'open'].includes(forward) ? [{ name, bridge, families: familiesOf(subnets) }] : [],
  );
  if (ways.length === 0) return { kind: 'clear' };
  const tables = await readTables(reader);
  if (tables === null) return withoutRules(reader, ways);
  const found = ways.flatMap((way) => {
    const families = way.families.filter((family) => cutByDocker(tables[family], [way.bridge]).length > 0);
    return families.length === 0 ? [] : [{ way, families }];
  });
  if (found.length === 0) return { kind: 'clear' };
  return {
    kind: 'cut',
    networks: found.map(({ way: { name, bridge, families: all }, families }) => {
      const [first = null] = families;
      return { name, bridge, only: families.length < all.length ? first : null };
    }),
    mend: rulesFor(found, '-I'),
    undo: rulesFor(found, '-D'),
  };
}

/** An open network may have addresses that somebody else gives out: of either family. */
function familiesOf(subnets: readonly string[]): IpFamily[] {
  if (subnets.length === 0) return ['IPv4', 'IPv6'];
  const six = subnets.filter((subnet) => subnet.includes(':')).length;
  return [...(six < subnets.length ? (['IPv4'] as const) : []), ...(six > 0 ? (['IPv6'] as const) : [])];
}

async function readTables(reader: FirewallReader): Promise<Readonly<Record<IpFamily, RuleTable[]>> | null> {
  try {
    const json = await reader.run('nft', '-j', 'list', 'ruleset');
    return { IPv4: readNftables(json, 'IPv4'), IPv6: readNftables(json, 'IPv6') };
  } catch {
    // No nft, no right to read, or a form that we do not know: the older programs are asked.
  }
  try {
    const IPv4 = readIptables(await reader.run('iptables-save', '-t', 'filter'));
    // It comes with the other one, and fails where the kernel has no IPv6.
    const IPv6 = await reader.run('ip6tables-save', '-t', 'filter').then(readIptables, () => []);
    return { IPv4, IPv6 };
  } catch {
    return null;
  }
}

function withoutRules({ interfaces }: FirewallReader, ways: readonly Way[]): FirewallReport {
  const dockers = interfaces().filter((name) => name === 'docker0' || /^br-[0-9a-f]{12}$/.test(name));
  if (dockers.length === 0) return { kind: 'clear' };
  const families = [...new Set(ways.flatMap((way) => way.families))].sort();
  return {
    kind: 'unreadable',
    reason: `Docker has a network here (${dockers.slice(0, 3).join(', ')}), and only root may read its firewall rules.`,
    look: families.map((family) => `sudo ${programs[family]} -S FORWARD`).join('\n'),
  };
}

const programs: Readonly<Record<IpFamily, string>> = { IPv4: 'iptables', IPv6: 'ip6tables' };

/** Docker leaves this chain to people and looks at it before its own. */
function rulesFor(found: readonly { readonly way: Way; readonly families: readonly IpFamily[] }[], how: '-I' | '-D'): string {
  return found
    .flatMap(({ way: { bridge }, families }) =>
      families.flatMap((family) => [
        `sudo ${programs[family]} ${how} DOCKER-USER -i ${bridge} -j ACCEPT`,
        `sudo ${programs[family]} ${how} DOCKER-USER -o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
      ]),
    )
    .join('\n');
}
