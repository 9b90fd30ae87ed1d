import { blockUsesHere } from '../hardware/devices/host-device/disk-findings.ts';
import { blockDevices, isInUse, membershipsOf, withBelow } from '../devices/block-devices.ts';
import { namesOfBlock } from '../devices/host-drives.ts';
import type { RunningRoad } from '../devices/uses-there.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { outputOf } from '../host/program-answers.ts';
import type { KnownVolume } from './storage-needs.ts';

export type UsesHost = Pick<LibvirtHost, 'local'> & { readonly route: RunningRoad };

/** What the host itself does with the volumes that are devices of it. */
export interface HostUses {
  /** Whether it has mounted the volume, swaps to it, or has built something on it; null where that could not be looked at. */
  usedByHost(volume: KnownVolume): boolean | null;
  /** What such a path of another host is called by its kernel, however it was named; null where nobody told. */
  nameOf(path: string): string | null;
}

/** Kinds of pools whose volumes are devices, which a host may have mounted (libvirt: docs/storage.rst); all others' are files or lie elsewhere. */
const ON_DEVICES: ReadonlySet<string> = new Set(['logical', 'disk', 'zfs', 'iscsi', 'scsi', 'mpath']);
/** Made to be guests' disks: what a guest has put there says nothing of the host, which shows that it has it by what is built on it. */
const MADE_FOR_GUESTS: ReadonlySet<string> = new Set(['logical', 'zfs']);

export const isDevice = ({ poolKind }: Pick<KnownVolume, 'poolKind'>): boolean => ON_DEVICES.has(poolKind);

/** No program is asked where no such pool is, and one for all of them elsewhere. */
export async function readHostUses(host: UsesHost, volumes: readonly KnownVolume[]): Promise<HostUses> {
  const devices = volumes.filter(isDevice);
  if (devices.length === 0) return { usedByHost: () => false, nameOf: () => null };
  const { uses, names } = await (host.local ? usesHere(devices) : usesThere(host.route, devices));
  const usedByHost = (volume: KnownVolume) => (isDevice(volume) ? (uses.get(volume.path) ?? null) : false);
  return { usedByHost, nameOf: (path) => names.get(path) ?? null };
}

interface Told {
  /** By path. */
  readonly uses: ReadonlyMap<string, boolean | null>;
  readonly names: ReadonlyMap<string, string>;
}

async function usesHere(devices: readonly KnownVolume[]): Promise<Told> {
  const found = await blockUsesHere(devices.map(({ path }) => path));
  const uses = devices.map(({ path, poolKind }, at) => {
    const use = found[at] ?? null;
    if (use === null || use.used.length > 0) return [path, use === null ? null : true] as const;
    return [path, use.doubtful.length > 0 && !MADE_FOR_GUESTS.has(poolKind) ? null : false] as const;
  });
  return { uses: new Map(uses), names: new Map() };
}

async function usesThere(route: RunningRoad, devices: readonly KnownVolume[]): Promise<Told> {
  const blocks = ((await blockDevices(route)) ?? []).flatMap(withBelow);
  const byName = new Map(blocks.flatMap((block) => namesOfBlock(block).map((name) => [name, block] as const)));
  const links = blocks.length === 0 ? [] : devices.filter(({ path }) => !byName.has(path)).map(({ path }) => path);
  for (const [link, end] of await linksLeadTo(route, links)) {
    const block = byName.get(end);
    if (block !== undefined) byName.set(link, block);
  }
  const uses = devices.map(({ path, poolKind }) => {
    const block = byName.get(path);
    if (block === undefined) return [path, null] as const;
    if (isInUse(block)) return [path, true] as const;
    // lsblk does not tell whether what a part of LVM, Btrfs or ZFS belongs to is in use.
    return [path, membershipsOf(block).length > 0 && !MADE_FOR_GUESTS.has(poolKind) ? null : false] as const;
  });
  return { uses: new Map(uses), names: new Map([...byName].map(([name, { kname }]) => [name, `/dev/${kname}`])) };
}

/** By number of words, so that a server's hundreds of units fit into one command each time. */
const AT_ONCE = 100;

/** Units of a server are named by their place, "/dev/disk/by-path/…", which lsblk does not tell. */
async function linksLeadTo({ run }: RunningRoad, paths: readonly string[]): Promise<[string, string][]> {
  const links = paths.filter((path) => path.startsWith('/dev/') && !path.includes('\n'));
  const found: [string, string][] = [];
  if (run === null) return found;
  for (let start = 0; start < links.length; start += AT_ONCE) {
    const some = links.slice(start, start + AT_ONCE);
    const ends = (await outputOf(run, 'readlink', '-m', '--', ...some))?.trimEnd().split('\n') ?? [];
    if (ends.length === some.length) for (const [at, link] of some.entries()) found.push([link, ends[at] ?? link]);
  }
  return found;
}
