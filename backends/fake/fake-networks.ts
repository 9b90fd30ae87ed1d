import type { DhcpLease, Network, NetworkDetails, NetworkSurroundings, NicAttachments, NicSource } from '#model/network';
import { canNetwork } from '#model/network-action';
import { planNetworkChange, sameNetwork } from '#model/network-change';
import { networkProblems } from '#model/network-problems';
import { hasOwnBridge, type NetworkSpec } from '#model/network-spec';
import type { Networks } from '../backend.ts';
import { BackendError } from '../errors.ts';
import type { FakeHost, FakeStep } from './fake-host.ts';
import { fakeFirewall } from './fake-firewall.ts';
import { fakeLan } from './fake-lan.ts';
import { type FakeNetwork, listedNetwork } from './seed-networks.ts';

/** The facet of one connection to the host. */
export function fakeNetworks(host: FakeHost, alive: () => void): Networks {
  const reach = async (step: FakeStep = 'describe'): Promise<void> => {
    alive();
    await host.reach(step);
    alive();
  };
  const change = async (): Promise<void> => {
    alive();
    await host.reach('network');
    alive();
  };
  const find = (id: string): FakeNetwork => {
    const found = host.virtualNetworks.find((one) => one.id === id);
    if (found === undefined) throw new BackendError('not-found', 'There is no such network any more.');
    return found;
  };
  return {
    listNetworks: async () => {
      await reach('networks');
      return host.networks;
    },
    describe: async (id) => {
      await reach();
      return detailsOf(find(id));
    },
    leases: async (id) => {
      await reach();
      return leasesOf(host, find(id));
    },
    attachments: async () => {
      await reach();
      return attachmentsOf(host);
    },
    surroundings: async () => {
      await reach();
      return surroundingsOf(host);
    },
    firewall: fakeFirewall(host, reach),
    create: async (spec, wish, operation) => {
      await reach();
      refuse(spec, surroundingsOf(host), null);
      const id = crypto.randomUUID();
      const note = await operation.making({ kind: 'network', id, name: spec.name });
      try {
        await change();
      } catch (error) {
        await note.gone();
        throw error;
      }
      const made = withBridge(host, spec);
      host.virtualNetworks.push({ id, active: wish.start, autostart: wish.autostart, spec: made, running: wish.start ? made : null });
      await note.made();
      host.stale('networks');
      return id;
    },
    change: async (id, from, to) => {
      await change();
      const network = find(id);
      if (!sameNetwork(network.spec, from)) {
        throw new BackendError('invalid-state', 'The network has been changed by somebody else. Nothing was done.', {
          remedy: 'Look at it as it is now.',
        });
      }
      refuse(to, surroundingsOf(host), listedNetwork(network));
      const { later } = planNetworkChange(from, to, network.running);
      network.spec = to;
      if (network.running !== null && later.length === 0) network.running = to;
      host.stale('networks');
    },
    act: async (id, action) => {
      await change();
      const network = find(id);
      const permission = canNetwork(listedNetwork(network), action, true);
      if (!permission.allowed) throw new BackendError('invalid-state', `${permission.why}.`);
      if (action === 'delete') host.virtualNetworks.splice(host.virtualNetworks.indexOf(network), 1);
      if (action === 'start' || action === 'stop') {
        network.active = action === 'start';
        network.running = network.active ? network.spec : null;
      }
      if (action === 'autostart' || action === 'no-autostart') network.autostart = action === 'autostart';
      host.stale('networks');
    },
    commandFor: ({ name }, action) => `fake network ${action} ${name}`,
    lan: fakeLan(host, change),
  };
}

function refuse(spec: NetworkSpec, surroundings: NetworkSurroundings, self: Network | null): void {
  const [first] = networkProblems(spec, { surroundings, self }).filter(({ severity }) => severity === 'error');
  if (first === undefined) return;
  const taken = self === null && surroundings.names.includes(spec.name);
  throw new BackendError(taken ? 'exists' : 'bad-input', first.message, { reason: first.field, remedy: 'Change it in the form.' });
}

function withBridge(host: FakeHost, spec: NetworkSpec): NetworkSpec {
  if (spec.bridge !== null || !hasOwnBridge(spec.forward.mode)) return spec;
  const taken = new Set(host.networks.map(({ bridge }) => bridge));
  const free = Array.from({ length: 256 }, (_, index) => `virbr${index}`).find((name) => !taken.has(name));
  return { ...spec, bridge: free ?? null };
}

function detailsOf(network: FakeNetwork): NetworkDetails {
  return {
    network: listedNetwork(network),
    spec: network.spec,
    running: network.running,
    more: [],
    definition: `<network><name>${network.spec.name}</name></network>`,
  };
}

function leasesOf(host: FakeHost, network: FakeNetwork): DhcpLease[] {
  if (network.running?.ipv4?.dhcp !== true) return [];
  return [...host.guests.values()].flatMap(({ guest, alive, about }) =>
    about.nics.flatMap(({ mac, source, addresses }) =>
      alive && source === `network ${network.spec.name}`
        ? addresses.map((ip) => ({ mac, ip, prefix: 24, hostname: guest.name, expiresAt: Date.now() + 3_600_000 }))
        : [],
    ),
  );
}

function attachmentsOf(host: FakeHost): NicAttachments {
  const nics = [...host.guests.values()].flatMap(({ guest, alive, about }, index) =>
    about.nics.map(({ mac, model, source }) => ({
      guest: guest.id,
      guestName: guest.name,
      mac,
      model,
      source: sourceOf(source),
      active: alive,
      target: alive ? `vnet${index}` : null,
    })),
  );
  return { nics, unread: 0 };
}

function sourceOf(text: string): NicSource {
  const [kind = '', name = ''] = text.split(' ');
  if (kind === 'network') return { kind, name, portGroup: null };
  if (kind === 'bridge') return { kind, name };
  if (kind === 'direct') return { kind, device: name, mode: 'bridge' };
  if (kind === 'user') return { kind, backend: 'passt', forwards: ['TCP port 2222 leads to 22'] };
  return { kind: 'other', type: kind };
}

function surroundingsOf(host: FakeHost): NetworkSurroundings {
  const { networks } = host;
  return {
    names: networks.map(({ name }) => name),
    bridges: networks.flatMap(({ bridge }) => bridge ?? []),
    taken: [
      ...networks.flatMap(({ name, active, subnets }) => subnets.map((subnet) => ({ subnet, by: 'network' as const, name, active }))),
      { subnet: '192.168.1.20/24', by: 'interface', name: 'br0', active: true },
      { subnet: '172.17.0.1/16', by: 'interface', name: 'docker0', active: true },
    ],
    links: [
      { name: 'br0', kind: 'bridge', up: true, master: null, functionsMax: 0 },
      { name: 'docker0', kind: 'bridge', up: false, master: null, functionsMax: 0 },
      { name: 'enp1s0', kind: 'ethernet', up: true, master: 'br0', functionsMax: 0 },
      { name: 'enp65s0f0', kind: 'ethernet', up: true, master: null, functionsMax: 8 },
      { name: 'wlp2s0', kind: 'wifi', up: true, master: null, functionsMax: 0 },
    ],
    knowsInterfaces: true,
    portForwards: 'passt',
  };
}
