import { type GuestDefinition, type KeptDefinition, keptMax, type Revision } from '#model/definition';
import type { GuestId, GuestRef } from '#model/guest';
import type { HostId } from '#model/host';
import { BackendError } from '../backends/errors.ts';
import { type DefinitionRecord, type DefinitionShelf, type KeptText, recordVersion } from './definition-record.ts';

/** Characters of one guest's record; its oldest definitions go first, the newest never. */
const RECORD_MAX = 4 * 1024 * 1024;
/** Milliseconds between a change and its answer, as far as anybody looks in between. */
const ANSWER_MS = 60_000;
/** Records in memory; all are on the shelf. */
const OPEN_MAX = 64;

interface HistoryOptions {
  readonly shelf: DefinitionShelf;
  log(line: string): void;
}

/** Who made a definition that was met: by a change from here, `what` as the list of tasks has it. */
export type Maker = { readonly by: 'guesthouse'; readonly what: string } | { readonly by: 'others' };

/**
 * The definitions that guests have had, as far as Guesthouse met them: what it reads, and what it is about to replace. The host keeps one;
 * the one before is lost for everybody when another is defined. Nothing waits for the disk but who asks.
 */
export class DefinitionHistory {
  readonly #shelf: DefinitionShelf;
  readonly #log: (line: string) => void;
  readonly #open = new Map<string, Promise<DefinitionRecord>>();
  /** The end of what is being written. */
  #writing: Promise<void> = Promise.resolve();

  constructor({ shelf, log }: HistoryOptions) {
    this.#shelf = shelf;
    this.#log = log;
  }

  /**
   * The guest has this definition now. One that was not met last is the newest from here on; that it is others' work unless `maker` says
   * otherwise is certain only where one was known before. Never rejects: what cannot be kept is logged, and the work goes on.
   */
  async met(ref: GuestRef, { text, revision }: GuestDefinition, maker: Maker = { by: 'others' }): Promise<void> {
    const key = keyOf(ref);
    const next = this.#recordOf(ref).then((record) => {
      const [newest] = record.kept;
      if (newest?.revision === revision && !isOwnAfterAll(newest, maker)) return record;
      const made = newest === undefined && maker.by === 'others' ? { by: 'unknown' as const, what: null } : { what: null, ...maker };
      const kept = bounded([{ text, revision, at: Date.now(), ...made }, ...record.kept.filter((one) => one.revision !== revision)]);
      const changed = { ...record, kept };
      this.#write(changed);
      return changed;
    });
    this.#remember(key, next);
    await next;
  }

  /** Whether anything is known of the guest, so that its changes are worth a look. */
  async knows(ref: GuestRef): Promise<boolean> {
    return (await this.#recordOf(ref)).kept.length > 0;
  }

  /** Newest first. */
  async list(ref: GuestRef): Promise<KeptDefinition[]> {
    return (await this.#recordOf(ref)).kept.map(({ revision, at, by, what }) => ({ revision, at, by, what }));
  }

  /** Rejects with 'not-found'. */
  async text(ref: GuestRef, revision: Revision): Promise<string> {
    const found = (await this.#recordOf(ref)).kept.find((one) => one.revision === revision);
    if (found === undefined) throw new BackendError('not-found', 'This definition is not kept any more.');
    return found.text;
  }

  /** All of one host's guests. */
  async forget(host: HostId): Promise<void> {
    for (const key of this.#open.keys()) if (key.startsWith(`${host} `)) this.#open.delete(key);
    await this.#writing;
    await this.#shelf.forget(host);
  }

  /** Resolves when all that was met lies on the shelf. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #recordOf(ref: GuestRef): Promise<DefinitionRecord> {
    const key = keyOf(ref);
    const open =
      this.#open.get(key) ?? this.#writing.then(() => this.#shelf.read(ref)).then((record) => record ?? emptyRecord(ref.host, ref.id));
    this.#remember(key, open);
    return open;
  }

  #remember(key: string, record: Promise<DefinitionRecord>): void {
    this.#open.delete(key);
    this.#open.set(key, record);
    const [oldest] = this.#open.keys();
    if (this.#open.size > OPEN_MAX && oldest !== undefined) this.#open.delete(oldest);
  }

  /** In the order in which they were met, one at a time. */
  #write(record: DefinitionRecord): void {
    this.#writing = this.#writing
      .then(() => this.#shelf.write(record))
      .catch((error: unknown) => this.#log(`A definition could not be kept: ${String(error)}`));
  }
}

const keyOf = ({ host, id }: GuestRef): string => `${host} ${id}`;
const emptyRecord = (host: HostId, guest: GuestId): DefinitionRecord => ({ version: recordVersion, host, guest, kept: [] });

/** Our own change was met by somebody who looked before its answer came. */
const isOwnAfterAll = ({ by, at }: KeptText, maker: Maker): boolean =>
  maker.by === 'guesthouse' && by === 'others' && Date.now() - at < ANSWER_MS;

function bounded(kept: readonly KeptText[]): KeptText[] {
  let characters = 0;
  return kept.slice(0, keptMax).filter(({ text }, index) => {
    characters += text.length;
    return index === 0 || characters <= RECORD_MAX;
  });
}
