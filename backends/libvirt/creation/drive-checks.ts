import type { DeviceUser } from '#model/host-device';
import { listed } from '../../storage-graph.ts';
import { isInUse, membershipsOf } from '../devices/block-devices.ts';
import { type DiskHolder, diskHolders, heldByPools, isOfDisk } from '../devices/disks-there.ts';
import { type DriveUser, readDriveUsers, usersOfDrive } from '../devices/drive-users.ts';
import type { Drive } from '../devices/host-drives.ts';
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

/** What stands against each of these drives, in their order. `own`: the guest that may have them. */
export async function aboutDrives(host: ChecksHost, drives: readonly Drive[], own: string | null = null): Promise<Finding[][]> {
  const disks = drives.filter(({ kind }) => kind !== 'cdrom');
  // lsblk has told of LVM where it could be asked, and libvirt takes its time for that.
  const holding =
    disks.length === 0
      ? []
      : disks.every(({ block }) => block !== null && membershipsOf(block).length === 0)
        ? heldByPools(host)
        : diskHolders(host);
  const [all, holders] = await Promise.all([readDriveUsers(host), holding]);
  const others = <T extends { readonly id: string }>(users: readonly T[]) => users.filter(({ id }) => id !== own);
  const known = { local: host.local, guests: others(all), holders };
  const findings = drives.map(async (drive) => [
    ...(await aboutDrive({ ...drive, users: others(drive.users) }, known)),
    ...(await aboutRights(drive, host)),
  ]);
  return Promise.all(findings);
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
  const pools = aboutPools(drive, known.holders);
  return [
    ...aboutMedium(drive),
    ...aboutWriters(drive, users),
    ...aboutUnread(drive, known.guests),
    ...aboutUnfollowed(drive, known.guests),
    ...pools,
    ...(await aboutHost(drive, known, pools.length > 0)),
    ...aboutName(drive),
  ];
}

function aboutDisc({ loaded, path }: Drive): Finding[] {
  return loaded ? [] : [error('not-found', `No disc is in the drive ${path}.`, 'Put the disc into the host’s drive.')];
}

function aboutMedium({ loaded, path, block }: Drive): Finding[] {
  if (!loaded) return [error('not-found', `Nothing is in ${path}.`, 'Put the card or disk into the host, or choose another.')];
  return block?.ro === true
    ? [error('permission', `${path} cannot be written to.`, 'Choose another disk, or end its protection on the host.')]
    : [];
}

/** The kernel numbers such devices as it finds them, and nothing that stays tells this one from others. */
function aboutName({ place, block }: Drive): Finding[] {
  const isNumbered = !/^\/dev\/(?:disk\/by-|mapper\/)/.test(place);
  if (!isNumbered || block?.type === 'lvm' || block?.type === 'crypt') return [];
  const message = `The host may call another disk ${place} after its next start, and the guest would write to that: this one has no name that stays.`;
  return [warning(message, 'Compare “lsblk” on the host with the guest’s definition before you start it again.')];
}

function aboutUnread({ path }: Drive, guests: readonly DriveUser[]): Finding[] {
  const unread = guests.filter((guest) => guest.unread.length > 0);
  if (unread.length === 0) return [];
  const pools = [...new Set(unread.flatMap((guest) => guest.unread))];
  const message = `Whether ${path} is the disk of ${listed(unread.map(({ name }) => name))} already could not be checked: the storage pool ${listed(pools)} could not be read.`;
  return [warning(message, 'Start the pool first, or look at the host: two guests that write to one disk destroy it.')];
}

/** Of a guest's device that is none of the drive's names, nobody could tell where it leads. */
function aboutUnfollowed({ path, kin }: Drive, guests: readonly DriveUser[]): Finding[] {
  const unclear = guests.flatMap(({ name, unfollowed }) => unfollowed.filter((one) => !kin.has(one)).map((one) => ({ name, one })));
  const [first] = unclear;
  if (first === undefined) return [];
  const message = `Whether ${path} is the disk of ${listed([...new Set(unclear.map(({ name }) => name))])} already could not be checked: the host did not tell where ${first.one} leads.`;
  return [warning(message, 'Look at the host first (readlink -f): two guests that write to one disk destroy it.')];
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

/** What the host itself would lose. `isInGroup`: whose volume group or pool it is was told, which says more than that it is a part of one. */
async function aboutHost({ path, block }: Drive, { local }: Knowledge, isInGroup: boolean): Promise<Finding[]> {
  const here = local ? await blockUseHere(path) : null;
  if ((here !== null && here.used.length > 0) || (block !== null && isInUse(block))) {
    const message = `The host uses ${path}: something of it is mounted or swapped to, or the host has built LVM, RAID, encryption or a ZFS pool on it. What lies there is destroyed when two write to it.`;
    return [error('in-use', message, 'Choose another disk, or end that on the host first.')];
  }
  const parts = block === null ? [] : membershipsOf(block).filter((each) => !isInGroup || each !== 'LVM2_member');
  if ((here !== null && here.doubtful.length > 0) || parts.length > 0) {
    const of = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
    const message = `${path} is marked as a part of LVM, RAID, Btrfs, ZFS or the like${of}, and nobody told whether the host uses that.`;
    return [warning(message, 'Look at the host first (lsblk, vgs, zpool status): what lies there is destroyed when two write to it.')];
  }
  if (here !== null || (!local && block !== null)) return [];
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
