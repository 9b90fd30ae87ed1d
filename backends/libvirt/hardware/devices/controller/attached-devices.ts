import { attribute, child, children, type XmlElement } from '../../../xml/document.ts';
import { devicesOf, type HardwareContext } from '../../hardware-context.ts';

/** Devices hang on a controller by their address: its type, and the controller's index by the name that this type of address has for it. */
const places: ReadonlyMap<string, readonly [address: string, number: string]> = new Map(
  Object.entries({
    scsi: ['drive', 'controller'],
    ide: ['drive', 'controller'],
    sata: ['drive', 'controller'],
    fdc: ['drive', 'controller'],
    nvme: ['drive', 'controller'],
    usb: ['usb', 'bus'],
    'virtio-serial': ['virtio-serial', 'controller'],
    ccid: ['ccid', 'controller'],
    pci: ['pci', 'bus'],
  }),
);

const busesOf: ReadonlySet<string> = new Set(['scsi', 'ide', 'sata', 'fdc', 'nvme']);

export const indexOf = (controller: XmlElement): number => Number(attribute(controller, 'index') ?? 0);

/** What hangs on the controller, each by its name in the definition: "disk sda", "interface 52:54:00:…". */
export function attachedDevices(controller: XmlElement, { domain }: Pick<HardwareContext, 'domain'>): string[] {
  const type = attribute(controller, 'type') ?? '';
  const place = places.get(type);
  if (place === undefined) return [];
  const [address, number] = place;
  const index = indexOf(controller);
  return devicesOf(domain).flatMap((device) => {
    if (device === controller) return [];
    if (busesOf.has(type) && device.name === 'disk' && attribute(child(device, 'target'), 'bus') !== type) return [];
    const found = children(device, 'address').find((one) => attribute(one, 'type') === address);
    const at = found === undefined ? null : attribute(found, number);
    return at !== null && Number(at) === index ? [nameOf(device)] : [];
  });
}

/** "disk sda": a device by its name in the definition. */
export function nameOf(device: XmlElement): string {
  const target = attribute(child(device, 'target'), 'dev') ?? attribute(child(device, 'target'), 'name');
  const known = target ?? attribute(child(device, 'mac'), 'address') ?? attribute(device, 'type') ?? attribute(device, 'model');
  const index = device.name === 'controller' ? attribute(device, 'index') : null;
  return [device.name, known, index].filter((word) => word !== null && word !== '').join(' ');
}
