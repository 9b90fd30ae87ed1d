import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { UsbUse } from '#model/usb-device';

/** Of USB's human interface devices (usb.org, HID 1.11, 4.1 and 4.3): a class, and which of them a firmware could use. */
const HID = '03';
const hidUses: ReadonlyMap<string, UsbUse> = new Map([
  ['01', 'keyboard'],
  ['02', 'mouse'],
]);
/** Block devices below block devices, as of a file system in LVM in LUKS on a stick. */
const DEPTH = 8;

/** What of this computer is looked at; a test has folders of its own. */
export interface HereRoots {
  readonly sys: string;
  readonly proc: string;
}

/** What this computer would miss if the device at this path of /sys went to a guest. */
export async function usbUseHere(path: string, roots: HereRoots = { sys: '/sys', proc: '/proc' }): Promise<UsbUse | null> {
  const disks = await disksInUse(roots);
  if (disks.some((disk) => disk.startsWith(`${path}/`))) return 'disk';
  const interfaces = (await readdir(path).catch(() => [])).filter((name) => name.includes(':'));
  for (const name of interfaces) {
    const [kind, protocol] = await Promise.all(['bInterfaceClass', 'bInterfaceProtocol'].map((file) => word(join(path, name, file))));
    const use = kind === HID ? hidUses.get(protocol ?? '') : undefined;
    if (use !== undefined) return use;
  }
  return null;
}

/** Where in /sys the disks lie that something is mounted from or swapped to. */
export async function disksInUse({ sys, proc }: HereRoots): Promise<string[]> {
  const [mounts, swaps] = await Promise.all(['self/mountinfo', 'swaps'].map((file) => readFile(join(proc, file), 'utf8').catch(() => '')));
  // proc_pid_mountinfo(5): the third word is major:minor. proc_swaps(5): the first is a path.
  const numbers = [...(mounts ?? '').matchAll(/^\d+ \d+ (\d+:\d+) /gm)].map(([, number = '']) => join(sys, 'dev/block', number));
  const swapped = [...(swaps ?? '').matchAll(/^\/dev\/(\S+)/gm)].map(([, name = '']) => join(sys, 'class/block', name));
  const entries = new Set([...numbers, ...swapped, ...(await belowBtrfs(sys))]);
  return [...new Set((await Promise.all([...entries].map((entry) => disksOf(entry, DEPTH)))).flat())];
}

/** Btrfs numbers its mounts with what is no device's number; what a mounted one lies on, which may be several, is told here. */
async function belowBtrfs(sys: string): Promise<string[]> {
  const all = join(sys, 'fs/btrfs');
  const namesIn = (folder: string) => readdir(folder).catch(() => []);
  const devices = await Promise.all((await namesIn(all)).map((id) => namesIn(join(all, id, 'devices'))));
  return devices.flat().map((name) => join(sys, 'class/block', name));
}

/** Itself and what it is made of. */
async function disksOf(entry: string, depth: number): Promise<string[]> {
  const disk = await realpath(entry).catch(() => null);
  if (disk === null || depth === 0) return [];
  const slaves = await readdir(join(disk, 'slaves')).catch(() => []);
  return [disk, ...(await Promise.all(slaves.map((slave) => disksOf(join(disk, 'slaves', slave), depth - 1)))).flat()];
}

const word = async (path: string): Promise<string> => (await readFile(path, 'utf8').catch(() => '')).trim();
