import type { PciDevice } from '#model/host-device';
import { passthroughOf } from '#model/host-device';
import type { Findings } from '../../device-kind.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import type { HereRoots } from '../../../devices/disks-here.ts';
import { type Asked, usedHere, usedThere } from './disk-findings.ts';
import { pciName } from './pci-consequences.ts';
import { pciUseHere } from './pci-use.ts';

/** The device and those that go with it. */
export function groupOf(device: PciDevice, { hostDevices }: Pick<HardwareContext, 'hostDevices'>): readonly PciDevice[] {
  const possible = passthroughOf(device, hostDevices);
  return possible.kind === 'possible' ? [device, ...possible.together] : [device];
}

/**
 * What the host does by these devices now: by what it would stop working they cannot be given. Of another computer libvirt tells some of it, and
 * what nobody tells is said.
 */
export async function pciFindings(devices: readonly PciDevice[], guest: Asked, roots?: HereRoots): Promise<Findings> {
  if (!guest.context.local) {
    const disks = await Promise.all(devices.map(async (device) => usedThere(device, pciName(device), 'device', guest)));
    return {
      warnings: [
        'Whether the host uses it now, for a mounted disk, its screen or its way to others, is not known from here: look there first.',
        ...disks.flatMap(({ warnings }) => warnings),
      ],
      problems: disks.flatMap(({ problems }) => problems),
    };
  }
  const uses = await Promise.all(devices.map(async (device) => ({ device, use: await pciUseHere(device.address, roots) })));
  const disks = uses.map(({ device, use }) => usedHere(pciName(device), 'device', use.disks));
  return {
    problems: disks.flatMap(({ problems }) => problems),
    warnings: uses.flatMap(({ device, use: { screen, routes } }, at) => [
      ...(disks[at]?.warnings ?? []),
      ...(screen ? [`This computer’s own screen is at ${pciName(device)}: it goes dark while the guest has it.`] : []),
      ...(routes.length > 0
        ? [`This computer reaches others by ${routes.join(', ')} at ${pciName(device)}: it is cut off while the guest has it.`]
        : []),
    ]),
  };
}
