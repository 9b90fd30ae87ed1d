import { realpath } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { belowOf, type HostDevice } from '#model/host-device';
import { type DisksHere, disksBelow, disksBelowEach } from '../../../devices/disks-here.ts';
import { diskHolders, isOfDisk, namesOfDisk } from '../../../devices/disks-there.ts';
import { type RunningRoad, type UsesThere, usesThere } from '../../../devices/uses-there.ts';
import type { LibvirtHost } from '../../../host/libvirt-host.ts';
import { remote } from '../../../protocol/remote.ts';
import { parseXml, textAt } from '../../../xml/document.ts';
import type { Findings } from '../../device-kind.ts';
import type { HardwareContext } from '../../hardware-context.ts';

/** As much of a guest and its host as these questions need. */
export interface Asked {
  readonly host: Pick<LibvirtHost, 'call' | 'job'> & { readonly route: RunningRoad };
  readonly context: Pick<HardwareContext, 'local' | 'hostDevices'>;
}

export const NOTHING_FOUND: Findings = { warnings: [], problems: [] };

/** What this computer does with disks at a device that is to be given away: by what it would stop working it is refused. */
export function usedHere(called: string, field: string, { used, doubtful }: DisksHere): Findings {
  return {
    problems:
      used.length === 0
        ? []
        : [
            {
              field,
              message: `This computer has mounted something of ${used.join(', ')} at ${called}, swaps to it, or has built LVM, RAID, encryption or a ZFS pool on it. End that first: what is not written yet is lost, and what lies there is destroyed when two write to it.`,
            },
          ],
    warnings:
      doubtful.length === 0
        ? []
        : [
            `Whether this computer uses ${doubtful.join(', ')} at ${called} could not be checked: it has ZFS pools, and nobody told which disks are theirs. Look at “zpool status” first.`,
          ],
  };
}

/** What another computer's programs (`told`) and libvirt tell of the use of disks below a device of it; and where that is not all. */
export async function usedThere(
  device: HostDevice,
  called: string,
  field: string,
  { host, context }: Asked,
  told: UsesThere | null,
): Promise<Findings> {
  const disks = [device, ...belowOf(device, context.hostDevices)].filter((one) => one.kind === 'storage');
  if (disks.length === 0) return NOTHING_FOUND;
  const holders = await diskHolders(host);
  const names = await Promise.all(disks.map(async ({ id }) => namesOfDisk(host, id)));
  const held = holders.filter(({ path }) => names.some((all) => isOfDisk(path, all)));
  const words = ({ who, path }: (typeof held)[number]) => `${who} of the host has ${path} at ${called}`;
  const paths = (which: (name: string) => boolean) =>
    disks.flatMap(({ path }) => (which(path.replace(/^\/dev\//, '')) ? [path] : [])).join(', ');
  const used = paths((name) => told?.used.has(name) === true);
  const unknown = paths((name) => told === null || told.doubtful.has(name));
  return {
    problems: [
      ...held.filter(({ active }) => active).map((one) => ({ field, message: `${capital(words(one))}: stop it first.` })),
      ...(used === ''
        ? []
        : [
            {
              field,
              message: `The host has mounted something of ${used} at ${called}, swaps to it, or has built LVM, RAID or encryption on it. End that first: what is not written yet is lost, and what lies there is destroyed when two write to it.`,
            },
          ]),
    ],
    warnings: [
      ...held
        .filter(({ active }) => !active)
        .map((one) => `${capital(words(one))}. If the host uses it, it is destroyed when two write to it.`),
      ...(unknown === ''
        ? []
        : [
            `Whether the host uses ${unknown} at ${called} could not be checked: it may have mounted it, swap to it, or have it in a RAID or a ZFS pool, which was not told. Look there first (lsblk, zpool status).`,
          ]),
    ],
  };
}

/** Of a device that libvirt knows, wherever it is. What a guest has already can be changed in other ways: `has`. */
export async function diskFindings(device: HostDevice, called: string, guest: Asked, has: boolean): Promise<Findings> {
  const found = guest.context.local
    ? await foundHere(device, called, guest)
    : await usedThere(device, called, 'device', guest, await usesThere(guest.host.route));
  return has ? { warnings: [...found.warnings, ...found.problems.map(({ message }) => message)], problems: [] } : found;
}

async function foundHere({ id }: HostDevice, called: string, { host }: Asked): Promise<Findings> {
  const { xml } = await host.call(remote.nodeDeviceGetXmlDesc, { name: id, flags: 0 });
  const place = await placeHere(textAt(parseXml(xml), 'path'));
  return place === null ? NOTHING_FOUND : usedHere(called, 'device', await disksBelow(place));
}

/** The path comes from the daemon, which must not make us read anything else. */
async function placeHere(path: string | null): Promise<string | null> {
  if (path?.startsWith('/sys/devices/') !== true || normalize(path) !== path) return null;
  return realpath(path).catch(() => null);
}

/** A block device of this computer, by its path in /dev; null where there is none, and nobody knows what is done with it. */
export async function blockUseHere(path: string): Promise<DisksHere | null> {
  const place = await blockHere(path);
  return place === null ? null : disksBelow(place);
}

/** The same of each of these, in their order, after one look. */
export async function blockUsesHere(paths: readonly string[]): Promise<(DisksHere | null)[]> {
  const [below, places] = await Promise.all([disksBelowEach(), Promise.all(paths.map(blockHere))]);
  return places.map((place) => (place === null ? null : below(place)));
}

/** Where it lies in /sys. */
async function blockHere(path: string): Promise<string | null> {
  const device = await realpath(path).catch(() => null);
  const name = device?.startsWith('/dev/') === true ? device.slice('/dev/'.length).replaceAll('/', '!') : null;
  return name === null ? null : realpath(join('/sys/class/block', name)).catch(() => null);
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
