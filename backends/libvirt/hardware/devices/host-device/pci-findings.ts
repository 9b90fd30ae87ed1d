import type { PciDevice } from '#model/host-device';
import { belowOf, passthroughOf } from '#model/host-device';
import type { Findings } from '../../device-kind.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import type { HereRoots } from '../../../devices/disks-here.ts';
import { type UsesThere, usesThere } from '../../../devices/uses-there.ts';
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
  if (!guest.context.local) return findingsThere(devices, guest);
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

async function findingsThere(devices: readonly PciDevice[], guest: Asked): Promise<Findings> {
  const told = await usesThere(guest.host.route);
  const disks = await Promise.all(devices.map(async (device) => usedThere(device, pciName(device), 'device', guest, told)));
  const ways = told === null ? [] : devices.map((device) => waysThere(device, guest, told));
  // Which of its cards has the screen is not among what its programs tell.
  const isUntold = (device: PciDevice) => device.class?.startsWith('03') === true;
  return {
    warnings: [
      ...(told === null
        ? ['Whether the host uses it now, for a mounted disk, its screen or its way to others, is not known from here: look there first.']
        : devices.some(isUntold)
          ? ['Whether the host’s own screen is on it is not known from here: look there first.']
          : []),
      ...[...ways, ...disks].flatMap(({ warnings }) => warnings),
    ],
    problems: [...ways, ...disks].flatMap(({ problems }) => problems),
  };
}

/** What would cut us off cannot be given: nobody would be left to give it back. */
function waysThere(device: PciDevice, { context }: Asked, { routes, road }: UsesThere): Findings {
  const cards = belowOf(device, context.hostDevices).flatMap((one) => (one.kind === 'network' ? [one.interface] : []));
  const [ours, others] = [cards.filter((name) => road.has(name)), cards.filter((name) => routes.has(name) && !road.has(name))];
  return {
    problems: ours.map((name) => ({
      field: 'device',
      message: `This connection to the host goes over its card ${name} at ${pciName(device)}: without it, nobody here could give it back. Connect to the host another way first.`,
    })),
    warnings: others.map(
      (name) => `The host reaches others by ${name} at ${pciName(device)}: it is cut off from them while the guest has it.`,
    ),
  };
}
