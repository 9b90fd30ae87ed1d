import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Pool as PoolHandle, Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { element, type XmlElement } from '../xml/document.ts';

/** Pools whose volumes are files, which is what a qcow2 disk needs. */
export const fileStores: ReadonlySet<string> = new Set(['dir', 'fs', 'netfs', 'vstorage']);

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

/** May be repeated. */
export async function deleteVolume(host: LibvirtHost, vol: Volume): Promise<void> {
  try {
    await host.job(remote.storageVolDelete, { vol, flags: 0 });
  } catch (error) {
    if (!failedWith(error, 'not-found')) throw error;
  }
}
