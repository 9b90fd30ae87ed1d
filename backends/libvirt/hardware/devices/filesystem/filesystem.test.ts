import { expect, test } from 'vitest';
import type { FieldValues } from '#model/hardware-field';
import { MiB } from '#model/quantity';
import { hardwareContext, q35Definition } from '../../../../../test/bed/hardware-context.ts';
import { parseXml, serialize } from '../../../xml/document.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import { keyedFields, valuesOf, written } from '../../page-fields.ts';
import { filesystem } from './filesystem.ts';
import { mountLine } from './mount-line.ts';
import { withSharedMemory } from './shared-memory.ts';

const machine = hardwareContext(q35Definition, { libvirt: 10_000_000 });
const container = hardwareContext('<domain type="lxc"><name>c</name><os><type arch="x86_64">exe</type></os><devices/></domain>');

function changed(xml: string, values: FieldValues, context: HardwareContext): string {
  const old = parseXml(xml);
  const fields = keyedFields(filesystem, context);
  return serialize(
    written(
      fields.filter(({ field: { key } }) => key in values),
      old,
      values,
      context,
    ),
  );
}
const read = (xml: string, context: HardwareContext) => valuesOf(keyedFields(filesystem, context), parseXml(xml), context);

const share =
  '<filesystem type="mount" accessmode="passthrough"><driver type="virtiofs"/><source dir="/srv/a"/><target dir="a b"/></filesystem>';

test('whom the guest’s users are on the host is a list', () => {
  const idmap = [
    { of: 'uid', start: 0, target: 1000, count: 10 },
    { of: 'gid', start: 0, target: 2000, count: 10 },
  ];
  const made = changed(share, { idmap }, machine);
  expect(made).toContain('<idmap><uid start="0" target="1000" count="10"/><gid start="0" target="2000" count="10"/></idmap>');
  expect(read(made, machine)['idmap']).toEqual(idmap);
  expect(changed(made, { idmap: [] }, machine)).toBe(share);
});

test('a container’s file systems come from folders, images, devices and memory', () => {
  const ram = '<filesystem type="ram" accessmode="passthrough"><source usage="8" units="MiB"/><target dir="/tmp"/></filesystem>';
  expect(read(ram, container)).toMatchObject({ type: 'ram', usage: 8 * MiB, target: '/tmp' });
  expect(changed(ram, { usage: 16 * MiB }, container)).toContain('<source usage="16384" units="KiB"/>');
  const file = changed(ram, { type: 'file', file: '/srv/root.qcow2', driver: 'nbd', format: 'qcow2' }, container);
  expect(file).toBe(
    '<filesystem type="file" accessmode="passthrough"><driver type="nbd" format="qcow2"/><source file="/srv/root.qcow2"/><target dir="/tmp"/></filesystem>',
  );
  expect(changed(file, { type: 'block', device: '/dev/vg/a' }, container)).toContain('<source dev="/dev/vg/a"/>');
  expect(filesystem.problems?.({ target: 'tmp' }, container)).toHaveLength(1);
});

test('virtiofs brings shared memory along, and leaves what shares it already', () => {
  const virtiofs = parseXml(share);
  const made = serialize(withSharedMemory(machine.domain, virtiofs));
  expect(made).toMatch(/<memoryBacking><source type="memfd"\/><access mode="shared"\/><\/memoryBacking>/);
  expect(serialize(withSharedMemory(parseXml(made), virtiofs))).toBe(made);
  const huge = q35Definition.replace('<os>', '<memoryBacking><hugepages/></memoryBacking><os>');
  expect(serialize(withSharedMemory(parseXml(huge), virtiofs))).toContain(
    '<memoryBacking><hugepages/><access mode="shared"/></memoryBacking>',
  );
  const cells = q35Definition.replace(
    '<cpu mode="host-passthrough"/>',
    '<cpu><numa><cell id="0" memory="1" memAccess="shared"/></numa></cpu>',
  );
  const shared = parseXml(cells);
  expect(withSharedMemory(shared, virtiofs)).toBe(shared);
  expect(withSharedMemory(machine.domain, parseXml(share.replace('virtiofs', 'path')))).toBe(machine.domain);
});

test('the line that mounts it is safe to paste, whatever it is called', () => {
  expect(mountLine(parseXml(share))).toBe("mount -t virtiofs 'a b' /mnt");
  expect(mountLine(parseXml(share.replace('virtiofs', 'path')))).toContain('trans=virtio');
});

test('9p notes owners with permissions of its own, and virtiofs takes nothing of that along', () => {
  const old = '<filesystem type="mount" accessmode="passthrough"><driver type="path"/><source dir="/srv/a"/><target dir="a"/></filesystem>';
  const values = { access: 'mapped', fileMode: '0640', folderMode: '0750', multidevs: 'remap', writing: 'immediate' };
  const made = changed(old, values, machine);
  expect(made).toContain('<filesystem type="mount" accessmode="mapped" fmode="0640" dmode="0750" multidevs="remap">');
  expect(made).toContain('<driver type="path" wrpolicy="immediate"/>');
  expect(read(made, machine)).toMatchObject(values);
  expect(changed(made, { access: 'passthrough' }, machine)).toContain(
    '<filesystem type="mount" accessmode="passthrough" multidevs="remap">',
  );
  expect(changed(made, { driver: 'virtiofs' }, machine)).toBe(old.replace('"path"', '"virtiofs"'));
  expect(changed(made, { multidevs: null, writing: null, access: 'passthrough' }, machine)).toBe(old);
});
