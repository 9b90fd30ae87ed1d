import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { HostId } from '#model/host';
import { facetOf } from '../facet.ts';
import type { FirewallKeeper } from '../firewall-keeper.ts';
import type { LanTrials } from '../lan-trials.ts';
import type { NetworkKeeper } from '../network-keeper.ts';
import type { Registry } from '../registry.ts';

export const networkHandlers = (
  registry: Registry,
  keeper: NetworkKeeper,
  firewalls: FirewallKeeper,
  trials: LanTrials,
): Handlers<AppContract>['networks'] => {
  const of = (host: HostId) => facetOf(registry.connection(host), 'networks');
  return {
    list: async ({ host }) => of(host).listNetworks(),
    describe: async ({ host, network }) => of(host).describe(network),
    leases: async ({ host, network }) => of(host).leases(network),
    attachments: async ({ host }) => of(host).attachments(),
    surroundings: async ({ host }) => of(host).surroundings(),
    firewall: async ({ host }) => (await of(host).firewall?.read()) ?? null,
    lookAtFirewall: async ({ host }) => firewalls.look(host),
    changeFirewall: async ({ host, wish }, { window }) => firewalls.change(window, host, wish),
    create: async (wish) => keeper.create(wish),
    change: async ({ host, network, from, to }, { window }) => keeper.change(window, host, network, from, to),
    act: async ({ host, network, action }, { window }) => keeper.act(window, host, network, action),
    lan: async ({ host }) => (await of(host).lan?.look()) ?? null,
    changeLan: async ({ host, change }, { window }) => trials.begin(window, host, change),
    lanTrial: async ({ host }) => trials.state(host),
    settleLan: async ({ host, keep }) => trials.settle(host, keep),
  };
};
