import type { Confirmation } from '#model/confirmation';
import type { HostId } from '#model/host';
import type { Network, NetworkAction, NetworkId, NicAttachments } from '#model/network';
import { canNetwork, networkActions } from '#model/network-action';
import type { NetworkSpec } from '#model/network-spec';
import { BackendError } from '../backends/errors.ts';
import type { HostConnection, Networks, NetworkWish } from '../backends/backend.ts';
import { facetOf } from './facet.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';
import type { Tasks } from './tasks.ts';

export interface NetworkWishes extends NetworkWish {
  readonly host: HostId;
  readonly spec: NetworkSpec;
  /** The window's id for its wish. */
  readonly operation: string;
}

/** Makes, changes and takes away networks, as tasks; asks first where guests would lose theirs. */
export class NetworkKeeper {
  readonly #registry: Registry;
  readonly #tasks: Tasks;
  readonly #questions: Questions;

  constructor(registry: Registry, tasks: Tasks, questions: Questions) {
    this.#registry = registry;
    this.#tasks = tasks;
    this.#questions = questions;
  }

  async create({ host, spec, operation: id, ...wish }: NetworkWishes): Promise<void> {
    const networks = facetOf(this.#registry.connection(host), 'networks');
    const wished = JSON.stringify({ host, spec, wish });
    if (this.#tasks.knows(id, wished)) return;
    const job = { id, wish: wished, title: `Create network “${spec.name}”`, host, guest: null, command: null, cancellable: false };
    await this.#tasks.run(job, async (operation) => void (await networks.create(spec, wish, operation))).result;
  }

  /** Guests that are on it get with their next start what it hands out then: that it is devices of the host from now on is asked about. */
  async change(window: number, host: HostId, id: NetworkId, from: NetworkSpec, to: NetworkSpec): Promise<void> {
    const { saved, connection } = this.#registry.reached(host);
    const networks = facetOf(connection, 'networks');
    const device = deviceOf(to);
    if (device !== null && device !== deviceOf(from))
      await this.#questions.insist(window, deviceQuestion(from.name, device), { host: saved });
    const job = { title: `Change network “${from.name}”`, host, guest: null, command: null, cancellable: false };
    await this.#tasks.run(job, async () => networks.change(id, from, to)).result;
  }

  async act(window: number, host: HostId, id: NetworkId, action: NetworkAction): Promise<void> {
    const { saved, connection } = this.#registry.reached(host);
    const networks = facetOf(connection, 'networks');
    const asked = await permitted(connection, id, action);
    const losers = await losersBy(networks, asked, action);
    if (losers !== null) await this.#questions.insist(window, lossQuestion(asked, action, losers), { host: saved });
    // The person may have thought about it for an hour.
    const network = await permitted(connection, id, action);
    if (losers !== null && (await losersBy(networks, network, action))?.some((name) => !losers.includes(name)) === true) {
      throw new BackendError('invalid-state', `Other guests use “${network.name}” since the question was asked. Nothing was done.`, {
        remedy: 'Try it again to see which.',
      });
    }
    const title = `${networkActions[action]}: network “${network.name}”`;
    const job = { title, host, guest: null, command: networks.commandFor(network, action), cancellable: false };
    await this.#tasks.run(job, async () => networks.act(id, action)).result;
  }
}

async function permitted(connection: HostConnection, id: NetworkId, action: NetworkAction): Promise<Network> {
  const network = (await facetOf(connection, 'networks').listNetworks()).find((one) => one.id === id);
  if (network === undefined) throw new BackendError('not-found', 'There is no such network any more.');
  const permission = canNetwork(network, action, connection.abilities.change);
  if (!permission.allowed) throw new BackendError(connection.abilities.change ? 'invalid-state' : 'permission', `${permission.why}.`);
  return network;
}

/** Guests that would lose something by it, as sentences' ends; null where nobody need be asked. */
async function losersBy(networks: Networks, network: Network, action: NetworkAction): Promise<string[] | null> {
  if (action !== 'delete' && action !== 'stop') return null;
  const losers = losersOf(network, action, await networks.attachments());
  return action === 'stop' && losers.length === 0 && network.persistent ? null : losers;
}

/** Which of the host's network cards it hands out, or parts of; null: none. */
function deviceOf({ forward }: NetworkSpec): string | null {
  if (forward.mode === 'sriov') return forward.device;
  return forward.mode === 'macvtap' && forward.submode === 'passthrough' ? forward.devices.join(', ') : null;
}

const deviceQuestion = (network: string, device: string): Confirmation => ({
  title: `Give the guests of “${network}” a device of the host?`,
  message: [
    'Each guest on it then gets a network device of the host for itself, with its next start. Agree only if you have just asked for it.',
  ],
  details: [{ label: 'Device', value: device, exact: true }],
  choices: [],
  confirm: 'Give it',
  danger: true,
});

/** By stopping, running guests lose their connection; by deletion all that name the network cannot start any more. */
export function losersOf({ name }: Pick<Network, 'name'>, action: 'delete' | 'stop', { nics, unread }: NicAttachments): string[] {
  const there = nics.filter(({ source, active }) => source.kind === 'network' && source.name === name && (active || action === 'delete'));
  const names = [...new Set(there.map(({ guestName }) => `“${guestName}”`))];
  return unread === 0 ? names : [...names, `perhaps some of ${unread} guests that could not be looked into`];
}

/** So many are named; a question that nobody can read to its end protects nobody. */
const NAMED_MAX = 12;

function enumerated(losers: readonly string[]): string {
  const named = losers.slice(0, NAMED_MAX).map((name) => Array.from(name).slice(0, 40).join(''));
  const rest = losers.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}

function lossQuestion(network: Network, action: NetworkAction, losers: readonly string[]): Confirmation {
  const label = networkActions[action];
  const message: string[] = [];
  if (network.active && losers.length > 0) {
    message.push(`Running guests lose their connection, and get it back only when they are started anew after the network is.`);
  }
  if (action === 'delete') {
    message.push('Its definition is deleted. This cannot be undone.');
    if (losers.length > 0) message.push('Guests that are to be on it cannot start before they are given another network.');
  }
  if (!network.persistent) message.push('It exists only while it is active: stopped, it is gone.');
  return {
    title: `${label} the network “${network.name}”?`,
    message,
    ...(losers.length > 0 && { details: [{ label: 'On this network', value: enumerated(losers), exact: false }] }),
    choices: [],
    confirm: label,
    danger: true,
  };
}
