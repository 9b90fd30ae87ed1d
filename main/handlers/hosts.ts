import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { Registry } from '../registry.ts';

export const hostHandlers = (registry: Registry): Handlers<AppContract>['hosts'] => ({
  list: async () => registry.hosts(),
  connect: async ({ host }) => registry.link(host).connect(),
  disconnect: async ({ host }) => registry.link(host).disconnect(),
});
