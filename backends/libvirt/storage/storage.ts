import type { Storage } from '../../backend.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { proposeDefaultPool, provideDefaultPool } from './default-pool.ts';
import { createPoolKeeping } from './pool-keeping.ts';
import { listPools, listVolumes } from './storage-lists.ts';
import { usesIn } from './storage-needs.ts';
import { readStoragePicture } from './storage-picture.ts';
import { createVolumeKeeping } from './volume-keeping.ts';
import { createVolumeTransfers } from './volume-transfers.ts';

export function createStorage(host: LibvirtHost): Storage {
  return {
    listPools: () => listPools(host),
    listVolumes: (name) => listVolumes(host, name),
    proposeDefaultPool: () => proposeDefaultPool(host),
    provideDefaultPool: () => provideDefaultPool(host),
    uses: shared(async () => usesIn(await readStoragePicture(host, null))),
    transfers: createVolumeTransfers(host),
    pools: createPoolKeeping(host),
    volumes: createVolumeKeeping(host),
  };
}

/** Whoever asks while it is being read gets the same answer: several windows ask at each change. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null;
  return () => {
    underWay ??= read().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}
