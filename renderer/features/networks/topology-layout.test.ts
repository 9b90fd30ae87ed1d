import { expect, test } from 'vitest';
import type { HostLink, Network, NicAttachment, NicSource } from '#model/network';
import { layOut } from './topology-layout.ts';

const network = (name: string, change: Partial<Network> = {}): Network => ({
  id: name,
  name,
  active: true,
  autostart: true,
  persistent: true,
  bridge: `br-${name}`,
  forward: 'nat',
  subnets: [],
  ...change,
});
const nic = (guest: number, source: NicSource, active = true): NicAttachment => ({
  guest: `00000000-0000-4000-8000-${String(guest).padStart(12, '0')}`,
  guestName: `guest ${guest}`,
  mac: `52:54:00:00:00:${String(guest).padStart(2, '0')}`,
  model: null,
  source,
  active,
  target: null,
});
const on = (name: string): NicSource => ({ kind: 'network', name, portGroup: null });
const link = (name: string, change: Partial<HostLink> = {}): HostLink => ({
  name,
  kind: 'ethernet',
  up: true,
  master: null,
  functionsMax: 0,
  ...change,
});
const named = (layout: ReturnType<typeof layOut>, name: string) => layout.nodes.find((node) => node.name === name);
const lines = ({ nodes, edges }: ReturnType<typeof layOut>) =>
  edges.map(({ from, to, active }) => {
    const nameOf = (id: string) => nodes.find((node) => node.id === id)?.name;
    return `${nameOf(from)} ${active ? '–' : '··'} ${nameOf(to)}`;
  });

test('from the card over its bridge and the network to the guest, each once', () => {
  const links = [link('eth0', { master: 'br0' }), link('br0', { kind: 'bridge' }), link('eth1')];
  const networks = [network('office', { forward: 'bridge', bridge: 'br0' }), network('lab', { forward: 'isolated', active: false })];
  const direct: NicSource = { kind: 'direct', device: 'eth1', mode: 'bridge' };
  const layout = layOut(networks, links, [
    nic(1, on('office')),
    nic(1, on('lab'), false),
    nic(2, { kind: 'bridge', name: 'br0' }),
    nic(3, direct),
  ]);
  expect(lines(layout).sort()).toEqual([
    'br0 – guest 2',
    'br0 – office',
    'eth0 – br0',
    'eth1 – guest 3',
    'lab ·· guest 1',
    'office – guest 1',
  ]);
  expect(layout.nodes.map(({ name }) => name).filter((name) => name === 'guest 1')).toHaveLength(1);
  expect(named(layout, 'guest 1')).toMatchObject({ column: 3, active: true });
  expect(named(layout, 'br0')).toMatchObject({ column: 1, target: null });
  // Cards that nobody hangs on are no part of it.
  expect(named(layout, 'lo')).toBeUndefined();
});

test('nothing lies on anything else, however many there are, and what has no room is counted', () => {
  const networks = Array.from({ length: 8 }, (_, i) => network(`net${i}`));
  const nics = Array.from({ length: 400 }, (_, i) => nic(i, on(`net${i % 8}`)));
  const layout = layOut(networks, [], nics);
  for (const column of [0, 1, 2, 3]) {
    const rows = layout.nodes.filter((node) => node.column === column).map(({ row }) => row);
    rows.sort((one, other) => one - other);
    for (let i = 1; i < rows.length; i++) expect((rows[i] ?? 0) - (rows[i - 1] ?? 0)).toBeGreaterThanOrEqual(1);
    expect(Math.max(0, ...rows)).toBeLessThan(layout.rows);
  }
  expect(layout.left).toBe(250);
});

test('a guest on a network that is not there is shown on it, as not there', () => {
  const layout = layOut([], [], [nic(1, on('gone'), false), nic(2, { kind: 'user', backend: 'passt', forwards: [] })]);
  expect(named(layout, 'gone')).toMatchObject({ active: false, detail: 'not there', target: null });
  expect(lines(layout)).toEqual(['gone ·· guest 1', 'Its own network – guest 2']);
});

test('a network of many guests stands near the first of them, where it is in sight', () => {
  const nics = Array.from({ length: 60 }, (_, i) => nic(i, on('all')));
  const rows = layOut([network('all'), network('few')], [], [...nics, nic(60, on('few')), nic(61, on('few'))]).nodes;
  const rowOf = (name: string) => rows.find((node) => node.name === name)?.row;
  expect(rowOf('all')).toBe(3);
  expect(rowOf('few')).toBe(60.5);
  expect(rowOf('The host’s way out')).toBe(6);
});
