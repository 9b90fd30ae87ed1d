import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { openSchemas } from './schemas.ts';

const log = vi.fn<(line: string) => void>();
const schemas = openSchemas(log);
const domain = (path: string, attribute: string | null = null) =>
  schemas.propose({ kind: 'domain', path: path.split('/').filter(Boolean), attribute });

const good = `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>a</name>
  <metadata><o:any xmlns:o='urn:o'><whatever/></o:any></metadata>
  <memory unit='GiB'>1</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><hyperv><relaxed state='on'/></hyperv></features>
  <cpu mode='host-passthrough'><topology sockets='1' cores='2' threads='1'/><feature policy='require' name='vmx'/></cpu>
  <on_crash>restart</on_crash>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2' discard='unmap'/><source file='/x'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/><model type='virtio'/></interface>
    <graphics type='vnc' port='-1' autoport='yes' passwd='x'><listen type='address' address='127.0.0.1'/></graphics>
    <hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0' bus='0x1' slot='0x0' function='0x0'/></source></hostdev>
  </devices>
  <qemu:commandline><qemu:arg value='-s'/></qemu:commandline>
</domain>`;

test('what libvirt takes has no problem, other namespaces and other programs’ notes included', async () => {
  expect(await schemas.check({ kind: 'domain', text: good, within: [] })).toEqual([]);
  expect(log).not.toHaveBeenCalled();
});

test('what has no place is told at its line, and what is below it is not told again', async () => {
  const wrong = good
    .replace("device='disk'", "device='disc'")
    .replace("discard='unmap'", "discart='unmap'")
    .replace('<acpi/>', '\n<apci><x/></apci>');
  expect(await schemas.check({ kind: 'domain', text: wrong, within: [] })).toEqual([
    { line: 7, message: '<apci> has no place in <features>.' },
    { line: 11, message: expect.stringMatching(/^“device” of <disk> is one of: .*cdrom/) },
    { line: 11, message: '<driver> has no attribute “discart”.' },
  ]);
  expect(await schemas.check({ kind: 'domain', text: '<network/>', within: [] })).toEqual([
    { line: 1, message: '<network> has no place here.' },
  ]);
  expect(await schemas.check({ kind: 'network', text: '<network><name>x</name></network>', within: [] })).toEqual([]);
});

test('what may stand at a place is proposed: elements, attributes, values', async () => {
  expect((await domain('')).elements).toEqual(['domain']);
  expect((await domain('domain/devices')).elements).toEqual(expect.arrayContaining(['disk', 'interface', 'vsock', 'watchdog']));
  expect((await domain('domain/devices/disk')).attributes).toEqual(expect.arrayContaining(['device', 'type']));
  expect((await domain('domain/devices/disk', 'device')).values).toEqual(expect.arrayContaining(['cdrom', 'disk', 'floppy', 'lun']));
  expect((await domain('domain/devices/disk/target', 'bus')).values).toContain('virtio');
  expect((await domain('domain/on_crash')).values).toContain('restart');
  expect(await domain('domain/nonsense/disk')).toEqual({ elements: [], attributes: [], values: [] });
});

test('a part of a document is judged as what stands there', async () => {
  const judged = (text: string) => schemas.check({ kind: 'domain', text, within: ['domain', 'devices'] });
  expect(await judged("<disk type='file' device='disk'>\n  <target dev='vda' bus='virtio'/>\n</disk>")).toEqual([]);
  expect(await judged("<disk type='file'>\n  <targets/>\n</disk>")).toEqual([{ line: 2, message: '<targets> has no place in <disk>.' }]);
  expect(await judged('<vcpu>1</vcpu>')).toEqual([{ line: 1, message: '<vcpu> has no place in <devices>.' }]);
});

test('a document of any size is judged piece by piece', async () => {
  const disks = "<disk type='file' device='disk'><source file='/x'/><target dev='vda' bus='virtio'/></disk>\n".repeat(4000);
  const long = `<domain type='kvm'><devices>\n${disks}<bogus/></devices></domain>`;
  expect(await schemas.check({ kind: 'domain', text: long, within: [] })).toEqual([
    { line: 4002, message: '<bogus> has no place in <devices>.' },
  ]);
});

test('a computer without schemas says nothing, and logs it once', async () => {
  const none = openSchemas(log, '/nonexistent');
  expect(await none.check({ kind: 'domain', text: '<bogus/>', within: [] })).toEqual([]);
  expect(await none.propose({ kind: 'domain', path: [], attribute: null })).toEqual({ elements: [], attributes: [], values: [] });
  expect(log).toHaveBeenCalledOnce();
});

test('libvirt’s schemas are where they are looked for', () => {
  expect(readFileSync('/usr/share/libvirt/schemas/domain.rng', 'utf8')).toContain('<grammar');
});
