import { execFile } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import type { FirewallReport, Network } from '#model/network';
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

/** Looks for rules of Docker's on this computer that cut the networks off. Asks nobody for rights: what only root may read stays unread. */
export async function readFirewall(networks: readonly Network[], reader: FirewallReader = thisComputer): Promise<FirewallReport> {
  const ways = networks.flatMap(({ name, bridge, active, forward }) =>
    active && bridge !== null && ['nat', 'route', 'open'].includes(forward) ? [{ name, bridge }] : [],
  );
  if (ways.length === 0) return { kind: 'clear' };
  const tables = await readTables(reader);
  if (tables === null) return withoutRules(reader);
  const cut = new Set(
    cutByDocker(
      tables,
      ways.map(({ bridge }) => bridge),
    ),
  );
  const found = ways.filter(({ bridge }) => cut.has(bridge));
  if (found.length === 0) return { kind: 'clear' };
  return { kind: 'cut', networks: found, mend: rulesFor(found, '-I'), undo: rulesFor(found, '-D') };
}

async function readTables(reader: FirewallReader): Promise<RuleTable[] | null> {
  try {
    return readNftables(await reader.run('nft', '-j', 'list', 'ruleset'));
  } catch {
    // No nft, no right to read, or a form that we do not know: the older program is asked.
  }
  try {
    return readIptables(await reader.run('iptables-save', '-t', 'filter'));
  } catch {
    return null;
  }
}

function withoutRules({ interfaces }: FirewallReader): FirewallReport {
  const dockers = interfaces().filter((name) => name === 'docker0' || /^br-[0-9a-f]{12}$/.test(name));
  if (dockers.length === 0) return { kind: 'clear' };
  return {
    kind: 'unreadable',
    reason: `Docker has a network here (${dockers.slice(0, 3).join(', ')}), and only root may read its firewall rules.`,
    look: 'sudo iptables -S FORWARD',
  };
}

/** Docker leaves this chain to people and looks at it before its own. */
function rulesFor(networks: readonly { readonly bridge: string }[], how: '-I' | '-D'): string {
  return networks
    .flatMap(({ bridge }) => [
      `sudo iptables ${how} DOCKER-USER -i ${bridge} -j ACCEPT`,
      `sudo iptables ${how} DOCKER-USER -o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    ])
    .join('\n');
}
