import type { GuestId } from '#model/guest';
import type { HostId } from '#model/host';
import type { VolumeRef } from '#model/storage';
import type { Task, TaskOffer, TaskState } from '#model/task';
import type { Operation } from '../backends/backend.ts';
import { BackendError, faultOf } from '../backends/errors.ts';
import type { Journal } from './journal/journal.ts';
import { wishMark } from './wish-mark.ts';

/** How many are remembered, and how many may run at once. */
export const tasksMax = 100;
/** Progress within one step is told at most this often, and never later than that, in milliseconds. */
const progressSpacing = 100;
/** Milliseconds. */
const closingPatience = 5000;

export interface Job {
  /** The window's id for its wish; without one each job is a new one. */
  readonly id?: string;
  /** What exactly was wished, to tell a repeated wish from another one under the same id. */
  readonly wish?: string;
  readonly title: string;
  readonly host: HostId;
  readonly guest: GuestId | null;
  readonly volume?: VolumeRef;
  readonly command: string | null;
  readonly cancellable: boolean;
}

/** What came of a job: a note for the person, and the guest where it was made by the job. */
export interface Outcome {
  readonly note?: string | null;
  readonly offer?: TaskOffer;
  readonly guest?: GuestId;
}

interface Entry {
  task: Task;
  /** Its mark. */
  readonly wish: string | undefined;
  readonly cancel: AbortController;
  toldAt: number;
  /** Tells what has come since. */
  later: ReturnType<typeof setTimeout> | undefined;
  result: Promise<void>;
}

/** What the person asked for: what runs, and what came of the last ones. */
export class Tasks {
  readonly #publish: (task: Task) => void;
  readonly #log: (line: string) => void;
  readonly #uuid: () => string;
  readonly #journal: Pick<Journal, 'begin'>;
  readonly #entries = new Map<string, Entry>();

  constructor(publish: (task: Task) => void, log: (line: string) => void, uuid: () => string, journal: Pick<Journal, 'begin'>) {
    this.#publish = publish;
    this.#log = log;
    this.#uuid = uuid;
    this.#journal = journal;
  }

  list(): Task[] {
    return [...this.#entries.values()].map(({ task }) => task);
  }

  /** Whether this very wish is known already, so that it must not be done again. Throws 'bad-input' when the id stands for another one. */
  knows(id: string, wish: string): boolean {
    const entry = this.#entries.get(id);
    if (entry !== undefined && entry.wish !== wishMark(wish)) {
      throw new BackendError('bad-input', 'This operation is another one already.');
    }
    return entry !== undefined;
  }

  /** Tells windows of each step. `result` rejects as `work` does; who ignores it loses nothing, the task shows it. Throws 'busy'. */
  run(job: Job, work: (operation: Operation) => Promise<Outcome | void>): { id: string; result: Promise<void> } {
    this.#makeRoom();
    const id = job.id ?? this.#uuid();
    const entry: Entry = {
      task: {
        id,
        title: job.title,
        host: job.host,
        guest: job.guest,
        ...(job.volume !== undefined && { volume: job.volume }),
        command: job.command,
        startedAt: Date.now(),
        endedAt: null,
        state: { kind: 'running', step: 'Starting', progress: null, cancellable: job.cancellable },
      },
      wish: job.wish === undefined ? undefined : wishMark(job.wish),
      cancel: new AbortController(),
      toldAt: Number.NEGATIVE_INFINITY,
      later: undefined,
      result: Promise.resolve(),
    };
    this.#entries.set(id, entry);
    this.#publish(entry.task);
    entry.result = this.#follow(entry, work);
    entry.result.catch(() => {});
    return { id, result: entry.result };
  }

  /** Asks for the end; the task says itself when it came. Throws 'not-found' or 'invalid-state'. */
  cancel(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new BackendError('not-found', 'There is no such task any more.');
    const { state } = entry.task;
    if (state.kind !== 'running' || !state.cancellable) throw new BackendError('invalid-state', 'This task cannot be cancelled any more.');
    entry.cancel.abort();
    this.#change(entry, { ...state, cancellable: false });
  }

  /** Cancels what can be, and gives all that runs a few seconds to end or to remove what it made. */
  async close(): Promise<void> {
    const running = [...this.#entries.values()].filter(({ task }) => task.state.kind === 'running');
    for (const { task, cancel } of running) if (task.state.kind === 'running' && task.state.cancellable) cancel.abort();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closingPatience);
    });
    await Promise.race([Promise.allSettled(running.map(async ({ result }) => result)), patience]);
    clearTimeout(timer);
  }

  async #follow(entry: Entry, work: (operation: Operation) => Promise<Outcome | void>): Promise<void> {
    const report = (step: string, progress: number | null): void => this.#report(entry, step, progress);
    const notes = this.#journal.begin(entry.task);
    try {
      const outcome = await work({ report, signal: entry.cancel.signal, making: notes.making });
      await notes.end(true);
      entry.task = { ...entry.task, guest: outcome?.guest ?? entry.task.guest };
      const offer = outcome?.offer;
      this.#change(entry, { kind: 'done', note: outcome?.note ?? null, ...(offer !== undefined && { offer }) });
    } catch (error) {
      await notes.end(false);
      if (!(error instanceof BackendError))
        this.#log(`“${entry.task.title}” failed: ${error instanceof Error ? error.stack : String(error)}`);
      const fault = faultOf(error);
      this.#change(entry, fault.code === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', fault });
      throw error;
    }
  }

  #report(entry: Entry, step: string, progress: number | null): void {
    const { state } = entry.task;
    if (state.kind !== 'running') return;
    entry.task = { ...entry.task, state: { ...state, step, progress } };
    const rest = entry.toldAt + progressSpacing - performance.now();
    if (step !== state.step || rest <= 0) this.#tell(entry);
    // What comes last before a long silence is what people look at meanwhile.
    else entry.later ??= setTimeout(() => this.#tell(entry), rest);
  }

  #change(entry: Entry, state: TaskState): void {
    entry.task = { ...entry.task, state, endedAt: state.kind === 'running' ? null : Date.now() };
    this.#tell(entry);
  }

  #tell(entry: Entry): void {
    clearTimeout(entry.later);
    entry.later = undefined;
    entry.toldAt = performance.now();
    this.#publish(entry.task);
  }

  #makeRoom(): void {
    if (this.#entries.size < tasksMax) return;
    for (const [id, { task }] of this.#entries) {
      if (task.state.kind === 'running') continue;
      this.#entries.delete(id);
      return;
    }
    throw new BackendError('busy', 'Too many operations are running.', { remedy: 'Wait until some of them have ended.' });
  }
}
