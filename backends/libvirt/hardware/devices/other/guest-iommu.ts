import type { Choice, FieldProblem } from '#model/hardware-field';
import { attribute, element, path, textAt, type XmlElement } from '../../../xml/document.ts';
import { withAttributesAt } from '../../../xml/edit.ts';
import { choice, choiceAt, numberAt, switchAt } from '../../bound-fields.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { devicesOf, enumOf, type HardwareContext, isQ35, isQemu, isX86, offered } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { forValues } from '../for-values.ts';

/** libvirt's qemuValidateDomainDeviceDefIOMMU (9.0): Intel's with Q35 only, SMMUv3 with Arm's "virt", VirtIO's with both. */
function models(context: HardwareContext): readonly Choice[] {
  const arm = context.arch === 'aarch64' || context.arch === 'armv7l';
  const virtio = choice('virtio', 'VirtIO', 'Made for guests; needs libvirt 8.3 and a kernel with its driver.');
  const fitting = isX86(context)
    ? [choice('intel', 'Intel VT-d', 'All systems know it.', isQ35(context) ? null : 'It needs the chipset Q35.'), virtio]
    : arm
      ? [choice('smmuv3', 'Arm SMMUv3'), virtio]
      : [];
  const told = enumOf(context, ['devices', 'iommu'], 'model');
  return offered(
    fitting.filter(({ value }) => value !== 'virtio' || context.libvirt >= 8_003_000),
    told,
  );
}

const remaps = (iommu: XmlElement): boolean =>
  attribute(iommu, 'model') === 'intel' && attribute(path(iommu, 'driver'), 'intremap') === 'on';

/** Interrupt remapping needs an interrupt controller that QEMU has, not the kernel (formatdomain, "intremap"). */
function withSplitController(domain: XmlElement, iommu: XmlElement): XmlElement {
  return remaps(iommu) && attribute(path(domain, 'features', 'ioapic'), 'driver') === null
    ? withAttributesAt(domain, ['features', 'ioapic'], { driver: 'qemu' })
    : domain;
}

const way = { words: ['on', 'off'], unset: 'As QEMU likes', section: 'Intel VT-d' } as const;
const intel = (bound: DeviceKind['fields'][number]) => forValues('model', '@model', ['intel'], bound);

/** https://libvirt.org/formatdomain.html#iommu-devices */
export const guestIommu: DeviceKind = {
  sort: 'device',
  kind: 'iommu',
  group: 'other',
  title: 'IOMMU',
  help: 'Lets the guest itself decide which memory its devices may reach: it needs that to pass devices on to guests of its own.',
  fits: isQemu,
  is: ({ name }) => name === 'iommu',
  identity: () => null,
  name: (_iommu, number) => (number === null ? 'IOMMU' : `IOMMU ${number}`),
  summary: ({ model }) => summaryWords(model),
  fields: [
    choiceAt('model', '@model', { label: 'Model', choices: models }),
    intel(
      switchAt('intremap', 'driver/@intremap', {
        ...way,
        label: 'Interrupt remapping',
        help: 'Needed for more than 255 processors. The guest gets QEMU’s interrupt controller for it.',
      }),
    ),
    intel(
      switchAt('caching', 'driver/@caching_mode', {
        ...way,
        label: 'Caching mode',
        help: 'Needed where devices of the host are given to this guest, so that it can give them on.',
      }),
    ),
    intel(switchAt('eim', 'driver/@eim', { ...way, label: 'Extended interrupt mode', help: 'For more than 255 processors.' })),
    intel(switchAt('iotlb', 'driver/@iotlb', { ...way, label: 'Device IOTLB', help: 'For vhost devices behind it.' })),
    intel(
      numberAt('width', 'driver/@aw_bits', {
        label: 'Width of addresses',
        section: 'Intel VT-d',
        advanced: true,
        unset: 'As QEMU likes (39)',
        unit: 'bits',
        min: 39,
        max: 48,
      }),
    ),
  ],
  problems: ({ eim, intremap, width }, { hypervisor }): FieldProblem[] => [
    ...(eim === 'on' && hypervisor === 'qemu'
      ? [{ field: 'eim', message: 'Only where the guest’s processors are the host’s (KVM).' }]
      : []),
    ...(eim === 'on' && intremap !== 'on' ? [{ field: 'eim', message: 'It needs interrupt remapping.' }] : []),
    ...(typeof width === 'number' && width !== 39 && width !== 48 ? [{ field: 'width', message: 'Either 39 or 48.' }] : []),
  ],
  warnings: (from, { intremap, model }, { domain }) => {
    const kernel = attribute(path(domain, 'features', 'ioapic'), 'driver') === 'kvm';
    if (intremap !== 'on' || model !== 'intel' || from['intremap'] === 'on') return [];
    return [
      kernel
        ? 'The definition asks for the kernel’s interrupt controller, with which interrupts cannot be remapped. The guest will not start.'
        : 'The guest gets QEMU’s interrupt controller (ioapic) along with it.',
    ];
  },
  needs: withSplitController,
  addition: {
    blank: (context) => {
      const model = models(context).find(({ unavailable }) => unavailable === null)?.value;
      return element('iommu', { model: String(model ?? 'virtio') });
    },
    unavailable: (context) => {
      if (devicesOf(context.domain).some(({ name }) => name === 'iommu')) return 'The guest has one.';
      const all = models(context);
      if (all.length === 0) return 'This architecture has none.';
      if (all.every(({ unavailable }) => unavailable !== null)) return 'It needs the chipset Q35.';
      return textAt(context.domain, 'os', 'type') === 'hvm' ? null : 'This sort of guest has none.';
    },
    live: () => false,
  },
  removal: { live: () => false },
};
