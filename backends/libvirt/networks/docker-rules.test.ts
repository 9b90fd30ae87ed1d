import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Network } from '#model/network';
import { cutByDocker, readIptables, readNftables } from './docker-rules.ts';
import { type FirewallReader, readFirewall } from './firewall.ts';

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
const reader = (answers: Readonly<Record<string, string>>, interfaces: readonly string[] = []): FirewallReader => ({
  run: async (program) => {
    const answer = answers[program];
    if (answer === undefined) throw new Error('Operation not permitted (you must be root)');
    return answer;
  },
  interfaces: () => interfaces,
});

test('the report names the networks that are cut, with a mend and how to take it back', async () => {
  const report = await readFirewall([network], reader({ nft: ruleset('libvirt-nftables.json') }));
  expect(report).toEqual({
    kind: 'cut',
    networks: [{ name: 'default', bridge: 'virbr0', only: null }],
    mend: expect.stringContaining('sudo iptables -I DOCKER-USER -i virbr0 -j ACCEPT\n'),
    undo: expect.stringContaining('sudo iptables -D DOCKER-USER -i virbr0 -j ACCEPT\n'),
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
  expect(cut6.kind === 'cut' ? cut6.mend : '').toBe(
    'sudo ip6tables -I DOCKER-USER -i virbr0 -j ACCEPT\n' +
      'sudo ip6tables -I DOCKER-USER -o virbr0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  );
  expect(await readFirewall([both], saved(docker6, open6))).toMatchObject({ networks: [{ only: 'IPv4' }] });
  const all = await readFirewall([both], saved(docker6, docker6));
  expect(all).toMatchObject({ networks: [{ only: null }], mend: expect.stringMatching(/^sudo iptables[^]*^sudo ip6tables/m) });
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
