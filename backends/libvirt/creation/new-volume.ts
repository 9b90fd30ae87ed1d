import { PoolKind, poolKinds } from '#model/pool-kinds';
import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Pool as PoolHandle, Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { element, type XmlElement } from '../xml/document.ts';

/** Pools whose volumes are files, which is what a qcow2 disk needs. */
export const fileStores: ReadonlySet<string> = new Set(['dir', 'fs', 'netfs', 'vstorage']);

/** What is not written takes nothing. */
export function isThin(poolKind: string): boolean {
  const known = PoolKind.safeParse(poolKind).data;
  return fileStores.has(poolKind) || (known !== undefined && poolKinds[known].volumes.thin === true);
}

export interface WantedVolume {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly format: string;
  /** The pool's volumes are files. */
  readonly files: boolean;
}

/** What an empty qcow2 of this size takes, rounded up generously: header, first tables, and 8 bytes for each 512 MiB. */
export function emptyDiskBytes(size: number): number {
  return 256 * 1024 + Math.ceil(size / 2 ** 23);
}

/**
 * Only files begin empty: of a logical volume whose allocation is not its capacity libvirt makes a snapshot of nothing, which is lost as soon as
 * more than its allocation has been written to it (virStorageBackendLogicalLVCreate).
 */
export function volumeXml({ name, size, format, files }: WantedVolume): XmlElement {
  return element(
    'volume',
    {},
    element('name', {}, name),
    element('capacity', { unit: 'bytes' }, String(size)),
    element('allocation', { unit: 'bytes' }, String(files ? 0 : size)),
    element('target', {}, element('format', { type: format })),
  );
}

/**
 * The volume that a call whose answer was lost has made, or null. It is that one if it has the name that was free before, the wanted
 * capacity, and nothing written to it yet: what somebody else made there in the meantime is not taken for ours. Devices are rounded up to whole
 * units, and tell nothing of what was written.
 */
export async function findNewVolume(
  host: LibvirtHost,
  pool: PoolHandle,
  { name, size, files }: Omit<WantedVolume, 'format'>,
): Promise<Volume | null> {
  try {
    const { vol } = await host.call(remote.storageVolLookupByName, { pool, name });
    const { capacity, allocation } = await host.call(remote.storageVolGetInfo, { vol });
    const fits = files ? Number(capacity) === size && Number(allocation) <= emptyDiskBytes(size) : Number(capacity) >= size;
    return fits ? vol : null;
  } catch (error) {
    if (failedWith(error, 'not-found')) return null;
    throw error;
  }
}

/** May be repeated. Rejects with 'in-use' where the host keeps it for what it does not tell of: a copy in Ceph shares its original's blocks. */
export async function deleteVolume(host: LibvirtHost, vol: Volume): Promise<void> {
  try {
    await host.job(remote.storageVolDelete, { vol, flags: 0 });
  } catch (error) {
    if (!failedWith(error, 'not-found')) throw error;
    // Of an image with snapshots libvirt says "No such file or directory", whatever went wrong (virStorageBackendRBDDeleteVol).
    if (!(await isStillThere(host, vol))) return;
    throw new BackendError('in-use', `The host keeps “${vol.name}” in “${vol.pool}”.`, {
      reason: 'It has snapshots, or something is built on it.',
      remedy: 'Delete what was copied from it, and its snapshots (rbd snap ls).',
      cause: error,
    });
  }
}

async function isStillThere(host: LibvirtHost, { pool: name, name: volume }: Volume): Promise<boolean> {
  try {
    const { pool } = await host.call(remote.storagePoolLookupByName, { name });
    await host.job(remote.storagePoolRefresh, { pool, flags: 0 });
    await host.call(remote.storageVolLookupByName, { pool, name: volume });
    return true;
  } catch (error) {
    if (failedWith(error, 'not-found')) return false;
    throw error;
  }
}
