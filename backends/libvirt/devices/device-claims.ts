import { attribute, child, children, parseXml, type XmlElement } from '../xml/document.ts';
import { isOfDisk } from './disks-there.ts';
import type { NodeDevice } from './node-device.ts';

/** Says of a device whether a definition names it. `names`: of a disk, all that it is called in /dev. */
export type Claim = (device: NodeDevice, names: readonly string[]) => boolean;

/** Whatever names a device of the host is of one of these types. Most guests have none, and a host's thousand documents take long to read. */
const PERHAPS = /<hostdev\b|["'](?:hostdev|direct|block|nvme)["']/;

/**
 * The host's devices that a domain's document names, whatever they are for; the document as libvirt writes it. Source: docs/formatdomain,
 * "Host device assignment".
 */
export function deviceClaims(document: string): Claim[] {
  if (!PERHAPS.test(document)) return [];
  const devices = child(parseXml(document), 'devices');
  return [
    ...children(devices, 'hostdev').flatMap(hostdevClaim),
    ...children(devices, 'interface').flatMap(interfaceClaim),
    ...children(devices, 'disk').flatMap(diskClaim),
  ];
}

function hostdevClaim(hostdev: XmlElement): Claim[] {
  const source = child(hostdev, 'source');
  const address = child(source, 'address');
  switch (attribute(hostdev, 'type') ?? '') {
    case 'pci':
      return pciClaim(address);
    case 'usb':
      return usbClaim(source, address);
    case 'mdev': {
      const uuid = attribute(address, 'uuid');
      return [(device) => device.kind === 'mediated' && uuid !== null && device.uuid === uuid];
    }
    case 'scsi': {
      const host = attribute(child(source, 'adapter'), 'name')?.replace(/^scsi_host/, '');
      const scsi = [host, ...['bus', 'target', 'unit'].map((name) => attribute(address, name))].join(':');
      return [(device) => device.kind === 'scsi' && device.address === scsi];
    }
    case 'net': {
      const name = child(source, 'interface')
        ?.children.map((node) => (node.kind === 'text' ? node.text : ''))
        .join('');
      return [(device) => device.kind === 'network' && device.interface === name];
    }
    default:
      return [];
  }
}

/** A card given whole, or one that a macvtap or a bridge of libvirt's own sits on. */
function interfaceClaim(nic: XmlElement): Claim[] {
  const source = child(nic, 'source');
  if (attribute(nic, 'type') === 'hostdev') return pciClaim(child(source, 'address'));
  if (attribute(nic, 'type') !== 'direct') return [];
  const dev = attribute(source, 'dev');
  return [(device) => device.kind === 'network' && device.interface === dev];
}

function diskClaim(disk: XmlElement): Claim[] {
  const source = child(disk, 'source');
  // The controller itself, which the hypervisor takes from the host.
  if (attribute(disk, 'type') === 'nvme') return pciClaim(child(source, 'address'));
  const dev = attribute(source, 'dev');
  if (attribute(disk, 'type') !== 'block' || dev === null) return [];
  return [(device, names) => device.kind === 'storage' && isOfDisk(dev, [device.path, ...names])];
}

function pciClaim(address: XmlElement | null): Claim[] {
  const part = (name: string, digits: number) => {
    const value = Number(attribute(address, name) ?? (name === 'domain' ? '0' : 'none'));
    return Number.isInteger(value) && value >= 0 ? value.toString(16).padStart(digits, '0') : null;
  };
  const [domain, bus, slot, fn] = [part('domain', 4), part('bus', 2), part('slot', 2), part('function', 1)];
  const text = `${domain}:${bus}:${slot}.${fn}`;
  return [(device) => device.kind === 'pci' && device.address === text];
}

/** By its place where the document has one (libvirt adds it to a running guest's), else by vendor and product, which two of a kind share. */
function usbClaim(source: XmlElement | null, address: XmlElement | null): Claim[] {
  const bus = Number(attribute(address, 'bus') ?? Number.NaN);
  const number = Number(attribute(address, 'device') ?? Number.NaN);
  if (!Number.isNaN(bus) && !Number.isNaN(number)) {
    return [(device) => device.kind === 'usb' && device.bus === bus && device.device === number];
  }
  const id = (name: string) => attribute(child(source, name), 'id')?.replace(/^0x/i, '').toLowerCase().padStart(4, '0');
  const [vendor, product] = [id('vendor'), id('product')];
  return [(device) => device.kind === 'usb' && device.vendor === vendor && device.product === product];
}
