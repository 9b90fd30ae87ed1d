import { randomUUID } from 'node:crypto';
import type { DhcpLease, Network, NetworkAction, NetworkDetails, NetworkSurroundings } from '#model/network';
import { canNetwork } from '#model/network-action';
import { planNetworkChange, sameNetwork } from '#model/network-change';
import { networkProblems } from '#model/network-problems';
import { hasOwnBridge, type NetworkSpec, networkSort } from '#model/network-spec';
import type { Networks, NetworkWish, Note, Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import { shellWord } from '../guests/guest-actions.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Network as NetworkHandle } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { present } from '../storage/storage-lists.ts';
import { children, parseXml, serialize, type XmlElement } from '../xml/document.ts';
import { newNetwork, withSpec } from './edit-network.ts';
import { createFirewall } from './firewall.ts';
import { ownSubnets, readHostLinks, readPortForwards } from './host-links.ts';
import { createLanBridges } from './lan/lan-bridges.ts';
import { updateLive } from './live-update.ts';
import { addressElement, listedOf, moreOf, specOf } from './network-document.ts';
import { readAttachments } from './nic-attachments.ts';

// libvirt: virNetworkXMLFlags.
const NetworkXml = { running: 0, inactive: 1 } as const;

export function createNetworks(host: LibvirtHost): Networks {
  const listNetworks = async () => (await readAll(host)).map(({ network }) => network);
  const { run } = host.route;
  return {
    listNetworks,
    describe: async (id) => describe(await find(host, id)),
    leases: async (id) => readLeases(host, await handleOf(host, id)),
    attachments: () => readAttachments(host),
    surroundings: () => readSurroundings(host),
    firewall: run === null ? null : createFirewall(run, host.local, listNetworks),
    create: (spec, wish, operation) => create(host, spec, wish, operation),
    change: (id, from, to) => change(host, id, from, to),
    act: async (id, action) => act(host, await find(host, id), action),
    commandFor: ({ name }, action) => [`virsh -c ${shellWord(host.address)}`, ...commands[action], shellWord(name)].join(' '),
    lan: createLanBridges(host),
  };
}

const commands: Readonly<Record<NetworkAction, readonly string[]>> = {
  start: ['net-start'],
  stop: ['net-destroy'],
  delete: ['net-undefine'],
  autostart: ['net-autostart'],
  'no-autostart': ['net-autostart', '--disable'],
};

interface Found {
  readonly net: NetworkHandle;
  readonly network: Network;
  /** As it runs; null while it is not active. */
  readonly running: XmlElement | null;
  /** Of the next start; of one that exists only while it is active, as it runs. */
  readonly next: XmlElement;
}

async function readAll(host: LibvirtHost): Promise<Found[]> {
  const { nets } = await host.call(remote.connectListAllNetworks, { needResults: 1, flags: 0 });
  return present(nets.map((net) => read(host, net)));
}

const handleOf = async (host: LibvirtHost, uuid: string): Promise<NetworkHandle> =>
  (await host.call(remote.networkLookupByUuid, { uuid })).net;
const find = async (host: LibvirtHost, id: string): Promise<Found> => read(host, await handleOf(host, id));

async function read(host: LibvirtHost, net: NetworkHandle): Promise<Found> {
  const [active, persistent] = await Promise.all([
    host.call(remote.networkIsActive, { net }).then((reply) => reply.active === 1),
    host.call(remote.networkIsPersistent, { net }).then((reply) => reply.persistent === 1),
  ]);
  const [running, kept, autostart] = await Promise.all([
    active ? readDocument(host, net, NetworkXml.running) : null,
    persistent ? readDocument(host, net, NetworkXml.inactive) : null,
    // One that exists only while it is active has no such mark.
    persistent ? host.call(remote.networkGetAutostart, { net }).then((reply) => reply.autostart === 1) : false,
  ]);
  const next = kept ?? running ?? (await readDocument(host, net, NetworkXml.running));
  return { net, running, next, network: { id: net.uuid, name: net.name, active, autostart, persistent, ...listedOf(running ?? next) } };
}

async function readDocument(host: LibvirtHost, net: NetworkHandle, flags: number): Promise<XmlElement> {
  try {
    return parseXml((await host.call(remote.networkGetXmlDesc, { net, flags })).xml);
  } catch (error) {
    // A driver that has one definition for now and later knows no flag for the other (libvirt's test driver).
    if (flags === NetworkXml.running || !failedWith(error, 'bad-input')) throw error;
    return readDocument(host, net, NetworkXml.running);
  }
}

function describe({ network, running, next }: Found): NetworkDetails {
  return {
    network,
    spec: specOf(next),
    running: running === null ? null : specOf(running),
    more: moreOf(next),
    definition: serialize(next),
  };
}

async function readLeases(host: LibvirtHost, net: NetworkHandle): Promise<DhcpLease[]> {
  try {
    const { leases } = await host.call(remote.networkGetDhcpLeases, { net, mac: null, needResults: 1, flags: 0 });
    return leases.map(({ mac, ipaddr, prefix, hostname, expirytime }) => ({
      mac,
      ip: ipaddr,
      prefix,
      hostname,
      expiresAt: expirytime === 0n ? null : Number(expirytime) * 1000,
    }));
  } catch (error) {
    // Bridges and pools of the host's own have no server that libvirt would know of; drivers without networks of their own say so likewise.
    if (failedWith(error, 'unsupported', 'invalid-state')) return [];
    throw error;
  }
}

async function readSurroundings(host: LibvirtHost): Promise<NetworkSurroundings> {
  const [all, links, portForwards] = await Promise.all([readAll(host), readHostLinks(host), readPortForwards(host)]);
  const bridges = new Set(
    all.flatMap(({ running, next }) => [running, next].flatMap((one) => (one === null ? [] : (listedOf(one).bridge ?? [])))),
  );
  const ownBridges = new Set(all.filter(({ network }) => hasOwnBridge(network.forward)).flatMap(({ network }) => network.bridge ?? []));
  const interfaces = ownSubnets(host, ownBridges);
  return {
    names: all.map(({ network }) => network.name),
    bridges: [...bridges],
    taken: [
      ...all.flatMap(({ network: { name, active }, next }) =>
        listedOf(next).subnets.map((subnet) => ({ subnet, by: 'network' as const, name, active })),
      ),
      ...(interfaces ?? []),
    ],
    links: links.filter(({ name }) => !ownBridges.has(name)),
    knowsInterfaces: interfaces !== null,
    portForwards,
  };
}

async function create(host: LibvirtHost, spec: NetworkSpec, wish: NetworkWish, operation: Operation): Promise<string> {
  const surroundings = await readSurroundings(host);
  refuseProblems(networkProblems(spec, { surroundings, self: null }), surroundings.names.includes(spec.name));
  const uuid = randomUUID();
  const note = await operation.making({ kind: 'network', id: uuid, name: spec.name });
  const net = await defineNew(host, spec, uuid, note);
  await note.made();
  try {
    if (wish.autostart) await host.job(remote.networkSetAutostart, { net, autostart: 1 });
    if (wish.start) await host.job(remote.networkCreate, { net });
  } catch (error) {
    // Over a lost connection nothing can be undone: what was written down is offered for that later.
    if (failedWith(error, 'connection-lost', 'outcome-unknown')) throw error;
    await undo(host, net);
    await note.gone();
    throw error;
  }
  return uuid;
}

async function defineNew(host: LibvirtHost, spec: NetworkSpec, uuid: string, note: Note): Promise<NetworkHandle> {
  const xml = serialize(newNetwork(spec, uuid));
  try {
    return (await host.job(remote.networkDefineXml, { xml })).net;
  } catch (error) {
    if (!failedWith(error, 'outcome-unknown', 'connection-lost')) await note.gone();
    if (!failedWith(error, 'outcome-unknown')) throw error;
    const { nets } = await host.call(remote.connectListAllNetworks, { needResults: 1, flags: 0 });
    const found = nets.find((net) => net.uuid === uuid);
    if (found === undefined) throw error;
    return found;
  }
}

async function undo(host: LibvirtHost, net: NetworkHandle): Promise<void> {
  await host.job(remote.networkDestroy, { net }).catch(notStarted);
  await host.job(remote.networkUndefine, { net });
}

/** It had not come to that. */
const notStarted = () => undefined;

function refuseProblems(problems: ReturnType<typeof networkProblems>, nameTaken: boolean): void {
  const [first] = problems.filter(({ severity }) => severity === 'error');
  if (first === undefined) return;
  throw new BackendError(nameTaken ? 'exists' : 'bad-input', `The network cannot be made like this: ${first.message}`, {
    reason: first.field,
    remedy: 'Change it in the form.',
  });
}

async function change(host: LibvirtHost, id: string, from: NetworkSpec, to: NetworkSpec): Promise<void> {
  const { net, network, running, next } = await find(host, id);
  if (!sameNetwork(specOf(next), from)) {
    throw new BackendError('invalid-state', `The network “${network.name}” has been changed by somebody else. Nothing was done.`, {
      remedy: 'Look at it as it is now, and change it again.',
    });
  }
  requireChangeable(from, to);
  const surroundings = await readSurroundings(host);
  refuseProblems(networkProblems(to, { surroundings, self: network }), false);
  const plan = planNetworkChange(from, to, running === null ? null : specOf(running));
  if (!network.persistent && plan.later.length > 0) {
    throw new BackendError('invalid-state', `“${network.name}” exists only while it is active, and this cannot be changed while it is.`, {
      reason: plan.later.join(', '),
      remedy: 'Define the network on its host first.',
    });
  }
  const indexOf = (family: 'ipv4' | 'ipv6') => children(next, 'ip').findIndex((ip) => ip === addressElement(next, family));
  const takeBack = await updateLive(host, net, plan.now, { persistent: network.persistent, indexOf });
  if (plan.later.length === 0) return;
  try {
    const document = await readDocument(host, net, NetworkXml.inactive);
    await host.job(remote.networkDefineXml, { xml: serialize(withSpec(document, to)) });
  } catch (error) {
    if (!failedWith(error, 'connection-lost', 'outcome-unknown')) await takeBack();
    throw error;
  }
}

/** What another program made in a way of its own is not made another, nor can another be made one. libvirt renames no network. */
function requireChangeable(from: NetworkSpec, to: NetworkSpec): void {
  const [before, after] = [networkSort(from), networkSort(to)];
  if (from.name !== to.name) {
    throw new BackendError('unsupported', 'libvirt cannot rename a network.', {
      remedy: 'Make a new one of that name, and put the guests there.',
    });
  }
  if (before === after || (before !== 'other' && after !== 'other')) return;
  throw new BackendError('unsupported', 'This network is of a kind that cannot be changed here.', {
    remedy: 'Make a new network, and put the guests there.',
  });
}

async function act(host: LibvirtHost, { net, network }: Found, action: NetworkAction): Promise<void> {
  // Some drivers take without a word what makes no sense: the test driver stops a network that is not active.
  const permission = canNetwork(network, action, true);
  if (!permission.allowed) throw new BackendError('invalid-state', `${permission.why}.`);
  switch (action) {
    case 'start':
      return void (await host.job(remote.networkCreate, { net }));
    case 'stop':
      return void (await host.job(remote.networkDestroy, { net }));
    case 'autostart':
    case 'no-autostart':
      return void (await host.job(remote.networkSetAutostart, { net, autostart: action === 'autostart' ? 1 : 0 }));
    case 'delete':
      return remove(host, net, network.active);
  }
}

/** The definition first: what fails then leaves all as it was. */
async function remove(host: LibvirtHost, net: NetworkHandle, active: boolean): Promise<void> {
  await host.job(remote.networkUndefine, { net });
  if (active) await host.job(remote.networkDestroy, { net });
}
