import { expect, test } from 'vitest';
import type { FieldValues } from '#model/hardware-field';
import { GiB, MiB } from '#model/quantity';
import { hardwareContext, q35Definition } from '../../../../../test/bed/hardware-context.ts';
import { element, parseXml, serialize, type XmlElement } from '../../../xml/document.ts';
import { keyedFields, valuesOf, written } from '../../page-fields.ts';
import { freeTarget } from './disk-buses.ts';
import { cdrom, disk } from './disk-kinds.ts';
import { newVolumeProblems, newVolumeValues, withNewVolume } from './new-disk.ts';
import { withScsiController } from './scsi-needs.ts';

const pools = [
  { name: 'archive', active: true, kind: 'dir', target: '/srv/archive', available: GiB },
  { name: 'default', active: true, kind: 'dir', target: '/srv/images', available: 100 * GiB },
  { name: 'lvm', active: true, kind: 'logical', target: '/dev/vg', available: 10 * GiB },
  { name: 'remote', active: true, kind: 'rbd', target: null, available: GiB },
];
const definitionOf = (devices: string, more = '') =>
  q35Definition.replace('</devices>', `${devices}</devices>`).replace('<features>', `${more}<features>`);
const contextOf = (devices = '', more = '') => hardwareContext(definitionOf(devices, more), { pools });

const virtio = `<disk type="file" device="disk"><driver name="qemu" type="qcow2" cache="none" queues="4" iothread="1"/><source file="/srv/a.qcow2" startupPolicy="optional" index="1"/><backingStore/><target dev="vda" bus="virtio"/><boot order="1"/><alias name="ua-main"/><address type="pci" domain="0x0000" bus="0x04" slot="0x00" function="0x0"/><later/></disk>`;

function changed(old: XmlElement, values: FieldValues, context = contextOf(virtio)): string {
  const fields = keyedFields(disk, context);
  const from = valuesOf(fields, old, context);
  const differing = fields.filter(({ field: { key } }) => key in values && values[key] !== from[key]);
  return serialize(written(differing, old, values, context));
}

test('another bus gives a free name there and drops the place and what only the old bus has, and nothing else', () => {
  expect(changed(parseXml(virtio), { bus: 'sata' })).toBe(
    `<disk type="file" device="disk"><driver name="qemu" type="qcow2" cache="none"/><source file="/srv/a.qcow2" startupPolicy="optional" index="1"/><backingStore/><target dev="sda" bus="sata"/><boot order="1"/><alias name="ua-main"/><later/></disk>`,
  );
  const sata = `<disk type="file"><target dev="sda" bus="sata"/></disk><disk type="file"><target dev="sdc" bus="usb"/></disk>`;
  expect(freeTarget('scsi', contextOf(sata))).toBe('sdb');
  const full = Array.from('abcd', (letter) => `<disk type="file"><target dev="hd${letter}" bus="ide"/></disk>`).join('');
  expect(freeTarget('ide', contextOf(full))).toBeNull();
  const many = Array.from(
    { length: 26 },
    (_, index) => `<disk type="file"><target dev="vd${String.fromCharCode(97 + index)}" bus="virtio"/></disk>`,
  );
  expect(freeTarget('virtio', contextOf(many.join('')))).toBe('vdaa');
});

test('a device is told from a file by its path, and another source takes what was said of the old one with it', () => {
  expect(changed(parseXml(virtio), { path: '/dev/vg/a' })).toContain(
    '<disk type="block" device="disk"><driver name="qemu" type="qcow2" cache="none" queues="4" iothread="1"/><source dev="/dev/vg/a" startupPolicy="optional"/><target',
  );
  expect(changed(parseXml(virtio), { source: 'volume', pool: 'default', volume: 'b.qcow2' })).toMatch(
    /^<disk type="volume".*<source pool="default" volume="b.qcow2"\/>/,
  );
  expect(changed(parseXml(virtio), { source: 'network', protocol: 'rbd', remote: 'pool/b' })).toMatch(
    /^<disk type="network".*<source protocol="rbd" name="pool\/b"\/>/,
  );
  const odd = parseXml(
    `<disk type="nvme" device="disk"><source type="pci" managed="yes"><address bus="1"/></source><target dev="vda" bus="virtio"/></disk>`,
  );
  expect(changed(odd, { cache: 'none' })).toContain('<source type="pci" managed="yes"><address bus="1"/></source>');
});

test('a disc that is taken out leaves the drive', () => {
  const context = contextOf();
  const full = parseXml(
    `<disk type="file" device="cdrom"><source file="/srv/a.iso" startupPolicy="optional"/><target dev="sda" bus="sata"/><readonly/></disk>`,
  );
  const path = keyedFields(cdrom, context).filter(({ field: { key } }) => key === 'path');
  expect(serialize(written(path, full, { path: null }, context))).toBe(
    '<disk type="file" device="cdrom"><source startupPolicy="optional"/><target dev="sda" bus="sata"/><readonly/></disk>',
  );
});

test('what another bus means for the guest is said for its system', () => {
  const windows =
    '<metadata><libosinfo xmlns="http://libosinfo.org/xmlns/libvirt/domain/1.0"><os id="http://microsoft.com/win/11"/></libosinfo></metadata>';
  const values: FieldValues = { bus: 'sata' };
  expect(disk.warnings?.(values, { bus: 'virtio' }, contextOf('', windows)).join()).toContain('virtio-win');
  expect(disk.warnings?.(values, { bus: 'virtio' }, contextOf()).join()).toContain('/dev');
  expect(disk.warnings?.(values, { bus: 'sata' }, contextOf())).toEqual([]);
  expect(disk.warnings?.({}, values, contextOf())).toEqual([]);
});

test('limits, caches and threads that QEMU refuses are said before', () => {
  const problems = (values: FieldValues, more = '') => (disk.problems?.(values, contextOf('', more)) ?? []).map(({ field }) => field);
  expect(problems({ totalBytes: MiB, readBytes: MiB })).toEqual(['totalBytes']);
  expect(problems({ readBytes: MiB, writeBytes: MiB, totalIops: 100 })).toEqual([]);
  expect(problems({ readBytesMax: MiB })).toEqual(['readBytesMax']);
  expect(problems({ readBytes: 2 * MiB, readBytesMax: MiB })).toEqual(['readBytesMax']);
  expect(problems({ io: 'native', cache: 'writeback' })).toEqual(['io']);
  expect(problems({ iothread: 1 })).toEqual(['iothread']);
  expect(problems({ iothread: 1 }, '<iothreads>1</iothreads>')).toEqual([]);
});

test('a new volume is proposed in the usual pool, and foreseen where it will be', () => {
  const context = contextOf(virtio);
  const values = newVolumeValues(context);
  expect(values).toMatchObject({ storage: 'new', newPool: 'default', newName: 'box-vdb.qcow2', newFormat: 'qcow2' });
  const blank = element('disk', { type: 'file', device: 'disk' }, element('target', { dev: 'vdb', bus: 'virtio' }));
  expect(serialize(withNewVolume(blank, values, context))).toContain('<source file="/srv/images/box-vdb.qcow2"/>');
  expect(disk.summary({ ...values, bus: 'virtio' }, context)).toBe('new volume “box-vdb.qcow2” of 20 GiB in the pool “default”, virtio');
  expect(disk.summary({ ...values, storage: 'existing', bus: 'virtio' }, context)).toBe('empty, virtio');
  const devices = { ...values, newPool: 'lvm', newName: 'b', newFormat: 'raw' };
  expect(serialize(withNewVolume(blank, devices, context))).toMatch(/^<disk type="block".*type="raw".*<source dev="\/dev\/vg\/b"\/>/);
  const fields = (more: FieldValues) => newVolumeProblems({ ...values, ...more }, context).map(({ field }) => field);
  expect(fields({})).toEqual([]);
  expect(fields({ newName: '../b' })).toEqual(['newName']);
  expect(fields({ newPool: 'lvm' })).toEqual(['newFormat', 'newSize']);
  expect(fields({ newPool: 'archive', newAllocation: 'full' })).toEqual(['newSize']);
  expect(newVolumeValues(hardwareContext(q35Definition)).storage).toBe('existing');
});

test('a SCSI disk gets a VirtIO controller where the machine has none', () => {
  const scsi = parseXml(`<disk type="file"><target dev="sda" bus="scsi"/></disk>`);
  const context = contextOf();
  expect(serialize(withScsiController(context.domain, scsi, context))).toContain('<controller type="scsi" index="0" model="virtio-scsi"/>');
  const there = contextOf('<controller type="scsi" index="0" model="lsilogic"/>');
  expect(withScsiController(there.domain, scsi, there)).toBe(there.domain);
});
