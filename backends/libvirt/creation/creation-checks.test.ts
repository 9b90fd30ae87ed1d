import { expect, test } from 'vitest';
import type { GuestAbi, GuestSpec, NewNic } from '#model/guest-spec';
import { plainSpec } from '../../../test/bed/guest-request.ts';
import { findObjections } from './creation-checks.ts';
import type { StandingOffer } from './creation-offer.ts';

const onXen = (abi: GuestAbi): StandingOffer => ({
  acceleration: { kind: 'kvm' },
  roads: [],
  machine: { type: 'xen', abi, arch: 'x86_64', machine: null },
  machines: [],
  firmwares: ['bios'],
  tpm: false,
  cpuModes: [],
  graphics: ['vnc'],
  cpus: 2,
  vcpusMax: 4,
  memoryTotal: 2 ** 33,
  memoryFree: 2 ** 33,
  pools: [],
  networks: [],
  takenNames: [],
  readsLocalFiles: true,
});
const host = { driverUri: 'xen:///system', local: true };
const objections = (abi: GuestAbi, more: Partial<GuestSpec>) =>
  findObjections(plainSpec('x', { firmware: null, ...more }), onXen(abi), host).map(({ field, message }) => `${field}: ${message}`);

test('a guest of Xen’s without firmware is not begun from a medium or the network, which it could not boot', () => {
  const refusal = 'machine: This kind of Xen guest has no firmware that could boot a medium or from the network.';
  expect(objections('xen', {})).toEqual([refusal]);
  expect(objections('xenpvh', { source: { kind: 'pxe' } })).toEqual([refusal]);
  expect(objections('hvm', {})).toEqual([]);
  const from = { kind: 'url', url: 'https://example.org/a.img', checksum: null } as const;
  expect(objections('xen', { source: { kind: 'disk', from, into: null, size: null } })).toEqual([]);
});

test('KVM is warned of where the host runs only firmware by it, and emulation is not', () => {
  const acceleration = { kind: 'firmware-only', reason: 'Its module is kvm_pvm.' } as const;
  const about = (type: 'kvm' | 'qemu') =>
    findObjections(
      plainSpec('x', {}),
      { ...onXen('hvm'), acceleration, machine: { type, abi: 'hvm', arch: 'x86_64', machine: 'q35' } },
      host,
    );
  expect(about('kvm')).toMatchObject([{ field: 'machine', severity: 'warning', message: expect.stringContaining('kvm_pvm') }]);
  expect(about('qemu')).toEqual([]);
});

test('more virtual processors than the host has are warned of, more than libvirt takes refused', () => {
  const about = (vcpus: number) =>
    findObjections(plainSpec('x', { vcpus }), onXen('hvm'), host).map(({ field, severity }) => `${field} ${severity}`);
  expect([about(2), about(3), about(5)]).toEqual([[], ['vcpus warning'], ['vcpus error']]);
});

test('an empty disk has no kernel to be started with, and what the host has no road for is objected to once', () => {
  expect(objections('xen', { source: { kind: 'empty' }, start: true })).toEqual([
    'machine: Such a guest is started with a kernel, and an empty disk has none.',
  ]);
  expect(objections('xen', { source: { kind: 'empty' }, start: false })).toEqual([]);
  const roads = [{ kind: 'pxe', why: 'It has none.' }] as const;
  const spec = plainSpec('x', { firmware: null, source: { kind: 'pxe' } });
  expect(findObjections(spec, { ...onXen('xen'), roads: [...roads] }, host).map(({ message }) => message)).toEqual(['It has none.']);
});

test('Xen puts a card on a network or a bridge only', () => {
  const about = (nic: NewNic) => objections('xen', { firmware: null, source: { kind: 'empty' }, start: false, nics: [nic] });
  expect(about({ kind: 'bridge', device: 'br0' })).toEqual([]);
  for (const nic of [{ kind: 'user' }, { kind: 'direct', device: 'eth0' }] as const) {
    expect(about(nic)).toEqual([expect.stringContaining('on nothing else')]);
  }
});
