import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { firewallLines } from '#model/firewall';
import type { Network } from '#model/network';
import { cutByDocker, readIptables, readNftables } from './docker-rules.ts';
import type { RunProgram } from '../transport/run-program.ts';
import { createFirewall } from './firewall.ts';

// Recorded in a network namespace with dockerd 20.10 and a NAT network on virbr0, made by libvirt 9.0 (iptables) or by 11.3 (nftables).
const ruleset = (name: string) => readFileSync(new URL(`rulesets/${name}`, import.meta.url), 'utf8');

describe.for([
  ['nft -j list ruleset', readNftables, '.json'],
  ['iptables-save', readIptables, '.txt'],
] as const)('by %s', ([, read, suffix]) => {
  test('what libvirt allows in a table of its own does not count against Docker’s', () => {
    expect(cutByDocker(read(ruleset(`libvirt-nftables${suffix}`)), ['virbr0', 'docker0'])).toEqual(['virbr0']);
  });

  test('with the mend the guests get through, and those of another bridge do not', () => {
    expect(cutByDocker(read(ruleset(`libvirt-nftables-mended${suffix}`)), ['virbr0', 'virbr1'])).toEqual(['virbr1']);
  });

  test('rules in the same table let through what they are for', () => {
    expect(cutByDocker(read(ruleset(`libvirt-iptables${suffix}`)), ['virbr0', 'virbr1'])).toEqual(['virbr1']);
  });
});

test('without Docker, whoever drops is none of our business', () => {
  const dropping = '*filter\n:FORWARD DROP [0:0]\nCOMMIT\n';
  expect(cutByDocker(readIptables(dropping), ['virbr0'])).toEqual([]);
  expect(cutByDocker(readIptables(dropping.replace('COMMIT', ':DOCKER-USER - [0:0]\nCOMMIT')), ['virbr0'])).toEqual(['virbr0']);
});

const network: Network = {
  id: 'id',
  name: 'default',
  active: true,
  autostart: true,
  persistent: true,
  bridge: 'virbr0',
  forward: 'nat',
  subnets: ['192.168.122.1/24'],
};
/** A host whose programs answer this; those that are not there are for root alone. */
const reader =
  (answers: Readonly<Record<string, string>>, interfaces: readonly string[] = []): RunProgram =>
  async ([program]) => {
    const answer = program === 'ls' ? interfaces.join('\n') : answers[program];
    if (answer === undefined) return { code: 1, stdout: '', stderr: 'Operation not permitted (you must be root)' };
    return { code: 0, stdout: answer, stderr: '' };
  };
const readFirewall = (networks: readonly Network[], run: RunProgram, local = true) =>
  createFirewall(run, local, async () => networks).read();

test('the report names the networks that are cut, with a mend and how to take it back', async () => {
  const report = await readFirewall([network], reader({ nft: ruleset('libvirt-nftables.json') }));
  expect(report).toEqual({
    kind: 'cut',
    networks: [{ name: 'default', bridge: 'virbr0', only: null }],
    rules: [{ family: 'IPv4', bridge: 'virbr0' }],
  });
  const older = await readFirewall([network], reader({ nft: 'no json', 'iptables-save': ruleset('libvirt-nftables.txt') }));
  expect(older).toEqual(report);
});

const sixth = (subnets: readonly string[]): Network => ({ ...network, subnets: [...subnets] });
const docker6 = '*filter\n:FORWARD DROP [0:0]\n:DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\n-A DOCKER-USER -j RETURN\nCOMMIT\n';
const open6 = docker6.replace('DROP', 'ACCEPT');

test('each family is judged by its own rules, and only where the network has it', async () => {
  const both = sixth(['192.168.122.1/24', 'fd00:7::1/64']);
  const saved = (four: string, six: string) => reader({ 'iptables-save': four, 'ip6tables-save': six });
  const cut6 = await readFirewall([both], saved(open6, docker6));
  expect(cut6).toMatchObject({ kind: 'cut', networks: [{ only: 'IPv6' }] });
  expect(cut6.kind === 'cut' ? firewallLines('let-through', cut6.rules) : '').toBe(
    'sudo ip6tables -I DOCKER-USER -i virbr0 -j ACCEPT\n' +
      'sudo ip6tables -I DOCKER-USER -o virbr0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  );
  expect(await readFirewall([both], saved(docker6, open6))).toMatchObject({ networks: [{ only: 'IPv4' }] });
  const all = await readFirewall([both], saved(docker6, docker6));
  expect(all).toMatchObject({
    networks: [{ only: null }],
    rules: [
      { family: 'IPv4', bridge: 'virbr0' },
      { family: 'IPv6', bridge: 'virbr0' },
    ],
  });
  expect(await readFirewall([network], saved(open6, docker6))).toEqual({ kind: 'clear' });
  expect(await readFirewall([sixth(['fd00:7::1/64'])], saved(docker6, open6))).toEqual({ kind: 'clear' });
  // Addresses of an open network may come from anybody.
  expect(await readFirewall([{ ...sixth([]), forward: 'open' }], saved(open6, docker6))).toMatchObject({ networks: [{ only: 'IPv6' }] });
  // A kernel without IPv6.
  expect(await readFirewall([both], reader({ 'iptables-save': open6 }))).toEqual({ kind: 'clear' });
});

test('what nft tells of IPv6 is not taken for IPv4’s', () => {
  const recorded = ruleset('libvirt-nftables.json');
  const six = recorded.replaceAll('"family": "ip"', '"family": "ip6"');
  expect(cutByDocker(readNftables(six, 'IPv6'), ['virbr0', 'docker0'])).toEqual(['virbr0']);
  expect(cutByDocker(readNftables(six, 'IPv4'), ['virbr0'])).toEqual([]);
  expect(cutByDocker(readNftables(recorded, 'IPv6'), ['virbr0'])).toEqual([]);
});

test('networks that have no way out, or are not active, cannot be cut', async () => {
  const rules = reader({ nft: ruleset('libvirt-nftables.json') });
  expect(
    await readFirewall(
      [
        { ...network, active: false },
        { ...network, forward: 'isolated' },
      ],
      rules,
    ),
  ).toEqual({ kind: 'clear' });
});

test('what only root may read is said to be unread where Docker is, and nothing is said where it is not', async () => {
  expect(await readFirewall([network], reader({}, ['lo', 'docker0']))).toMatchObject({ kind: 'unreadable' });
  expect(await readFirewall([network], reader({}, ['lo', 'virbr0']))).toEqual({ kind: 'clear' });
  expect(await readFirewall([network], reader({}, ['docker0']))).toMatchObject({ look: 'sudo iptables -S FORWARD' });
  expect(await readFirewall([sixth(['10.0.0.1/8', 'fd00:7::1/64'])], reader({}, ['docker0']))).toMatchObject({
    look: 'sudo iptables -S FORWARD\nsudo ip6tables -S FORWARD',
  });
});

test('rules like ours are told apart from a firewall that cuts nothing off, and a name that no rule could have is in none', async () => {
  const mended = reader({ nft: ruleset('libvirt-nftables-mended.json') });
  expect(await readFirewall([network], mended)).toEqual({
    kind: 'let-through',
    networks: ['default'],
    rules: [{ family: 'IPv4', bridge: 'virbr0' }],
  });
  const cutting = reader({ nft: ruleset('libvirt-nftables.json') });
  for (const bridge of ['virbr0 -j DROP', '-j', 'virbr+', 'a\n-F']) {
    expect(await readFirewall([{ ...network, bridge }], cutting)).toEqual({ kind: 'clear' });
  }
});

test('what root has seen is believed for a while; on another computer nobody is asked for a password', async () => {
  const words: string[][] = [];
  const run: RunProgram = async (all, ...rest) => {
    words.push([...all]);
    if (all[0] === 'id') return { code: 0, stdout: '1000\n', stderr: '' };
    if (all[0] === 'pkexec') return { code: 0, stdout: `${docker6}=== IPv6 ===\n${open6}`, stderr: '' };
    return reader({}, ['docker0'])(all, ...rest);
  };
  const here = createFirewall(run, true, async () => [network]);
  expect(await here.read()).toMatchObject({ kind: 'unreadable', askable: true });
  expect(await here.look()).toMatchObject({ kind: 'cut' });
  expect(await here.read()).toMatchObject({ kind: 'cut' });
  await here.change('let-through', [{ family: 'IPv6', bridge: 'virbr0' }]);
  expect(words.at(-1)?.slice(0, 3)).toEqual(['pkexec', '/bin/sh', '-c']);
  expect(words.at(-1)?.slice(5)).toEqual([
    '',
    '*filter\n-I DOCKER-USER -i virbr0 -j ACCEPT\n-I DOCKER-USER -o virbr0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT',
    '',
  ]);
  const there = createFirewall(run, false, async () => [network]);
  expect(await there.read()).toMatchObject({ kind: 'unreadable', askable: false });
  await expect(there.look()).rejects.toMatchObject({ code: 'permission' });
});

test.for([
  [126, 'permission'],
  [127, 'permission'],
  [1, 'invalid-state'],
] as const)('root’s program that ends with %d is told as %s', async ([code, expected]) => {
  const run: RunProgram = async ([program]) =>
    program === 'id' ? { code: 0, stdout: '1000', stderr: '' } : { code, stdout: '', stderr: 'No chain by that name.' };
  const firewall = createFirewall(run, true, async () => [network]);
  await expect(firewall.change('take-back', [{ family: 'IPv4', bridge: 'virbr0' }])).rejects.toMatchObject({ code: expected });
});
