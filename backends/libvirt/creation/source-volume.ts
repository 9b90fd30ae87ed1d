import type { Pool, VolumeRef } from '#model/storage';
import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Pool as PoolHandle } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, parseXml, path, textAt, type XmlElement } from '../xml/document.ts';
import type { DiskPlace } from './guest-plan.ts';
import { type NetworkSource, networkSourceOf } from './network-source.ts';
import { fileStores } from './new-volume.ts';

export interface SourceVolume {
  readonly ref: VolumeRef;
  readonly path: string;
  /** As QEMU calls it. */
  readonly format: string;
  /** Bytes. */
  readonly capacity: number;
  /** What it takes now, without what it is built on; bytes. */
  readonly allocation: number;
  /** Neither an overlay nor encrypted: all of the disk is in its own bytes. */
  readonly isPlain: boolean;
  /** Of Ceph and Gluster. */
  readonly network: NetworkSource | null;
}

/** A volume that is there already. Rejects with 'not-found'. */
export async function readSourceVolume(host: LibvirtHost, ref: VolumeRef): Promise<SourceVolume> {
  try {
    const { pool } = await host.call(remote.storagePoolLookupByName, { name: ref.pool });
    const { vol } = await host.call(remote.storageVolLookupByName, { pool, name: ref.name });
    const { xml } = await host.call(remote.storageVolGetXmlDesc, { vol, flags: 0 });
    const document = parseXml(xml);
    const format = attribute(path(document, 'target', 'format'), 'type');
    const place = textAt(document, 'target', 'path') ?? vol.key;
    return {
      ref,
      path: place,
      // What libvirt calls an ISO is raw to QEMU; so is a partition, whose format is a type of partition.
      format: format !== null && qemuFormats.has(format) ? format : 'raw',
      capacity: Number(textAt(document, 'capacity') ?? 0),
      allocation: Number(textAt(document, 'allocation') ?? 0),
      isPlain: child(document, 'backingStore') === null && path(document, 'target', 'encryption') === null,
      network: attribute(document, 'type') === 'network' ? networkSourceOf(await poolDocument(host, pool), place) : null,
    };
  } catch (error) {
    if (!failedWith(error, 'not-found')) throw error;
    throw new BackendError('not-found', `The pool “${ref.pool}” has no volume “${ref.name}”.`, { remedy: 'Choose another.', cause: error });
  }
}

/** Rejects with 'not-found'. */
export async function readPoolDocument(host: LibvirtHost, name: string): Promise<XmlElement> {
  return poolDocument(host, (await host.call(remote.storagePoolLookupByName, { name })).pool);
}

async function poolDocument(host: LibvirtHost, pool: PoolHandle): Promise<XmlElement> {
  return parseXml((await host.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 })).xml);
}

const qemuFormats: ReadonlySet<string> = new Set(['raw', 'qcow2', 'qcow', 'qed', 'vmdk', 'vdi', 'vpc']);
/** Pools whose volumes are devices of the host (libvirt: docs/storage.rst). */
const blockStores: ReadonlySet<string> = new Set(['logical', 'disk', 'iscsi', 'scsi', 'mpath', 'zfs']);

export function placeOf({ kind }: Pool, { ref, path: place, network }: SourceVolume): DiskPlace {
  if (fileStores.has(kind)) return { kind: 'file', path: place };
  return blockStores.has(kind) ? { kind: 'block', path: place } : { kind: 'volume', volume: ref, network };
}
