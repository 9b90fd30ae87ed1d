import { z } from 'zod';
import { toldAsJson } from '../host/program-answers.ts';
import type { RunningRoad } from './uses-there.ts';

const Text = z.string().max(4096).nullable().default(null);

/** A block device as lsblk(8) tells of it, with what is made of it below. */
export interface BlockDevice {
  /** The kernel's: "sda1", "dm-0". */
  readonly kname: string;
  /** "/dev/mapper/group-volume" for what the device mapper has made. */
  readonly path: string | null;
  /** disk, part, lvm, crypt, raid1 … */
  readonly type: string | null;
  /** Bytes; old releases have numbers in quotes. */
  readonly size: number | null;
  readonly fstype: string | null;
  readonly label: string | null;
  readonly uuid: string | null;
  readonly partuuid: string | null;
  /** Of a DOS table in hexadecimal: "0x83". */
  readonly parttype: string | null;
  readonly mountpoint: string | null;
  /** It cannot be written to. */
  readonly ro: boolean;
  readonly children: readonly BlockDevice[];
}

const Size = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
    z.null(),
  ])
  .default(null);

const BlockDevice: z.ZodType<BlockDevice> = z.object({
  kname: z.string().max(256),
  path: Text,
  type: Text,
  size: Size,
  fstype: Text,
  label: Text,
  uuid: Text,
  partuuid: Text,
  parttype: Text,
  mountpoint: Text,
  // Old releases say "0" and "1".
  ro: z.union([z.boolean(), z.string().transform((word) => word === '1')]).default(false),
  get children() {
    return z.array(BlockDevice).default([]);
  },
});

/** Without the name in it there is no tree. */
const COLUMNS = 'NAME,KNAME,PATH,TYPE,SIZE,FSTYPE,LABEL,UUID,PARTUUID,PARTTYPE,MOUNTPOINT,RO';

/** Null where the road leads to the daemon alone, or the host's lsblk cannot tell (before util-linux 2.33). */
export async function blockDevices({ run }: RunningRoad): Promise<readonly BlockDevice[] | null> {
  const schema = z.object({ blockdevices: z.array(BlockDevice) });
  const answer = run === null ? null : await toldAsJson(run, schema, 'lsblk', '--json', '--bytes', '--output', COLUMNS);
  // A list that is flat does not tell what is made of a disk, and a disk in use would seem to be free.
  if (answer === null || answer.blockdevices.some(({ type }) => type === 'part')) return null;
  const mounted = new Map(
    answer.blockdevices
      .flatMap(withBelow)
      .flatMap(({ uuid, mountpoint }) => (uuid === null || mountpoint === null ? [] : [[uuid, mountpoint]])),
  );
  return answer.blockdevices.map((block) => mountedWithAll(block, mounted));
}

/** lsblk tells the mount of a file system at one of its disks; the others have the same uuid (Btrfs, bcachefs). */
const mountedWithAll = (one: BlockDevice, mounted: ReadonlyMap<string, string>): BlockDevice => ({
  ...one,
  mountpoint:
    one.mountpoint ?? (one.fstype !== null && /^(?:btrfs|bcachefs)$/.test(one.fstype) ? (mounted.get(one.uuid ?? '') ?? null) : null),
  children: one.children.map((below) => mountedWithAll(below, mounted)),
});

/** It and all that is made of it, at any depth. */
export const withBelow = (one: BlockDevice): BlockDevice[] => [one, ...one.children.flatMap(withBelow)];

/** Something of it is mounted or swapped to, or the host has made something other than partitions of it: LVM, RAID, encryption. */
export const isInUse = (one: BlockDevice): boolean =>
  one.mountpoint !== null || one.children.some((below) => below.type !== 'part' || isInUse(below));

/** The file systems, volume groups and the like that it, or a part of it, is a member of, as blkid names them: lsblk does not tell whether those are in use. */
export const membershipsOf = (one: BlockDevice): string[] => [
  ...new Set(withBelow(one).flatMap(({ fstype }) => (fstype !== null && MEMBER.test(fstype) ? [fstype] : []))),
];

const MEMBER = /(?:_member|_log)$|^(?:bcache|bcachefs|btrfs|ceph_bluestore|drbd|jbd|oracleasm|stratis)$/;
