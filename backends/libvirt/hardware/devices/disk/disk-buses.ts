import type { Choice } from '#model/hardware-field';
import { attribute, child, type XmlElement } from '../../../xml/document.ts';
import { replaced, withAttributes, withChild } from '../../../xml/edit.ts';
import { choice, choiceField, customField, type Saying } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { devicesOf, enumOf, type HardwareContext, isQ35, isXen, offered } from '../../hardware-context.ts';

export type DriveKind = 'disk' | 'cdrom' | 'floppy' | 'lun';

/** What libvirt lets hang on which bus (src/conf/domain_validate.c, virDomainDiskDefValidate). */
const busesOf: Readonly<Record<DriveKind, readonly string[]>> = {
  disk: ['virtio', 'scsi', 'sata', 'ide', 'usb', 'sd', 'nvme', 'xen'],
  cdrom: ['sata', 'scsi', 'ide', 'usb', 'xen'],
  floppy: ['fdc'],
  lun: ['scsi'],
};

const known: readonly Choice[] = [
  choice('virtio', 'VirtIO', 'The fastest. Linux has its driver; Windows needs one from the virtio-win disc before it boots from it.'),
  choice('scsi', 'SCSI', 'With a VirtIO SCSI controller as fast, and for hundreds of disks.'),
  choice('sata', 'SATA', 'Every system of the last fifteen years has its driver.'),
  choice('ide', 'IDE', 'For old systems. Four drives at most.'),
  choice('usb', 'USB', 'A stick or an external drive.'),
  choice('fdc', 'Floppy controller'),
  choice('sd', 'SD card'),
  choice('nvme', 'NVMe'),
  choice('xen', 'Xen'),
];

const names: ReadonlyMap<string, { readonly prefix: string; readonly most: number }> = new Map([
  ['virtio', { prefix: 'vd', most: 702 }],
  ['scsi', { prefix: 'sd', most: 702 }],
  ['sata', { prefix: 'sd', most: 702 }],
  ['usb', { prefix: 'sd', most: 702 }],
  ['ide', { prefix: 'hd', most: 4 }],
  ['fdc', { prefix: 'fd', most: 2 }],
  ['sd', { prefix: 'sd', most: 702 }],
  ['xen', { prefix: 'xvd', most: 702 }],
]);

/** What a running guest can have plugged and unplugged (qemu_hotplug.c: qemuDomainAttachDeviceDiskLive, qemuDomainDetachPrepDisk; libxl_driver.c: libxlDomainAttachDeviceDiskLive). */
export const hotBuses: ReadonlySet<string> = new Set(['virtio', 'scsi', 'usb', 'xen']);

export function busChoices(kind: DriveKind, context: HardwareContext): readonly Choice[] {
  const told = enumOf(context, ['devices', 'disk'], 'bus');
  const newer = context.libvirt >= 11_005_000;
  // Xen tells its own; where nothing is told, what every QEMU has.
  const own =
    told ?? (isXen(context) ? ['ide', 'scsi', 'xen', 'usb'] : known.flatMap(({ value }) => (value === 'xen' ? [] : [String(value)])));
  const fitting = own.filter((bus) => busesOf[kind].includes(bus) && (bus !== 'nvme' || newer));
  return offered(known, fitting).map((one) =>
    one.value === 'ide' && isQ35(context) ? { ...one, unavailable: 'This chipset (Q35) has no IDE. SATA takes its place.' } : one,
  );
}

/** The first bus of those that such a drive usually has. */
export function usualBus(kind: DriveKind, context: HardwareContext): string {
  const free = busChoices(kind, context).filter(({ unavailable }) => unavailable === null);
  const wanted = kind === 'disk' && isXen(context) ? 'xen' : null;
  const order = busesOf[kind];
  const values = free.map(({ value }) => String(value));
  if (wanted !== null && values.includes(wanted)) return wanted;
  return order.find((bus) => values.includes(bus)) ?? order[0] ?? 'virtio';
}

export const targetOf = (disk: XmlElement): string => attribute(child(disk, 'target'), 'dev') ?? '';
export const busOf = (disk: XmlElement): string => attribute(child(disk, 'target'), 'bus') ?? '';

/** The first name on this bus that no disk has, in the definition or in the running guest; null: it is full. */
export function freeTarget(bus: string, { domain, running }: Pick<HardwareContext, 'domain' | 'running'>): string | null {
  const devices = [...devicesOf(domain), ...(running === null ? [] : devicesOf(running))];
  const taken = new Set(devices.filter(({ name }) => name === 'disk').map(targetOf));
  if (bus === 'nvme') return firstFree(taken, 256, (number) => `nvme${number}n1`);
  const { prefix, most } = names.get(bus) ?? { prefix: 'sd', most: 702 };
  return firstFree(taken, most, (number) => `${prefix}${letters(number)}`);
}

function firstFree(taken: ReadonlySet<string>, most: number, named: (number: number) => string): string | null {
  for (let number = 0; number < most; number += 1) if (!taken.has(named(number))) return named(number);
  return null;
}

/** a … z, aa … zz. */
function letters(number: number): string {
  const letter = (index: number) => String.fromCharCode('a'.charCodeAt(0) + index);
  return number < 26 ? letter(number) : letter(Math.floor(number / 26) - 1) + letter(number % 26);
}

/** Another bus means another name and another place: libvirt finds the place anew, and a controller where there is none. */
export function onBus(disk: XmlElement, bus: string, context: HardwareContext): XmlElement {
  if (busOf(disk) === bus) return disk;
  const target = withAttributes(child(disk, 'target') ?? { ...disk, name: 'target', attributes: new Map(), children: [] }, {
    dev: freeTarget(bus, context) ?? targetOf(disk),
    bus,
    ...(bus === 'usb' || bus === 'scsi' ? {} : { removable: null }),
  });
  const moved = replaced(
    withChild(disk, 'address', () => null),
    child(disk, 'target'),
    target,
  );
  return bus === 'virtio' ? moved : withChild(moved, 'driver', (driver) => driver && withAttributes(driver, virtioOnly));
}

/** What only VirtIO disks take (virDomainDiskDefValidateVirtioOptions and its neighbours): it would be refused on another bus. */
const virtioOnly = {
  queues: null,
  queue_size: null,
  iothread: null,
  iommu: null,
  ats: null,
  packed: null,
  page_per_vq: null,
  event_idx: null,
  ioeventfd: null,
} as const;

export function busField(kind: DriveKind): BoundField {
  const saying: Saying = {
    label: 'Bus',
    help: 'How the guest sees it. On another bus it gets another name in the guest, and its place among the controllers is found anew.',
  };
  return customField((context) => choiceField('bus', { ...saying, choices: busChoices(kind, context) }, context), {
    read: (disk) => busOf(disk) || null,
    write: (disk, value, context) => (typeof value === 'string' ? onBus(disk, value, context) : disk),
  });
}

/** What another bus does to the guest, in sentences. */
export function busWarnings(from: string, to: string, context: HardwareContext): string[] {
  const windows = isWindows(context.domain);
  const renamed = names.get(from)?.prefix !== names.get(to)?.prefix;
  return [
    ...(windows && (to === 'virtio' || to === 'scsi')
      ? [
          'Windows does not boot from it unless the driver of the new bus (virtio-win) was installed in it before. Add a small second disk on that bus first, install its driver, and change this one then.',
        ]
      : []),
    ...(renamed && !windows
      ? ['In Linux the disk gets another name in /dev. What is mounted by name and not by UUID or label is not found.']
      : []),
    ...(renamed && windows ? ['Windows may show it as offline, or under another letter, at first.'] : []),
    'Its address is dropped and given anew; other devices keep theirs.',
  ];
}

/** By the system that libosinfo's metadata name, and by what only Windows guests have switched on. */
export function isWindows(domain: XmlElement): boolean {
  const metadata = child(domain, 'metadata');
  const told = JSON.stringify([...ids(metadata)]);
  return /microsoft\.com\/win/.test(told) || child(child(domain, 'features'), 'hyperv') !== null;
}

function* ids(element: XmlElement | null): Generator<string> {
  if (element === null) return;
  yield attribute(element, 'id') ?? '';
  for (const node of element.children) if (node.kind === 'element') yield* ids(node);
}
