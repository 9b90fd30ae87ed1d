import type { HostWish } from '#contract/hosts';
import type { Confirmation } from '#model/confirmation';
import type { Host, HostId, SavedHost } from '#model/host';
import type { HostAddress } from '#model/host-address';
import type { Backend } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { AddressWishes } from './address-wishes.ts';
import type { Approvals } from './approvals.ts';
import { backendFor } from './backend-for.ts';
import { canonicalUri, uriOf } from './host-uri.ts';
import { askIn } from './login-questions.ts';
import type { Questions } from './questions.ts';
import { isSameRoad } from './host-link.ts';
import type { Registry } from './registry.ts';

export const hostsMax = 256;

interface HostEditorOptions {
  readonly backends: readonly Backend[];
  readonly registry: Registry;
  readonly wishes: AddressWishes;
  readonly approvals: Approvals;
  readonly questions: Questions;
  saveHosts(hosts: readonly SavedHost[]): Promise<void>;
  uuid(): string;
  onRemoved(host: HostId): void;
}

/** Adds, changes and removes hosts: first in the file, then in the program, so that what could not be kept never seems to be there. */
export class HostEditor {
  readonly #options: HostEditorOptions;
  /** Ends when the change before has: each is made on what the last one left. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: HostEditorOptions) {
    this.#options = options;
  }

  async add(window: number, wish: HostWish): Promise<Host> {
    const { registry, wishes, approvals } = this.#options;
    const { address, concerns, spend } = wishes.resolve(window, wish.address, null);
    const uri = this.#reachable(address);
    this.#refuseSecond(uri, null);
    await approvals.require(window, address, concerns);
    return this.#inTurn(async () => {
      this.#refuseSecond(uri, null);
      const before = registry.saved();
      if (before.length >= hostsMax) {
        throw new BackendError('too-large', `Guesthouse keeps at most ${hostsMax} hosts.`, {
          remedy: 'Remove one that you no longer need.',
        });
      }
      const saved: SavedHost = { ...keptOf(wish), id: this.#options.uuid(), uri, address };
      await this.#options.saveHosts([...before, saved]);
      spend();
      registry.add(saved);
      return registry.link(saved.id).host();
    });
  }

  /** Throws 'not-found' for an unknown host. */
  async change(window: number, id: HostId, wish: HostWish): Promise<Host> {
    const { registry, wishes, approvals } = this.#options;
    const kept = registry.link(id).saved;
    const { address, concerns, spend } = wishes.resolve(window, wish.address, kept.address);
    const uri = this.#reachable(address);
    this.#refuseSecond(uri, id);
    await approvals.require(window, address, uri === kept.uri ? [] : concerns);
    return this.#inTurn(async () => {
      this.#refuseSecond(uri, id);
      const before = registry.link(id).saved;
      const saved: SavedHost = { ...keptOf(wish), id, uri, address };
      await this.#options.saveHosts(registry.saved().map((other) => (other.id === id ? saved : other)));
      spend();
      await registry.change(saved);
      return isSameRoad(before, saved) ? registry.link(id).host() : this.#connect(window, id);
    });
  }

  /** Throws 'not-found', or 'cancelled' unless the person agrees. */
  async remove(window: number, id: HostId): Promise<void> {
    const { registry, questions } = this.#options;
    await questions.insist(window, removalQuestion(registry.link(id).saved));
    await this.#inTurn(async () => {
      registry.link(id);
      await this.#options.saveHosts(registry.saved().filter((other) => other.id !== id));
      const ended = registry.remove(id);
      this.#options.onRemoved(id);
      await ended;
    });
  }

  #connect(window: number, id: HostId): Host {
    const link = this.#options.registry.link(id);
    link.connect(askIn(this.#options.questions, window, () => link.saved));
    return link.host();
  }

  #reachable(address: HostAddress): string {
    const uri = uriOf(address);
    backendFor(uri, this.#options.backends);
    return uri;
  }

  #refuseSecond(uri: string, self: HostId | null): void {
    const wanted = canonicalUri(uri);
    const other = this.#options.registry.saved().find((host) => host.id !== self && canonicalUri(host.uri) === wanted);
    if (other === undefined) return;
    throw new BackendError('exists', `“${other.name}” has this address already.`, { remedy: 'Use that host, or change its address.' });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

const keptOf = ({ name, autoconnect, readOnly }: HostWish) => ({ name, autoconnect, readOnly });

function removalQuestion({ name }: SavedHost): Confirmation {
  return {
    title: `Remove “${name}”?`,
    message: ['Guesthouse forgets how to reach this host, and closes its consoles. Nothing happens on the host itself: its guests go on.'],
    choices: [],
    confirm: 'Remove',
    danger: true,
  };
}
