import type { HostDevice, PciDevice } from '#model/host-device';
import { keepers, passthroughOf } from '#model/host-device';
import { attribute, child } from '../../../xml/document.ts';
import { devicesOf, type HardwareContext, isXen } from '../../hardware-context.ts';
import { MISSING, quoted, sharedWords, takenBy } from './device-users.ts';
import { pciAddressOf } from './pci-address.ts';

/** Base classes (PCI Code and ID Assignment Specification). */
const classes: Readonly<Record<string, string>> = {
  '01': 'Storage',
  '02': 'Network',
  '03': 'Graphics',
  '04': 'Sound and video',
  '0c03': 'USB controller',
  '0d': 'Wireless',
  '12': 'Accelerator',
};
const VIRTUAL_FUNCTION = 'a virtual function';

export const pciDevices = ({ hostDevices }: Pick<HardwareContext, 'hostDevices'>): PciDevice[] =>
  hostDevices.filter((device): device is PciDevice => device.kind === 'pci');

export const pciDevice = (address: unknown, context: HardwareContext): PciDevice | null =>
  pciDevices(context).find((device) => device.address === address) ?? null;

export const pciName = ({ name, address }: Pick<PciDevice, 'name' | 'address'>): string =>
  name === '' ? `PCI device ${address}` : `${name} (${address})`;

/** Where no mapping of memory keeps a guest away, none is given; Xen sees to it itself, and its host does not tell of groups. */
export function pciUnavailable(device: PciDevice, context: HardwareContext): string | null {
  const taken = takenBy(device, context);
  if (taken !== null) return taken;
  const possible = passthroughOf(device, context.hostDevices);
  if (possible.kind !== 'impossible') return null;
  return isXen(context) && device.iommuGroup === null && device.class?.startsWith('06') !== true ? null : possible.why;
}

/** What tells it from the others, in a line. */
export function pciHelp(device: PciDevice, context: HardwareContext): string {
  const sort = device.class === null ? undefined : (classes[device.class.slice(0, 4)] ?? classes[device.class.slice(0, 2)]);
  return [
    sort,
    device.function.kind === 'virtual' ? VIRTUAL_FUNCTION : undefined,
    device.iommuGroup === null ? undefined : `IOMMU group ${device.iommuGroup}`,
    device.driver === null ? 'no driver on the host' : `driver ${device.driver}`,
    ...sharedWords(device, context).map((words) => words.replace(/\.$/, '')),
  ]
    .flatMap((part) => part ?? [])
    .join(', ');
}

/** Addresses of the guest's own PCI devices of the host. */
export function given({ domain }: Pick<HardwareContext, 'domain'>): Set<string | null> {
  const hostdevs = devicesOf(domain).filter((one) => attribute(one, 'type') === 'pci' || attribute(one, 'type') === 'hostdev');
  return new Set(hostdevs.map((one) => pciAddressOf(child(child(one, 'source'), 'address'))));
}

export function lossWords(lost: readonly HostDevice[]): string[] {
  return lost.flatMap((one) => {
    if (one.kind === 'storage')
      return [`The host loses the disk ${one.path} while the guest runs. If its own files are on it, it stops working.`];
    if (one.kind !== 'network') return [];
    const now = one.link === 'up' ? ', which is connected now: if the host is reached over it, it cannot be reached any more' : '';
    return [`The host loses its network card ${one.interface} while the guest runs${now}.`];
  });
}

/** Whether the host's own picture may come out of it: node devices do not tell which card that is. */
function screenWords(device: PciDevice, context: HardwareContext): string[] {
  const isGraphics = (one: PciDevice) => one.class?.startsWith('03') === true;
  const free = pciDevices(context).filter((one) => isGraphics(one) && one.id !== device.id && one.driver !== 'vfio-pci');
  if (!isGraphics(device) || device.function.kind === 'virtual' || device.driver === 'vfio-pci') return [];
  return free.length === 0 ? ['It seems to be the host’s only graphics card: its screen goes dark while the guest runs.'] : [];
}

/** A driver of the host's own has it: neither none nor one that only keeps it for guests. */
export const hasHostDriver = ({ driver }: Pick<PciDevice, 'driver'>): boolean => driver !== null && !keepers.has(driver);
export const isKept = ({ driver }: Pick<PciDevice, 'driver'>): boolean => driver !== null && keepers.has(driver);

/** What giving it comes to: who goes with it, what the host loses. */
export function pciConsequences(device: PciDevice, context: HardwareContext): string[] {
  const possible = passthroughOf(device, context.hostDevices);
  const has = given(context);
  const mates = possible.kind === 'possible' ? possible.together.filter(({ address }) => !has.has(address)) : [];
  // vfio gives a group as a whole: a device of it that a driver of the host still has keeps the guest from starting.
  const held = mates.filter(hasHostDriver);
  return [
    ...(mates.length > 0
      ? [
          `It reaches memory together with ${quoted(mates.map(pciName))} (IOMMU group ${device.iommuGroup}). Give the guest all of them` +
            `${held.length > 0 ? ', or it will not start' : ''}.`,
        ]
      : []),
    ...(possible.kind === 'possible' ? lossWords(possible.lost) : []),
    ...screenWords(device, context),
    ...(device.function.kind === 'physical' && device.function.made > 0
      ? [`${device.function.made} virtual functions have been made of it, which go away while the guest has it.`]
      : []),
    ...sharedWords(device, context),
  ];
}

function driverWords(device: PciDevice): string {
  if (device.driver === null) return 'No driver of the host has it now.';
  if (!isKept(device)) return `The host’s driver ${device.driver} has it now.`;
  const user = device.users.find(({ running }) => running);
  return user === undefined ? `${device.driver} keeps it for guests.` : `The running guest “${user.name}” has it, by ${device.driver}.`;
}

/** What a person should know of a device that a guest has. */
export function pciNotes(address: string | null, context: HardwareContext): string[] {
  const device = pciDevice(address, context);
  if (device === null) return [MISSING];
  const group = pciDevices(context).filter(({ iommuGroup, id }) => iommuGroup === device.iommuGroup && id !== device.id);
  const types = device.mediatedTypes.map(({ name, available }) => `${name} (${available} free)`);
  return [
    ...(device.iommuGroup === null
      ? isXen(context)
        ? []
        : ['The host has no IOMMU switched on: the guest will not start with it.']
      : [`IOMMU group ${device.iommuGroup}: ${group.length === 0 ? 'it is alone in it' : `also ${group.map(pciName).join(', ')}`}.`]),
    driverWords(device),
    ...(isKept(device) && !device.users.some(({ running }) => running)
      ? ['No running guest has it, and it was not given back: “Give back to the host” does that.']
      : []),
    ...(types.length > 0 ? [`It can be divided: ${types.join(', ')}.`] : []),
    ...sharedWords(device, context),
  ];
}
