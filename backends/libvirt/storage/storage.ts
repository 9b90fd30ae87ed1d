import type { Pool, Volume } from '#model/storage';
import type { Storage } from '../../backend.ts';
import { proposeDefaultPool, provideDefaultPool } from './default-pool.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Pool as PoolHandle, Volume as VolumeHandle } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOf } from '../to-model.ts';
import { createVolumeTransfers } from './volume-transfers.ts';
import { attribute, parseXml, path, textAt } from '../xml/document.ts';

// libvirt: virStoragePoolState. 2 running, 3 degraded: both can be used.
const ACTIVE: ReadonlySet<number> = new Set([2, 3]);

export function createStorage(host: LibvirtHost): Storage {
  return {
    async listPools() {
      const { pools } = await host.call(remote.connectListAllStoragePools, { needResults: 1, flags: 0 });
      return present(pools.map((pool) => readPool(host, pool)));
    },
    async listVolumes(name) {
      const { pool } = await host.call(remote.storagePoolLookupByName, { name });
      const { vols } = await host.call(remote.storagePoolListAllVolumes, { pool, needResults: 1, flags: 0 });
      return present(vols.map((vol) => readVolume(host, vol)));
    },
    proposeDefaultPool: () => proposeDefaultPool(host),
    provideDefaultPool: () => provideDefaultPool(host),
    transfers: createVolumeTransfers(host),
  };
}

async function readPool(host: LibvirtHost, pool: PoolHandle): Promise<Pool> {
  const [{ state, capacity, available }, { xml }] = await Promise.all([
    host.call(remote.storagePoolGetInfo, { pool }),
    host.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 }),
  ]);
  const document = parseXml(xml);
  return {
    name: pool.name,
    kind: attribute(document, 'type') ?? '',
    active: ACTIVE.has(state),
    capacity: bytesOf(capacity),
    available: bytesOf(available),
    path: textAt(document, 'target', 'path'),
  };
}

async function readVolume(host: LibvirtHost, vol: VolumeHandle): Promise<Volume> {
  const { xml } = await host.call(remote.storageVolGetXmlDesc, { vol, flags: 0 });
  const document = parseXml(xml);
  return {
    pool: vol.pool,
    name: vol.name,
    path: textAt(document, 'target', 'path') ?? vol.key,
    format: attribute(path(document, 'target', 'format'), 'type'),
    // What a volume's document gives is in bytes, whatever unit it was made with.
    capacity: bytesOf(Number(textAt(document, 'capacity') ?? 0)),
    allocation: bytesOf(Number(textAt(document, 'allocation') ?? 0)),
  };
}

/** Waits for all; what was deleted between the list and the question is left out. */
export async function present<T>(reads: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(reads);
  return results.flatMap((result) => {
    if (result.status === 'fulfilled') return [result.value];
    if (failedWith(result.reason, 'not-found')) return [];
    throw result.reason;
  });
}
