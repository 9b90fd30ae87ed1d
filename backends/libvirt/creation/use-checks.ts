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
  const there = plan.disks.flatMap(({ device, place }) =>
    device === 'disk' && !(place.kind !== 'volume' && made.has(place.path)) ? [place] : [],
  );
  const originals = plan.volumes.flatMap(({ make }) => (make.kind === 'clone' ? [make.from] : []));
  // Nothing of the storage is looked at where every disk is new.
  if (there.length + originals.length === 0) return [];
  const picture = await readStoragePicture(host, null);
  const { source } = request.spec;
  const copyable = source.kind === 'disk' && source.into === null;
  return [
    ...there.flatMap((place, at) => aboutDisk(place, picture, copyable && at === 0)),
    ...originals.flatMap((volume) => aboutOriginal({ kind: 'volume', volume }, picture)),
  ];
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

function aboutDisk(place: DiskPlace, picture: StoragePicture, isSource: boolean): Finding[] {
  const path = pathOf(place, picture);
  if (path === null) return [];
  const identity = picture.identityOf(path);
  const users = usersOf(path, picture);
  const overlays = picture.volumes.filter(({ backing }) => backing !== null && picture.identityOf(backing) === identity);
  const names = [...users, ...overlays].map(({ name }) => `“${name}”`);
  if (names.length === 0) return [];
  const pool = picture.volumes.find((volume) => picture.identityOf(volume.path) === identity)?.pool;
  const mends: Mend[] = isSource && pool !== undefined ? [{ kind: 'copy', pool }] : [];
  return [
    {
      field: isSource ? 'media' : 'disk',
      code: 'in-use',
      severity: 'error',
      message: `${path} is needed by ${names.join(', ')}: what a second guest writes to it would destroy it for both.`,
      remedy: isSource ? 'Have it copied into a pool.' : 'Choose another disk.',
      mends,
    },
  ];
}

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
