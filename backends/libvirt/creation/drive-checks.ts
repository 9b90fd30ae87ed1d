import type { DeviceUser } from '#model/host-device';
import { listed } from '../../storage-graph.ts';
import { isInUse, isPerhapsInUse } from '../devices/block-devices.ts';
import { type DiskHolder, diskHolders, heldByPools, isOfDisk } from '../devices/disks-there.ts';
import { type DriveUser, readDriveUsers, usersOfDrive } from '../devices/drive-users.ts';
import type { Drive } from '../devices/host-drives.ts';
import type { DisksHere } from '../devices/disks-here.ts';
import { blockUseHere } from '../hardware/devices/host-device/disk-findings.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { RunningRoad } from '../devices/uses-there.ts';
import type { Finding } from './creation-checks.ts';

/** What has to be known to say whether a guest can have a drive; read once for all of them. */
interface Knowledge {
  readonly local: boolean;
  readonly guests: readonly DriveUser[];
  readonly holders: readonly DiskHolder[];
}

export type ChecksHost = Pick<LibvirtHost, 'call' | 'job' | 'domainXml' | 'local' | 'driverUri'> & { readonly route: RunningRoad };

/** What stands against each of these drives, in their order. */
export async function aboutDrives(host: ChecksHost, drives: readonly Drive[]): Promise<Finding[][]> {
  const disks = drives.filter(({ kind }) => kind !== 'cdrom');
  // lsblk has told of LVM where it could be asked, and libvirt takes its time for that.
  const holding = disks.length === 0 ? [] : disks.every(({ block }) => block !== null) ? heldByPools(host) : diskHolders(host);
  const [guests, holders] = await Promise.all([readDriveUsers(host), holding]);
  const known = { local: host.local, guests, holders };
  return Promise.all(drives.map(async (drive) => [...(await aboutDrive(drive, known)), ...(await aboutRights(drive, host))]));
}

const error = (code: Finding['code'], message: string, remedy: string): Finding => ({
  field: 'media',
  severity: 'error',
  code,
  message,
  remedy,
  mends: [],
});
const warning = (message: string, remedy: string): Finding => ({ ...error('in-use', message, remedy), severity: 'warning' });

async function aboutDrive(drive: Drive, known: Knowledge): Promise<Finding[]> {
  const users = usersOfDrive(drive, known.guests);
  if (drive.kind === 'cdrom') return [...aboutDisc(drive), ...aboutReader(users)];
  return [...aboutWriters(drive, users), ...aboutPools(drive, known.holders), ...(await aboutHost(drive, known))];
}

function aboutDisc({ loaded, path }: Drive): Finding[] {
  return loaded ? [] : [error('not-found', `No disc is in the drive ${path}.`, 'Put the disc into the host’s drive.')];
}

/** A guest can lock the drive's door and put the disc out. One that is off only reads it when it is on. */
function aboutReader(users: readonly DeviceUser[]): Finding[] {
  const reader = users.find(({ running }) => running);
  if (reader === undefined) return [];
  return [error('in-use', `“${reader.name}” is running, and has this drive.`, `Take the drive off “${reader.name}”, or shut it down.`)];
}

function aboutWriters({ path }: Drive, users: readonly DeviceUser[]): Finding[] {
  if (users.length === 0) return [];
  const message = `${path}, or a part of it, is the disk of ${listed(users.map(({ name }) => name))} already: two guests that write to one disk destroy it.`;
  return [error('in-use', message, 'Choose another disk, or take it off the other guest first.')];
}

function aboutPools({ names, kin }: Drive, holders: readonly DiskHolder[]): Finding[] {
  const held = holders.filter(({ path }) => kin.has(path) || isOfDisk(path, names) || names.some((name) => name.startsWith(`${path}/`)));
  return held.map(({ who, path, active }) => {
    const message = `${capital(who)} of the host has ${path}.`;
    return active
      ? error('in-use', message, 'Choose one of the pool’s volumes, or stop the pool first.')
      : warning(`${message} If the host uses it, it is destroyed when two write to it.`, 'Look at the host first (vgs, lsblk).');
  });
}

/** What the host itself would lose. */
async function aboutHost({ path, block }: Drive, { local }: Knowledge): Promise<Finding[]> {
  const here: DisksHere = local ? await blockUseHere(path) : { used: [], doubtful: [] };
  if (here.used.length > 0 || (block !== null && isInUse(block))) {
    const message = `The host uses ${path}: something of it is mounted or swapped to, or the host has built LVM, RAID, encryption or a ZFS pool on it. What lies there is destroyed when two write to it.`;
    return [error('in-use', message, 'Choose another disk, or end that on the host first.')];
  }
  if (local ? here.doubtful.length > 0 : block !== null && isPerhapsInUse(block)) {
    const message = `${path} is marked as a part of LVM, RAID, Btrfs or ZFS, and nobody told whether the host uses that.`;
    return [warning(message, 'Look at the host first (lsblk, vgs, zpool status): what lies there is destroyed when two write to it.')];
  }
  if (local || block !== null) return [];
  const message = `Whether the host itself uses ${path} could not be checked: its own programs are not in reach on this connection.`;
  return [warning(message, 'Look at the host first (lsblk): what lies there is destroyed when two write to it.')];
}

/** A session's guests run as whoever the session is of; the system's are given what they need. */
async function aboutRights({ kind, path }: Drive, { driverUri, route: { run } }: ChecksHost): Promise<Finding[]> {
  if (run === null || !/\/session(\?|$)/.test(driverUri)) return [];
  const [flag, what] = kind === 'cdrom' ? ['-r', 'read'] : ['-w', 'write to'];
  const { code } = await run(['test', flag, path]);
  if (code !== 1) return [];
  const message = `You may not ${what} ${path}, and the guests of your session run as you.`;
  return [error('permission', message, 'Make the guest on the system’s libvirt (qemu:///system), or get the right to that device.')];
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
