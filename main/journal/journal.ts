import type { HostId } from '#model/host';
import type { Product } from '#model/product';
import type { VolumeRef } from '#model/storage';
import type { Note } from '../../backends/backend.ts';
import type { NotedEntry, OperationRecord, OwnFiles, RecordShelf } from './operation-record.ts';

export interface JournalOptions {
  readonly shelf: RecordShelf;
  readonly files: OwnFiles;
  /** Never throws: the person may have removed the host meanwhile. */
  hostName(host: HostId): string;
  /** What `interrupted` gives is another list now. */
  changed(): void;
  log(line: string): void;
}

/** What one operation writes down while it runs. */
export interface OperationNotes {
  making(product: Product): Promise<Note>;
  /** To be called once, when nothing of it runs any more. What it made and did not take back is left over unless all is `well`. */
  end(well: boolean): Promise<void>;
}

/** What operations under way have made, and what those that did not end well left: here, or in an earlier run of the program. */
export class Journal {
  readonly #options: JournalOptions;
  readonly #interrupted = new Map<string, OperationRecord>();
  #unusable: readonly string[] = [];
  /** Read before anything else is done with the records. */
  readonly loaded: Promise<void>;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.loaded = this.#load();
  }

  /** Operations that did not end well, those that began first before. */
  get interrupted(): readonly OperationRecord[] {
    return [...this.#interrupted.values()].sort((a, b) => a.startedAt - b.startedAt);
  }

  /** Names of records that could not be used. */
  get unusable(): readonly string[] {
    return this.#unusable;
  }

  forgetUnusable(): void {
    this.#unusable = [];
    this.#options.changed();
  }

  /** Whether an operation that did not end well was filling this volume. */
  isIncomplete(host: HostId, volume: VolumeRef): boolean {
    return this.incompleteVolumes(host).some(({ pool, name }) => pool === volume.pool && name === volume.name);
  }

  incompleteVolumes(host: HostId): VolumeRef[] {
    const records = this.interrupted.filter((record) => record.host === host);
    return records.flatMap(({ entries }) =>
      entries.flatMap(({ product }) =>
        product.kind === 'volume' || product.kind === 'overwritten' ? [{ pool: product.pool, name: product.name }] : [],
      ),
    );
  }

  /** Writes nothing before the first product. */
  begin(job: { readonly id: string; readonly title: string; readonly host: HostId; readonly startedAt: number }): OperationNotes {
    const { shelf, hostName, log } = this.#options;
    const { id, title, host, startedAt } = job;
    const name = hostName(host);
    let entries: readonly NotedEntry[] = [];
    let [written, ended] = [false, false];
    let last: Promise<unknown> = Promise.resolve();
    const record = async (): Promise<OperationRecord> => {
      const owner = await shelf.owner();
      return { version: 1, id, title, host, hostName: name, startedAt, owner, entries: [...entries] };
    };
    /** One after the other, each with what the one before left. */
    const change = (next: (before: readonly NotedEntry[]) => readonly NotedEntry[]): Promise<void> => {
      const done = last.then(async () => {
        const before = entries;
        entries = next(before);
        try {
          await shelf.write(await record());
          written = true;
        } catch (error) {
          entries = before;
          throw error;
        }
      });
      last = done.catch(() => undefined);
      return done;
    };
    const grumble = (error: unknown): void => log(`The journal of “${title}” could not be kept: ${String(error)}`);

    return {
      making: async (product) => {
        let entry: NotedEntry = { product, made: false, identity: null };
        await change((before) => [...before, entry]);
        return {
          made: async () => {
            if (ended) return;
            const next = { product, made: true, identity: await this.#identityOf(product).catch(() => null) };
            await change((before) => before.map((each) => (each === entry ? next : each))).then(() => {
              entry = next;
            }, grumble);
            // What is there now is another one than what was left there once.
            await this.#supersede(host, product).catch(grumble);
          },
          // A disk may answer long after the operation has ended, and somebody may have settled what was left by then.
          gone: () =>
            (ended ? this.strike(id, (each) => each === entry) : change((before) => before.filter((each) => each !== entry))).catch(
              grumble,
            ),
        };
      },
      end: async (well) => {
        for (let seen: Promise<unknown> | null = null; seen !== last;) await (seen = last);
        ended = true;
        if (!well && entries.length > 0) {
          this.#interrupted.set(id, await record());
          this.#options.changed();
        } else if (written) {
          await shelf.remove(id).catch(grumble);
        }
      },
    };
  }

  /** Takes products out of the record of an operation that did not end well, which goes with the last of them. */
  async strike(id: string, struck: (entry: NotedEntry) => boolean): Promise<void> {
    const record = this.#interrupted.get(id);
    if (record === undefined) return;
    const entries = record.entries.filter((entry) => !struck(entry));
    if (entries.length === 0) return this.forget(id);
    if (entries.length === record.entries.length) return;
    const next = { ...record, entries };
    await this.#options.shelf.write(next);
    this.#interrupted.set(id, next);
    this.#options.changed();
  }

  /** Leaves what is there to the person. */
  async forget(id: string): Promise<void> {
    await this.#options.shelf.remove(id);
    this.#interrupted.delete(id);
    this.#options.changed();
  }

  async #load(): Promise<void> {
    try {
      const { records, unusable } = await this.#options.shelf.read();
      for (const record of records) this.#interrupted.set(record.id, record);
      this.#unusable = unusable;
    } catch (error) {
      this.#options.log(`The journal of earlier operations could not be read: ${String(error)}`);
    }
    if (this.#interrupted.size > 0 || this.#unusable.length > 0) this.#options.changed();
  }

  async #identityOf(product: Product): Promise<string | null> {
    return product.kind === 'file' ? this.#options.files.identify(product.path) : null;
  }

  async #supersede(host: HostId, made: Product): Promise<void> {
    const same = JSON.stringify(placeOf(made));
    for (const record of this.interrupted) {
      if (record.host === host) await this.strike(record.id, ({ product }) => JSON.stringify(placeOf(product)) === same);
    }
  }
}

/** What two things cannot be at a time. */
function placeOf(product: Product): readonly string[] {
  switch (product.kind) {
    case 'volume':
    case 'overwritten':
    case 'condemned':
    case 'tree':
      return ['volume', product.pool, product.name];
    case 'file':
      return ['file', product.path];
    case 'borrowed':
      return ['borrowed', product.device];
    case 'guest':
    case 'pool':
    case 'network':
    case 'secret':
    case 'mediated':
      break;
  }
  return [product.kind, product.id];
}
