import type { HostFirewall } from '../host-firewall.ts';
import type { FakeHost } from './fake-host.ts';

/** Docker's rules as a test has set them; what lets guests through is believed. */
export function fakeFirewall(host: FakeHost, reach: () => Promise<void>): HostFirewall {
  return {
    read: async () => {
      await reach();
      return host.firewall;
    },
    look: async () => {
      await reach();
      if (host.firewall.kind === 'unreadable') host.firewall = host.hiddenFirewall;
      return host.firewall;
    },
    change: async (wish, rules) => {
      await reach();
      const names = (bridges: readonly string[]) =>
        host.networks.flatMap(({ name, bridge }) => (bridge !== null && bridges.includes(bridge) ? [{ name, bridge, only: null }] : []));
      const networks = names(rules.map(({ bridge }) => bridge));
      host.firewall =
        wish === 'let-through'
          ? { kind: 'let-through', networks: networks.map(({ name }) => name), rules: [...rules] }
          : { kind: 'cut', networks, rules: [...rules] };
      return host.firewall;
    },
  };
}
