import { realpath } from 'node:fs/promises';
import type { Mend } from '#model/guest-spec';
import type { GuestRequest } from '../../backend.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { readStoragePicture } from '../storage/storage-picture.ts';
import type { StoragePicture } from '../storage/storage-needs.ts';
import type { Finding } from './creation-checks.ts';
import type { DiskPlace, GuestPlan } from './guest-plan.ts';

/** Two guests that write to one disk destroy it, and so does one that writes to what overlays are built on. */
export async function aboutUsers(host: LibvirtHost, request: GuestRequest, plan: GuestPlan): Promise<Finding[]> {
  const made = new Set(plan.volumes.map(({ path }) => path));
  const { source } = request.spec;
  // A drive of the host has checks of its own; it is the first disk.
  const own = source.kind === 'disk' && source.from.kind === 'drive' ? plan.disks.slice(1) : plan.disks;
  const there = own.flatMap(({ device, place }) =>
    device === 'disk' && !(place.kind !== 'volume' && made.has(place.path)) ? [place] : [],
  );
  const originals = plan.volumes.flatMap(({ make }) => (make.kind === 'clone' ? [make.from] : []));
  const moved = await movedPlaces(host, plan);
  // Nothing of the storage is looked at where every disk is new.
  if (there.length + originals.length + moved.length === 0) return [];
  const picture = await readStoragePicture(host, null);
  const copyable = source.kind === 'disk' && source.into === null && source.from.kind !== 'drive';
  return [
    ...there.flatMap((place, at) => aboutDisk(place, picture, copyable && at === 0 ? 'source' : 'disk')),
    ...moved.flatMap((place) => aboutDisk(place, picture, 'moved')),
    ...originals.flatMap((volume) => aboutOriginal({ kind: 'volume', volume }, picture)),
  ];
}

/** Where what is to be removed lies; a file of this computer only where the host is this computer. */
async function movedPlaces(host: LibvirtHost, { volumes }: GuestPlan): Promise<DiskPlace[]> {
  const places = volumes.map(async ({ make }): Promise<DiskPlace[]> => {
    if (make.kind !== 'move') return [];
    if (!('path' in make.from)) return [{ kind: 'volume', volume: make.from }];
    return host.local ? [{ kind: 'file', path: await realpath(make.from.path) }] : [];
  });
  return (await Promise.all(places)).flat();
}

/** A copy of what changes meanwhile is a bit of before and a bit of after. */
function aboutOriginal(place: DiskPlace, picture: StoragePicture): Finding[] {
  const path = pathOf(place, picture);
  const writer = path === null ? undefined : usersOf(path, picture).find(({ running }) => running);
  if (writer === undefined) return [];
  const message = `“${writer.name}” is running and may write to ${path}: a copy would be of no use.`;
  return [{ field: 'media', code: 'in-use', severity: 'error', message, remedy: `Shut “${writer.name}” down first.`, mends: [] }];
}

function usersOf(path: string, picture: StoragePicture): StoragePicture['uses'] {
  const identity = picture.identityOf(path);
  return picture.uses.filter(({ sources }) => sources.some((source) => identityOf(source, picture) === identity));
}

function aboutDisk(place: DiskPlace, picture: StoragePicture, role: 'source' | 'moved' | 'disk'): Finding[] {
  const path = pathOf(place, picture);
  if (path === null) return [];
  const identity = picture.identityOf(path);
  if (picture.volumes.some((volume) => volume.usedByHost === true && picture.identityOf(volume.path) === identity))
    return [aboutHost(path, role)];
  const users = usersOf(path, picture);
  const overlays = picture.volumes.filter(({ backing }) => backing !== null && picture.identityOf(backing) === identity);
  const names = [...users, ...overlays].map(({ name }) => `“${name}”`);
  if (names.length === 0) return [];
  const pool = picture.volumes.find((volume) => picture.identityOf(volume.path) === identity)?.pool;
  const isSource = role !== 'disk';
  const mends: Mend[] = role === 'source' && pool !== undefined ? [{ kind: 'copy', pool }] : [];
  return [
    {
      field: isSource ? 'media' : 'disk',
      code: 'in-use',
      severity: 'error',
      message: `${path} is needed by ${names.join(', ')}: ${consequences[role]}`,
      remedy: isSource ? 'Have it copied into a pool.' : 'Choose another disk.',
      mends,
    },
  ];
}

/** A copy of what is mounted could be made, but would be a bit of before and a bit of after. */
const aboutHost = (path: string, role: 'source' | 'moved' | 'disk'): Finding => ({
  field: role === 'disk' ? 'disk' : 'media',
  code: 'in-use',
  severity: 'error',
  message: `The host itself uses ${path}: it is mounted, swapped to, or something is built on it. What lies there is destroyed when two write to it.`,
  remedy: 'Choose another disk, or end that on the host first.',
  mends: [],
});

const consequences = {
  source: 'what a second guest writes to it would destroy it for both.',
  disk: 'what a second guest writes to it would destroy it for both.',
  moved: 'without it, that would not work any more.',
} as const;

function pathOf(place: DiskPlace, picture: StoragePicture): string | null {
  if (place.kind !== 'volume') return place.path;
  return volumePath(place.volume.pool, place.volume.name, picture);
}

function identityOf(source: StoragePicture['uses'][number]['sources'][number], picture: StoragePicture): string | null {
  const path = source.kind === 'volume' ? volumePath(source.pool, source.volume, picture) : source.path;
  return path === null ? null : picture.identityOf(path);
}

const volumePath = (pool: string, name: string, { volumes }: StoragePicture) =>
  volumes.find((volume) => volume.pool === pool && volume.name === name)?.path ?? null;
