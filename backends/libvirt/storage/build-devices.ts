import { realpath } from 'node:fs/promises';
import { poolKinds } from '#model/pool-kinds';
import type { PoolSpec } from '#model/pool-spec';
import type { BuildDevice, BuildOutlook } from '../../build-outlook.ts';
import { BackendError } from '../../errors.ts';
import { listed } from '../../storage-graph.ts';
import { aboutDrives, type ChecksHost } from '../creation/drive-checks.ts';
import { contentsOf } from '../creation/drives.ts';
import { diskHolders, isOfDisk } from '../devices/disks-there.ts';
import { readDriveUsers } from '../devices/drive-users.ts';
import { type Drive, listDrives } from '../devices/host-drives.ts';
import { blockUseHere } from '../hardware/devices/host-device/disk-findings.ts';
import { outputOf } from '../host/program-answers.ts';

/** What would be written to, and what could not be found out about it. Rejects with 'in-use' and the like for what nobody may write to. */
export async function lookAtDevices(host: ChecksHost, { kind, place, build }: PoolSpec): Promise<BuildOutlook> {
  const devices = build === 'no' || poolKinds[kind].builds !== 'devices' ? [] : (place.devices ?? []);
  if (devices.length === 0) return { devices: [], doubts: [] };
  const drives = (await listDrives(host)).filter((drive) => drive.kind !== 'cdrom');
  const looks = await Promise.all(
    devices.map(async (device) => {
      const real = await leadsTo(host, device);
      const drive = driveOf(drives, real) ?? driveOf(drives, device);
      return drive === null ? lookAtUnknown(host, device, real) : lookAtDrive(host, device, drive);
    }),
  );
  return { devices: looks.map(({ device }) => device), doubts: [...new Set(looks.flatMap(({ doubts }) => doubts))] };
}

interface Look {
  readonly device: BuildDevice;
  readonly doubts: readonly string[];
}

/** By its own name, or as what has its bytes too: where nobody tells of partitions, the disk. */
const driveOf = (drives: readonly Drive[], path: string): Drive | null =>
  drives.find(({ names }) => names.includes(path)) ?? drives.find(({ kin, names }) => kin.has(path) || isOfDisk(path, names)) ?? null;

async function leadsTo({ local, route: { run } }: ChecksHost, device: string): Promise<string> {
  if (local) return realpath(device).catch(() => device);
  const told = run === null ? null : await outputOf(run, 'readlink', '-f', '--', device);
  return told?.replace(/\n$/, '') || device;
}

async function lookAtDrive(host: ChecksHost, path: string, drive: Drive): Promise<Look> {
  const findings = (await aboutDrives(host, [drive])).flat();
  const error = findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) throw new BackendError(error.code, error.message, { remedy: error.remedy });
  const { kind, place, name, size, label } = drive;
  return {
    device: { path, known: { kind, path: drive.path, place, name, size, label, contents: contentsOf(drive) } },
    doubts: findings.map(({ message }) => message),
  };
}

/** No drive of libvirt's list: a loop device, or what a host has of its own. */
async function lookAtUnknown(host: ChecksHost, path: string, real: string): Promise<Look> {
  const has = (other: string) => isOfDisk(other, [path, real]) || isOfDisk(path, [other]) || isOfDisk(real, [other]);
  const [users, holders, here] = await Promise.all([readDriveUsers(host), diskHolders(host), host.local ? blockUseHere(path) : null]);
  const guests = users.filter(({ paths }) => [...paths].some(has)).map(({ name }) => name);
  if (guests.length > 0)
    throw inUse(`${path}, or a part of it, is the disk of ${listed(guests)}.`, 'Choose another device, or take it off the guest first.');
  const holding = holders.filter((holder) => has(holder.path));
  const active = holding.find((holder) => holder.active);
  if (active !== undefined) throw inUse(`${path} belongs to ${active.who} of the host.`, 'Choose another device, or stop the pool first.');
  if (here !== null && here.used.length > 0) {
    throw inUse(
      `The host uses ${path}: something of it is mounted or swapped to, or the host has built LVM, RAID, encryption or a ZFS pool on it.`,
      'Choose another device, or end that on the host first.',
    );
  }
  const unsure = here === null || here.doubtful.length > 0;
  return {
    device: { path, known: null },
    doubts: [
      ...holding.map(({ who }) => `${path} belongs to ${who} of the host.`),
      ...(unsure ? [`Whether the host itself uses ${path} could not be checked: look there first (lsblk, vgs, zpool status).`] : []),
    ],
  };
}

const inUse = (message: string, remedy: string): BackendError => new BackendError('in-use', message, { remedy });
