import type { Confirmation } from '#model/confirmation';
import type { HostId } from '#model/host';
import { type LanChange, lanChangeTitle, type LanOutlook, type LanTrialState } from '#model/lan-bridge';
import { BackendError, faultOf } from '../backends/errors.ts';
import type { LanBridges, LanTrial } from '../backends/lan-bridges.ts';
import { facetOf } from './facet.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';
import type { Tasks } from './tasks.ts';

/** So long a person has to see whether all that they need still works. Seconds. */
const DECIDE_S = 60;
/** The host's clock began a little before ours. */
const LATE_MS = 500;

interface Deciding {
  readonly trial: LanTrial;
  readonly until: number;
  decide(keep: boolean): void;
}

interface Entry {
  state: Exclude<LanTrialState, { kind: 'deciding' }> | null;
  deciding: Deciding | null;
}

/** Changes of hosts' own networks, each on trial until the person says that it works. One for each host at a time. */
export class LanTrials {
  readonly #registry: Registry;
  readonly #tasks: Tasks;
  readonly #questions: Questions;
  readonly #entries = new Map<HostId, Entry>();

  constructor(registry: Registry, tasks: Tasks, questions: Questions) {
    this.#registry = registry;
    this.#tasks = tasks;
    this.#questions = questions;
  }

  state(host: HostId): LanTrialState {
    const entry = this.#entries.get(host);
    if (entry === undefined) return { kind: 'none' };
    const { deciding, state } = entry;
    if (deciding === null) return state ?? { kind: 'none' };
    const { change, addresses } = deciding.trial;
    return { kind: 'deciding', change, addresses: [...addresses], left: Math.max(0, Math.round(deciding.until - performance.now())) };
  }

  /** False when the person said no. What becomes of it is told by `state`. Throws 'busy' while another is on trial. */
  async begin(window: number, host: HostId, change: LanChange): Promise<boolean> {
    this.#requireFree(host);
    const { saved } = this.#registry.link(host);
    const lan = this.#lan(host);
    const outlook = await lan.look();
    const answer = await this.#questions.ask(window, lanQuestion(change, await this.#situation(host, change, outlook)), { host: saved });
    if (answer.kind === 'cancelled') return false;
    this.#requireFree(host);
    const entry: Entry = { state: { kind: 'working', change, step: 'Looking at the host’s network' }, deciding: null };
    this.#entries.set(host, entry);
    const job = { title: lanChangeTitle(change), host, guest: null, command: lan.commandFor(change), cancellable: true };
    try {
      const { result } = this.#tasks.run(job, async ({ report, signal }) => {
        const told = (step: string) => {
          entry.state = { kind: 'working', change, step };
          report(step, null);
        };
        return {
          note: await this.#tryOut(host, await lan.begin(change, DECIDE_S, { report: told, signal }), entry, { report: told, signal }),
        };
      });
      void result.catch((error: unknown) => (entry.state = endOf(change, error)));
    } catch (error) {
      this.#entries.delete(host);
      throw error;
    }
    return true;
  }

  /** Throws 'invalid-state' when there is nothing to decide. */
  settle(host: HostId, keep: boolean): void {
    const deciding = this.#entries.get(host)?.deciding ?? null;
    if (deciding === null) throw new BackendError('invalid-state', 'There is nothing to decide: the change is settled.');
    deciding.decide(keep);
  }

  /** Resolves to the note of the task. */
  async #tryOut(host: HostId, trial: LanTrial, entry: Entry, steps: Parameters<LanBridges['begin']>[2]): Promise<string> {
    const { change } = trial;
    steps.report('Waiting for your decision', null);
    const decision = await this.#decision(entry, trial, steps.signal);
    entry.deciding = null;
    entry.state = { kind: 'settling', change };
    if (decision === 'keep') {
      // The road may be another one by now: a connection that was lost and has come back.
      await this.#lan(host).keep(trial);
      entry.state = { kind: 'kept', change };
      return 'Kept';
    }
    // What cannot be reached any more goes back without us.
    try {
      await this.#lan(host).goBack(trial);
    } catch (error) {
      if (!['not-connected', 'connection-lost', 'unreachable'].includes(faultOf(error).code)) throw error;
    }
    const why = { back: 'You had it go back.', late: 'Nobody said in time that it works.', cancelled: 'The task was cancelled.' }[decision];
    entry.state = { kind: 'back', change, why };
    return `Gone back: ${why}`;
  }

  async #decision(entry: Entry, trial: LanTrial, signal: AbortSignal): Promise<'keep' | 'back' | 'late' | 'cancelled'> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve) => {
        const left = DECIDE_S * 1000 - LATE_MS;
        timer = setTimeout(() => resolve('late'), left);
        signal.addEventListener('abort', () => resolve('cancelled'), { once: true });
        if (signal.aborted) resolve('cancelled');
        entry.deciding = { trial, until: performance.now() + left, decide: (keep) => resolve(keep ? 'keep' : 'back') };
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #requireFree(host: HostId): void {
    const { kind } = this.state(host);
    if (kind === 'working' || kind === 'deciding' || kind === 'settling') {
      throw new BackendError('busy', 'Another change of this host’s network is being tried out.', {
        remedy: 'Keep it, or have it go back.',
      });
    }
  }

  #lan(host: HostId): LanBridges {
    const connection = this.#registry.connection(host);
    const { lan } = facetOf(connection, 'networks');
    if (lan !== null) return lan;
    throw new BackendError(
      connection.abilities.change ? 'unsupported' : 'permission',
      'The host’s own network cannot be changed over this connection.',
      {
        remedy: 'Connect to it over ssh, or work on it there.',
      },
    );
  }

  async #situation(host: HostId, change: LanChange, outlook: LanOutlook): Promise<Situation> {
    const connection = this.#registry.connection(host);
    const local = facetOf(connection, 'networks');
    const name = this.#registry.link(host).saved.name;
    const asks = outlook.kind === 'ready' && outlook.asks;
    const link = outlook.kind === 'ready' && change.kind === 'make' ? outlook.links.find((one) => one.name === change.link) : undefined;
    const { nics } = await local.attachments();
    const guests = nics
      .filter(({ source }) => source.kind === 'bridge' && source.name === change.bridge)
      .map(({ guestName }) => `“${guestName}”`);
    return { name, asks, addresses: link?.addresses ?? [], guests: [...new Set(guests)] };
  }
}

interface Situation {
  readonly name: string;
  readonly asks: boolean;
  readonly addresses: readonly string[];
  /** Those whose definitions name the bridge. */
  readonly guests: readonly string[];
}

const GUESTS_MAX = 12;

/** What happens to the connection, in main's own window, since it may be the one by which the host is reached. */
export function lanQuestion(change: LanChange, { name, asks, addresses, guests }: Situation): Confirmation {
  const target = change.kind === 'make' ? change.bridge : 'its network card';
  const moves =
    change.kind === 'make'
      ? `${change.link} becomes part of a new bridge, ${change.bridge}, and the addresses of “${name}” move to it.`
      : `The bridge ${change.bridge} goes, and the addresses of “${name}” move back to the network card.`;
  const waits = change.kind === 'make' && change.stp ? 'half a minute' : 'some seconds';
  return {
    title: change.kind === 'make' ? `Make the bridge ${change.bridge} over ${change.link}?` : `Remove the bridge ${change.bridge}?`,
    message: [
      `${moves} Its connection may be away for ${waits}; where an address comes by DHCP it may become another.`,
      `Then you have ${DECIDE_S} seconds to say that it works. Otherwise “${name}” goes back to its connection of now by itself, even when it cannot be reached any more.`,
      ...(asks ? ['The system may ask for an administrator’s password, more than once.'] : []),
      ...(change.kind === 'remove' && guests.length > 0
        ? ['Guests that are to be on it cannot start before they are given another network.']
        : []),
    ],
    details: [
      ...(addresses.length > 0 ? [{ label: `Moves to ${target}`, value: addresses.slice(0, GUESTS_MAX).join(', '), exact: false }] : []),
      ...(change.kind === 'remove' && guests.length > 0
        ? [{ label: 'On this bridge', value: guests.slice(0, GUESTS_MAX).join(', '), exact: false }]
        : []),
    ],
    choices: [],
    confirm: change.kind === 'make' ? 'Make it and try it out' : 'Remove it and try it out',
    danger: true,
  };
}

function endOf(change: LanChange, error: unknown): Entry['state'] {
  const fault = faultOf(error);
  return fault.code === 'cancelled' ? { kind: 'back', change, why: 'The task was cancelled.' } : { kind: 'failed', change, fault };
}
