import type { VolumeRef } from '#model/storage';
import { failedWith } from '../../../failed-with.ts';
import type { LibvirtHost } from '../../../host/libvirt-host.ts';
import { remote } from '../../../protocol/remote.ts';
import { bytesOf } from '../../../to-model.ts';
import type { XmlElement } from '../../../xml/document.ts';
import type { ActionSubject } from '../../device-kind.ts';
import { targetOf } from './disk-buses.ts';
import { asDomainDisk } from './disk-users.ts';

export interface DiskVolume extends VolumeRef {
  readonly path: string;
  readonly capacity: number;
}

/** Each of a disk's buttons asks for it; an element is one that was read once, and is not changed. */
const known = new WeakMap<XmlElement, Promise<DiskVolume | null>>();

export function volumeOfDisk(host: LibvirtHost, disk: XmlElement): Promise<DiskVolume | null> {
  const volume = known.get(disk) ?? readVolume(host, disk);
  known.set(disk, volume);
  return volume;
}

/** The volume that the disk is, as libvirt knows it; null where it is in no active pool. */
async function readVolume(host: LibvirtHost, disk: XmlElement): Promise<DiskVolume | null> {
  const source = asDomainDisk(disk)?.source;
  if (source === undefined || source.kind === 'elsewhere') return null;
  try {
    const vol =
      source.kind === 'volume'
        ? (
            await host.call(remote.storageVolLookupByName, {
              pool: (await host.call(remote.storagePoolLookupByName, { name: source.pool })).pool,
              name: source.volume,
            })
          ).vol
        : (await host.call(remote.storageVolLookupByPath, { path: source.path })).vol;
    const [{ name: path }, { capacity }] = await Promise.all([
      host.call(remote.storageVolGetPath, { vol }),
      host.call(remote.storageVolGetInfo, { vol }),
    ]);
    return { pool: vol.pool, name: vol.name, path, capacity: bytesOf(capacity) };
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return null;
  }
}

/** How large the guest sees it, bytes; null where nobody can tell. */
export async function capacityOf(
  { guest: { host, dom } }: ActionSubject,
  running: XmlElement | null,
  volume: DiskVolume | null,
): Promise<number | null> {
  if (running === null) return volume?.capacity ?? null;
  try {
    return bytesOf((await host.quick(remote.domainGetBlockInfo, { dom, path: targetOf(running), flags: 0 })).capacity);
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return volume?.capacity ?? null;
  }
}
