import type { HostDevice, PciDevice } from '#model/host-device';
import { attribute, child, children, parseXml, textAt, type XmlElement } from '../xml/document.ts';

/** Distributed over the union: each kind without who uses it. */
type WithoutUsers<D> = D extends HostDevice ? Omit<D, 'users'> : never;
export type NodeDevice = WithoutUsers<HostDevice>;

const NAME_MAX = 256;
/** A whole device has eight functions of its own, and no card is sold that divides into more than some hundreds. */
const TYPES_MAX = 256;

/**
 * A device as libvirt's node device driver describes it; null for what is no device that a person would look for (a partition's or an
 * interface's own entry, the computer itself), or lacks what every device of its kind has. Source: docs/formatnode.
 */
export function nodeDevice(xml: string): NodeDevice | null {
  const document = parseXml(xml);
  const id = textAt(document, 'name');
  if (id === null || id.length > NAME_MAX) return null;
  const base = { id, parent: textAt(document, 'parent') };
  for (const capability of children(document, 'capability')) {
    const read = readers.get(attribute(capability, 'type') ?? '');
    const device = read?.(base, capability, document) ?? null;
    if (device !== null) return device;
  }
  return null;
}

interface Base {
  readonly id: string;
  readonly parent: string | null;
}
type Reader = (base: Base, capability: XmlElement, document: XmlElement) => NodeDevice | null;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['pci', pci],
  ['usb_device', usb],
  ['scsi', scsi],
  ['mdev', mediated],
  ['net', network],
  ['storage', storage],
]);

function pci(base: Base, capability: XmlElement, document: XmlElement): NodeDevice | null {
  const part = (name: string, digits: number) => hex(wholeNumber(textAt(capability, name)), digits);
  const [domain, bus, slot, fn] = [part('domain', 4), part('bus', 2), part('slot', 2), part('function', 1)];
  if (domain === null || bus === null || slot === null || fn === null) return null;
  return {
    ...base,
    kind: 'pci',
    name: nameOf(capability),
    address: `${domain}:${bus}:${slot}.${fn}`,
    class: /^0x([0-9a-f]{6})$/i.exec(textAt(capability, 'class') ?? '')?.[1]?.toLowerCase() ?? null,
    driver: textAt(document, 'driver', 'name'),
    iommuGroup: wholeNumber(attribute(child(capability, 'iommuGroup'), 'number')),
    numaNode: wholeNumber(attribute(child(capability, 'numa'), 'node')),
    function: functionOf(capability),
    mediatedTypes: children(capabilityOf(capability, 'mdev_types'), 'type')
      .slice(0, TYPES_MAX)
      .flatMap((type) => {
        const id = attribute(type, 'id');
        if (id === null) return [];
        return [{ id, name: textAt(type, 'name') ?? id, available: wholeNumber(textAt(type, 'availableInstances')) ?? 0 }];
      }),
  };
}

function functionOf(capability: XmlElement): PciDevice['function'] {
  if (capabilityOf(capability, 'phys_function') !== null) return { kind: 'virtual' };
  const functions = capabilityOf(capability, 'virt_functions');
  const made = children(functions, 'address').length;
  const max = Math.max(wholeNumber(attribute(functions, 'maxCount')) ?? 0, made);
  return max === 0 ? { kind: 'whole' } : { kind: 'physical', max, made };
}

function usb(base: Base, capability: XmlElement): NodeDevice | null {
  const id = (name: string) => /^(?:0x)?([0-9a-f]{1,4})$/i.exec(attribute(child(capability, name), 'id') ?? '')?.[1] ?? null;
  const [vendor, product] = [id('vendor'), id('product')];
  const [bus, device] = [wholeNumber(textAt(capability, 'bus')), wholeNumber(textAt(capability, 'device'))];
  if (vendor === null || product === null || bus === null || device === null) return null;
  const digits = (text: string) => text.toLowerCase().padStart(4, '0');
  return { ...base, kind: 'usb', name: nameOf(capability), vendor: digits(vendor), product: digits(product), bus, device };
}

function scsi(base: Base, capability: XmlElement): NodeDevice | null {
  const parts = ['host', 'bus', 'target', 'lun'].map((name) => wholeNumber(textAt(capability, name)));
  if (parts.includes(null)) return null;
  return { ...base, kind: 'scsi', name: '', address: parts.join(':'), type: textAt(capability, 'type') ?? '' };
}

function mediated(base: Base, capability: XmlElement): NodeDevice | null {
  const type = attribute(child(capability, 'type'), 'id');
  if (type === null) return null;
  const iommuGroup = wholeNumber(attribute(child(capability, 'iommuGroup'), 'number'));
  // A mediated device that is only defined has no group. libvirt 7.3 tells the UUID; before, it was in the name alone.
  const uuid = textAt(capability, 'uuid') ?? uuidIn(base.id);
  return { ...base, kind: 'mediated', name: '', uuid, type, iommuGroup, active: iommuGroup !== null };
}

function network(base: Base, capability: XmlElement): NodeDevice | null {
  const name = textAt(capability, 'interface');
  if (name === null) return null;
  const link = child(capability, 'link');
  const state = attribute(link, 'state');
  return {
    ...base,
    kind: 'network',
    name: '',
    interface: name,
    mac: textAt(capability, 'address'),
    link: state === 'up' || state === 'down' ? state : null,
    speed: speedOf(wholeNumber(attribute(link, 'speed'))),
  };
}

/** What a card does not know, as those of virtual machines, the kernel gives as -1, and libvirt without its sign (Documentation/ABI, sysfs-class-net). */
const speedOf = (speed: number | null): number | null => (speed === null || speed === 0 || speed === 0xff_ff_ff_ff ? null : speed);

function storage(base: Base, capability: XmlElement): NodeDevice | null {
  const path = textAt(capability, 'block');
  if (path === null) return null;
  // Of what takes media, the size is that of the medium.
  const drive = capabilityOf(capability, 'removable');
  // Without a medium there may be the size of the last one.
  const media = textAt(drive, 'media_available') === '0' ? null : bytesOf(drive, 'media_size');
  const size = textAt(capability, 'size') === null ? media : bytesOf(capability, 'size');
  return {
    ...base,
    kind: 'storage',
    name: [vendorOf(textAt(capability, 'vendor')), textAt(capability, 'model')].filter(Boolean).join(' ').slice(0, NAME_MAX),
    path,
    type: textAt(capability, 'drive_type') ?? 'disk',
    bus: textAt(capability, 'bus'),
    size,
    serial: textAt(capability, 'serial'),
  };
}

const SECTOR = 512;

/**
 * The kernel counts sectors of 512 bytes whatever the blocks of a disk, and libvirt takes them for blocks (udevProcessDisk of
 * node_device_udev.c, 9.0 and later): CDs and disks of 4 KiB blocks would be four and eight times as large.
 */
function bytesOf(capability: XmlElement | null, name: string): number | null {
  const [size, count, block] = [name, 'num_blocks', 'logical_block_size'].map((each) => wholeNumber(textAt(capability, each)));
  if (count == null || block == null) return size ?? null;
  return size === count * block ? count * SECTOR : (size ?? null);
}

/** virtio's disks have a number there, of the PCI vendor, and no model. */
const vendorOf = (vendor: string | null): string | null => (/^0x[0-9a-f]+$/i.test(vendor ?? '') ? null : vendor);

const capabilityOf = (parent: XmlElement, type: string): XmlElement | null =>
  children(parent, 'capability').find((each) => attribute(each, 'type') === type) ?? null;

const nameOf = (capability: XmlElement): string =>
  [textAt(capability, 'vendor'), textAt(capability, 'product')].filter(Boolean).join(' ').slice(0, NAME_MAX);

/** Null for what is none. */
function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

const hex = (value: number | null, digits: number): string | null => value?.toString(16).padStart(digits, '0') ?? null;

function uuidIn(id: string): string | null {
  const parts = /^mdev_([0-9a-f]{8})_([0-9a-f]{4})_([0-9a-f]{4})_([0-9a-f]{4})_([0-9a-f]{12})/.exec(id);
  return parts === null ? null : parts.slice(1).join('-');
}
