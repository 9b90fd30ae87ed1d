import type { DeletionDisk } from '#model/deletion';
import { PoolKind, poolKinds } from '#model/pool-kinds';
import { HOST_USES_IT, listed } from '../../storage-graph.ts';
import type { DiskSource, DomainDisk } from '../storage/disk-uses.ts';
import { type KnownVolume, overlaysOf, type StoragePicture, usersOf, volumeOf } from '../storage/storage-needs.ts';

export interface PlannedDisk extends DeletionDisk {
  /** What is to be deleted; null unless it may be. */
  readonly volume: KnownVolume | null;
}

type Verdict = DeletionDisk['verdict'];

/**
 * Which of a guest's disks may go with it. Only what is proven to be needed by nobody else is ticked from the start; what others need, or
 * what libvirt's pools do not hold, is kept. libvirt itself refuses nothing: it deletes the base of an overlay, and a running guest's disk.
 */
export function planDisks(guest: string, disks: readonly DomainDisk[], picture: StoragePicture): PlannedDisk[] {
  const seen = new Set<string>();
  return disks.flatMap((disk) => {
    const volume = volumeOf(disk.source, picture);
    const path = volume?.path ?? pathOf(disk.source);
    const identity = volume === null ? path : picture.identityOf(volume.path);
    // Live and stored definition, or two drives, may name one file.
    if (seen.has(identity)) return [];
    seen.add(identity);
    const verdict = judge(guest, disk, volume, picture);
    const deletable = verdict.kind === 'kept' ? null : volume;
    return [{ target: disk.target, folder: false, path, size: volume?.allocation ?? null, verdict, volume: deletable }];
  });
}

export function pathOf(source: DiskSource): string {
  return source.kind === 'volume' ? `${source.pool}/${source.volume}` : source.path;
}

function judge(guest: string, disk: DomainDisk, volume: KnownVolume | null, picture: StoragePicture): Verdict {
  const { source } = disk;
  if (disk.removable) return kept('It is a medium in a drive, not a disk of this guest alone.');
  if (source.kind === 'block' && volume === null) return kept('It is a device of the host, and in no active storage pool.');
  if (source.kind === 'elsewhere' && volume === null) return kept('It is not on the host, and in none of its active storage pools.');
  if (volume === null) return kept('It is in no active storage pool, so the host cannot delete it.');
  if (!canBeDeleted(volume)) return kept('The host does not delete what is in a storage pool of this kind.');
  if (volume.usedByHost === true) return kept(HOST_USES_IT);
  if (volume.leadsOutside) return kept('It is a link to a file outside of its storage pool.');

  const others = usersOf(volume, picture).filter((use) => use.uuid !== guest);
  if (others.length > 0) return kept(`${listed(others.map((use) => use.name))} ${others.length === 1 ? 'needs' : 'need'} it too.`);
  const overlays = overlaysOf(volume, picture);
  if (overlays.length > 0)
    return kept(`${listed(overlays.map((overlay) => overlay.name))} ${overlays.length === 1 ? 'is' : 'are'} built on it.`);

  if (disk.shareable) return possible('It is marked as shared: guests elsewhere may need it.');
  if (disk.readOnly) return possible('The guest only reads it, so it was probably made for others as well.');
  if (picture.blind.length > 0)
    return possible(`Not everything could be looked into, so something may need it. ${picture.blind.join(' ')}`);
  if (volume.usedByHost === null) return possible('Whether the host itself has mounted it could not be looked at.');
  if (source.kind === 'elsewhere') return possible('It is on a server: guests of other hosts that need it are not seen.');
  if (source.kind === 'block' || isDevice(volume))
    return possible('It is a device of the host: whoever has it by another of its names is not seen.');
  return { kind: 'offered' };
}

/** However the guest names it. */
function isDevice({ poolKind }: KnownVolume): boolean {
  const kind = PoolKind.safeParse(poolKind).data;
  return kind === 'logical' || kind === 'disk' || kind === 'zfs';
}

/** Units of a server, for one, are the server's. */
function canBeDeleted({ poolKind }: KnownVolume): boolean {
  const kind = PoolKind.safeParse(poolKind).data;
  return kind === undefined || poolKinds[kind].volumes.delete;
}

const kept = (why: string): Verdict => ({ kind: 'kept', why });
const possible = (why: string): Verdict => ({ kind: 'possible', why });
