import type { GuestRef } from '#model/guest';
import type { GuestHardware, HardwareChange, HardwareOutcome, HardwarePlan, HardwareWish } from '#model/hardware';
import type { HostId } from '#model/host';
import type { Confirmation } from '#model/confirmation';
import type { Hardware } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { DefinitionKeeper } from './definition-keeper.ts';
import { facetOf } from './facet.ts';
import { grantQuestion } from './grant-question.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';
import { tasksMax, type Job, type Tasks } from './tasks.ts';
import { wishMark } from './wish-mark.ts';

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
  readonly #definitions: Pick<DefinitionKeeper, 'keep' | 'changedBy'>;

  /** By the window's id for it. */
  readonly #wishes = new Map<string, { readonly wished: string; readonly outcome: Promise<HardwareOutcome> }>();

  constructor(registry: Registry, tasks: Tasks, questions: Questions, definitions: Pick<DefinitionKeeper, 'keep' | 'changedBy'>) {
    this.#registry = registry;
    this.#tasks = tasks;
    this.#questions = questions;
    this.#definitions = definitions;
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

  /** A wish is carried out once, however often it is told; one that the person did not agree to may be told again. */
  apply(window: number, { guest, wish, operation: id }: WishedHardware): Promise<HardwareOutcome> {
    const wished = wishMark(JSON.stringify({ guest, wish }));
    const known = this.#wishes.get(id);
    if (known !== undefined && known.wished !== wished) throw new BackendError('bad-input', 'This operation is another one already.');
    if (known !== undefined) return known.outcome;
    const outcome = this.#begin(window, { guest, wish, operation: id }, wished);
    this.#wishes.set(id, { wished, outcome });
    for (const old of [...this.#wishes.keys()].slice(0, -tasksMax)) this.#wishes.delete(old);
    outcome.catch(() => this.#wishes.delete(id));
    return outcome;
  }

  async #begin(window: number, { guest, wish, operation: id }: WishedHardware, wished: string): Promise<HardwareOutcome> {
    const { saved, connection } = this.#registry.reached(guest.host);
    const hardware = facetOf(connection, 'hardware');
    const insist = async (question: Confirmation) => this.#questions.insist(window, question, { host: saved });
    const job = await this.#agreed(insist, hardware, guest, wish);
    return this.#run(hardware, guest, wish, { ...job, id, wish: wished });
  }

  /** What is to be done, once the person has agreed to what nobody else may decide. */
  async #agreed(insist: (question: Confirmation) => Promise<void>, hardware: Hardware, ref: GuestRef, wish: HardwareWish): Promise<Job> {
    const { name } = this.#registry.guest(ref);
    const loss = await lossBy(hardware, ref, wish);
    if (loss !== null) await insist(unplugQuestion(name, loss));
    const { commands, losses, grants, differences } = await hardware.plan(ref.id, wish);
    const unplugged = wish.change.kind === 'undo' ? differences.filter(({ to, effect }) => to === null && effect === 'now') : [];
    for (const { what } of unplugged) await insist(unplugQuestion(name, what));
    if (grants.length > 0) await insist(grantQuestion(name, grants));
    if (losses.length > 0) await insist(lossQuestion(name, losses));
    return { title: titleOf(wish, name), host: ref.host, guest: ref.id, command: commands.join('\n') || null, cancellable: true };
  }

  #run(hardware: Hardware, ref: GuestRef, wish: HardwareWish, job: Job): Promise<HardwareOutcome> {
    return new Promise((resolve, reject) => {
      const task = this.#tasks.run(job, async (operation) => {
        await this.#definitions.keep(ref);
        const done = await hardware.apply(ref.id, wish, operation);
        await this.#definitions.changedBy(ref, job.title);
        resolve(done);
        return { note: done.why };
      });
      task.result.catch(reject);
    });
  }

  #of(host: HostId): Hardware {
    return facetOf(this.#registry.connection(host), 'hardware');
  }
}

/** What a running guest would have pulled out of it; null where nothing. */
async function lossBy(hardware: Hardware, { id }: GuestRef, { change, when }: HardwareWish): Promise<string | null> {
  if (change.kind !== 'remove') return null;
  const { pages, running, persistent } = await hardware.read(id);
  // A guest that exists only while it runs has no next start to wait for: it loses the device whatever was wished.
  if (when === 'next-start' && persistent) return null;
  const page = pages.find((one) => one.id === change.device);
  return running && page !== undefined && page.presence !== 'next-start' && page.removal?.live === true ? page.title : null;
}

function titleOf({ change }: HardwareWish, guest: string): string {
  const verbs = {
    act: 'Change',
    set: 'Change',
    rewrite: 'Change',
    undo: 'Undo a change of',
    add: 'Add a device to',
    remove: 'Remove a device from',
  } as const;
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
