import type { HostId } from '#model/host';
import type { Interruption, InterruptedProduct } from '#model/interruption';
import type { Remnant } from '#model/product';
import type { HostConnection } from '../../backends/backend.ts';
import { BackendError, faultOf } from '../../backends/errors.ts';
import { facetOf } from '../facet.ts';
import type { AskedHost, Questions } from '../questions.ts';
import type { Registry } from '../registry.ts';
import type { Tasks } from '../tasks.ts';
import { choiceOf, cleanUpQuestion, keepQuestion } from './clean-up-question.ts';
import type { Journal } from './journal.ts';
import type { NotedEntry, OperationRecord, OwnFiles, Trace } from './operation-record.ts';
import { cleaningPhrase, fileName, productPhrase } from './product-phrase.ts';

interface InterruptionServices {
  readonly journal: Journal;
  readonly files: OwnFiles;
  readonly registry: Registry;
  readonly tasks: Tasks;
  readonly questions: Questions;
}

/** Operations that did not come to an end: what they left, and how it is cleaned up. Nothing is removed before the person was asked. */
export class Interruptions {
  readonly #services: InterruptionServices;
  /** Those that are being cleaned up now. */
  readonly #busy = new Set<string>();

  constructor(services: InterruptionServices) {
    this.#services = services;
  }

  async count(): Promise<number> {
    const { journal } = this.#services;
    await journal.loaded;
    return journal.interrupted.length + journal.unusable.length;
  }

  async list(): Promise<{ operations: Interruption[]; unusable: string[] }> {
    const { journal } = this.#services;
    await journal.loaded;
    const operations = await Promise.all(
      journal.interrupted.map(async (record) => ({
        id: record.id,
        title: record.title,
        host: record.host,
        hostName: record.hostName,
        startedAt: record.startedAt,
        products: (await this.#look(record)).map(productOf),
      })),
    );
    return { operations, unusable: [...journal.unusable] };
  }

  /** The id of the task; null when the person said no. Throws 'not-found', and 'busy' while it is being done. */
  async cleanUp(window: number, id: string): Promise<string | null> {
    const { questions, tasks } = this.#services;
    const record = await this.#record(id);
    if (this.#busy.has(id)) throw new BackendError('busy', 'This is being cleaned up already.');
    const told = await this.#look(record);
    if (!told.some(({ remnant }) => remnant.kind === 'there')) {
      throw new BackendError('invalid-state', 'Nothing of it is there that could be removed.', { remedy: 'Look at the list again.' });
    }
    const answer = await questions.ask(window, cleanUpQuestion(record, told), { host: this.#hostOf(record) });
    if (answer.kind === 'cancelled' || this.#busy.has(id)) return null;
    const agreed = new Set(answer.ticked);
    this.#busy.add(id);
    try {
      const job = { title: `Clean up after “${record.title}”`, host: record.host, guest: null, command: null, cancellable: false };
      const task = tasks.run(job, async ({ report }) => this.#remove(record, agreed, report));
      void task.result.catch(() => undefined).finally(() => this.#busy.delete(id));
      return task.id;
    } catch (error) {
      this.#busy.delete(id);
      throw error;
    }
  }

  /**
   * Forgets what could be cleaned up, having said what that is; what is gone or is kept anyway is only news. Throws 'not-found', 'busy' while it
   * is being cleaned up, and 'cancelled' when the person said no.
   */
  async keep(window: number, id: string): Promise<void> {
    this.#requireIdle(id);
    const record = await this.#record(id);
    const question = keepQuestion(record, await this.#look(record));
    if (question !== null) await this.#services.questions.insist(window, question, { host: this.#hostOf(record) });
    // The person may have thought about it for an hour.
    this.#requireIdle(id);
    await this.#record(id);
    await this.#services.journal.forget(id);
  }

  /** Null for one that was removed from the list meanwhile. */
  #hostOf({ host }: OperationRecord): AskedHost | null {
    return this.#services.registry.saved().find(({ id }) => id === host) ?? null;
  }

  #requireIdle(id: string): void {
    if (this.#busy.has(id)) throw new BackendError('busy', 'This is being cleaned up now.');
  }

  async #record(id: string): Promise<OperationRecord> {
    const { journal } = this.#services;
    await journal.loaded;
    const record = journal.interrupted.find((each) => each.id === id);
    if (record === undefined) throw new BackendError('not-found', 'There is nothing left to do for this operation.');
    return record;
  }

  /** What was agreed to and is still there goes, last made first: what uses something goes before it. */
  async #remove(record: OperationRecord, agreed: ReadonlySet<string>, report: (step: string, progress: null) => void): Promise<void> {
    const { journal } = this.#services;
    const failures: string[] = [];
    const lastFirst = (await this.#look(record)).reduce<Trace[]>((rest, trace) => [trace, ...rest], []);
    for (const { entry, remnant } of lastFirst) {
      const { product } = entry;
      const choice = choiceOf(entry);
      const strike = () => journal.strike(record.id, (other) => choiceOf(other) === choice);
      if (remnant.kind === 'gone') await strike();
      if (remnant.kind !== 'there' || !agreed.has(choice)) continue;
      report(cleaningPhrase(product), null);
      try {
        await this.#removeOne(record.host, entry);
        await strike();
      } catch (error) {
        const { message, reason } = faultOf(error);
        failures.push(`${productPhrase(product)} (${reason === null ? message : `${message} ${reason}`})`);
      }
    }
    if (failures.length > 0) {
      throw new BackendError('invalid-state', `Not all could be cleaned up: ${failures.join('; ')}.`, {
        remedy: 'What is left stays listed among the interrupted operations; try again there.',
      });
    }
    await this.#settle(record.id);
  }

  /** What cannot go is no news any more; what was not ticked, what could not be told, and a volume that is incomplete stay on record. */
  async #settle(id: string): Promise<void> {
    const { journal } = this.#services;
    const record = journal.interrupted.find((each) => each.id === id);
    if (record === undefined) return;
    const open = (await this.#look(record)).filter(
      ({ entry: { product }, remnant }) =>
        remnant.kind === 'there' || remnant.kind === 'unknown' || (product.kind === 'overwritten' && remnant.kind !== 'gone'),
    );
    const kept = new Set(open.map(({ entry }) => choiceOf(entry)));
    await journal.strike(id, (entry) => !kept.has(choiceOf(entry)));
  }

  async #removeOne(host: HostId, entry: NotedEntry): Promise<void> {
    const { files, registry } = this.#services;
    if (entry.product.kind !== 'file') {
      await facetOf(registry.connection(host), 'leftovers').remove({ product: entry.product, made: entry.made });
      return;
    }
    const { kind } = await this.#lookAtFile(entry.product.path, entry.identity);
    if (kind === 'there') await files.remove(entry.product.path);
  }

  async #look({ host, entries }: OperationRecord): Promise<Trace[]> {
    const onHost = entries.filter(({ product }) => product.kind !== 'file');
    const found = await this.#askHost(host, onHost);
    const remnants = new Map(onHost.map((entry, index) => [entry, found[index]]));
    return Promise.all(
      entries.map(async (entry) => {
        const { product, identity } = entry;
        if (product.kind === 'file') return { entry, remnant: await this.#lookAtFile(product.path, identity) };
        return { entry, remnant: remnants.get(entry) ?? unknown('The host said nothing of it.') };
      }),
    );
  }

  async #askHost(host: HostId, entries: readonly NotedEntry[]): Promise<Remnant[]> {
    if (entries.length === 0) return [];
    try {
      const connection: HostConnection = this.#services.registry.connection(host);
      return await facetOf(connection, 'leftovers').find(entries.map(({ product, made }) => ({ product, made })));
    } catch (error) {
      const { code, message } = faultOf(error);
      const why = code === 'not-found' ? 'The host is not among your connections any more.' : message;
      return entries.map(() => unknown(why));
    }
  }

  async #lookAtFile(path: string, identity: string | null): Promise<Remnant> {
    try {
      const there = await this.#services.files.identify(path);
      if (there === null) return { kind: 'gone' };
      // What was to be made there may never have been, because this one was there before.
      if (identity === null) return { kind: 'kept', why: 'It cannot be told any more whether it was made by this.' };
      if (there === identity) return { kind: 'there' };
      return { kind: 'kept', why: 'Another file has taken its place.' };
    } catch {
      return unknown('Its folder cannot be read now.');
    }
  }
}

const unknown = (why: string): Remnant => ({ kind: 'unknown', why });

function productOf({ entry: { product }, remnant }: Trace): InterruptedProduct {
  const { kind } = product;
  const pool = 'pool' in product ? product.pool : null;
  return { kind, name: product.kind === 'file' ? fileName(product.path) : product.name, pool, remnant };
}
