import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import { facetOf } from '../facet.ts';
import type { Registry } from '../registry.ts';
import { keeping, type StorageKeeper } from '../storage-keeper.ts';
import type { VolumeMover } from '../volume-mover.ts';

export const storageHandlers = (registry: Registry, mover: VolumeMover, keeper: StorageKeeper): Handlers<AppContract>['storage'] => ({
  pools: async ({ host }) => facetOf(registry.connection(host), 'storage').listPools(),
  volumes: async ({ host, pool }) => facetOf(registry.connection(host), 'storage').listVolumes(pool),
  uses: async ({ host }) => facetOf(registry.connection(host), 'storage').uses(),
  poolOffer: async ({ host }) => keeping(registry.connection(host)).pools.offer(),
  discoverPools: async ({ host, kind, place }) => keeping(registry.connection(host)).pools.discover(kind, place),
  makePool: async ({ host, spec, operation }, { window }) => keeper.makePool({ window, host, operation }, spec),
  actOnPool: async ({ host, pool, action, operation }, { window }) => keeper.actOnPool({ window, host, operation }, pool, action),
  makeVolume: async ({ host, spec, operation }, { window }) => keeper.makeVolume({ window, host, operation }, spec),
  makeVolumeByText: async ({ host, wish, operation }, { window }) => keeper.makeVolumeByText({ window, host, operation }, wish),
  volumeText: async ({ host, spec }) => keeping(registry.connection(host)).volumes.texts.write(spec),
  changeVolume: async ({ host, change, operation }, { window }) => keeper.changeVolume({ window, host, operation }, change),
  chooseImage: async (_, { window }) => mover.chooseImage(window),
  upload: async (wish, { window }) => mover.upload(window, wish),
  download: async ({ host, volume }, { window }) => ({ task: await mover.download(window, host, volume) }),
  proposeDefaultPool: async ({ host }) => facetOf(registry.connection(host), 'storage').proposeDefaultPool(),
  provideDefaultPool: async ({ host }) => facetOf(registry.connection(host), 'storage').provideDefaultPool(),
});
