import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { attribute, element, type XmlElement } from '../../../xml/document.ts';
import { withAdded, withAttributes, withChild } from '../../../xml/edit.ts';
import { choice, choiceAt, numberAt, textAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, type HardwareContext, isContainer, isQ35, isQemu, isX86 } from '../../hardware-context.ts';
import { attachedDevices, indexOf } from './attached-devices.ts';
import { modelFields } from './model-fields.ts';
import { pciFields } from './pci-fields.ts';

const types = [
  choice('scsi', 'SCSI', 'For disks and drives; with VirtIO SCSI for hundreds of them.'),
  choice('usb', 'USB'),
  choice('sata', 'SATA'),
  choice('virtio-serial', 'VirtIO serial', 'For channels between the host and programs in the guest, and for consoles.'),
  choice('ccid', 'CCID', 'A reader for smart cards. It hangs on USB.'),
  choice('pci', 'PCI', 'Places for other devices. A PCI Express port is what a device is plugged into while the guest runs.'),
];
const named: ReadonlyMap<string, string> = new Map(
  Object.entries({ ide: 'IDE', fdc: 'Floppy', nvme: 'NVMe', xenbus: 'Xen bus', isa: 'ISA' }),
);

const typeOf = (controller: XmlElement): string => attribute(controller, 'type') ?? '';
const labelOf = (type: string): string => types.find(({ value }) => value === type)?.label ?? named.get(type) ?? type;
const isCompanion = (controller: XmlElement): boolean => (attribute(controller, 'model') ?? '').startsWith('ich9-uhci');
const onScsi = [{ field: 'type', is: ['scsi'] }];

const typeField: BoundField = {
  ...choiceAt('type', '@type', {
    label: 'Type',
    fixed: 'A controller of another type is another device.',
    choices: (context) => [
      ...types,
      // libvirt 11.5: as a bus of disks.
      choice('nvme', 'NVMe', null, context.libvirt >= 11_005_000 ? null : 'The host’s libvirt is older than 11.5.'),
    ],
  }),
  // The models of one type are none of another's.
  write: (one, type) => (type === typeOf(one) ? one : withAttributes(one, { type: typeof type === 'string' ? type : null, model: null })),
};

/** https://libvirt.org/formatdomain.html#controllers */
export const controller: DeviceKind = {
  sort: 'device',
  kind: 'controller',
  group: 'other',
  title: 'Controller',
  help: 'What disks, USB devices, channels and cards hang on. libvirt adds most of them by itself when they are needed.',
  fits: (context) => !isContainer(context),
  is: ({ name }) => name === 'controller',
  identity: (one) => [typeOf(one), indexOf(one), ...(isCompanion(one) ? [attribute(one, 'model')] : [])].join('-'),
  name: (one) => `${labelOf(typeOf(one))} controller ${indexOf(one)}`,
  summary: (values) => modelIn(values) ?? '',
  fields: [
    typeField,
    ...modelFields,
    numberAt('ports', '@ports', {
      label: 'Ports',
      help: 'How many devices can hang on it.',
      advanced: true,
      when: [{ field: 'type', is: ['virtio-serial', 'usb'] }],
      unset: 'As the hypervisor likes',
      min: 1,
      max: 511,
    }),
    numberAt('vectors', '@vectors', {
      label: 'Interrupt vectors',
      advanced: true,
      when: [{ field: 'type', is: ['virtio-serial'] }],
      unset: 'As the hypervisor likes',
      min: 0,
      max: 1024,
    }),
    numberAt('queues', 'driver/@queues', {
      label: 'Queues',
      help: 'How many processors of the guest may use its disks at once. Best is one for each of its processors.',
      section: 'Performance',
      advanced: true,
      when: onScsi,
      unset: 'As the hypervisor likes',
      min: 1,
      max: 256,
    }),
    numberAt('iothread', 'driver/@iothread', {
      label: 'I/O thread',
      help: 'The number of the host’s thread that does the work of its disks. VirtIO SCSI only.',
      section: 'Performance',
      advanced: true,
      when: onScsi,
      unset: 'None of its own',
      min: 1,
      max: 1024,
    }),
    numberAt('commands', 'driver/@cmd_per_lun', {
      label: 'Commands for each disk',
      section: 'Performance',
      advanced: true,
      when: onScsi,
      unset: 'As the hypervisor likes',
      min: 1,
      max: 65535,
    }),
    numberAt('sectors', 'driver/@max_sectors', {
      label: 'Largest transfer',
      section: 'Performance',
      advanced: true,
      when: onScsi,
      unset: 'As the hypervisor likes',
      min: 1,
      max: 65535,
      unit: 'sectors',
    }),
    ...pciFields,
    textAt('serial', 'serial', {
      label: 'Serial number',
      when: [{ field: 'type', is: ['nvme'] }],
      unset: 'None',
      maxLength: 20,
      pattern: { source: String.raw`[A-Za-z0-9_.+ \-]+`, says: 'Letters, digits, spaces and _ . + - only.' },
    }),
  ],
  problems: (values, context) => usbProblems(values, context),
  notes: (one, context) => {
    const devices = attachedDevices(one, context);
    return devices.length === 0 ? [] : [`Hanging on it: ${devices.join(', ')}.`];
  },
  addition: {
    blank: () => element('controller', { type: 'scsi', model: 'virtio-scsi' }),
    initial: (context) => ({ usbModel: 'qemu-xhci', pciModel: isQ35(context) ? 'pcie-root-port' : 'pci-bridge' }),
    foreseen: (made, _values, context) => withAttributes(made, { index: freeIndex(typeOf(made), context) }),
    unavailable: (context) => (isQemu(context) ? null : 'This hypervisor’s machines have the controllers that they have.'),
    live: (values) => values['type'] === 'scsi',
    also: (domain, made) => (attribute(made, 'model') === 'ich9-ehci1' ? withCompanions(domain, made) : domain),
  },
  removal: {
    // qemu_hotplug.c, qemuDomainDetachPrepController: "controller cannot be hot unplugged" of all others.
    live: (one) => typeOf(one) === 'scsi',
    fixed: whyItStays,
    also: (domain, one) => (attribute(one, 'model') === 'ich9-ehci1' ? withoutCompanions(domain, one) : domain),
  },
};

const modelIn = (values: FieldValues): string | null => {
  const model = ['scsiModel', 'usbModel', 'pciModel'].map((key) => values[key]).find((value) => typeof value === 'string');
  return typeof model === 'string' ? model : null;
};

function freeIndex(type: string, { domain, running }: HardwareContext): number {
  const devices = [...devicesOf(domain), ...(running === null ? [] : devicesOf(running))];
  const taken = new Set(devices.filter((one) => one.name === 'controller' && typeOf(one) === type).map(indexOf));
  // Bus 0 of PCI is the root, which libvirt adds where a definition does not have it yet.
  let index = type === 'pci' ? 1 : 0;
  while (taken.has(index)) index += 1;
  return index;
}

/** A machine has one USB 2 of this sort with USB 1.1 beside it, as real ones have it. */
function withCompanions(domain: XmlElement, made: XmlElement): XmlElement {
  const fresh = [1, 2, 3].map((number) =>
    element(
      'controller',
      { type: 'usb', index: attribute(made, 'index'), model: `ich9-uhci${number}` },
      element('master', { startport: (number - 1) * 2 }),
    ),
  );
  return withChild(domain, 'devices', (devices) => devices && fresh.reduce(withAdded, devices));
}

function withoutCompanions(domain: XmlElement, gone: XmlElement): XmlElement {
  return withChild(domain, 'devices', (devices) => {
    if (devices === null) return null;
    const stays = (node: XmlElement['children'][number]) =>
      node.kind !== 'element' || node.name !== 'controller' || !isCompanion(node) || indexOf(node) !== indexOf(gone);
    return { ...devices, children: devices.children.filter(stays) };
  });
}

function usbProblems(values: FieldValues, { domain }: HardwareContext): FieldProblem[] {
  if (values['type'] !== 'usb' || values['usbModel'] !== 'none') return [];
  const many = devicesOf(domain).filter((one) => one.name === 'controller' && typeOf(one) === 'usb').length > 1;
  const used = devicesOf(domain).some((one) => attribute(one, 'bus') === 'usb' || one.name === 'redirdev');
  return many || used ? [{ field: 'usbModel', message: 'Remove all other USB controllers and all USB devices first.' }] : [];
}

function whyItStays(one: XmlElement, context: HardwareContext): string | null {
  const attached = attachedDevices(one, context);
  const [first, ...more] = attached;
  const type = typeOf(one);
  const model = attribute(one, 'model') ?? '';
  if (type === 'pci' && /^(pci|pcie)-root$/.test(model)) return 'It belongs to the machine.';
  if (first !== undefined)
    return `${first}${more.length === 0 ? ' hangs' : ` and ${more.length} more hang`} on it. Remove what hangs on it first.`;
  if (isCompanion(one)) return 'It belongs to the USB 2 controller, and goes with it.';
  const builtIn = (type === 'sata' && isQ35(context)) || (type === 'ide' && !isQ35(context) && isX86(context));
  return builtIn && indexOf(one) === 0 ? 'It is part of the chipset.' : null;
}
