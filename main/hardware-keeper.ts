import type { GuestRef } from '#model/guest';
import type { GuestHardware, HardwareChange, HardwareOutcome, HardwarePlan, HardwareWish } from '#model/hardware';
import type { HostId } from '#model/host';
import type { Confirmation } from '#model/confirmation';
import { BackendError } from '../backends/errors.ts';
import { facetOf } from './facet.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';
import { tasksMax, type Tasks } from './tasks.ts';

export interface WishedHardware {
  readonly guest: GuestRef;
  readonly wish: HardwareWish;
  /** The window's id for its wish. */
  readonly operation: string;
}

/** Changes what guests are made of, as tasks; asks first where a running guest would lose something at once. */
export class HardwareKeeper {
  readonly #registry: Registry;
  readonly #tasks: Tasks;
  readonly #questions: Questions;

  /** Of each wish, by the window's id for it. */
  readonly #outcomes = new Map<string, Promise<HardwareOutcome>>();

  constructor(registry: Registry, tasks: Tasks, questions: Questions) {
    this.#registry = registry;
    this.#tasks = tasks;
    this.#questions = questions;
  }

  async read({ host, id }: GuestRef): Promise<GuestHardware> {
    return this.#of(host).read(id);
  }

  async plan({ host, id }: GuestRef, wish: HardwareWish): Promise<HardwarePlan> {
    return this.#of(host).plan(id, wish);
  }

  async readDraft(host: HostId, definition: string): Promise<GuestHardware> {
    return this.#of(host).readDraft(definition);
  }

  async planDraft(host: HostId, definition: string, change: HardwareChange): Promise<HardwarePlan> {
    return this.#of(host).planDraft(definition, change);
  }

  async apply(window: number, { guest: ref, wish, operation: id }: WishedHardware): Promise<HardwareOutcome> {
    const { host } = ref;
    const hardware = this.#of(host);
    const wished = JSON.stringify({ ref, wish });
    if (this.#tasks.knows(id, wished)) return this.#outcomes.get(id) ?? forgotten();
    const name = this.#registry.snapshot(host).guests.find((guest) => guest.id === ref.id)?.name ?? 'a guest';
    const loss = await this.#lossBy(ref, wish);
    if (loss !== null) await this.#questions.insist(window, unplugQuestion(name, loss));
    const { commands, losses } = await hardware.plan(ref.id, wish);
    if (losses.length > 0) await this.#questions.insist(window, lossQuestion(name, losses));
    const job = {
      id,
      wish: wished,
      title: titleOf(wish, name),
      host,
      guest: ref.id,
      command: commands.join('\n') || null,
      cancellable: true,
    };
    const outcome = new Promise<HardwareOutcome>((resolve, reject) => {
      const task = this.#tasks.run(job, async (operation) => {
        const done = await hardware.apply(ref.id, wish, operation);
        resolve(done);
        return { note: done.why };
      });
      task.result.catch(reject);
    });
    this.#remember(id, outcome);
    return outcome;
  }

  #remember(id: string, outcome: Promise<HardwareOutcome>): void {
    this.#outcomes.set(id, outcome);
    for (const old of [...this.#outcomes.keys()].slice(0, -tasksMax)) this.#outcomes.delete(old);
  }

  /** What a running guest would have pulled out of it; null where nothing. */
  async #lossBy({ host, id }: GuestRef, { change, when }: HardwareWish): Promise<string | null> {
    if (change.kind !== 'remove' || when === 'next-start') return null;
    const { pages, running } = await this.#of(host).read(id);
    const page = pages.find((one) => one.id === change.device);
    return running && page !== undefined && page.presence !== 'next-start' && page.removal?.live === true ? page.title : null;
  }

  #of(host: GuestRef['host']) {
    return facetOf(this.#registry.connection(host), 'hardware');
  }
}

const forgotten = (): never => {
  throw new BackendError('not-found', 'This was done, and what came of it is not remembered any more.', { remedy: 'Look at the guest.' });
};

function titleOf({ change }: HardwareWish, guest: string): string {
  const verbs = { act: 'Change', set: 'Change', rewrite: 'Change', add: 'Add a device to', remove: 'Remove a device from' } as const;
  return `${verbs[change.kind]} “${guest}”`;
}

const unplugQuestion = (guest: string, device: string): Confirmation => ({
  title: `Unplug “${device}” from “${guest}” while it runs?`,
  message: ['The guest loses the device at once. What it has open on it, or not written to it yet, may be lost.'],
  choices: [],
  confirm: 'Unplug',
  danger: true,
});

const lossQuestion = (guest: string, losses: readonly string[]): Confirmation => ({
  title: `Change “${guest}” and lose what cannot be brought back?`,
  message: [...losses],
  choices: [],
  confirm: 'Do it',
  danger: true,
});
