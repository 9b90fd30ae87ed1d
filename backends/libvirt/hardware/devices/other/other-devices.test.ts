import { expect, test } from 'vitest';
import type { FieldValues } from '#model/hardware-field';
import { GiB, MiB } from '#model/quantity';
import { hardwareContext, q35Definition } from '../../../../../test/bed/hardware-context.ts';
import { devicesOf, type HardwareContext } from '../../hardware-context.ts';
import { parseXml, serialize, type XmlElement } from '../../../xml/document.ts';
import { withAdded, withChild, without } from '../../../xml/edit.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { keyedFields, valuesOf, written } from '../../page-fields.ts';
import { guestIommu } from './guest-iommu.ts';
import { memoryDevice } from './memory-device.ts';
import { panicNotifier } from './panic-notifier.ts';
import { randomNumbers } from './random-numbers.ts';
import { sharedMemory } from './shared-memory.ts';
import { trustedPlatform } from './trusted-platform.ts';

const context = hardwareContext(q35Definition);

function changed(kind: DeviceKind, xml: string, values: FieldValues, around = context): string {
  return serialize(written(keyedFields(kind, around), parseXml(xml), values, around));
}
const read = (kind: DeviceKind, xml: string): FieldValues => valuesOf(keyedFields(kind, context), parseXml(xml), context);
const added = (domain: XmlElement, xml: string): XmlElement =>
  withChild(domain, 'devices', (devices) => devices && withAdded(devices, parseXml(xml)));

test('where random numbers come from can be changed, and takes only its own along', () => {
  const file = '<rng model="virtio"><!-- ours --><backend model="random">/dev/hwrng</backend></rng>';
  expect(changed(randomNumbers, file, { backend: 'builtin' })).toBe('<rng model="virtio"><!-- ours --><backend model="builtin"/></rng>');
  const socket = changed(randomNumbers, file, { backend: 'egd', socket: '/run/egd.sock' });
  expect(socket).toContain('<backend model="egd" type="unix"><source mode="connect" path="/run/egd.sock"/></backend>');
  const tcp = changed(randomNumbers, socket, { reachedBy: 'tcp', host: 'egd.test', service: '8000' });
  expect(tcp).toContain('<source mode="connect" host="egd.test" service="8000"/>');
  expect(read(randomNumbers, tcp)).toMatchObject({
    backend: 'egd',
    reachedBy: 'tcp',
    host: 'egd.test',
    service: '8000',
    file: null,
    socket: null,
  });
  expect(changed(randomNumbers, tcp, { backend: 'random', file: '/dev/random' })).toContain(
    '<backend model="random">/dev/random</backend>',
  );
});

test('a TPM of another sort keeps nothing that only the old one knows', () => {
  const emulated =
    '<tpm model="tpm-crb"><backend type="emulator" version="2.0"><encryption secret="6dd3e4a5-1d76-44ce-961f-f119f5aad935"/></backend></tpm>';
  expect(changed(trustedPlatform, emulated, { backend: 'passthrough', device: '/dev/tpm1' })).toBe(
    '<tpm model="tpm-crb"><backend type="passthrough" version="2.0"><device path="/dev/tpm1"/></backend></tpm>',
  );
  expect(changed(trustedPlatform, emulated, { backend: 'external', socket: '/run/tpm.sock' })).toBe(
    '<tpm model="tpm-crb"><backend type="external"><source type="unix" mode="connect" path="/run/tpm.sock"/></backend></tpm>',
  );
  expect(trustedPlatform.problems?.({ model: 'tpm-crb', version: '1.2' }, context)).toHaveLength(1);
  const before = read(trustedPlatform, emulated);
  expect(trustedPlatform.warnings?.(before, { ...before, version: '1.2' }, context).join()).toContain('recovery key');
});

test('a memory device of another sort keeps nothing that only the old one knows, and says what the new one must', () => {
  const dimm =
    '<memory model="dimm" discard="yes"><source><pagesize unit="KiB">2048</pagesize></source><target><size unit="GiB">1</size><node>0</node></target></memory>';
  const mem = changed(memoryDevice, dimm, { model: 'virtio-mem' });
  expect(read(memoryDevice, mem)).toMatchObject({ size: GiB, requested: GiB, block: 2 * MiB, page: 2 * MiB, node: '0' });
  const kept = changed(memoryDevice, mem, { model: 'virtio-pmem', path: '/srv/pmem' });
  expect(kept).toBe(
    '<memory model="virtio-pmem"><source><path>/srv/pmem</path></source><target><size unit="GiB">1</size></target></memory>',
  );
  expect(changed(memoryDevice, kept, { model: 'nvdimm', readonly: true, label: 2 * MiB })).toMatch(
    /<label><size unit="KiB">2048<\/size><\/label><readonly\/>/,
  );
  const values = { model: 'virtio-mem', size: GiB, block: 2 * MiB, node: '0' };
  expect(memoryDevice.problems?.({ ...values, requested: 2 * GiB }, context)).toHaveLength(1);
  expect(memoryDevice.problems?.({ ...values, requested: 3 * MiB }, context)).toHaveLength(1);
  expect(memoryDevice.problems?.({ ...values, requested: 4 * MiB, node: '1' }, context)).toMatchObject([{ field: 'node' }]);
});

test('the sums of a guest’s memory follow its memory devices', () => {
  const module = '<memory model="dimm"><target><size unit="KiB">1048576</size><node>0</node></target></memory>';
  const domain = added(context.domain, module);
  const device = devicesOf(domain).at(-1) ?? domain;
  const roomy = memoryDevice.needs?.(domain, device, context) ?? domain;
  const text = serialize(roomy);
  expect(text).toContain('<memory unit="KiB">3145728</memory>');
  expect(text).toContain('<currentMemory unit="KiB">3145728</currentMemory>');
  expect(text).toContain('<maxMemory unit="KiB" slots="16">3145728</maxMemory>');
  expect(text).toContain('<cell id="0" cpus="0-1" memory="2097152" unit="KiB"/>');
  // What changes nothing of its size changes nothing else.
  const around: HardwareContext = { ...context, domain: roomy };
  expect(memoryDevice.needs?.(roomy, device, around)).toBe(roomy);
  const bare = withChild(roomy, 'devices', (devices) => devices && without(devices, device));
  expect(serialize(memoryDevice.removal?.also?.(bare, device, around) ?? bare)).toContain('<memory unit="KiB">2097152</memory>');
});

test('an IOMMU is offered where the machine can have it, and brings the interrupt controller that it needs', () => {
  const iommu = '<iommu model="intel"><driver intremap="on"/></iommu>';
  const domain = added(context.domain, iommu);
  const made = guestIommu.needs?.(domain, devicesOf(domain).at(-1) ?? domain, context) ?? domain;
  expect(serialize(made)).toContain('<ioapic driver="qemu"/>');
  expect(guestIommu.addition?.unavailable(context)).toBeNull();
  const old = { ...hardwareContext(q35Definition.replace('pc-q35-7.2', 'pc-i440fx-7.2')), libvirt: 8_000_000 };
  expect(guestIommu.addition?.unavailable(old)).toBe('It needs the chipset Q35.');
  expect(guestIommu.problems?.({ model: 'intel', eim: 'on', intremap: null }, context)).toHaveLength(1);
});

test('there is one panic notifier of each model, as the architecture has them', () => {
  expect(serialize(panicNotifier.addition?.blank(context) ?? context.domain)).toBe('<panic model="isa"/>');
  const one = { ...context, domain: added(context.domain, '<panic model="isa"/>') };
  expect(serialize(panicNotifier.addition?.blank(one) ?? context.domain)).toBe('<panic model="hyperv"/>');
  const two = { ...one, domain: added(one.domain, '<panic model="hyperv"/>') };
  expect(panicNotifier.addition?.unavailable(two)).toBe('The guest has all there are.');
});

test('shared memory without a unit is counted in bytes, and must be a power of two', () => {
  expect(read(sharedMemory, '<shmem name="a"><size>4194304</size></shmem>')['size']).toBe(4 * MiB);
  expect(read(sharedMemory, '<shmem name="a"><model type="ivshmem-doorbell"/><size>4194304</size></shmem>')['size']).toBeNull();
  expect(sharedMemory.problems?.({ size: 3 * MiB }, context)).toHaveLength(1);
});
