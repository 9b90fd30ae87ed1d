import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import { facetOf } from '../facet.ts';
import type { Registry } from '../registry.ts';

export const inventoryHandlers = (registry: Registry): Handlers<AppContract>['inventory'] => ({
  list: async ({ host, kind }) => facetOf(registry.connection(host), 'inventory').list(kind),
  hardware: async ({ host }) => facetOf(registry.connection(host), 'inventory').hardware(),
  ofGuest: async ({ guest, kind }) => facetOf(registry.connection(guest.host), 'inventory').ofGuest(guest.id, kind),
});
