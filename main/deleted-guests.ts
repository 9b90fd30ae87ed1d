import type { Revision } from '#model/definition';
import { type DeletedGuest, deletedMax } from '#model/deleted-guest';
import type { Guest, GuestId, GuestRef } from '#model/guest';
import type { HostId } from '#model/host';
import type { HostConnection } from '../backends/backend.ts';
import { BackendError, onlyLooking } from '../backends/errors.ts';
import type { DefinitionHistory } from './definition-history.ts';
import { type DeletedEntry, type DefinitionShelf, recordVersion } from './definition-record.ts';
import { facetOf } from './facet.ts';
import { grantQuestion } from './grant-question.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';
import { tasksMax, type Tasks } from './tasks.ts';
import { wishMark } from './wish-mark.ts';

interface DeletedGuestsOptions {
  readonly registry: Registry;
  readonly tasks: Tasks;
  readonly questions: Questions;
  readonly history: DefinitionHistory;
  readonly shelf: DefinitionShelf;
  log(line: string): void;
}

export interface DefineAgainWish {
  readonly guest: GuestRef;
  /** Null: the one that it had. */
  readonly name: string | null;
  /** The window's id for its wish. */
  readonly operation: string;
}

/** Guests that were deleted from here: the last definition of each is kept, and it can be defined again by that. */
export class DeletedGuests {
  readonly #options: DeletedGuestsOptions;
  /** By the window's id for it. */
  readonly #wishes = new Map<string, { readonly wished: string; readonly done: Promise<void> }>();
  /** The end of what is being changed of the records. */
  #changing: Promise<void> = Promise.resolve();

  constructor(options: DeletedGuestsOptions) {
    this.#options = options;
  }

  /** The guest is gone. Resolves to whether it can be defined again: its definition is kept. Never rejects. */
  async remember({ host, id }: GuestRef, name: string): Promise<boolean> {
    try {
      const [last] = await this.#options.history.list({ host, id });
      if (last === undefined) return false;
      const entry: DeletedEntry = { id, name, at: Date.now(), revision: last.revision };
      await this.#change(host, (guests) => [entry, ...guests.filter((one) => one.id !== id)].slice(0, deletedMax));
      return true;
    } catch (error) {
      this.#options.log(`A deleted guest could not be remembered: ${String(error)}`);
      return false;
    }
  }

  /** Those of the host that are not there again, the latest first. */
  async list(host: HostId): Promise<DeletedGuest[]> {
    const { connection, saved } = this.#options.registry.link(host);
    const there = new Set(connection === null ? [] : this.#options.registry.snapshot(saved.id).guests.map(({ id }) => id));
    const known = await Promise.all(
      (await this.#entries(host))
        .filter(({ id }) => !there.has(id))
        .map(async (entry) => ({ entry, text: await this.#textOf(host, entry).catch(() => null) })),
    );
    const kept = known.flatMap(({ entry, text }) => (text === null ? [] : [{ entry, text }]));
    const definitions = connection?.definitions ?? null;
    const texts = kept.map(({ text }) => text);
    const outlooks = definitions === null ? [] : await definitions.outlooks(texts);
    return kept.map(({ entry }, index) => ({
      ...entry,
      outlook: outlooks[index] ?? null,
      command: definitions?.commandFor(entry.name) ?? null,
    }));
  }

  /** A wish is carried out once, however often it is told; one that failed, or that the person did not agree to, may be told again. */
  defineAgain(window: number, { guest, name, operation: id }: DefineAgainWish): Promise<void> {
    const wished = wishMark(JSON.stringify({ guest, name }));
    const known = this.#wishes.get(id);
    if (known !== undefined && known.wished !== wished) throw new BackendError('bad-input', 'This operation is another one already.');
    if (known !== undefined) return known.done;
    const done = this.#define(window, guest, name, { id, wish: wished });
    this.#wishes.set(id, { wished, done });
    for (const old of [...this.#wishes.keys()].slice(0, -tasksMax)) this.#wishes.delete(old);
    done.catch(() => this.#wishes.delete(id));
    return done;
  }

  async #define(window: number, ref: GuestRef, wished: string | null, of: { readonly id: string; readonly wish: string }): Promise<void> {
    const { registry, tasks, questions, history } = this.#options;
    const { host, id } = ref;
    const { saved, connection } = registry.reached(host);
    const definitions = facetOf(connection, 'definitions');
    if (!connection.abilities.change) throw onlyLooking();
    const entry = (await this.#entries(host)).find((one) => one.id === id);
    if (entry === undefined) throw new BackendError('not-found', 'This guest is not in the list of deleted ones any more.');
    const name = wished ?? entry.name;
    requireFree(registry.snapshot(host).guests, id, name);
    const text = await this.#textOf(host, entry);
    const grants = (await connection.hardware?.grantsAnew(id, text)) ?? [];
    if (grants.length > 0) await questions.insist(window, grantQuestion(name, grants), { host: saved });
    const title = `Define “${name}” again`;
    const job = { ...of, title, host, guest: id, command: definitions.commandFor(name), cancellable: false };
    await tasks.run(job, async ({ report }) => {
      report('Defining the guest', null);
      const now = await definitions.defineAgain(id, text, name);
      await history.met(ref, now, { by: 'guesthouse', what: title });
      // It is there, whatever becomes of the list: guests that are there are not shown in it.
      await this.#change(host, (guests) => guests.filter((one) => one.id !== id)).catch((error: unknown) =>
        this.#options.log(String(error)),
      );
      return { guest: id, note: await noteOf(connection, text) };
    }).result;
  }

  async #textOf(host: HostId, { id, revision }: { readonly id: GuestId; readonly revision: Revision }): Promise<string> {
    return this.#options.history.text({ host, id }, revision);
  }

  async #entries(host: HostId): Promise<readonly DeletedEntry[]> {
    await this.#changing;
    return (await this.#options.shelf.readDeleted(host))?.guests ?? [];
  }

  /** One after another, so that none is lost. Rejects with the system's error. */
  #change(host: HostId, how: (guests: readonly DeletedEntry[]) => readonly DeletedEntry[]): Promise<void> {
    const { shelf } = this.#options;
    const changed = this.#changing.then(async () => {
      const guests = (await shelf.readDeleted(host))?.guests ?? [];
      await shelf.writeDeleted({ version: recordVersion, host, guests: [...how(guests)] });
    });
    this.#changing = changed.catch(() => undefined);
    return changed;
  }
}

function requireFree(guests: readonly Guest[], id: GuestId, name: string): void {
  const there = guests.find((one) => one.id === id);
  if (there !== undefined) throw new BackendError('exists', `The guest is there again, as “${there.name}”. Nothing was done.`);
  if (guests.some((one) => one.name === name)) {
    throw new BackendError('exists', `Another guest is called “${name}” by now. Nothing was done.`, { remedy: 'Give it another name.' });
  }
}

/** What the guest has to do without; null where nothing is known of that. */
async function noteOf({ definitions }: HostConnection, text: string): Promise<string | null> {
  const [outlook] = (await definitions?.outlooks([text]).catch(() => [])) ?? [];
  if (outlook === undefined) return null;
  const gone = outlook.disks.filter(({ found }) => found === 'gone').map(({ path }) => path);
  const sentences = [
    ...(gone.length > 0 ? [`It cannot start before its disks are there: ${gone.join(', ')}.`] : []),
    ...(outlook.lost.length > 0 ? [`Not brought back: ${outlook.lost.join(', ')}.`] : []),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
}
