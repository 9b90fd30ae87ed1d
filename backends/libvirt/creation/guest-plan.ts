import type { Bootstrap, IdMap } from '#model/guest-source';
import type { VolumeRef } from '#model/storage';
import type { LocalFile } from '../../backend.ts';
import type { NetworkSource } from './network-source.ts';

/** Where a disk lies, as a definition says it. */
export type DiskPlace =
  | { readonly kind: 'file' | 'block'; readonly path: string }
  /** For pools whose volumes have no path on the host: iSCSI spoken by QEMU; `network`: Ceph, Gluster. */
  | { readonly kind: 'volume'; readonly volume: VolumeRef; readonly network?: NetworkSource | null };

/** `file` null: main fetches, converts or unpacks it before the guest is made. */
export interface Upload {
  readonly kind: 'upload';
  readonly file: LocalFile | null;
  readonly growTo: number | null;
  /** Bytes, as far as they are known before it is here. */
  readonly size?: number | null;
  /** Of the disk in it, if it is one; bytes. */
  readonly capacity?: number | null;
}

/** A volume that is to be made. `growTo`: bytes; null: as large as what it is made of. */
export interface PlannedVolume {
  readonly pool: string;
  readonly name: string;
  /** Where it will be. */
  readonly path: string;
  readonly make:
    | { readonly kind: 'empty'; readonly size: number; readonly format: 'qcow2' | 'raw' }
    | Upload
    /** The very same bytes, compared: the original is removed afterwards, by whoever asked for that. */
    | { readonly kind: 'move'; readonly from: LocalFile | VolumeRef; readonly growTo: number | null }
    | { readonly kind: 'clone'; readonly from: VolumeRef; readonly format: string; readonly growTo: number | null };
}

export interface PlannedDisk {
  readonly device: 'disk' | 'cdrom';
  readonly place: DiskPlace;
  /** As QEMU calls it: qcow2, raw, vmdk … */
  readonly format: string;
  /** False: a cloud-init seed, or drivers. */
  readonly boots: boolean;
}

/** A container's files, which are put into a new folder. */
export interface PlannedTree {
  readonly pool: string;
  readonly name: string;
  /** Where it will be. */
  readonly path: string;
  readonly idMap: IdMap | null;
  /** The first program, which must be in it. */
  readonly init: string;
  readonly fill: TreeFilling;
  /** What it is to call itself; null: as its files have it. */
  readonly hostname: string | null;
  /** As crypt(5) has it; null: as its files have it. Never a word of a command. */
  readonly rootPasswordHash: string | null;
}

export type TreeFilling =
  /** `copied`: the volume that is only there for this, and goes afterwards. */
  | { readonly kind: 'archive'; readonly path: string; readonly copied: PlannedVolume | null }
  | { readonly kind: 'bootstrap'; readonly system: Bootstrap };

/** All that a specification comes to on this host. Nothing of it exists yet. */
export interface GuestPlan {
  /** In the order in which they are made. */
  readonly volumes: readonly PlannedVolume[];
  readonly disks: readonly PlannedDisk[];
  /** Of the first start only. */
  readonly kernel: { readonly kernel: PlannedVolume; readonly initrd: PlannedVolume; readonly arguments: string } | null;
  /** A container's root folder; `tree` where it is made. */
  readonly root: string | null;
  readonly tree: PlannedTree | null;
}
