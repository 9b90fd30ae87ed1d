import type { Condition, FieldProblem, FieldValues } from '#model/hardware-field';
import { attribute, children, element as newElement, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withChild } from '../../xml/edit.ts';
import { readAt, textField } from '../bound-fields.ts';
import type { BoundField, DeviceKind } from '../device-kind.ts';
import { devicesOf, type HardwareContext, isQemu } from '../hardware-context.ts';
import { nameOf } from './controller/attached-devices.ts';
import { pciAddressOf, pciAttributes } from './host-device/pci-address.ts';

/** Which devices of a kind stand on the guest's PCI: what its form shows of them, and what the element says. */
interface OnPci {
  readonly when: readonly Condition[];
  has(element: XmlElement): boolean;
}

const always: OnPci = { when: [], has: () => true };
/** Those that say one of these ('': nothing) at the place that the field `key` shows. */
const by = (key: string, at: string, values: readonly string[]): OnPci => ({
  when: [{ field: key, is: values.map((value) => value || null) }],
  has: (one) => values.includes(readAt(one, at) ?? ''),
});

const virtio = ['virtio', 'virtio-transitional', 'virtio-non-transitional'];
const cards = ['e1000', 'e1000e', 'igb', 'rtl8139', 'pcnet', 'ne2k_pci', 'i82551', 'i82557b', 'i82559er', 'vmxnet3'];
const pictures = ['virtio', 'vga', 'bochs', 'qxl', 'cirrus', 'vmvga'];

/** The roots are what addresses are counted from, and have none. */
const pciControllers = ['pcie-root-port', 'pcie-to-pci-bridge', 'pci-bridge', 'dmi-to-pci-bridge', 'pcie-expander-bus', 'pci-expander-bus'];
const controllers = ['scsi', 'usb', 'sata', 'virtio-serial', 'nvme'];
const controllerOnPci: OnPci = {
  when: [
    { field: 'type', is: [...controllers, 'pci'] },
    { field: 'pciModel', is: [null, ...pciControllers] },
  ],
  has: (one) =>
    attribute(one, 'type') === 'pci'
      ? pciControllers.includes(attribute(one, 'model') ?? '')
      : controllers.includes(attribute(one, 'type') ?? ''),
};

/** By kind. libvirt: qemuDomainDeviceCalculatePCIConnectFlags in src/qemu/qemu_domain_address.c. */
const onPci: ReadonlyMap<string, OnPci> = new Map([
  ['disk', by('bus', 'target/@bus', ['virtio'])],
  ['filesystem', always],
  ['network-card', by('model', 'model/@type', ['', ...virtio, ...cards])],
  ['video', by('model', 'model/@type', pictures)],
  ['sound', by('model', '@model', ['ich9', 'ich6', 'virtio', 'ac97', 'es1370'])],
  ['input', by('bus', '@bus', ['virtio'])],
  ['pci-device', always],
  ['mediated-device', by('model', '@model', ['vfio-pci'])],
  ['scsi-target', always],
  ['rng', always],
  ['watchdog', by('model', '@model', ['i6300esb'])],
  ['vsock', always],
  ['memballoon', by('model', '@model', virtio)],
  ['memory-device', by('model', '@model', ['virtio-mem', 'virtio-pmem'])],
  ['shmem', always],
  ['crypto', always],
  ['controller', controllerOnPci],
]);

/** S/390 has channels; its PCI is of another sort. */
const hasPci = (context: HardwareContext): boolean => isQemu(context) && !context.arch.startsWith('s390');

const onlyDomain = '0000:';
const pciIn = (device: XmlElement): XmlElement | null =>
  children(device, 'address').find((one) => attribute(one, 'type') === 'pci') ?? null;

/** As lspci writes it in the guest, "04:00.0": QEMU's machines have one PCI domain (virDomainPCIAddressValidate), and lspci leaves it out. */
function placeOf(device: XmlElement): string | null {
  const address = pciAddressOf(pciIn(device));
  return address?.startsWith(onlyDomain) === true ? address.slice(onlyDomain.length) : address;
}

function withPlace(device: XmlElement, place: string | null): XmlElement {
  const said = place === null ? null : pciAttributes(place.length > 7 ? place : `${onlyDomain}${place}`);
  if (said === null) return pciIn(device) === null ? device : withChild(device, 'address', () => null);
  // An address of another sort is another place, with attributes of its own.
  return withChild(device, 'address', (old) =>
    withAttributes(old !== null && attribute(old, 'type') === 'pci' ? old : newElement('address', { type: 'pci' }), said),
  );
}

const fieldOf = ({ when, has }: OnPci): BoundField => ({
  field: (context) =>
    textField(
      'pciPlace',
      {
        label: 'PCI address',
        help: 'Where the guest finds it: bus, slot and function, as lspci writes them in the guest. Each PCI Express port is a bus with the slot 00 alone. A device that moves may get another name in Linux, and Windows may take it for a new one.',
        section: 'Address',
        advanced: true,
        when: [...when],
        unset: 'Chosen by libvirt',
        maxLength: 12,
        pattern: {
          source: String.raw`(?:0000:)?[0-9a-f]{2}:[01][0-9a-f]\.[0-7]`,
          says: 'Like 04:00.0: bus, slot (00 to 1f), function (0 to 7).',
        },
      },
      context,
    ),
  read: (device) => (has(device) ? placeOf(device) : null),
  write: (device, value) => (has(device) ? withPlace(device, typeof value === 'string' && value !== '' ? value : null) : device),
  live: null,
  at: null,
  // libvirt chooses when it defines the guest; a guest that runs without a definition has what it was given.
  given: true,
  fits: hasPci,
});

/** libvirt says "Attempted double use of PCI Address" of it. What holds the device's own place is nothing new (`newProblems`). */
function placeProblems({ pciPlace }: FieldValues, context: HardwareContext): FieldProblem[] {
  if (typeof pciPlace !== 'string' || !hasPci(context)) return [];
  const wanted = pciPlace.startsWith(onlyDomain) ? pciPlace.slice(onlyDomain.length) : pciPlace;
  const holder = devicesOf(context.domain).find((one) => placeOf(one) === wanted);
  return holder === undefined ? [] : [{ field: 'pciPlace', message: `At ${wanted} there is already: ${nameOf(holder)}.` }];
}

/** The kind, with the place of its devices on the guest's PCI where they have one. https://libvirt.org/formatdomain.html#device-addresses */
export function withPciPlace(kind: DeviceKind): DeviceKind {
  const where = onPci.get(kind.kind);
  if (where === undefined) return kind;
  const { problems } = kind;
  return {
    ...kind,
    fields: [...kind.fields, fieldOf(where)],
    problems: (values, context) => [...(problems?.(values, context) ?? []), ...placeProblems(values, context)],
  };
}
