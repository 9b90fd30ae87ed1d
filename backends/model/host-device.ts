import { z } from 'zod';
import { GuestId } from './guest.ts';
import { Bytes } from './quantity.ts';

/** A guest whose definition names the device: one that runs has it, another will want it when it starts. */
export const DeviceUser = z.strictObject({ id: GuestId, name: z.string(), running: z.boolean() });
export type DeviceUser = z.infer<typeof DeviceUser>;

const common = {
  /** As the host names it. */
  id: z.string(),
  /** What it hangs from, by that name. */
  parent: z.string().nullable(),
  /** What vendor and product call themselves, '' where they say nothing: foreign text. */
  name: z.string().max(256),
  users: z.array(DeviceUser),
};

/** What a graphics card or the like can be divided into. */
export const MediatedType = z.strictObject({ id: z.string(), name: z.string(), available: z.number().int().nonnegative() });

export const PciDevice = z.strictObject({
  ...common,
  kind: z.literal('pci'),
  /** "0000:01:00.0", as lspci -D writes it. */
  address: z.string(),
  /** Class, subclass and interface, six hexadecimal digits; null where the host does not tell (before libvirt 5.2). */
  class: z
    .string()
    .regex(/^[0-9a-f]{6}$/)
    .nullable(),
  /** The kernel's driver that has it now. */
  driver: z.string().nullable(),
  /** Null: nothing on this host keeps its memory accesses apart from others'. */
  iommuGroup: z.number().int().nonnegative().nullable(),
  /** The node of memory and processors that it is near to. */
  numaNode: z.number().int().nonnegative().nullable(),
  function: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('whole') }),
    /** SR-IOV: it can be divided into `max` functions that guests can have. */
    z.strictObject({ kind: z.literal('physical'), max: z.number().int().positive(), made: z.number().int().nonnegative() }),
    z.strictObject({ kind: z.literal('virtual') }),
  ]),
  mediatedTypes: z.array(MediatedType),
});
export type PciDevice = z.infer<typeof PciDevice>;

/** A device of the host: what a person would look for in it, and who has it. */
export const HostDevice = z.discriminatedUnion('kind', [
  PciDevice,
  z.strictObject({
    ...common,
    kind: z.literal('usb'),
    /** Four hexadecimal digits each, as lsusb writes them. */
    vendor: z.string(),
    product: z.string(),
    bus: z.number().int().nonnegative(),
    device: z.number().int().nonnegative(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('scsi'),
    /** "host:bus:target:lun", as lsscsi writes it. */
    address: z.string(),
    /** disk, cdrom, tape … */
    type: z.string(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('mediated'),
    uuid: z.string().nullable(),
    type: z.string(),
    iommuGroup: z.number().int().nonnegative().nullable(),
    /** False: defined on the host, and not there now. */
    active: z.boolean(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('network'),
    /** enp1s0 */
    interface: z.string(),
    mac: z.string().nullable(),
    /** Null where the host does not tell. */
    link: z.enum(['up', 'down']).nullable(),
    /** Mbit/s. */
    speed: z.number().positive().nullable(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('storage'),
    /** The block device on the host. */
    path: z.string(),
    type: z.string(),
    bus: z.string().nullable(),
    size: Bytes.nullable(),
    serial: z.string().nullable(),
  }),
]);
export type HostDevice = z.infer<typeof HostDevice>;
export type HostDeviceKind = HostDevice['kind'];

/** What hangs from a device, at any depth, itself left out. A cycle, which no real host has, ends it. */
export function belowOf(device: HostDevice, all: readonly HostDevice[]): HostDevice[] {
  const found = new Map<string, HostDevice>();
  const queue = [device.id];
  for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
    for (const other of all) {
      if (other.parent !== parent || other.id === device.id || found.has(other.id)) continue;
      found.set(other.id, other);
      queue.push(other.id);
    }
  }
  return [...found.values()];
}

export type Passthrough =
  | {
      readonly kind: 'possible';
      /** What the host itself would lose. */ readonly lost: readonly HostDevice[];
      readonly together: readonly PciDevice[];
    }
  | { readonly kind: 'taken' }
  | { readonly kind: 'impossible'; readonly why: string };

/** Base class 06: host bridges, PCI bridges and the like, which are the machine itself. Source: PCI Code and ID Assignment Specification. */
const isBridge = (device: PciDevice): boolean => device.class?.startsWith('06') === true;

/**
 * A bridge that is no PCI port, such as the one to the old ISA devices, holds its group as any device does while a driver of the host has it: VFIO
 * finds such a group "not viable". The driver of ports gives way by itself. Source: the kernel's Documentation/driver-api/vfio.rst.
 */
const holdsGroup = (device: PciDevice): boolean =>
  isBridge(device) && device.class?.startsWith('0604') !== true && device.driver !== null && !keepers.has(device.driver);
/** Drivers that only keep a device for guests. */
export const keepers: ReadonlySet<string> = new Set(['vfio-pci', 'pci-stub', 'pciback']);

/**
 * Whether a guest can have a PCI device, and what goes with it: a device reaches memory as its whole IOMMU group does, so all of a group but
 * its bridges go to one guest or stay with the host. Source: the kernel's Documentation/driver-api/vfio.rst.
 */
export function passthroughOf(device: PciDevice, all: readonly HostDevice[]): Passthrough {
  if (isBridge(device)) return { kind: 'impossible', why: 'A bridge stays with the host: other devices are reached through it.' };
  if (device.iommuGroup === null) {
    const why = 'The host has no IOMMU switched on, which keeps a guest with a device away from the host’s memory.';
    return { kind: 'impossible', why };
  }
  if (device.users.some(({ running }) => running)) return { kind: 'taken' };
  const others = all.filter(
    (other): other is PciDevice => other.kind === 'pci' && other.id !== device.id && other.iommuGroup === device.iommuGroup,
  );
  const holder = others.find(holdsGroup);
  if (holder !== undefined) {
    const why = `The host’s driver ${holder.driver} has ${holder.address}, a bridge of its IOMMU group that stays with the host: VFIO takes no such group. Unless the host does without that driver, no guest can have the device.`;
    return { kind: 'impossible', why };
  }
  const together = others.filter((other) => !isBridge(other));
  const lost = [device, ...together].flatMap((each) => belowOf(each, all)).filter(({ kind }) => kind === 'network' || kind === 'storage');
  return { kind: 'possible', lost, together };
}
