import { z } from 'zod';
import type { IpFamily } from '#model/network';

/** A rule as far as it matters here: which way a packet goes that it is for, and what becomes of it. Null: any. */
interface Rule {
  readonly from: string | null;
  readonly to: string | null;
  readonly verdict: 'accept' | 'other' | { readonly jump: string };
  /** It asks for more than the two interfaces. */
  readonly narrow: boolean;
}

interface Chain {
  readonly name: string;
  /** Packets that are passed on come by here, and what no rule decides is dropped. */
  readonly dropsForwarded: boolean;
  rules: Rule[];
}

/** One table of a family's rules; a packet needs the consent of every table. */
export interface RuleTable {
  readonly chains: ReadonlyMap<string, Chain>;
}

const TEXT_MAX = 16 * 1024 * 1024;

/**
 * Which of these bridges Docker cuts off: its table drops what no rule of that table lets through, and none does for the bridge. Rules that
 * libvirt has in another table (its nftables backend, since 10.4) do not help: every table must agree. Source:
 * https://docs.docker.com/engine/network/packet-filtering-firewalls/ and nft(8), "Priority of chains".
 */
export function cutByDocker(tables: readonly RuleTable[], bridges: readonly string[]): string[] {
  return bridges.filter((bridge) => tables.some((table) => isDockers(table) && dropsFrom(table, bridge)));
}

/** Which of these bridges have rules like ours in the chain that Docker leaves to people: all that comes from them is let through. */
export function letThroughDocker(tables: readonly RuleTable[], bridges: readonly string[]): string[] {
  return bridges.filter((bridge) => tables.some(({ chains }) => chains.get(PEOPLES_CHAIN)?.rules.some((rule) => isOurs(rule, bridge))));
}

const isOurs = ({ from, to, verdict, narrow }: Rule, bridge: string): boolean =>
  from === bridge && to === null && verdict === 'accept' && !narrow;

const PEOPLES_CHAIN = 'DOCKER-USER';

const isDockers = ({ chains }: RuleTable): boolean => chains.has(PEOPLES_CHAIN);

function dropsFrom({ chains }: RuleTable, bridge: string): boolean {
  return [...chains.values()].some((chain) => chain.dropsForwarded && !letsThrough(chains, chain, bridge, new Set()));
}

function letsThrough(chains: ReadonlyMap<string, Chain>, chain: Chain, bridge: string, seen: Set<string>): boolean {
  if (seen.has(chain.name)) return false;
  seen.add(chain.name);
  return chain.rules.some(({ from, to, verdict, narrow }) => {
    if (from !== null && !names(from, bridge)) return false;
    if (typeof verdict === 'object') {
      const target = chains.get(verdict.jump);
      return target !== undefined && letsThrough(chains, target, bridge, seen);
    }
    // A rule for all ways in speaks of some other traffic as soon as it asks for anything.
    return verdict === 'accept' && to === null && (from !== null || !narrow);
  });
}

const names = (pattern: string, bridge: string): boolean =>
  pattern === bridge || (/[*+]$/.test(pattern) && bridge.startsWith(pattern.slice(0, -1)));

const NftMatch = z.object({ op: z.string(), left: z.unknown(), right: z.unknown() });
const NftMeta = z.object({ meta: z.object({ key: z.string() }) });
const NftRule = z.object({ family: z.string(), table: z.string(), chain: z.string(), expr: z.array(z.record(z.string(), z.unknown())) });
const NftChain = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  hook: z.string().optional(),
  policy: z.string().optional(),
});
const NftList = z.object({ nftables: z.array(z.record(z.string(), z.unknown())) });
const Target = z.object({ target: z.string() });

/** nft(8), "Address families": tables of "inet" see both. */
const nftFamilies: Readonly<Record<IpFamily, readonly string[]>> = { IPv4: ['ip', 'inet'], IPv6: ['ip6', 'inet'] };

/** What `nft -j list ruleset` writes, of this family (libnftables-json(5)). Throws where it is something else. */
export function readNftables(json: string, family: IpFamily = 'IPv4'): RuleTable[] {
  if (json.length > TEXT_MAX) throw new Error('the rules are longer than 16 MiB');
  const { nftables } = NftList.parse(JSON.parse(json));
  const tables = new Map<string, Map<string, Chain>>();
  const tableOf = ({ family, table }: { family: string; table: string }) => {
    const found = tables.get(`${family} ${table}`) ?? new Map<string, Chain>();
    tables.set(`${family} ${table}`, found);
    return found;
  };
  for (const { chain } of nftables) {
    const found = NftChain.safeParse(chain).data;
    if (found === undefined || !nftFamilies[family].includes(found.family)) continue;
    tableOf(found).set(found.name, { name: found.name, dropsForwarded: found.hook === 'forward' && found.policy === 'drop', rules: [] });
  }
  for (const { rule } of nftables) {
    const found = NftRule.safeParse(rule).data;
    if (found !== undefined) tables.get(`${found.family} ${found.table}`)?.get(found.chain)?.rules.push(ruleOf(found.expr));
  }
  return [...tables.values()].map((chains) => ({ chains }));
}

function ruleOf(expressions: readonly Readonly<Record<string, unknown>>[]): Rule {
  let rule: Rule = { from: null, to: null, verdict: 'other', narrow: false };
  for (const expression of expressions) {
    const [kind = '', value] = Object.entries(expression)[0] ?? [];
    const jump = Target.safeParse(value).data?.target;
    if (kind === 'accept') rule = { ...rule, verdict: 'accept' };
    else if ((kind === 'jump' || kind === 'goto') && jump !== undefined) rule = { ...rule, verdict: { jump } };
    else if (kind === 'match') rule = withMatch(rule, value);
    else if (kind === 'xt') rule = { ...rule, narrow: true };
  }
  return rule;
}

function withMatch(rule: Rule, value: unknown): Rule {
  const match = NftMatch.safeParse(value).data;
  const key = NftMeta.safeParse(match?.left).data?.meta.key;
  const name = typeof match?.right === 'string' && match.op === '==' ? match.right : null;
  if ((key === 'iifname' || key === 'iif') && name !== null) return { ...rule, from: name };
  if ((key === 'oifname' || key === 'oif') && name !== null) return { ...rule, to: name };
  return { ...rule, narrow: true };
}

/** What `iptables-save -t filter` writes, or ip6tables-save. */
export function readIptables(saved: string): RuleTable[] {
  const chains = new Map<string, Chain>();
  for (const line of saved.slice(0, TEXT_MAX).split('\n')) {
    const [, name, policy] = /^:(\S+) (\S+)/.exec(line) ?? [];
    if (name !== undefined) chains.set(name, { name, dropsForwarded: name === 'FORWARD' && policy === 'DROP', rules: [] });
    const [, into, rest = ''] = /^-A (\S+) ?(.*)$/.exec(line) ?? [];
    if (into !== undefined) chains.get(into)?.rules.push(ruleIn(rest, chains));
  }
  return [{ chains }];
}

function ruleIn(text: string, chains: ReadonlyMap<string, Chain>): Rule {
  // "! -o docker0" is for all but that one.
  const plain = text.replaceAll(/! -[io] \S+/g, '');
  const wordAfter = (option: RegExp) => option.exec(plain)?.[1] ?? null;
  const target = wordAfter(/(?:^| )-[jg] (\S+)/) ?? '';
  const rest = plain.replaceAll(/(?:^| )-[iojg] \S+/g, '').trim();
  return {
    from: wordAfter(/(?:^| )-i (\S+)/),
    to: wordAfter(/(?:^| )-o (\S+)/),
    verdict: target === 'ACCEPT' ? 'accept' : chains.has(target) ? { jump: target } : 'other',
    narrow: plain !== text || rest !== '',
  };
}
