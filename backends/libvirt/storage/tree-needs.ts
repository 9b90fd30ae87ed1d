import { lstat, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { listed } from '../../storage-graph.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { KnownFolder, StoragePicture } from './storage-needs.ts';

/** A path that a folder must not hold if it is to go. */
export interface Neighbour {
  /** Whose it is: a pool's, or of a guest or an overlay. */
  readonly pool: boolean;
  readonly name: string;
  readonly path: string;
  /** It is a folder of somebody's that must not be around it either. */
  readonly around: boolean;
}

/** `going`: guests that do not count any more. */
export function neighboursOf({ pool: own }: KnownFolder, picture: StoragePicture, going: ReadonlySet<string>): Neighbour[] {
  const guests = picture.uses.filter(({ uuid }) => !going.has(uuid));
  const named = (name: string, paths: readonly string[], around: boolean) => paths.map((path) => ({ pool: false, name, path, around }));
  return [
    ...guests.flatMap(({ name, shares, paths }) => [...named(name, shares, true), ...named(name, paths, false)]),
    ...picture.places.map(({ pool: name, path }) => ({ pool: true, name, path, around: name !== own })),
    ...picture.volumes.flatMap(({ name, backing }) => named(name, backing === null ? [] : [backing], false)),
  ];
}

/** The path without links, as far as they can be seen from here; the host itself looks again before anything goes. */
export async function realPlace(host: Pick<LibvirtHost, 'local'>, path: string): Promise<string> {
  if (!host.local) return normalize(path);
  let rest = '';
  for (let at = normalize(path); ; at = dirname(at)) {
    try {
      return join(await realpath(at), rest);
    } catch {
      if (at === '/' || at === '.') return normalize(path);
      rest = join(basename(at), rest);
    }
  }
}

/**
 * Why a folder of a pool has to stay with what is in it, as a sentence; null: as far as can be seen it may go. What could not be looked into
 * (`blind`) is the caller's to judge.
 */
export async function treeKeptBecause(
  host: Pick<LibvirtHost, 'local'>,
  folder: KnownFolder,
  picture: StoragePicture,
  going: ReadonlySet<string>,
): Promise<string | null> {
  const place = picture.places.find(({ pool }) => pool === folder.pool);
  const real = await realPlace(host, folder.path);
  if (place === undefined || dirname(real) !== (await realPlace(host, place.path))) return 'It is not in the folder of its storage pool.';
  // A mount's path is written down by the kernel with these escaped.
  if (/[\p{C}\\]/u.test(real)) return 'There are characters in its name that no folder of a container has.';
  if (host.local) {
    if ((await lstat(folder.path).catch(() => null))?.isDirectory() !== true) return 'It is no folder that can be looked at from here.';
    const mount = (await mountedHere()).find((path) => isIn(path, real));
    if (mount !== undefined) return mount === real ? 'Something is mounted on it.' : 'Something is mounted in it.';
  }
  const near: Neighbour[] = [];
  for (const each of neighboursOf(folder, picture, going)) {
    const there = await realPlace(host, each.path);
    if (isIn(there, real) || (each.around && isIn(real, there))) near.push(each);
  }
  const pool = near.find((each) => each.pool);
  if (pool !== undefined) return `The folder of the storage pool “${pool.name}” is the same, in it or around it.`;
  const names = [...new Set(near.map(({ name }) => name))];
  return names.length === 0 ? null : `${listed(names)} ${names.length === 1 ? 'needs' : 'need'} it too, or something in it.`;
}

const isIn = (path: string, folder: string): boolean => path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/** Fifth in a line of proc(5)'s mountinfo; spaces and the like as octal numbers. */
async function mountedHere(): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return lines.flatMap((line) => {
    const path = line.split(' ')[4];
    return path === undefined
      ? []
      : [path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))];
  });
}
