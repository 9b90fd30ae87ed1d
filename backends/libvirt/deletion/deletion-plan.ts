import type { DeletionDisk } from '#model/deletion';
import type { DiskSource, DomainDisk } from '../storage/disk-uses.ts';

/** A volume of an active pool. */
export interface KnownVolume {
  readonly key: string;
  readonly pool: string;
  readonly name: string;
  readonly path: string;
  /** What deleting it gives back, bytes. */
  readonly allocation: number;
  /** The file it is an overlay of. */
  readonly backing: string | null;
  /** A symbolic link in the pool to a file that is not in it. */
  readonly leadsOutside: boolean;
}

/** What one domain, in any of its definitions or snapshots, refers to. */
export interface DomainUse {
  readonly uuid: string;
  readonly name: string;
  readonly sources: readonly DiskSource[];
}

/** A host's disks and who needs them, as far as it could be seen. */
export interface StoragePicture {
  readonly volumes: readonly KnownVolume[];
  readonly uses: readonly DomainUse[];
  /** What could not be looked into, each as a sentence: a user of a disk may hide there. */
  readonly blind: readonly string[];
  /** The same for two paths to one file: device and inode on this computer, else the volume's key or the path. */
  identityOf(path: string): string;
}

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
    return [{ target: disk.target, path, size: volume?.allocation ?? null, verdict, volume: verdict.kind === 'kept' ? null : volume }];
  });
}

export function pathOf(source: DiskSource): string {
  return source.kind === 'volume' ? `${source.pool}/${source.volume}` : source.path;
}

export function volumeOf(source: DiskSource, picture: StoragePicture): KnownVolume | null {
  if (source.kind === 'volume') {
    return picture.volumes.find((volume) => volume.pool === source.pool && volume.name === source.volume) ?? null;
  }
  if (source.kind !== 'file') return null;
  const identity = picture.identityOf(source.path);
  const same = picture.volumes.filter((volume) => picture.identityOf(volume.path) === identity);
  return same.find((volume) => volume.path === source.path) ?? same[0] ?? null;
}

function judge(guest: string, disk: DomainDisk, volume: KnownVolume | null, picture: StoragePicture): Verdict {
  const { source } = disk;
  if (disk.removable) return kept('It is a medium in a drive, not a disk of this guest alone.');
  if (source.kind === 'block') return kept('It is a device of the host, not a file.');
  if (source.kind === 'elsewhere') return kept('It is not a file on the host.');
  if (volume === null) return kept('It is in no active storage pool, so the host cannot delete it.');
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
  return { kind: 'offered' };
}

const kept = (why: string): Verdict => ({ kind: 'kept', why });
const possible = (why: string): Verdict => ({ kind: 'possible', why });

/** Who refers to the file of this volume, by whatever path. */
export function usersOf(volume: KnownVolume, picture: StoragePicture): DomainUse[] {
  const identity = picture.identityOf(volume.path);
  const refers = (source: DiskSource) => {
    if (source.kind === 'elsewhere') return false;
    if (source.kind !== 'volume') return picture.identityOf(source.path) === identity;
    const named = volumeOf(source, picture);
    return named !== null && picture.identityOf(named.path) === identity;
  };
  return picture.uses.filter((use) => use.sources.some(refers));
}

/** All volumes whose backing file this is, not only the first. */
export function overlaysOf(volume: KnownVolume, picture: StoragePicture): KnownVolume[] {
  const identity = picture.identityOf(volume.path);
  return picture.volumes.filter((each) => each.backing !== null && picture.identityOf(each.backing) === identity);
}

function listed(names: readonly string[]): string {
  const quoted = [...new Set(names)].sort().map((name) => `“${name}”`);
  const shown = quoted.slice(0, 5);
  if (quoted.length > shown.length) return `${shown.join(', ')} and ${quoted.length - shown.length} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}
