import type { Storage } from '../../backend.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { proposeDefaultPool, provideDefaultPool } from './default-pool.ts';
import { listPools, listVolumes } from './storage-lists.ts';
import { createVolumeTransfers } from './volume-transfers.ts';

export function createStorage(host: LibvirtHost): Storage {
  return {
    listPools: () => listPools(host),
    listVolumes: (name) => listVolumes(host, name),
    proposeDefaultPool: () => proposeDefaultPool(host),
    provideDefaultPool: () => provideDefaultPool(host),
    uses: async () => ({ volumes: [], doubts: ['Who needs what is not read yet.'] }),
    transfers: createVolumeTransfers(host),
    pools: null,
    volumes: null,
  };
}
