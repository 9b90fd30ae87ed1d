import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runHere } from '../transport/run-program.ts';

/** Block devices below block devices, as of a file system in LVM in LUKS on a stick. */
const DEPTH = 8;
/** A pool that waits for a lost disk lets its tool wait too. */
const PATIENCE_MS = 10_000;

/** What of this computer is looked at; a test has folders of its own. */
export interface HereRoots {
  readonly sys: string;
  readonly proc: string;
  readonly run: string;
}

const here: HereRoots = { sys: '/sys', proc: '/proc', run: '/run' };

/** Disks of this computer, and parts of them, each by where it lies in /sys. */
export interface DisksHere {
  /** Something of them is mounted or swapped to, or something is built on them: LVM, RAID, encryption, a ZFS pool. */
  readonly used: readonly string[];
  /** They are marked as ZFS's, or may be, and nobody tells whether a pool that is in use has them. */
  readonly doubtful: readonly string[];
}

/** The same of what is below a place in /sys, or is it, by its name: "sda1". */
export async function disksBelow(place: string, roots: HereRoots = here): Promise<DisksHere> {
  const below = await disksBelowEach(roots);
  return below(place);
}

/** The same of as many places as are asked for, after one look. */
export async function disksBelowEach(roots: HereRoots = here): Promise<(place: string) => DisksHere> {
  const all = await disksHere(roots);
  const named = (disks: readonly string[], place: string) =>
    [...new Set(disks.filter((path) => path === place || path.startsWith(`${place}/`)).map((path) => basename(path)))].sort();
  return (place) => ({ used: named(all.used, place), doubtful: named(all.doubtful, place) });
}

/** Not found: a disk that a program has opened for itself alone, which the kernel tells nobody. */
async function disksHere(roots: HereRoots): Promise<DisksHere> {
  const { sys, proc } = roots;
  const [mounts, swaps, btrfs, held, zfs] = await Promise.all([
    textOf(join(proc, 'self/mountinfo')),
    textOf(join(proc, 'swaps')),
    belowBtrfs(sys),
    heldDisks(sys),
    zfsDisks(roots),
  ]);
  // proc_pid_mountinfo(5): the third word is major:minor. proc_swaps(5): the first is a path.
  const numbers = [...(mounts ?? '').matchAll(/^\d+ \d+ (\d+:\d+) /gm)].map(([, number = '']) => join(sys, 'dev/block', number));
  const swapped = [...(swaps ?? '').matchAll(/^\/dev\/(\S+)/gm)].map(([, name = '']) => name);
  const named = [...swapped, ...btrfs, ...held, ...zfs.used].map((name) => join(sys, 'class/block', name));
  const used = new Set(await madeOf([...numbers, ...named]));
  const doubtful = await madeOf(zfs.doubtful.map((name) => join(sys, 'class/block', name)));
  return { used: [...used], doubtful: doubtful.filter((disk) => !used.has(disk)) };
}

/** Btrfs numbers its mounts with what is no device's number; what a mounted one lies on, which may be several, is told here. */
async function belowBtrfs(sys: string): Promise<string[]> {
  const all = join(sys, 'fs/btrfs');
  return (await Promise.all((await namesIn(all)).map((id) => namesIn(join(all, id, 'devices'))))).flat();
}

/** What LVM, LUKS, multipath, RAID or bcache have made another device of, mounted or not: the kernel's Documentation/ABI, "holders". */
async function heldDisks(sys: string): Promise<string[]> {
  const all = await namesIn(join(sys, 'class/block'));
  const holders = await Promise.all(all.map((name) => namesIn(join(sys, 'class/block', name, 'holders'))));
  return all.filter((_, at) => (holders[at]?.length ?? 0) > 0);
}

/**
 * ZFS names its disks neither as what is mounted nor as holders. Its module has a folder for each pool that is in use (zpool-import(8) has
 * been there), its tool tells of which disks, and udev which ones bear its mark, also that of a pool that is not in use.
 */
async function zfsDisks({ sys, proc, run }: HereRoots): Promise<{ used: readonly string[]; doubtful: readonly string[] }> {
  const entries = await readdir(join(proc, 'spl/kstat/zfs'), { withFileTypes: true }).catch(() => []);
  if (!entries.some((entry) => entry.isDirectory())) return { used: [], doubtful: [] };
  const told = await zpools();
  if (told !== null) return { used: [...told.matchAll(/^\s+\/dev\/(\S+)/gm)].map(([, name = '']) => name), doubtful: [] };
  const all = await namesIn(join(sys, 'class/block'));
  const marks = await Promise.all(all.map(async (name) => mayBeZfs(sys, run, name)));
  return { used: [], doubtful: all.filter((_, at) => marks[at]) };
}

/** One that udev has not looked at may be. */
async function mayBeZfs(sys: string, run: string, name: string): Promise<boolean> {
  const number = (await textOf(join(sys, 'class/block', name, 'dev')))?.trim();
  const known = number === undefined ? null : await textOf(join(run, 'udev/data', `b${number}`));
  return known === null || /^E:ID_FS_TYPE=zfs_member$/m.test(known);
}

/** What the pools in use are made of, as full names of real devices (zpool-list(8)). Null also where this person may not ask, as with a ZFS of before 0.7. */
async function zpools(): Promise<string | null> {
  const asked = runHere(process.env)(['zpool', 'list', '-v', '-H', '-P', '-L'], undefined, { patienceMs: PATIENCE_MS });
  return asked.then(
    ({ code, stdout }) => (code === 0 ? stdout : null),
    () => null,
  );
}

/** Themselves and what they are made of. */
const madeOf = async (entries: readonly string[]): Promise<string[]> => [
  ...new Set((await Promise.all([...new Set(entries)].map((entry) => disksOf(entry, DEPTH)))).flat()),
];

async function disksOf(entry: string, depth: number): Promise<string[]> {
  const disk = await realpath(entry).catch(() => null);
  if (disk === null || depth === 0) return [];
  const slaves = await namesIn(join(disk, 'slaves'));
  return [disk, ...(await Promise.all(slaves.map((slave) => disksOf(join(disk, 'slaves', slave), depth - 1)))).flat()];
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);
