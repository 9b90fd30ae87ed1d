import type { VolumeRef } from '#model/storage';
import type { StorageUses, UseKind } from '#model/storage-use';
import { type GraphVolume, StorageGraph } from '../../storage-graph.ts';
import type { DiskSource, NamedSource } from './disk-uses.ts';

/** A volume of an active pool. */
export interface KnownVolume {
  readonly key: string;
  readonly pool: string;
  /** As libvirt names it: one of `PoolKind`, or a kind of its that we do not know. */
  readonly poolKind: string;
  /** That its pool is reached by; empty where the host has it itself. */
  readonly servers: readonly string[];
  readonly name: string;
  readonly path: string;
  /** What deleting it gives back, bytes. */
  readonly allocation: number;
  /** The file it is an overlay of. */
  readonly backing: string | null;
  /** A symbolic link in the pool to a file that is not in it. */
  readonly leadsOutside: boolean;
  /** The host has mounted it, swaps to it, or has built something on it, as LVM or RAID; null where that could not be looked at. */
  readonly usedByHost: boolean | null;
}

/** A folder in an active pool, which libvirt lists among its volumes and does not look into. */
export interface KnownFolder {
  readonly key: string;
  readonly pool: string;
  readonly name: string;
  readonly path: string;
}

/** What one domain, in any of its definitions or snapshots, refers to. */
export interface DomainUse {
  readonly uuid: string;
  readonly name: string;
  readonly running: boolean;
  readonly sources: readonly NamedSource[];
  /** Whatever looks like a path of the host in it, for one reason or another. */
  readonly paths: readonly string[];
  /** Folders of the host that it is given as they are. */
  readonly shares: readonly string[];
}

export interface PoolPlace {
  readonly pool: string;
  readonly path: string;
}

/** A host's disks and who needs them, as far as it could be seen. */
export interface StoragePicture {
  readonly volumes: readonly KnownVolume[];
  readonly folders: readonly KnownFolder[];
  /** Where pools, active or not, have their volumes. */
  readonly places: readonly PoolPlace[];
  readonly uses: readonly DomainUse[];
  /** What could not be looked into, each as a sentence: a user of a disk may hide there. */
  readonly blind: readonly string[];
  /** The same for two paths to one file: device and inode on this computer, else the volume's key or the path. */
  identityOf(path: string): string;
}

/** What could not be looked into that concerns these volumes, each as a sentence. */
export function doubtsAbout({ volumes, blind }: StoragePicture, refs: readonly VolumeRef[]): string[] {
  const unclear = volumes.filter(
    ({ usedByHost, pool, name }) => usedByHost === null && refs.some((ref) => ref.pool === pool && ref.name === name),
  );
  return [...blind, ...unclear.map(({ name }) => `Whether the host itself has mounted “${name}” could not be looked at.`)];
}

const graphs = new WeakMap<StoragePicture, StorageGraph>();

/** Who needs what of it. */
export function graphOf(picture: StoragePicture): StorageGraph {
  const known = graphs.get(picture);
  if (known !== undefined) return known;
  const graph = new StorageGraph({
    volumes: picture.volumes.map((volume) => inGraph(volume, picture)),
    uses: picture.uses.flatMap(({ uuid, name, running, sources }) =>
      sources.flatMap((source) => {
        const identity = identityOfSource(source, picture);
        return identity === null ? [] : [{ guest: uuid, name, running, kind: source.use satisfies UseKind, identity }];
      }),
    ),
    doubts: picture.blind,
  });
  graphs.set(picture, graph);
  return graph;
}

export const usesIn = (picture: StoragePicture): StorageUses => graphOf(picture).uses();

function inGraph(volume: KnownVolume, { identityOf }: StoragePicture): GraphVolume {
  const { pool, name, path, backing, allocation, leadsOutside, usedByHost } = volume;
  return {
    ref: { pool, name },
    path,
    identity: identityOf(path),
    backing: backing === null ? null : { path: backing, identity: identityOf(backing) },
    allocation,
    leadsOutside,
    usedByHost: usedByHost === true,
  };
}

/** Null for a volume that is in no active pool. */
function identityOfSource(source: DiskSource, picture: StoragePicture): string | null {
  if (source.kind !== 'volume') return picture.identityOf(source.path);
  const volume = volumeOf(source, picture);
  return volume === null ? null : picture.identityOf(volume.path);
}

/** The volume that a disk is, by its two names or by whatever path. */
export function volumeOf(source: DiskSource, picture: StoragePicture): KnownVolume | null {
  if (source.kind === 'volume') {
    return picture.volumes.find((volume) => volume.pool === source.pool && volume.name === source.volume) ?? null;
  }
  // Two clusters may each have an image of that name.
  if (source.kind === 'elsewhere')
    return picture.volumes.find(({ path, servers }) => path === source.path && servers.some((one) => source.servers.includes(one))) ?? null;
  const identity = picture.identityOf(source.path);
  const same = picture.volumes.filter((volume) => picture.identityOf(volume.path) === identity);
  return same.find((volume) => volume.path === source.path) ?? same[0] ?? null;
}

/** Who refers to the file of this volume, by whatever path. */
export function usersOf(volume: KnownVolume, picture: StoragePicture): DomainUse[] {
  const users = new Set(
    graphOf(picture)
      .usersOf(inGraph(volume, picture))
      .map(({ guest }) => guest),
  );
  return picture.uses.filter(({ uuid }) => users.has(uuid));
}

/** All volumes whose backing file this is, not only the first. */
export function overlaysOf(volume: KnownVolume, picture: StoragePicture): KnownVolume[] {
  const paths = new Set(
    graphOf(picture)
      .overlaysOf(inGraph(volume, picture))
      .map(({ path }) => path),
  );
  return picture.volumes.filter(({ path, backing }) => backing !== null && paths.has(path));
}
