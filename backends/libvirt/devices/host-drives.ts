import { basename } from 'node:path';
import type { DeviceUser, HostDevice } from '#model/host-device';
import type { HostDrive } from '#model/host-drive';
import { describeEach } from '../host/describe-each.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, children, parseXml, textAt, type XmlElement } from '../xml/document.ts';
import { type BlockDevice, blockDevices } from './block-devices.ts';
import { diskNames } from './disks-there.ts';
import { listHostDevices } from './host-devices.ts';
import type { RunningRoad } from './uses-there.ts';

export type DrivesHost = Pick<LibvirtHost, 'call' | 'domainXml'> & { readonly route: RunningRoad };

/** A drive as the host has it, whoever uses it. */
export interface Drive extends Omit<HostDrive, 'os' | 'why' | 'contents' | 'mark'> {
  /** All that it is called, in /dev. */
  readonly names: readonly string[];
  /** Names of what has its bytes too: the disk that it is a part of, and what is made of it. */
  readonly kin: ReadonlySet<string>;
  /** As lsblk sees it; null where nobody could ask. */
  readonly block: BlockDevice | null;
  /** Guests that are given what it hangs from: its SCSI unit, its controller. */
  readonly users: readonly DeviceUser[];
}

const TEXT_MAX = 256;

/**
 * Whole disks and CD drives as libvirt's node device driver lists them, which is all that a road to the daemon alone tells; where programs of the
 * host can be asked, also partitions, logical volumes and the like, which that driver does not have (udevGetDeviceType, `DEVTYPE=disk` only).
 */
export async function listDrives(host: DrivesHost): Promise<Drive[]> {
  const [devices, blocks] = await Promise.all([listHostDevices(host), blockDevices(host.route)]);
  const storage = devices.filter((device): device is StorageDevice => device.kind === 'storage' && shown.has(device.type));
  const documents = await describeEach(
    storage,
    async ({ id }) => parseXml((await host.call(remote.nodeDeviceGetXmlDesc, { name: id, flags: 0 })).xml),
    storage.length,
  );
  const claims = countNames(documents.flatMap((document) => (document === null ? [] : [diskNames(document)])));
  const wholes = storage.flatMap((device, at) => {
    const document = documents[at] ?? null;
    if (document === null) return [];
    const block = blocks?.find(({ kname }) => kname === basename(device.path)) ?? null;
    return [wholeDrive(device, document, block, usersAbove(device, devices), claims)];
  });
  const parts = new Map<string, Part>();
  for (const whole of wholes) if (whole.kind === 'disk' && whole.block !== null) collectParts(whole, whole.block, [whole], parts);
  return [...wholes.map((whole) => withKin(whole, [], parts)), ...[...parts.values()].map((part) => withKin(part, part.above, parts))];
}

type StorageDevice = Extract<HostDevice, { kind: 'storage' }>;
type Bare = Omit<Drive, 'kin'>;
type Part = Bare & { readonly above: readonly Bare[] };

/** `sd`: a memory card. Neither floppies nor tapes. */
const shown: ReadonlySet<string> = new Set(['cdrom', 'disk', 'sd']);

/** How many devices claim each name: of two with one serial number, the link leads to either. */
function countNames(each: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of each.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function wholeDrive(
  device: StorageDevice,
  document: XmlElement,
  block: BlockDevice | null,
  users: readonly DeviceUser[],
  claims: ReadonlyMap<string, number>,
): Bare {
  const { id, name, path, size } = device;
  const removable = children(document, 'capability')
    .flatMap((capability) => children(capability, 'capability'))
    .find((capability) => attribute(capability, 'type') === 'removable');
  const names = diskNames(document);
  const label = textAt(removable ?? null, 'media_label') ?? block?.label ?? null;
  const isDisc = device.type === 'cdrom';
  // A CD drive is the same however the kernel numbers disks, and the disc in it is what is meant.
  const place = isDisc
    ? path
    : stableName(
        names.filter((each) => claims.get(each) === 1),
        path,
      );
  const loaded = textAt(removable ?? null, 'media_available') !== '0';
  return {
    id,
    kind: isDisc ? 'cdrom' : 'disk',
    path,
    name,
    size,
    label: loaded ? (label?.slice(0, TEXT_MAX) ?? null) : null,
    loaded,
    place,
    names,
    block,
    users,
  };
}

/** Names made of the disk's own serial number, by udev's rules (60-persistent-storage.rules). What a volume group or RAID gives it may go. */
function stableName(names: readonly string[], path: string): string {
  const own = names.filter((name) => /^\/dev\/disk\/by-id\/(?!lvm-|md-|dm-)/.test(name)).sort();
  return own.find((name) => !/\/(wwn|nvme-eui|nvme-nvme)[-.]/.test(name)) ?? own[0] ?? path;
}

function collectParts(whole: Bare, block: BlockDevice, above: readonly Bare[], parts: Map<string, Part>): void {
  for (const below of block.children) {
    // The view of a whole thin pool, by which no volume of it is reached: what is written there destroys them all (lvmthin(7)).
    if (isExtended(below)) continue;
    if (below.path !== null && (block.path === `${below.path}-tpool` || isBareThinPool(below.path, block))) continue;
    const known = parts.get(below.kname);
    const [parent = whole] = above.slice(-1);
    const part = below.type === 'part' ? partition(below, parent, block) : mapped(below);
    // RAID and volume groups lie on several.
    const all = { ...part, users: [...(known?.users ?? []), ...whole.users], above: [...(known?.above ?? []), ...above] };
    parts.set(below.kname, all);
    collectParts(whole, below, [...above, all], parts);
  }
}

/** The same of a pool no volume of which is open: then there is no layer between it and what it lies on. LVM gives nobody else such names. */
const isBareThinPool = (path: string, on: BlockDevice): boolean => /_t(?:data|meta)$/.test(on.path ?? '') && !path.endsWith('-tpool');

/** The partition of a DOS table that holds the table of all logical ones: no file system, and nobody's disk. */
const isExtended = ({ type, parttype }: BlockDevice): boolean => type === 'part' && /^0x(?:0?5|0?f|85)$/i.test(parttype ?? '');

const common = ({ size, label }: BlockDevice) => ({ size, label: label?.slice(0, TEXT_MAX) ?? null, loaded: true, users: [] });

function partition(block: BlockDevice, { id, name, names, place, path }: Bare, disk: BlockDevice): Bare {
  const own = ownNames(block);
  const number = block.kname.startsWith('dm-') ? undefined : /^p?(\d+)$/.exec(block.kname.slice(disk.kname.length))?.[1];
  const links = number === undefined ? [] : names.filter((one) => one.startsWith('/dev/disk/by-')).map((one) => `${one}-part${number}`);
  const stable = number === undefined || place === path ? null : `${place}-part${number}`;
  // Those of the device mapper have a name that stays, and a number that does not.
  const here = block.path ?? `/dev/${block.kname}`;
  return {
    ...common(block),
    id: `${id}/${block.kname}`,
    kind: 'partition',
    path: here,
    name,
    place: stable ?? here,
    names: [...own, ...links],
    block,
  };
}

/** The device mapper's names are those of what it was asked to make; others have one that is written on their disks. */
function mapped(block: BlockDevice): Bare {
  const path = block.path ?? `/dev/${block.kname}`;
  const name = block.type === 'lvm' ? basename(path).replaceAll('--', '-') : basename(path);
  const names = namesOfBlock(block);
  return {
    ...common(block),
    id: `mapped:${basename(path)}`,
    kind: 'mapped',
    path,
    name: name.slice(0, TEXT_MAX),
    place: path,
    names,
    block,
  };
}

/** All that lsblk tells of what it is called. */
export const namesOfBlock = (block: BlockDevice): string[] => [...ownNames(block), ...logicalVolume(block)];

function ownNames({ kname, path, uuid, partuuid }: BlockDevice): string[] {
  const links = [uuid !== null && `/dev/disk/by-uuid/${uuid}`, partuuid !== null && `/dev/disk/by-partuuid/${partuuid}`];
  return [...new Set([`/dev/${kname}`, path, ...links])].filter((name) => typeof name === 'string');
}

/** "/dev/group/volume": the mapper has both in one word, with their own dashes doubled (lvm(8)). */
function logicalVolume({ type, path }: BlockDevice): string[] {
  const match = type === 'lvm' ? /^\/dev\/mapper\/((?:[^-]|--)+)-((?:[^-]|--)+)$/.exec(path ?? '') : null;
  return match === null ? [] : [`/dev/${[match[1], match[2]].map((word) => word?.replaceAll('--', '-')).join('/')}`];
}

function withKin(
  { id, kind, path, name, size, label, loaded, place, names, block, users }: Bare,
  above: readonly Bare[],
  parts: ReadonlyMap<string, Part>,
): Drive {
  const below = [...parts.values()].filter((part) => part.above.some((one) => one.id === id));
  const kin = new Set([...names, ...[...above, ...below].flatMap((one) => one.names)]);
  return { id, kind, path, name, size, label, loaded, place, names, kin, block, users };
}

/** Of what it hangs from, at any height; the disk's own are found by its names. */
function usersAbove({ parent }: StorageDevice, all: readonly HostDevice[]): DeviceUser[] {
  const users: DeviceUser[] = [];
  const seen = new Set<string>();
  for (let above = all.find(({ id }) => id === parent); above !== undefined && !seen.has(above.id);) {
    seen.add(above.id);
    users.push(...above.users);
    const next = above.parent;
    above = all.find(({ id }) => id === next);
  }
  return users;
}
