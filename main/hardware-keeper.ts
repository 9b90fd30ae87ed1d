import type { GuestRef } from '#model/guest';
import type { GuestHardware, HardwareOutcome, HardwarePlan, HardwareWish } from '#model/hardware';
import type { Confirmation } from '#model/confirmation';
import { facetOf } from './facet.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';
import type { Tasks } from './tasks.ts';

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

  async apply(window: number, { guest: ref, wish, operation: id }: WishedHardware): Promise<HardwareOutcome> {
    const { host } = ref;
    const hardware = this.#of(host);
    const wished = JSON.stringify({ ref, wish });
    if (this.#tasks.knows(id, wished)) return { effect: 'next-start', why: 'This was done before.' };
    const name = this.#registry.snapshot(host).guests.find((guest) => guest.id === ref.id)?.name ?? 'a guest';
    const loss = await this.#lossBy(ref, wish);
    if (loss !== null) await this.#questions.insist(window, unplugQuestion(name, loss));
    const { commands, losses } = await hardware.plan(ref.id, wish);
    if (losses.length > 0) await this.#questions.insist(window, lossQuestion(name, losses));
    let outcome: HardwareOutcome = { effect: 'next-start', why: null };
    const job = {
      id,
      wish: wished,
      title: titleOf(wish, name),
      host,
      guest: ref.id,
      command: commands.join('\n') || null,
      cancellable: true,
    };
    await this.#tasks.run(job, async (operation) => {
      outcome = await hardware.apply(ref.id, wish, operation);
      return { note: outcome.why };
    }).result;
    return outcome;
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
