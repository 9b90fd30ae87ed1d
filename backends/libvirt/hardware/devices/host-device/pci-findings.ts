import type { PciDevice } from '#model/host-device';
import { passthroughOf } from '#model/host-device';
import type { Findings } from '../../device-kind.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import type { HereRoots } from '../../../usb/usb-use.ts';
import { pciName } from './pci-consequences.ts';
import { pciUseHere } from './pci-use.ts';

/** The device and those that go with it. */
export function groupOf(device: PciDevice, { hostDevices }: Pick<HardwareContext, 'hostDevices'>): readonly PciDevice[] {
  const possible = passthroughOf(device, hostDevices);
  return possible.kind === 'possible' ? [device, ...possible.together] : [device];
}

/**
 * What this computer does by these devices now: by what it would stop working they cannot be given. Of another computer nobody tells, which
 * is said.
 */
export async function pciFindings(
  devices: readonly PciDevice[],
  { local }: Pick<HardwareContext, 'local'>,
  roots?: HereRoots,
): Promise<Findings> {
  if (!local) {
    return {
      warnings: [
        'Whether the host uses it now, for a mounted disk, its screen or its way to others, is not known from here: look there first.',
      ],
      problems: [],
    };
  }
  const uses = await Promise.all(devices.map(async (device) => ({ device, use: await pciUseHere(device.address, roots) })));
  return {
    problems: uses.flatMap(({ device, use: { disks } }) =>
      disks.length === 0
        ? []
        : [
            {
              field: 'device',
              message: `This computer has mounted something of ${disks.join(', ')} at ${pciName(device)}, or swaps to it: unmount it first.`,
            },
          ],
    ),
    warnings: uses.flatMap(({ device, use: { screen, routes } }) => [
      ...(screen ? [`This computer’s own screen is at ${pciName(device)}: it goes dark while the guest has it.`] : []),
      ...(routes.length > 0
        ? [`This computer reaches others by ${routes.join(', ')} at ${pciName(device)}: it is cut off while the guest has it.`]
        : []),
    ]),
  };
}
