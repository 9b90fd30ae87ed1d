import { expect, test } from 'vitest';
import { belowOf, type HostDevice, passthroughOf, type PciDevice } from './host-device.ts';

const pci = (address: string, more: Partial<PciDevice> = {}): PciDevice => ({
  kind: 'pci',
  id: address,
  parent: null,
  name: '',
  users: [],
  address,
  class: '020000',
  driver: null,
  iommuGroup: 1,
  numaNode: null,
  function: { kind: 'whole' },
  mediatedTypes: [],
  ...more,
});
const net = (id: string, parent: string): HostDevice => ({
  kind: 'network',
  id,
  parent,
  name: '',
  users: [],
  interface: id,
  mac: null,
  link: null,
  speed: null,
});

test('what hangs from a device is found at any depth, and a ring of parents ends', () => {
  const all = [pci('a'), pci('b', { parent: 'a' }), net('n', 'b'), pci('c', { parent: 'd' }), pci('d', { parent: 'c' })];
  expect(belowOf(pci('a'), all).map(({ id }) => id)).toEqual(['b', 'n']);
  expect(belowOf(pci('c'), all).map(({ id }) => id)).toEqual(['d']);
});

test('all of a group but its bridges goes together, with what the host has of it', () => {
  const all = [
    pci('a'),
    pci('b'),
    pci('bridge', { class: '060400' }),
    pci('other', { iommuGroup: 2 }),
    net('eth0', 'b'),
    net('eth1', 'other'),
  ];
  const verdict = passthroughOf(pci('a'), all);
  expect(verdict.kind === 'possible' && [verdict.together.map(({ id }) => id), verdict.lost.map(({ id }) => id)]).toEqual([
    ['b'],
    ['eth0'],
  ]);
});

test('a bridge, a device without a group and one that a running guest has cannot be given', () => {
  const user = { id: '00000000-0000-4000-8000-000000000001', name: 'g', running: true };
  expect(passthroughOf(pci('a', { class: '060400' }), []).kind).toBe('impossible');
  expect(passthroughOf(pci('a', { iommuGroup: null }), []).kind).toBe('impossible');
  expect(passthroughOf(pci('a', { users: [user] }), []).kind).toBe('taken');
  expect(passthroughOf(pci('a', { users: [{ ...user, running: false }] }), []).kind).toBe('possible');
});

test('a group cannot be given while the host’s driver has a bridge of it, unless that is a port', () => {
  const isa = (driver: string | null) => [pci('a'), pci('isa', { class: '060100', driver })];
  expect(passthroughOf(pci('a'), isa('lpc_ich'))).toMatchObject({ kind: 'impossible', why: expect.stringContaining('lpc_ich has isa') });
  expect(passthroughOf(pci('a'), isa(null)).kind).toBe('possible');
  expect(passthroughOf(pci('a'), isa('vfio-pci')).kind).toBe('possible');
  expect(passthroughOf(pci('a'), [pci('a'), pci('port', { class: '060400', driver: 'pcieport' })]).kind).toBe('possible');
});
