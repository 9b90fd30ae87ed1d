import { expect, test } from 'vitest';
import type { HostDevice, PciDevice } from '#model/host-device';
import { hardwareContext, q35Definition } from '../../../../../test/bed/hardware-context.ts';
import { element, parseXml, serialize } from '../../../xml/document.ts';
import { withAdded, withChild } from '../../../xml/edit.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import { keyedFields } from '../../page-fields.ts';
import { mediatedDevice } from './mediated-device.ts';
import { pciHostDevice } from './pci-device.ts';
import { scsiHostDevice } from './scsi-device.ts';
import { usbHostDevice } from './usb-device.ts';

const OWN = 'c7a5fdbd-cdaf-9455-926a-d65c16db1809';
const other = (running: boolean) => ({ id: 'd65ae018-3b3c-4b86-9623-075a8d4707f8', name: 'win11', running });

function pci(address: string, more: Partial<PciDevice> = {}): PciDevice {
  return {
    kind: 'pci',
    id: `pci_${address.replaceAll(/[:.]/g, '_')}`,
    parent: 'computer',
    name: 'Example card',
    users: [],
    address,
    class: '020000',
    driver: 'e1000e',
    iommuGroup: 1,
    numaNode: null,
    function: { kind: 'whole' },
    mediatedTypes: [],
    ...more,
  };
}
const on = (...hostDevices: HostDevice[]): HardwareContext => hardwareContext(q35Definition, { hostDevices });

function choicesOf(kind: typeof pciHostDevice, context: HardwareContext) {
  const field = keyedFields(kind, context).find(({ field: { key } }) => key === 'device')?.field;
  if (field?.kind !== 'choice') throw new Error('no choice of devices');
  return field.choices;
}

test('a device is chosen by its name, with its group and driver; bridges are not offered', () => {
  const context = on(pci('0000:01:00.0'), pci('0000:00:00.0', { class: '060000', name: 'Bridge', driver: null }));
  expect(choicesOf(pciHostDevice, context)).toEqual([
    { value: '0000:01:00.0', label: 'Example card (0000:01:00.0)', help: 'Network, IOMMU group 1, driver e1000e', unavailable: null },
  ]);
});

test('what a running guest has cannot be given; what another only names can, with a note', () => {
  const context = on(pci('0000:01:00.0', { users: [other(true)] }), pci('0000:02:00.0', { users: [other(false)], iommuGroup: 2 }));
  const [taken, named] = choicesOf(pciHostDevice, context);
  expect(taken?.unavailable).toBe('“win11” has it, and is running.');
  expect(named?.unavailable).toBeNull();
  expect(named?.help).toContain('“win11” names it as well');
  const own = on(pci('0000:01:00.0', { users: [{ id: OWN, name: 'box', running: false }] }));
  expect(choicesOf(pciHostDevice, own)[0]?.unavailable).toBe('The guest has it already.');
});

test('without an IOMMU nothing can be given, and the reason is said', () => {
  const context = on(pci('0000:01:00.0', { iommuGroup: null }));
  expect(pciHostDevice.addition?.unavailable(context)).toMatch(/no IOMMU switched on/);
  expect(pciHostDevice.addition?.unavailable(on())).toBe('The host shows no PCI devices.');
});

test('who goes along is named: mates in the group that the guest does not have, the host’s cards, disks and screen', () => {
  const card = pci('0000:01:00.0', { class: '030000', driver: 'nouveau', name: 'GPU' });
  const sound = pci('0000:01:00.1', { class: '040300', driver: 'snd_hda_intel', name: 'GPU sound' });
  const link: HostDevice = {
    kind: 'network',
    id: 'net_enp1s0',
    parent: card.id,
    name: '',
    users: [],
    interface: 'enp1s0',
    mac: null,
    link: 'up',
    speed: null,
  };
  const disk: HostDevice = {
    kind: 'storage',
    id: 'block_sda',
    parent: sound.id,
    name: '',
    users: [],
    path: '/dev/sda',
    type: 'disk',
    bus: null,
    size: null,
    serial: null,
  };
  const context = on(card, sound, link, disk);
  const warnings = pciHostDevice.warnings?.({}, { device: card.address }, context) ?? [];
  expect(warnings.join('\n')).toMatch(/together with “GPU sound \(0000:01:00.1\)” \(IOMMU group 1\).*or it will not start/);
  expect(warnings.join('\n')).toMatch(/enp1s0 while the guest runs, which is connected now/);
  expect(warnings.join('\n')).toMatch(/the disk \/dev\/sda/);
  expect(warnings.join('\n')).toMatch(/only graphics card/);

  const given = parseXml('<hostdev type="pci"><source><address domain="0x0000" bus="0x01" slot="0x00" function="0x1"/></source></hostdev>');
  const domain = withChild(context.domain, 'devices', (devices) => devices && withAdded(devices, given));
  expect((pciHostDevice.warnings?.({}, { device: card.address }, { ...context, domain }) ?? []).join()).not.toContain('together with');
});

test('a USB device with a twin is known by where it is plugged in too', () => {
  const stick = (device: number): HostDevice => ({
    kind: 'usb',
    id: `usb_1_${device}`,
    parent: null,
    name: 'Stick',
    users: [],
    vendor: '0781',
    product: '5567',
    bus: 1,
    device,
  });
  const context = on(stick(4), stick(7));
  expect(choicesOf(usbHostDevice, context).map(({ value }) => value)).toEqual(['0781:5567@1.4', '0781:5567@1.7']);
  const field = keyedFields(usbHostDevice, context).find(({ field: { key } }) => key === 'device');
  const blank = usbHostDevice.addition?.blank(context) ?? element('hostdev');
  const made = field?.bound.write(blank, '0781:5567@1.7', context) ?? blank;
  expect(serialize(made)).toContain('<vendor id="0x0781"/><product id="0x5567"/><address bus="1" device="7"/>');
  expect(field?.bound.read(made, context)).toBe('0781:5567@1.7');
});

test('a vGPU that is only defined cannot be given, and a card that could be divided is named where there is none', () => {
  const vgpu: HostDevice = {
    kind: 'mediated',
    id: 'mdev_1',
    parent: 'pci_0000_01_00_0',
    name: '',
    users: [],
    uuid: 'C2177883-f1bb-47f0-914d-32a22e3a8804',
    type: 'nvidia-11',
    iommuGroup: null,
    active: false,
  };
  const card = pci('0000:01:00.0', { name: 'GPU', mediatedTypes: [{ id: 'nvidia-11', name: 'GRID P4-1Q', available: 2 }] });
  expect(choicesOf(mediatedDevice, on(card, vgpu))[0]).toMatchObject({
    value: 'c2177883-f1bb-47f0-914d-32a22e3a8804',
    label: 'GRID P4-1Q (C2177883-f1bb-47f0-914d-32a22e3a8804)',
    unavailable: expect.stringContaining('not there now'),
  });
  expect(mediatedDevice.addition?.unavailable({ ...on(card), libvirt: 7_000_000 })).toContain('GPU could be divided');
  expect(mediatedDevice.addition?.unavailable(on(card))).toBeNull();
});

test('a SCSI device of the host is written by its address, and gets a controller to hang on', () => {
  const unit: HostDevice = { kind: 'scsi', id: 'scsi_2_0_0_1', parent: null, name: '', users: [], address: '2:0:0:1', type: 'tape' };
  const context = on(unit);
  const field = keyedFields(scsiHostDevice, context).find(({ field: { key } }) => key === 'device');
  const made = field?.bound.write(scsiHostDevice.addition?.blank(context) ?? element('hostdev'), '2:0:0:1', context) ?? element('hostdev');
  expect(serialize(made)).toContain('<adapter name="scsi_host2"/><address bus="0" target="0" unit="1"/>');
  const domain = withChild(context.domain, 'devices', (devices) => devices && withAdded(devices, made));
  expect(serialize(scsiHostDevice.needs?.(domain, made, context) ?? domain)).toContain('model="virtio-scsi"');
});
