import { expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { bestMachine, machineChoicesOf, offeredMachine } from './machine-choices.ts';

const guest = (abi: string, arch: string, domains: string, machines: readonly string[] = []) =>
  `<guest><os_type>${abi}</os_type><arch name='${arch}'>${machines.map((name) => `<machine>${name}</machine>`).join('')}${domains}</arch></guest>`;
const host = (...guests: readonly string[]) => parseXml(`<capabilities><host/>${guests.join('')}</capabilities>`);

const qemu = host(
  guest('hvm', 'i686', "<domain type='qemu'/><domain type='kvm'/>", ['pc']),
  guest('hvm', 'x86_64', "<domain type='qemu'/><domain type='kvm'><machine>pc-q35-7.2</machine><machine>q35</machine></domain>", [
    'pc',
    'pc-q35-7.2',
    'q35',
  ]),
  guest('hvm', 'aarch64', "<domain type='qemu'/>", ['virt', 'virt-7.2']),
);
// As libxl's driver describes a host (libvirt: src/libxl/libxl_capabilities.c).
const xen = host(
  guest('xen', 'x86_64', "<domain type='xen'/>", ['xenpv']),
  guest('hvm', 'x86_64', "<domain type='xen'/>", ['xenfv']),
  guest('xenpvh', 'x86_64', "<domain type='xen'/>", ['xenpvh']),
);
const lxc = host(guest('exe', 'x86_64', "<domain type='lxc'/>"), guest('exe', 'i686', "<domain type='lxc'/>"));

test('every kind of guest is a choice, with the machines that it has', () => {
  expect(machineChoicesOf(qemu)).toEqual([
    { type: 'qemu', abi: 'hvm', arch: 'i686', machines: ['pc'] },
    { type: 'kvm', abi: 'hvm', arch: 'i686', machines: ['pc'] },
    { type: 'qemu', abi: 'hvm', arch: 'x86_64', machines: ['pc', 'pc-q35-7.2', 'q35'] },
    { type: 'kvm', abi: 'hvm', arch: 'x86_64', machines: ['pc-q35-7.2', 'q35'] },
    { type: 'qemu', abi: 'hvm', arch: 'aarch64', machines: ['virt', 'virt-7.2'] },
  ]);
  expect(machineChoicesOf(xen).map(({ abi }) => abi)).toEqual(['xen', 'hvm', 'xenpvh']);
});

test('unasked a guest is of the host’s own architecture, on hardware where that works, and a whole machine', () => {
  const best = (capabilities: typeof qemu, kvm: boolean) => bestMachine(machineChoicesOf(capabilities), 'x86_64', kvm);
  expect(best(qemu, true)).toEqual({ type: 'kvm', abi: 'hvm', arch: 'x86_64', machine: 'q35' });
  expect(best(qemu, false)).toEqual({ type: 'qemu', abi: 'hvm', arch: 'x86_64', machine: 'q35' });
  expect(best(xen, false)).toEqual({ type: 'xen', abi: 'hvm', arch: 'x86_64', machine: null });
  expect(best(lxc, true)).toEqual({ type: 'lxc', abi: 'exe', arch: 'x86_64', machine: null });
  expect(best(host(), true)).toBeNull();
});

test('what a host has not is not offered', () => {
  const choices = machineChoicesOf(qemu);
  const wish = { type: 'qemu', abi: 'hvm', arch: 'aarch64', machine: null } as const;
  expect(offeredMachine(wish, choices)).toEqual({ ...wish, machine: 'virt' });
  expect(offeredMachine({ ...wish, machine: 'virt-7.2' }, choices)?.machine).toBe('virt-7.2');
  expect(offeredMachine({ ...wish, machine: 'raspi3b' }, choices)).toBeNull();
  expect(offeredMachine({ ...wish, type: 'kvm' }, choices)).toBeNull();
});

test('names that no machine has are left out', () => {
  const odd = host(guest('hvm', '../x86', "<domain type='kvm'/>"), guest('uml', 'x86_64', "<domain type='uml'/>"));
  expect(machineChoicesOf(odd)).toEqual([]);
});
