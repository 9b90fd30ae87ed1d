import { firewallLook, type FirewallReport, FirewallRule } from '#model/firewall';
import type { IpFamily, Network } from '#model/network';
import type { HostFirewall } from '../../host-firewall.ts';
import { outputOf } from '../host/program-answers.ts';
import type { RunProgram } from '../transport/run-program.ts';
import { cutByDocker, letThroughDocker, readIptables, readNftables } from './docker-rules.ts';
import { asRoot, type FirewallChange, type FirewallTables } from './root-firewall.ts';

/** So long is believed what root has seen, where nobody else may look (milliseconds): Docker's rules change with its containers. */
const BELIEVED_MS = 10 * 60_000;

interface Way {
  readonly name: string;
  readonly bridge: string;
  /** By which its guests may reach out. */
  readonly families: readonly IpFamily[];
}

/** Of the host on which `run` runs programs; `networks` are its virtual networks, read anew each time. */
export function createFirewall(run: RunProgram, local: boolean, networks: () => Promise<readonly Network[]>): HostFirewall {
  let seen: { readonly tables: FirewallTables; readonly at: number } | null = null;
  const seeAsRoot = async (change: FirewallChange | null) => {
    const tables = await asRoot(run, local, change);
    seen = { tables, at: performance.now() };
    return reportOf(waysOf(await networks()), tables);
  };
  return {
    async read() {
      const ways = waysOf(await networks());
      if (ways.length === 0) return { kind: 'clear' };
      const tables = await readTables(run);
      if (tables !== null) return reportOf(ways, tables);
      if (seen !== null && performance.now() - seen.at < BELIEVED_MS) return reportOf(ways, seen.tables);
      return withoutRules(run, ways, local);
    },
    look: () => seeAsRoot(null),
    change: (wish, rules) => seeAsRoot({ wish, rules }),
  };
}

/** Active networks by which guests reach others. A bridge with a name that no rule could have is none of them. */
function waysOf(networks: readonly Network[]): Way[] {
  return networks.flatMap(({ name, bridge, active, forward, subnets }) =>
    active && FirewallRule.shape.bridge.safeParse(bridge).success && bridge !== null && ['nat', 'route', 'open'].includes(forward)
      ? [{ name, bridge, families: familiesOf(subnets) }]
      : [],
  );
}

/** What these rules do to the ways out. */
function reportOf(ways: readonly Way[], tables: FirewallTables): FirewallReport {
  const having = (test: typeof cutByDocker) =>
    ways.flatMap((way) => {
      const families = way.families.filter((family) => test(tables[family], [way.bridge]).length > 0);
      return families.length === 0 ? [] : [{ way, families }];
    });
  const cut = having(cutByDocker);
  if (cut.length > 0) {
    const networks = cut.map(({ way: { name, bridge, families: all }, families }) => {
      const [first = null] = families;
      return { name, bridge, only: families.length < all.length ? first : null };
    });
    return { kind: 'cut', networks, rules: rulesFor(cut) };
  }
  const through = having(letThroughDocker);
  if (through.length === 0) return { kind: 'clear' };
  return { kind: 'let-through', networks: through.map(({ way }) => way.name), rules: rulesFor(through) };
}

const rulesFor = (found: readonly { readonly way: Way; readonly families: readonly IpFamily[] }[]): FirewallRule[] =>
  found.flatMap(({ way: { bridge }, families }) => families.map((family) => ({ family, bridge })));

/** An open network may have addresses that somebody else gives out: of either family. */
function familiesOf(subnets: readonly string[]): IpFamily[] {
  if (subnets.length === 0) return ['IPv4', 'IPv6'];
  const six = subnets.filter((subnet) => subnet.includes(':')).length;
  return [...(six < subnets.length ? (['IPv4'] as const) : []), ...(six > 0 ? (['IPv6'] as const) : [])];
}

/** Null where they are not for us to read. */
async function readTables(run: RunProgram): Promise<FirewallTables | null> {
  const json = await outputOf(run, 'nft', '-j', 'list', 'ruleset');
  try {
    if (json !== null) return { IPv4: readNftables(json, 'IPv4'), IPv6: readNftables(json, 'IPv6') };
  } catch {
    // A form that we do not know: the older programs are asked.
  }
  const four = await outputOf(run, 'iptables-save', '-t', 'filter');
  if (four === null) return null;
  // It comes with the other one, and fails where the kernel has no IPv6.
  const six = await outputOf(run, 'ip6tables-save', '-t', 'filter');
  return { IPv4: readIptables(four), IPv6: six === null ? [] : readIptables(six) };
}

async function withoutRules(run: RunProgram, ways: readonly Way[], local: boolean): Promise<FirewallReport> {
  const devices = (await outputOf(run, 'ls', '/sys/class/net'))?.split(/\s+/) ?? [];
  const dockers = devices.filter((name) => name === 'docker0' || /^br-[0-9a-f]{12}$/.test(name));
  if (dockers.length === 0) return { kind: 'clear' };
  const families = [...new Set(ways.flatMap((way) => way.families))].sort();
  return {
    kind: 'unreadable',
    reason: `Docker has a network here (${dockers.slice(0, 3).join(', ')}), and only root may read its firewall rules.`,
    look: firewallLook(families),
    askable: local,
  };
}
