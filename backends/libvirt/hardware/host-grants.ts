import type { LibvirtHost } from '../host/libvirt-host.ts';
import { failedWith } from '../failed-with.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, children, descendants, serialize, text, type XmlElement } from '../xml/document.ts';

const OWN_NAMESPACES = 'http://libvirt.org/schemas/domain/';

/**
 * What of the host the guest would get by the change, in words: files and folders that are no volumes of its pools, devices, less
 * confinement, arguments for the emulator, which may be anything. Nothing of this a window may give away by itself.
 */
export async function hostGrants(before: XmlElement, after: XmlElement, isVolume: (path: string) => Promise<boolean>): Promise<string[]> {
  const had = new Set(namedOnHost(before).map(({ key }) => key));
  const fresh = namedOnHost(after).filter(({ key }) => !had.has(key));
  const words = await Promise.all(fresh.map(async ({ path, says }) => (path !== null && (await isVolume(path)) ? [] : [says])));
  return [...new Set([...words.flat(), ...readAnew(before, after)])];
}

/**
 * A raw disk holds what the guest wrote to it. Read as an image, its first bytes name a file of the host that the guest gets as the base of its
 * disk: libvirt follows them, and gives the guest the right to that file too.
 */
function readAnew(before: XmlElement, after: XmlElement): string[] {
  const formatOf = (disk: XmlElement) => attribute(child(disk, 'driver'), 'type') ?? 'raw';
  const raw = new Set(descendants(before, 'disk').flatMap((disk) => (formatOf(disk) === 'raw' ? sourcesOf(disk) : [])));
  const images = descendants(after, 'disk').filter((disk) => formatOf(disk) !== 'raw');
  return images.flatMap(sourcesOf).flatMap((source) => (raw.has(source) ? [`any file that is named inside of the disk ${source}`] : []));
}

/** What a disk's source is, in whichever of its ways: a path, a pool's volume. */
function sourcesOf(disk: XmlElement): string[] {
  const source = child(disk, 'source');
  const said = ['file', 'dev', 'dir', 'volume', 'name'].flatMap((name) => attribute(source, name) ?? []);
  return said.length === 0 ? [] : [[...said, attribute(source, 'pool') ?? ''].filter(Boolean).join(' in ')];
}

interface Named {
  readonly key: string;
  readonly path: string | null;
  readonly says: string;
}

function namedOnHost(domain: XmlElement): Named[] {
  return [...paths(domain), ...devices(domain), ...rawAccess(domain), ...confinement(domain), ...passedOn(domain)];
}

/**
 * Attributes that name a file, folder or device however they begin: libvirt does not insist on the first slash, and QEMU runs in the root
 * folder. `dev` is one in a <source> only, and there not of a card, whose source is the name of an interface.
 */
const pathAttributes: ReadonlySet<string> = new Set(['file', 'dir', 'path', 'evdev', 'socket']);
const pathElements: ReadonlySet<string> = new Set(['kernel', 'initrd', 'dtb', 'loader', 'nvram', 'path']);

/** The same place is another thing where it is a folder instead of a disk, and where it can be written to. */
const useOf = (device: XmlElement): string => `${device.name} ${child(device, 'readonly') === null ? 'written' : 'read'}`;

function paths(element: XmlElement, parent: XmlElement | null = null, use = ''): Named[] {
  // Where something is in the guest.
  if (element.name === 'target') return [];
  const takesDevice = element.name === 'source' && parent?.name !== 'interface';
  const isPath = (name: string, value: string) =>
    value.startsWith('/') || (value !== '' && (pathAttributes.has(name) || (takesDevice && name === 'dev')));
  const named = [...element.attributes].flatMap(([name, value]) => (isPath(name, value) ? [value] : []));
  const said = text(element);
  const own = said.startsWith('/') || (said !== '' && pathElements.has(element.name)) ? [said] : [];
  return [
    ...[...named, ...own].map((path) => ({ key: `${use} ${path}`, path, says: path })),
    ...children(element).flatMap((one) => paths(one, element, element.name === 'devices' ? useOf(one) : use)),
  ];
}

/** Commands that go past the kernel's checks, and the right that the hypervisor needs for them. */
function rawAccess(domain: XmlElement): Named[] {
  const raw = (one: XmlElement) => attribute(one, 'rawio') === 'yes' || attribute(one, 'sgio') === 'unfiltered';
  return [...descendants(domain, 'disk'), ...descendants(domain, 'hostdev')].filter(raw).map((one) => ({
    key: `raw ${serialize(child(one, 'source') ?? one)}`,
    path: null,
    says: 'any SCSI command on a device of the host',
  }));
}

function devices(domain: XmlElement): Named[] {
  const cards = descendants(domain, 'interface').filter((card) => attribute(card, 'type') === 'hostdev');
  const given = [...descendants(domain, 'hostdev'), ...cards].flatMap((device) => {
    const source = child(device, 'source');
    const kind = device.name === 'interface' ? 'network' : (attribute(device, 'type') ?? '');
    return source === null ? [] : [{ key: serialize(source), path: null, says: `the host’s own ${kind} device` }];
  });
  const readers = descendants(domain, 'smartcard').filter((one) => attribute(one, 'mode')?.startsWith('host') === true);
  return [...given, ...readers.map((one) => ({ key: serialize(one), path: null, says: 'the host’s smart card reader' }))];
}

/** What keeps the guest apart from the host: its security label, and for a container that its root is not the host's. */
function confinement(domain: XmlElement): Named[] {
  const labels = children(domain, 'seclabel').map((label) => ({
    key: serialize(label),
    path: null,
    says: 'another security label, by which it may reach more',
  }));
  const rights = descendants(domain, 'capabilities').map((one) => ({
    key: serialize(one),
    path: null,
    says: 'rights that containers are kept from',
  }));
  const isContainer = attribute(domain, 'type') === 'lxc';
  const root = isContainer && child(domain, 'idmap') === null ? [{ key: 'root', path: null, says: 'the rights of the host’s root' }] : [];
  return [...labels, ...rights, ...root];
}

/** Arguments for the emulator, namespaces shared with a container: libvirt passes on what is in its own namespaces as it is. */
function passedOn(domain: XmlElement): Named[] {
  const own = children(domain).filter(({ namespace }) => namespace.startsWith(OWN_NAMESPACES));
  return own.flatMap((part) =>
    children(part).map((one) => {
      const said = attribute(one, 'value') ?? attribute(one, 'name') ?? one.name;
      return { key: `${part.name} ${serialize(one)}`, path: null, says: `“${said}” (${part.name}), which may reach anything` };
    }),
  );
}

/** Whether one of the host's pools has it. */
export async function isVolume(host: Pick<LibvirtHost, 'call'>, path: string): Promise<boolean> {
  try {
    await host.call(remote.storageVolLookupByPath, { path });
    return true;
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return false;
  }
}
