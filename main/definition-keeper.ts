import type { AppContract } from '#contract/contract';
import type { Publisher } from '#contract/define';
import type { Confirmation } from '#model/confirmation';
import type {
  DefinedObject,
  DefinitionOutcome,
  DefinitionWish,
  GuestDefinition,
  KeptDefinition,
  ObjectDefinition,
  Revision,
} from '#model/definition';
import type { GuestRef } from '#model/guest';
import type { HostId } from '#model/host';
import type { HostConnection } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import { changedLines } from './changed-lines.ts';
import type { DefinitionHistory } from './definition-history.ts';
import { facetOf } from './facet.ts';
import { grantDetails, grantQuestion } from './grant-question.ts';
import { newLines, weightyLines } from './new-lines.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';
import type { Tasks } from './tasks.ts';

interface KeeperOptions {
  readonly registry: Registry;
  readonly tasks: Tasks;
  readonly questions: Questions;
  readonly history: DefinitionHistory;
}

export interface WishedDefinition {
  readonly guest: GuestRef;
  readonly wish: DefinitionWish;
  /** The window's id for its wish. */
  readonly operation: string;
}

export interface WishedObject {
  readonly host: HostId;
  readonly object: DefinedObject;
  readonly wish: DefinitionWish;
  readonly operation: string;
}

const OUTCOMES_MAX = 20;
/** Milliseconds in which several changes of one guest are one look at its definition. */
const LOOK_SPACING = 1000;

/** Shows and changes guests' definitions, as tasks, and keeps those that were. */
export class DefinitionKeeper {
  readonly #options: KeeperOptions;
  readonly #looks = new Map<string, NodeJS.Timeout>();
  /** What came of the windows' latest wishes, for one that is repeated. */
  readonly #outcomes = new Map<string, DefinitionOutcome>();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  async read(ref: GuestRef): Promise<GuestDefinition> {
    const now = await this.#of(ref).read(ref.id);
    await this.#options.history.met(ref, now);
    return now;
  }

  command(ref: GuestRef): string {
    return this.#of(ref).commandFor(this.#options.registry.guest(ref).name);
  }

  kept(ref: GuestRef): Promise<KeptDefinition[]> {
    return this.#options.history.list(ref);
  }

  keptText(ref: GuestRef, revision: Revision): Promise<string> {
    return this.#options.history.text(ref, revision);
  }

  async define(window: number, { guest: ref, wish, operation }: WishedDefinition): Promise<DefinitionOutcome> {
    const repeated = this.#repeated(operation, ref, wish);
    if (repeated !== null) return repeated;
    const { saved, connection } = this.#options.registry.reached(ref.host);
    const { name } = this.#options.registry.guest(ref);
    const changes = changedLines((await this.read(ref)).text, wish.text) ?? [];
    const grants = await grantsBy(connection, ref, wish.text);
    await this.#options.questions.insist(window, definitionQuestion(name, changes, grants), { host: saved });
    return this.#apply(`Change the definition of “${name}”`, connection, ref, wish, operation);
  }

  /** Somebody may have taken from the guest what it had of its host then, and for a reason: that is asked about. */
  async restore(window: number, ref: GuestRef, revision: Revision, base: Revision, operation: string): Promise<DefinitionOutcome> {
    const { saved, connection } = this.#options.registry.reached(ref.host);
    const wish = { text: await this.keptText(ref, revision), base, validate: false };
    const repeated = this.#repeated(operation, ref, wish);
    if (repeated !== null) return repeated;
    const { name } = this.#options.registry.guest(ref);
    const grants = await grantsBy(connection, ref, wish.text);
    if (grants.length > 0) await this.#options.questions.insist(window, grantQuestion(name, grants), { host: saved });
    return this.#apply(`Restore a definition of “${name}”`, connection, ref, wish, operation);
  }

  readObject(host: HostId, object: DefinedObject): Promise<ObjectDefinition> {
    return this.#ofHost(host).readObject(object);
  }

  async defineObject(window: number, { host, object, wish, operation: id }: WishedObject): Promise<DefinitionOutcome> {
    const { saved, connection } = this.#options.registry.reached(host);
    const definitions = facetOf(connection, 'definitions');
    const wished = JSON.stringify({ host, object, wish });
    const known = this.#options.tasks.knows(id, wished) ? this.#outcomes.get(id) : undefined;
    if (known !== undefined) return known;
    const { name, text, command } = await definitions.readObject(object);
    await this.#options.questions.insist(window, objectQuestion(name, changedLines(text, wish.text) ?? []), { host: saved });
    const title = `Change the definition of the ${object.kind} “${name}”`;
    const job = { id, wish: wished, title, host, guest: null, command, cancellable: false };
    const outcomes: DefinitionOutcome[] = [];
    await this.#options.tasks.run(job, async () => {
      const outcome = await definitions.defineObject(object, wish);
      outcomes.push(outcome);
      return { note: notes[outcome.outcome] };
    }).result;
    return this.#remember(id, outcomes);
  }

  /**
   * Keeps the definition that the guest has, before something of Guesthouse's changes it or takes it away. Never rejects: a guest whose
   * definition cannot be read is none to be kept from being changed.
   */
  async keep(ref: GuestRef): Promise<void> {
    await this.read(ref).catch(() => undefined);
  }

  /** The guest was changed by something of Guesthouse's other than `define`: what it has now is ours, and what it was for. */
  async changedBy(ref: GuestRef, what: string): Promise<void> {
    const now = await this.#of(ref)
      .read(ref.id)
      .catch(() => null);
    if (now !== null) await this.#options.history.met(ref, now, { by: 'guesthouse', what });
  }

  /** Something of the guest is different: where its definition was met before, it is looked at again, soon. */
  guestChanged(ref: GuestRef): void {
    const key = `${ref.host} ${ref.id}`;
    if (this.#looks.has(key)) return;
    const look = async (): Promise<void> => {
      this.#looks.delete(key);
      if (await this.#options.history.knows(ref)) await this.keep(ref);
    };
    const timer = setTimeout(() => void look().catch(() => undefined), LOOK_SPACING);
    timer.unref?.();
    this.#looks.set(key, timer);
  }

  close(): void {
    for (const timer of this.#looks.values()) clearTimeout(timer);
    this.#looks.clear();
  }

  async #apply(title: string, connection: HostConnection, ref: GuestRef, wish: DefinitionWish, id: string): Promise<DefinitionOutcome> {
    const definitions = facetOf(connection, 'definitions');
    const { tasks, history } = this.#options;
    await this.keep(ref);
    const job = { id, wish: wishOf(ref, wish), title, host: ref.host, guest: ref.id, command: this.command(ref), cancellable: false };
    const outcomes: DefinitionOutcome[] = [];
    await tasks.run(job, async ({ signal }) => {
      const outcome = await definitions.define(ref.id, wish, signal);
      outcomes.push(outcome);
      await history.met(ref, outcome.now, { by: 'guesthouse', what: title });
      return { note: notes[outcome.outcome] };
    }).result;
    return this.#remember(id, outcomes);
  }

  #remember(id: string, [outcome]: readonly DefinitionOutcome[]): DefinitionOutcome {
    if (outcome === undefined) throw new BackendError('internal', 'A definition has ended without a word.');
    this.#outcomes.set(id, outcome);
    const [oldest] = this.#outcomes.keys();
    if (this.#outcomes.size > OUTCOMES_MAX && oldest !== undefined) this.#outcomes.delete(oldest);
    return outcome;
  }

  #repeated(id: string, ref: GuestRef, wish: DefinitionWish): DefinitionOutcome | null {
    return this.#options.tasks.knows(id, wishOf(ref, wish)) ? (this.#outcomes.get(id) ?? null) : null;
  }

  #of(ref: GuestRef) {
    return this.#ofHost(ref.host);
  }

  #ofHost(host: HostId) {
    return facetOf(this.#options.registry.connection(host), 'definitions');
  }
}

/** What the guest would get of its host by the text. None for a text that is no definition: the host refuses that one in better words. */
async function grantsBy({ hardware }: HostConnection, { id }: GuestRef, text: string): Promise<string[]> {
  if (hardware === null) return [];
  return hardware.grants(id, text).catch((error: unknown) => {
    if (error instanceof BackendError && error.code === 'invalid-definition') return [];
    throw error;
  });
}

const wishOf = (ref: GuestRef, wish: DefinitionWish): string => JSON.stringify({ ref, wish });

const notes: Readonly<Record<DefinitionOutcome['outcome'], string | null>> = {
  defined: null,
  ignored: 'The host took the definition, and nothing of the change is in what it has now.',
  overtook: 'Somebody else defined the guest at the same moment, and this took the place of theirs.',
};

/** What the guest would get of its host stands before the lines, and all of it: no other line, and no number of lines, hides it. */
function definitionQuestion(name: string, changes: readonly string[], grants: readonly string[]): Confirmation {
  const { details, more } = newLines(changes);
  return {
    title: `Change the definition of “${name}”?`,
    message: [
      'A definition can give a guest any file, folder and device of its host. Agree only if what is new in it is yours.',
      ...(changes.length === 0 ? ['Nothing is new in it: lines were taken away, or stand elsewhere.'] : []),
      ...more,
    ],
    details: [...grantDetails(name, grants, 'Of its host'), ...details],
    choices: [],
    confirm: 'Change it',
    danger: grants.length > 0,
  };
}

/** Of networks and pools nobody tells what they would give: each line that looks like it is shown. Throws 'bad-input' for too many of them. */
function objectQuestion(name: string, changes: readonly string[]): Confirmation {
  grantDetails(name, weightyLines(changes), 'New');
  return definitionQuestion(name, changes, []);
}

type GuestPublisher = Pick<Publisher<AppContract>, 'hosts' | 'guests'>;

/** What hosts tell of guests, heard by the keeper as well. */
export function withDefinitions(publish: GuestPublisher, keeper: () => DefinitionKeeper): GuestPublisher {
  return {
    hosts: publish.hosts,
    guests: {
      ...publish.guests,
      changed: (news) => {
        publish.guests.changed(news);
        if (news.change.kind === 'upserted') keeper().guestChanged({ host: news.host, id: news.change.guest.id });
      },
    },
  };
}
