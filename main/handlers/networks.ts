import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import { facetOf } from '../facet.ts';
import type { Registry } from '../registry.ts';

export const networkHandlers = (registry: Registry): Handlers<AppContract>['networks'] => ({
  list: async ({ host }) => facetOf(registry.connection(host), 'networks').listNetworks(),
});
