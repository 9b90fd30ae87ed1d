import { attribute, child, children, path, type XmlElement } from '../../xml/document.ts';
import { replaced, withAttributes, withAttributesAt, withChild, withList, without } from '../../xml/edit.ts';
import { devicesOf } from '../hardware-context.ts';

export type Chipset = 'q35' | 'i440fx';

/** By QEMU's names of PC machines, also Red Hat's own ("pc-q35-rhel9.2.0"); null: no PC, or one without PCI. */
export function chipsetOf(machine: string | null): Chipset | null {
  if (machine === null) return null;
  if (machine === 'q35' || machine.startsWith('pc-q35-')) return 'q35';
  return machine === 'pc' || /^pc-(?:i440fx-|\d)/.test(machine) ? 'i440fx' : null;
}

export const machineIn = (domain: XmlElement): string | null => attribute(path(domain, 'os', 'type'), 'machine');

/**
 * The domain on another machine type. Where that has another chipset, what hangs on the old one is let go: PCI bridges and all PCI addresses,
 * which libvirt assigns anew, and on Q35, which has no IDE, drives move to SATA.
 */
export function onMachine(domain: XmlElement, machine: string): XmlElement {
  const [from, to] = [chipsetOf(machineIn(domain)), chipsetOf(machine)];
  const renamed = withAttributesAt(domain, ['os', 'type'], { machine });
  if (from === null || to === null || from === to) return renamed;
  return withChild(renamed, 'devices', (devices) => (devices === null ? null : moved(devices, to)));
}

function moved(devices: XmlElement, to: Chipset): XmlElement {
  const all = children(devices);
  const bare = all.filter((device) => !belongsTo(device, to, all)).reduce(without, devices);
  const targets = new Set(all.map((device) => attribute(child(device, 'target'), 'dev') ?? ''));
  const onto = children(bare).map((device): readonly [XmlElement, XmlElement] => {
    const moving = to === 'q35' && device.name === 'disk' && busOf(device) === 'ide';
    return [device, onBus(moving ? onSata(device, targets) : device, to)];
  });
  return onto.reduce((made, [device, by]) => replaced(made, device, by), bare);
}

/** What only the other chipset has goes; libvirt adds what this one has. */
function belongsTo(device: XmlElement, to: Chipset, all: readonly XmlElement[]): boolean {
  const [type, model] = [attribute(device, 'type'), attribute(device, 'model')];
  if (device.name === 'controller' && type === 'sata' && to === 'i440fx') return all.some((disk) => busOf(disk) === 'sata');
  if (device.name === 'controller') return type !== 'pci' && !(type === 'ide' && to === 'q35');
  // Part of the Q35 chipset; libvirt adds it by itself since 9.1.
  return !(device.name === 'watchdog' && model === 'itco' && to === 'i440fx');
}

function onBus(device: XmlElement, to: Chipset): XmlElement {
  const address = child(device, 'address');
  const bare = attribute(address, 'type') === 'pci' && address !== null ? without(device, address) : device;
  // The USB of the i440FX chipset is a part of it.
  const usb = device.name === 'controller' && attribute(device, 'type') === 'usb';
  return usb && to === 'q35' && attribute(device, 'model') === 'piix3-uhci' ? withAttributes(bare, { model: 'qemu-xhci' }) : bare;
}

const busOf = (disk: XmlElement): string | null => attribute(child(disk, 'target'), 'bus');

/** Under the next free name, which is then taken. */
function onSata(drive: XmlElement, taken: Set<string>): XmlElement {
  const letters = Array.from({ length: 26 }, (_none, index) => String.fromCharCode(97 + index));
  const dev = letters.map((letter) => `sd${letter}`).find((name) => !taken.has(name));
  if (dev === undefined) return drive;
  taken.add(dev);
  return withAttributesAt(withList(drive, ['address'], []), ['target'], { dev, bus: 'sata' });
}

/** Why this machine cannot get that chipset as it is; null: it can. */
export function chipsetObstacle(domain: XmlElement, to: Chipset): string | null {
  if (to === 'q35') return null;
  const iommu = devicesOf(domain).find(({ name }) => name === 'iommu');
  if (iommu !== undefined) return 'Only Q35 has an IOMMU for guests: remove the guest’s first.';
  const smm = attribute(path(domain, 'features', 'smm'), 'state') === 'on';
  return smm ? 'Only Q35 has system management mode, which secure boot needs: switch both off first.' : null;
}

/** What comes with another chipset, as sentences. */
export function chipsetConsequences(domain: XmlElement, to: Chipset, windows: boolean): string[] {
  const drives = devicesOf(domain).filter((device) => device.name === 'disk' && busOf(device) === 'ide').length;
  const disks =
    to === 'q35' && drives > 0 ? [`${drives === 1 ? 'The drive' : `The ${drives} drives`} on IDE move to SATA, since Q35 has no IDE.`] : [];
  const system = windows
    ? [
        'Windows sees another computer: it may want to be activated again, and may not start if it was never told of the new disk controller.',
      ]
    : ['The guest’s network cards and disks are found at other addresses: names like enp1s0 or /dev/hda may be others afterwards.'];
  return [...disks, 'All PCI addresses are assigned anew by the host.', ...system];
}
