import { expect, test } from 'vitest';
import type { HostConnection, Networks } from '../../backends/backend.ts';
import { Network, NetworkDetails, NetworkSurroundings, NicAttachments } from '../../backends/model/network.ts';
import type { NetworkSpec } from '../../backends/model/network-spec.ts';
import { freeSubnet, usualRange } from '../../backends/model/network-suggestion.ts';
import { notedOperation } from '../bed/quiet-operation.ts';

/** A network that no host has. */
const nobody = '00000000-0000-4000-8000-00000000dead';
const notNow = { start: false, autostart: false };

/** What every backend with networks must do with those that are not active; starting one would need a network of the test's own. */
export function describeNetworks(connectionOf: () => HostConnection): void {
  const tried = (name: string, body: (networks: Networks, connection: HostConnection) => Promise<void>) =>
    test(`networks: ${name}`, async () => {
      const { networks } = connectionOf();
      if (networks === null) throw new Error('the host has no networks');
      try {
        await body(networks, connectionOf());
      } finally {
        const left = (await networks.listNetworks()).find((network) => network.name === 'conformance');
        if (left !== undefined) await networks.act(left.id, 'delete');
      }
    });

  tried('one is made as it was wished, changed, marked and deleted', async (networks) => {
    const { operation, notes } = notedOperation();
    const wished = wish(NetworkSurroundings.parse(await networks.surroundings()));
    const id = await networks.create(wished, notNow, operation);
    expect(notes.map(({ product, state }) => [product, state])).toEqual([[{ kind: 'network', id, name: 'conformance' }, 'made']]);
    const made = NetworkDetails.parse(await networks.describe(id));
    // The host finds a name for the bridge.
    expect({ ...made.spec, bridge: null }).toEqual(wished);
    expect(made).toMatchObject({ running: null, network: { id, name: 'conformance', active: false, autostart: false, persistent: true } });
    const changed: NetworkSpec = { ...made.spec, domain: 'changed.example', dnsHosts: [{ ip: '10.1.2.3', names: ['printer'] }] };
    await networks.change(id, made.spec, changed);
    expect((await networks.describe(id)).spec).toEqual(changed);
    // What the person saw is not what is there any more.
    await expect(networks.change(id, made.spec, wished)).rejects.toMatchObject({ code: 'invalid-state' });
    await networks.act(id, 'autostart');
    expect((await networks.describe(id)).network.autostart).toBe(true);
    expect(await networks.leases(id)).toEqual([]);
    await networks.act(id, 'delete');
    await expect(networks.describe(id)).rejects.toMatchObject({ code: 'not-found' });
  });

  tried('what collides or makes no sense is refused before anything is made', async (networks) => {
    const { operation, notes } = notedOperation();
    const wished = wish(await networks.surroundings());
    const id = await networks.create(wished, notNow, operation);
    await expect(networks.create(wished, notNow, operation)).rejects.toMatchObject({ code: 'exists' });
    await expect(networks.create({ ...wished, name: 'a/b' }, notNow, operation)).rejects.toMatchObject({ code: 'bad-input' });
    expect(notes).toHaveLength(1);
    await expect(networks.act(id, 'stop')).rejects.toMatchObject({ name: 'BackendError' });
    await expect(networks.act(nobody, 'start')).rejects.toMatchObject({ code: 'not-found' });
    expect(
      Network.array()
        .parse(await networks.listNetworks())
        .filter(({ name }) => name === 'conformance'),
    ).toHaveLength(1);
  });

  tried('every card of every guest is told, and a command for each action', async (networks, connection) => {
    const { nics, unread } = NicAttachments.parse(await networks.attachments());
    const guests = new Set((await connection.listGuests()).map(({ id }) => id));
    expect(nics.filter(({ guest }) => !guests.has(guest))).toEqual([]);
    expect(unread).toBe(0);
    for (const action of ['start', 'stop', 'delete', 'autostart', 'no-autostart'] as const) {
      expect(networks.commandFor({ id: nobody, name: "it's" }, action)).toMatch(/it/);
    }
  });
}

export function wish(surroundings: NetworkSurroundings): NetworkSpec {
  const subnet = freeSubnet(surroundings).replace(/\.0\//, '.1/');
  const range = usualRange(subnet);
  return {
    name: 'conformance',
    forward: { mode: 'isolated' },
    bridge: null,
    mtu: null,
    domain: 'lab.example',
    domainLocalOnly: false,
    ipv4: { subnet, dhcp: true, ranges: range === null ? [] : [range], leases: [] },
    ipv6: null,
    dnsHosts: [],
    forwarders: [],
    inbound: null,
    outbound: null,
    portGroups: [],
  };
}
