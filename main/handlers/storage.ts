import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import { facetOf } from '../facet.ts';
import type { Registry } from '../registry.ts';

export const storageHandlers = (registry: Registry): Handlers<AppContract>['storage'] => ({
  pools: async ({ host }) => facetOf(registry.connection(host), 'storage').listPools(),
  volumes: async ({ host, pool }) => facetOf(registry.connection(host), 'storage').listVolumes(pool),
  proposeDefaultPool: async ({ host }) => facetOf(registry.connection(host), 'storage').proposeDefaultPool(),
  provideDefaultPool: async ({ host }) => facetOf(registry.connection(host), 'storage').provideDefaultPool(),
});
