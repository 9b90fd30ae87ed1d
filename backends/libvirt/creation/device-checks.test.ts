import { expect, test } from 'vitest';
import { deviceFindings } from './device-checks.ts';

const links = [
  { name: 'eth0', kind: 'card', master: 'br0' },
  { name: 'eth1', kind: 'card', master: null, otherNames: ['enp2s0'] },
  { name: 'br0', kind: 'bridge', master: null },
  { name: 'bond0', kind: 'other', master: null },
];
const known = { links, all: true };
type Use = Parameters<typeof deviceFindings>[0];
const use = (kind: Use['kind'], ...devices: Use['devices']): Use => ({ kind, devices, network: null });
const said = (...args: Parameters<typeof deviceFindings>) =>
  deviceFindings(...args).map(({ severity, message }) => `${severity}: ${message}`);

test('a bridge or a card that the host has not keeps a guest from starting, and from being more than defined', () => {
  expect(said(use('bridge', 'br9'), known, true)).toEqual(['error: The host has no bridge “br9”.']);
  expect(said(use('direct', 'eth9'), known, true)).toEqual(['error: The host has no network device “eth9”.']);
  expect(said(use('bridge', 'br9'), known, false)).toEqual(['warning: The host has no bridge “br9”.']);
});

test('what is there is not objected to, by either of its names', () => {
  for (const one of [use('bridge', 'br0'), use('direct', 'eth1'), use('direct', 'enp2s0'), use('direct', 'bond0'), use('direct', 'br0')])
    expect(said(one, known, true)).toEqual([]);
});

test('a card is no bridge, and one that is part of a bridge is that bridge’s', () => {
  expect(said(use('bridge', 'eth1'), known, true)).toEqual(['error: “eth1” is a network card of the host and no bridge.']);
  const [inBridge] = deviceFindings(use('direct', 'eth0'), known, true);
  expect(inBridge).toMatchObject({ severity: 'error', remedy: 'Put the guest on “br0” instead.' });
});

test('of a host that tells only some of its devices a missing one is doubted, if it tells any of that kind', () => {
  const some = { links, all: false };
  expect(said(use('bridge', 'br9'), some, true)).toEqual(['warning: The host tells of no bridge “br9”.']);
  const cards = { links: links.filter(({ kind }) => kind !== 'bridge'), all: false };
  expect(said(use('bridge', 'br9'), cards, true)).toEqual([]);
  expect(said(use('direct', 'eth9'), { links: [], all: false }, true)).toEqual([]);
});

test('of a network’s cards one is enough', () => {
  const network = { kind: 'direct', devices: ['eth9', 'eth1'], network: 'lan' } as const;
  expect(said({ ...network, devices: ['eth9', 'eth1'] }, known, true)).toEqual([]);
  expect(said({ ...network, devices: ['eth8', 'eth9'] }, known, true)).toEqual([
    'error: The host has no network device “eth8”, “eth9” of the network “lan”.',
  ]);
});
