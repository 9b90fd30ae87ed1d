import { expect, test } from 'vitest';
import { newDisk, onNetwork, plainSpec } from '../../../test/bed/guest-request.ts';
import type { GuestPlan } from '../creation/guest-plan.ts';
import { machineFactsOf } from '../creation/machine-facts.ts';
import { attribute, child, children, parseXml, path, serialize, textAt, type XmlElement } from './document.ts';
import { newDomain } from './new-domain.ts';
import { settled } from './settled-definition.ts';

// As libvirt's documentation and libxl's driver have it (docs/formatdomain.rst); test/long/xen.test.ts starts what a host without HVM can.
const capabilities = parseXml(`<domainCapabilities><path>/usr/bin/qemu-system-i386</path><domain>xen</domain><machine>xenfv</machine>
  <arch>x86_64</arch><vcpu max='128'/><os supported='yes'><enum name='firmware'><value>efi</value></enum>
  <loader supported='yes'><value>/usr/lib/xen-4.17/boot/hvmloader</value></loader></os>
  <devices><graphics supported='yes'><enum name='type'><value>sdl</value><value>vnc</value></enum></graphics>
  <video supported='yes'><enum name='modelType'><value>vga</value><value>xen</value></enum></video></devices></domainCapabilities>`);
const at = (name: string) => ({ kind: 'file', path: `/images/${name}` }) as const;
const volume = (name: string) =>
  ({ pool: 'images', name, path: `/images/${name}`, make: { kind: 'upload', file: null, growTo: null } }) as const;
const installing = { kernel: volume('linux'), initrd: volume('initrd'), arguments: 'console=hvc0' };

function drawn(abi: 'hvm' | 'xen' | 'xenpvh', kernel: GuestPlan['kernel'] = null): XmlElement {
  const plan: GuestPlan = {
    volumes: [],
    disks: [
      { device: 'disk', place: at('a.img'), format: 'raw', boots: true },
      { device: 'cdrom', place: at('a.iso'), format: 'raw', boots: true },
    ],
    kernel,
    root: null,
    tree: null,
  };
  const domain = newDomain({
    uuid: '00000000-0000-4000-8000-000000000001',
    spec: plainSpec('x', { firmware: null, disks: [newDisk('images', 1)], nics: [onNetwork('default')] }),
    plan,
    machine: machineFactsOf(capabilities, 'xen', abi),
    drives: { virtioDisk: true, virtioNet: true, virtioVideo: true },
    windows: false,
  });
  return parseXml(serialize(domain));
}

const targets = (domain: XmlElement) =>
  children(child(domain, 'devices'), 'disk').map(
    (disk) => attribute(child(disk, 'target'), 'dev') + ' ' + attribute(child(disk, 'target'), 'bus'),
  );

test('a whole machine of Xen has its loader, its disks on Xen’s bus and nothing of virtio', () => {
  const domain = drawn('hvm');
  expect(attribute(domain, 'type')).toBe('xen');
  expect([textAt(domain, 'os', 'type'), textAt(domain, 'os', 'loader')]).toEqual(['hvm', '/usr/lib/xen-4.17/boot/hvmloader']);
  // One number for both buses: a drive hda would be the disk xvda's other face.
  expect(targets(domain)).toEqual(['xvda xen', 'hdb ide']);
  expect(children(child(domain, 'os'), 'boot').map((boot) => attribute(boot, 'dev'))).toEqual(['hd', 'cdrom']);
  expect(path(domain, 'features', 'pae')).not.toBeNull();
  expect(serialize(domain)).not.toMatch(/virtio|boot order|<rng|memballoon/);
});

test('a paravirtual one is booted by pygrub, or by an installer’s kernel once', () => {
  const domain = drawn('xen');
  expect([textAt(domain, 'bootloader'), textAt(domain, 'os', 'type')]).toEqual(['pygrub', 'linux']);
  expect(targets(domain)).toEqual(['xvda xen', 'xvdb xen']);
  const first = drawn('xen', installing);
  expect([textAt(first, 'bootloader'), textAt(first, 'os', 'kernel'), textAt(first, 'on_reboot')]).toEqual([
    null,
    '/images/linux',
    'destroy',
  ]);
  const next = settled(first);
  expect([textAt(next, 'bootloader'), textAt(next, 'os', 'kernel'), textAt(next, 'on_reboot')]).toEqual(['pygrub', null, 'restart']);
});

test('a PVH one is booted by pygrub too, and has a console and no video device', () => {
  const domain = drawn('xenpvh');
  expect([textAt(domain, 'bootloader'), textAt(domain, 'os', 'type')]).toEqual(['pygrub', 'xenpvh']);
  expect(path(domain, 'devices', 'video')).toBeNull();
  expect(attribute(path(domain, 'devices', 'console', 'target'), 'type')).toBe('xen');
});
