import { belowOf, type HostDevice, type HostDeviceKind, passthroughOf, type PciDevice } from '#model/host-device';
import { pciClass } from './pci-class.ts';

/** In the order in which they are offered. */
export const hardwareKinds = ['pci', 'usb', 'storage', 'network', 'scsi', 'mediated'] as const satisfies readonly HostDeviceKind[];
export type HardwareKind = (typeof hardwareKinds)[number];

export const hardwareWords: Readonly<Record<HardwareKind, string>> = {
  pci: 'PCI',
  usb: 'USB',
  storage: 'Disks',
  network: 'Network cards',
  scsi: 'SCSI',
  mediated: 'Mediated',
};

/** What a person calls it; what nobody gave a name is called by its place. Foreign text. */
export function titleOf(device: HostDevice): string {
  if (device.name !== '') return device.name;
  switch (device.kind) {
    case 'pci':
      return pciClass(device.class) ?? device.address;
    case 'usb':
      return `${device.vendor}:${device.product}`;
    case 'scsi':
      return device.address;
    case 'mediated':
      return device.uuid ?? device.id;
    case 'network':
      return device.interface;
    case 'storage':
      break;
  }
  return device.path;
}

/** Where it is, as the tools of its kind write it. Foreign text. */
export function placeOf(device: HostDevice): string {
  switch (device.kind) {
    case 'pci':
      return device.address;
    case 'usb':
      return `bus ${device.bus}, device ${device.device}`;
    case 'scsi':
      return device.address;
    case 'mediated':
      return device.parent ?? '';
    case 'network':
      return device.interface;
    case 'storage':
      break;
  }
  return device.path;
}

/** What the host itself has of it: cards and disks that hang from it. Foreign text. */
export const heldByHost = (device: HostDevice, all: readonly HostDevice[]): string[] =>
  belowOf(device, all).flatMap((below) => (below.kind === 'network' || below.kind === 'storage' ? [placeOf(below)] : []));

/** One sentence on whether a guest can have it. */
export function verdictOf(device: PciDevice, all: readonly HostDevice[]): string {
  const verdict = passthroughOf(device, all);
  if (verdict.kind === 'impossible') return verdict.why;
  if (verdict.kind === 'taken') return 'A running guest has it.';
  const lost = verdict.lost.map(placeOf);
  const others = verdict.together.length === 0 ? '' : ` All of its group goes with it: ${verdict.together.length + 1} devices.`;
  const price = lost.length === 0 ? '' : ` The host would lose ${lost.join(', ')}.`;
  return `A guest can have it.${others}${price}`;
}

/** Devices that go together, under their number; those without a group stand alone at the end. */
export function iommuGroups(devices: readonly PciDevice[]): { readonly group: number | null; readonly devices: readonly PciDevice[] }[] {
  const groups = new Map<number | null, PciDevice[]>();
  for (const device of devices) {
    const members = groups.get(device.iommuGroup);
    if (members === undefined) groups.set(device.iommuGroup, [device]);
    else members.push(device);
  }
  const last = Number.MAX_SAFE_INTEGER;
  return [...groups]
    .map(([group, members]) => ({ group, devices: members.sort((a, b) => a.address.localeCompare(b.address)) }))
    .sort((a, b) => (a.group ?? last) - (b.group ?? last));
}

/** Whether every word is somewhere in what is shown of the device. */
export function matches(device: HostDevice, words: readonly string[]): boolean {
  const more = device.kind === 'pci' ? `${pciClass(device.class) ?? ''} ${device.driver ?? ''}` : '';
  const users = device.users.map(({ name }) => name).join(' ');
  const text = `${titleOf(device)} ${placeOf(device)} ${device.id} ${more} ${users}`.toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}
