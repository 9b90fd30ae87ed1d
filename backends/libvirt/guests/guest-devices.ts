import type { GuestDisk, GuestNic } from '#model/guest';
import type { GuestConsole } from '#model/guest-console';
import { isLocalGl } from './external-displays.ts';
import { attribute, child, children, type XmlElement } from '../xml/document.ts';

/** The disks of a domain's document; `capacities` by target. */
export function disksOf(domain: XmlElement, capacities: ReadonlyMap<string, number>): GuestDisk[] {
  return children(child(domain, 'devices'), 'disk').map((disk) => {
    const target = attribute(child(disk, 'target'), 'dev') ?? '';
    const kind = diskKind(attribute(disk, 'device'));
    const source = diskSource(child(disk, 'source'));
    return {
      target,
      bus: attribute(child(disk, 'target'), 'bus') ?? '',
      kind,
      // An empty drive has none, whatever its definition says of the next medium.
      format: source === null ? null : attribute(child(disk, 'driver'), 'type'),
      source,
      capacity: capacities.get(target) ?? null,
      readOnly: kind === 'cdrom' || child(disk, 'readonly') !== null,
    };
  });
}

function diskKind(device: string | null): GuestDisk['kind'] {
  return device === 'cdrom' || device === 'floppy' || device === 'lun' ? device : 'disk';
}

function diskSource(source: XmlElement | null): string | null {
  const file = attribute(source, 'file') ?? attribute(source, 'dev') ?? attribute(source, 'dir');
  if (file !== null) return file;
  const volume = attribute(source, 'volume');
  if (volume !== null) return `${attribute(source, 'pool') ?? ''}/${volume}`;
  const protocol = attribute(source, 'protocol');
  return protocol === null ? null : `${protocol}:${attribute(source, 'name') ?? ''}`;
}

/** `addresses` by MAC in lower case. */
export function nicsOf(domain: XmlElement, addresses: ReadonlyMap<string, readonly string[]>): GuestNic[] {
  return children(child(domain, 'devices'), 'interface').map((nic) => {
    const mac = attribute(child(nic, 'mac'), 'address') ?? '';
    return {
      mac,
      model: attribute(child(nic, 'model'), 'type'),
      source: nicSource(attribute(nic, 'type') ?? '', child(nic, 'source')),
      addresses: (addresses.get(mac.toLowerCase()) ?? []).slice(0, 64),
    };
  });
}

function nicSource(type: string, source: XmlElement | null): string {
  const name = attribute(source, 'network') ?? attribute(source, 'bridge') ?? attribute(source, 'dev');
  return name === null ? type : `${type} ${name}`;
}

/** Displays that can be shown here first, then terminals: all that `openConsole` takes, whether the guest is on or not. */
export function consolesOf(domain: XmlElement): GuestConsole[] {
  const devices = child(domain, 'devices');
  const displays = graphicsOf(domain).flatMap(({ name, type, element }): GuestConsole[] =>
    (type === 'vnc' || type === 'spice') && !isLocalGl(element) ? [{ kind: type, name, title: `${type.toUpperCase()} display` }] : [],
  );
  const serials = children(devices, 'serial')
    .filter(isPty)
    .map((serial, index): GuestConsole => {
      const port = attribute(child(serial, 'target'), 'port') ?? String(index);
      return { kind: 'serial', name: aliasOf(serial) ?? `serial${port}`, title: 'Serial console' };
    });
  const consoles = children(devices, 'console')
    .map((console, index) => ({ console, index, type: attribute(child(console, 'target'), 'type') }))
    // The first <console> of a guest with a serial port is that port once more, for compatibility.
    .filter(({ console, type }) => isPty(console) && (serials.length === 0 || type !== 'serial'))
    .map(({ console, index, type }): GuestConsole => {
      return { kind: 'serial', name: aliasOf(console) ?? `console${index}`, title: type === 'virtio' ? 'Virtio console' : 'Console' };
    });
  return numbered([...displays, ...serials, ...consoles]);
}

/** Only a pseudo terminal can be opened as a stream: others lead to files, sockets or other programs. */
const isPty = (device: XmlElement) => attribute(device, 'type') === 'pty';

/** Given by a person, or at start; then by the rule that the names above follow. */
const aliasOf = (device: XmlElement) => attribute(child(device, 'alias'), 'name');

/** "Serial console", or "Serial console 1" and "Serial console 2". */
function numbered(consoles: readonly GuestConsole[]): GuestConsole[] {
  return consoles.map((console) => {
    const alike = consoles.filter(({ title }) => title === console.title);
    return alike.length === 1 ? console : { ...console, title: `${console.title} ${alike.indexOf(console) + 1}` };
  });
}

export interface Graphics {
  readonly name: string;
  readonly type: string;
  readonly element: XmlElement;
}

/** The displays that a viewer could show, by the name that `openConsole` takes. */
export function graphicsOf(domain: XmlElement): Graphics[] {
  return children(child(domain, 'devices'), 'graphics')
    .map((element) => ({ element, type: attribute(element, 'type') ?? '' }))
    .filter(({ type }) => type === 'vnc' || type === 'spice')
    .map(({ element, type }, index) => ({ name: `${type}${index}`, type, element }));
}
