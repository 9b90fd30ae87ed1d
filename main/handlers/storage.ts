import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import { facetOf } from '../facet.ts';
import type { Registry } from '../registry.ts';
import type { VolumeMover } from '../volume-mover.ts';

export const storageHandlers = (registry: Registry, mover: VolumeMover): Handlers<AppContract>['storage'] => ({
  pools: async ({ host }) => facetOf(registry.connection(host), 'storage').listPools(),
  volumes: async ({ host, pool }) => facetOf(registry.connection(host), 'storage').listVolumes(pool),
  chooseImage: async (_, { window }) => mover.chooseImage(window),
  upload: async (wish, { window }) => mover.upload(window, wish),
  download: async ({ host, volume }, { window }) => ({ task: await mover.download(window, host, volume) }),
  proposeDefaultPool: async ({ host }) => facetOf(registry.connection(host), 'storage').proposeDefaultPool(),
  provideDefaultPool: async ({ host }) => facetOf(registry.connection(host), 'storage').provideDefaultPool(),
});
