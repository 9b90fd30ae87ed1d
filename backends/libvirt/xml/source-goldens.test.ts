import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { attribute, child, children, element, path, type XmlElement } from './document.ts';
import {
  replaced,
  withAdded,
  withAttributes,
  withAttributesAt,
  withChild,
  withList,
  without,
  withPath,
  withText,
  withTextAt,
} from './edit.ts';
import { readSource } from './source.ts';

const fixture = (name: string) => readFileSync(new URL(`../../../test/fixtures/xml/${name}.xml`, import.meta.url), 'utf8');

type Edit = (root: XmlElement) => XmlElement;
const all =
  (...edits: readonly Edit[]): Edit =>
  (root) =>
    edits.reduce((tree, edit) => edit(tree), root);

/** Edits the device whose target is this. */
const onDisk =
  (dev: string, edit: (disk: XmlElement) => XmlElement | null): Edit =>
  (root) =>
    withChild(root, 'devices', (devices) => {
      const disk = children(devices, 'disk').find((one) => attribute(child(one, 'target'), 'dev') === dev);
      if (devices === null || disk === undefined) throw new Error(`no disk ${dev}`);
      return replaced(devices, disk, edit(disk));
    });
const withDevice =
  (device: XmlElement): Edit =>
  (root) =>
    withChild(root, 'devices', (devices) => devices && withAdded(devices, device));
const qemu = (name: string, attributes: Record<string, string>): XmlElement => element(`qemu:${name}`, attributes);

// What libvirt 9.0 made of what virt-install 4.1.0 wrote (windows, linux), and of definitions given to it (container, network, pool); Xen's is
// in the form of libvirt's pages on it.
const edits: Readonly<Record<string, Edit>> = {
  // A second network card, a disk on another bus, UEFI with secure boot, and no sound.
  linux: all(
    (root) => withTextAt(root, ['vcpu'], 4),
    (root) => withAttributesAt(root, ['os'], { firmware: 'efi' }),
    (root) => withAttributesAt(root, ['os', 'loader'], { secure: 'yes' }),
    onDisk('vda', (disk) => withAttributesAt(disk, ['target'], { dev: 'sda', bus: 'scsi' })),
    withDevice(element('interface', { type: 'network' }, element('source', { network: 'lab' }), element('model', { type: 'virtio' }))),
    (root) => withPath(root, ['devices', 'sound'], () => null),
    (root) => withTextAt(root, ['description'], 'Shown to the world,\nwith <care>'),
  ),
  // A Hyper-V feature, one more TPM, and the CD drive first.
  windows: all(
    (root) => withPath(root, ['features', 'hyperv', 'synic'], () => element('synic', { state: 'on' })),
    withDevice(element('tpm', { model: 'tpm-crb' }, element('backend', { type: 'emulator', version: '2.0' }))),
    (root) => withPath(root, ['os', 'boot'], () => null),
    onDisk('sda', (disk) => withAttributesAt(disk, ['boot'], { order: 1 })),
    (root) => withAttributesAt(root, ['clock'], { offset: 'utc' }),
  ),
  // Other arguments, another folder, and no mapping of users.
  container: all(
    (root) =>
      withChild(
        root,
        'os',
        (os) =>
          os &&
          withList(
            os,
            ['initarg'],
            ['-l', '-c', 'exec top'].map((text) => element('initarg', {}, text)),
          ),
      ),
    (root) => withAttributesAt(root, ['devices', 'filesystem', 'source'], { dir: '/srv/<new>' }),
    (root) => withChild(root, 'idmap', () => null),
    (root) => withPath(root, ['features', 'capabilities', 'mknod'], () => element('mknod', { state: 'off' })),
  ),
  // More memory, another bridge, nothing passed through.
  xen: all(
    (root) => withTextAt(root, ['memory'], 262_144),
    (root) => withTextAt(root, ['bootloader_args'], null),
    (root) => withPath(root, ['features', 'xen', 'passthrough'], () => null),
    (root) => withAttributesAt(root, ['devices', 'interface', 'source'], { bridge: 'xenbr1' }),
    withDevice(element('console', { type: 'pty' }, element('target', { type: 'xen', port: 1 }))),
  ),
  // A second lease, its name server's host gone, and IPv6.
  network: all(
    (root) =>
      withPath(root, ['ip', 'dhcp'], (dhcp) => dhcp && withAdded(dhcp, element('host', { mac: '52:54:00:00:00:06', ip: '10.5.0.6' }))),
    (root) => withPath(root, ['dns', 'host'], () => null),
    (root) => withAdded(root, element('ip', { family: 'ipv6', address: 'fd00::1', prefix: 64 })),
    (root) => withAttributesAt(root, ['mtu'], { size: 9000 }),
  ),
  pool: all(
    (root) => withAttributesAt(root, ['source', 'host'], { name: 'nas2.example' }),
    (root) => withAttributesAt(root, ['source', 'protocol'], { ver: '4' }),
    (root) => withTextAt(root, ['target', 'path'], '/srv/isos & more'),
  ),
  'written-by-hand': all(
    (root) => withAttributes(root, { type: 'qemu' }),
    (root) => withTextAt(root, ['genid'], '43dc0cf8-809b-4adb-9bea-a9abb5f3d90e'),
    (root) => withAttributesAt(root, ['vcpu'], { current: null }),
    (root) => withTextAt(root, ['currentMemory'], 3),
    (root) => withAttributesAt(root, ['os', 'bootmenu'], { enable: 'yes' }),
    onDisk('vda', (disk) => withAttributesAt(disk, ['driver'], { cache: 'writeback', discard: 'unmap' })),
    onDisk('vdb', () => null),
    onDisk('sda', (disk) => withAttributesAt(disk, ['source'], { file: "/srv/Ann's.iso" })),
    withDevice(element('rng', { model: 'virtio' }, element('backend', { model: 'random' }, '/dev/urandom'))),
    (root) => {
      const line = root.children.find((node) => node.kind === 'element' && node.name === 'qemu:commandline');
      if (line?.kind !== 'element') throw new Error('no command line');
      const [argument] = children(line);
      if (argument === undefined) throw new Error('no argument');
      return replaced(
        root,
        line,
        withAdded(withAdded(without(line, argument), qemu('arg', { value: '-S' })), qemu('env', { name: 'C', value: 'd' })),
      );
    },
    (root) => withChild(root, 'description', (old) => old && withText(old, 'Postfix & Dovecot')),
  ),
};

test.each(Object.entries(edits))('%s', (name, edit) => {
  const source = readSource(fixture(`${name}-in`));
  expect(source.write(source.root)).toBe(fixture(`${name}-in`));
  const output = source.write(edit(source.root));
  expect(output).toBe(fixture(`${name}-out`));
  expect(path(readSource(output).root, 'name')).not.toBeNull();
});
