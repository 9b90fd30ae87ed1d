import type { DeletionPlan, DeletionResult } from '#model/deletion';
import type { GuestRef } from '#model/guest';
import { BackendError } from '../backends/errors.ts';
import { facetOf } from './facet.ts';
import type { Questions } from './questions.ts';
import { deletionQuestion } from './questions.ts';
import type { Registry } from './registry.ts';
import type { Tasks } from './tasks.ts';
import type { VolumeLocks } from './volume-locks.ts';

interface AroundDeletion {
  onDeleted(guest: GuestRef): void;
  keep(guest: GuestRef): Promise<void>;
  remember(guest: GuestRef, name: string): Promise<boolean>;
}

/** Deletes guests: only after main asked, and only what main told when it asked. */
export class GuestDeleter {
  readonly #registry: Registry;
  readonly #tasks: Tasks;
  readonly #questions: Questions;
  readonly #locks: VolumeLocks;
  readonly #onDeleted: (guest: GuestRef) => void;
  readonly #keep: (guest: GuestRef) => Promise<void>;
  readonly #remember: (guest: GuestRef, name: string) => Promise<boolean>;

  /** `keep` keeps the guest's last definition, before it goes; `remember` tells, after that, whether it can be defined again. Neither rejects. */
  constructor(registry: Registry, tasks: Tasks, questions: Questions, locks: VolumeLocks, { onDeleted, keep, remember }: AroundDeletion) {
    this.#registry = registry;
    this.#tasks = tasks;
    this.#questions = questions;
    this.#locks = locks;
    this.#onDeleted = onDeleted;
    this.#keep = keep;
    this.#remember = remember;
  }

  /** The id of the task that deletes it; null when the person said no. Throws 'invalid-state' if the plan changed during the question. */
  async delete(window: number, ref: GuestRef): Promise<string | null> {
    const { saved, connection } = this.#registry.reached(ref.host);
    const guest = this.#registry.guest(ref);
    const deletion = facetOf(connection, 'deletion');
    const told = await deletion.plan(ref.id);
    const answer = await this.#questions.ask(window, deletionQuestion(told), { host: saved });
    if (answer.kind === 'cancelled') return null;
    const paths = [...new Set(answer.ticked)];
    const now = await deletion.plan(ref.id);
    if (!stillHolds(told, now, paths)) {
      throw new BackendError('invalid-state', `“${now.name}” has changed while the question was open. Nothing was deleted.`, {
        remedy: 'Delete it again to see what would go now.',
      });
    }
    this.#locks.assertFree(ref.host, paths);
    const command = connection.commandFor(guest, 'delete');
    const folders = now.disks.filter(({ folder, path }) => folder && paths.includes(path)).map(({ path }) => path);
    // Only emptying a folder takes long, and what is left of it when it is cancelled is offered again.
    const job = { title: `Delete “${now.name}”`, host: ref.host, guest: ref.id, command, cancellable: folders.length > 0 };
    const { id } = this.#tasks.run(job, async (operation) => {
      await this.#keep(ref);
      const result = await deletion.delete(ref.id, paths, operation);
      this.#onDeleted(ref);
      const kept = await this.#remember(ref, now.name);
      const note = noteOf(result);
      if (note !== null && result.leftovers.some(({ path }) => folders.includes(path))) throw leftOver(note, operation.signal);
      return { note, ...(kept && result.deletedDisks.length === 0 && { offer: 'define-again' as const }) };
    });
    return id;
  }
}

/** Whether the person would read the same in a question asked now, as far as it concerns what they agreed to. */
export function stillHolds(told: DeletionPlan, now: DeletionPlan, paths: readonly string[]): boolean {
  const verdictOf = (plan: DeletionPlan, path: string): string | null => {
    const verdict = plan.disks.find((disk) => disk.path === path)?.verdict;
    return verdict === undefined || verdict.kind === 'kept' ? null : JSON.stringify(verdict);
  };
  return (
    told.name === now.name &&
    (told.running || !now.running) &&
    now.alsoRemoved.every((phrase) => told.alsoRemoved.includes(phrase)) &&
    paths.every((path) => verdictOf(now, path) !== null && verdictOf(told, path) === verdictOf(now, path))
  );
}

/** As an operation that did not end, whose journal stays: libvirt's own means remove no folder that holds something. */
const leftOver = (note: string, { aborted }: AbortSignal): BackendError =>
  new BackendError(aborted ? 'cancelled' : 'invalid-state', note, { remedy: 'Clean up what is left among the interrupted operations.' });

function noteOf({ leftovers }: DeletionResult): string | null {
  if (leftovers.length === 0) return null;
  return `The guest is deleted, but not all that was to go with it: ${leftovers.map(({ path, why }) => `${path} (${why})`).join('; ')}`;
}
