import type { Guest, GuestState } from '#model/guest';
import { canGuest, type GuestAction, stateLabels } from '#model/guest-action';
import type { HostId } from '#model/host';
import { type OrderedGuest, type PlaceChange, startSteps } from '#model/start-order';
import type { Operation } from '../backends/backend.ts';
import { BackendError, faultOf } from '../backends/errors.ts';
import { facetOf } from './facet.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';
import type { Tasks } from './tasks.ts';

/** How long the guests of one step have to go off, in milliseconds. */
const PATIENCE_MS = 5 * 60_000;
/** What is waited for is looked at so often; what is looked at is what the host told already. */
const LOOK_MS = 500;

interface StartOrderOptions {
  readonly registry: Registry;
  readonly tasks: Tasks;
  readonly questions: Questions;
  /** Resolves then, or as soon as `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

type Steps = readonly (readonly OrderedGuest[])[];

interface Planned {
  readonly title: string;
  readonly command: string | null;
  work(operation: Operation): Promise<void>;
}

/** Starts the guests of a host one after another, and shuts them down the other way round. */
export class StartOrderKeeper {
  readonly #options: StartOrderOptions;
  /** Where it is being done, or asked about, with the window's id for it. */
  readonly #busy = new Map<HostId, string>();

  constructor(options: StartOrderOptions) {
    this.#options = options;
  }

  async read(host: HostId): Promise<OrderedGuest[]> {
    return facetOf(this.#options.registry.connection(host), 'startOrder').read();
  }

  /** Throws 'conflict' at the first whose place is another by now; those before it have theirs. */
  async set(host: HostId, changes: readonly PlaceChange[]): Promise<void> {
    const order = facetOf(this.#options.registry.connection(host), 'startOrder');
    for (const change of changes) await order.set(change);
  }

  /** Resolves when the task has begun. What does not start is told at the end, and holds nothing up. */
  async start(host: HostId, operation: string): Promise<void> {
    await this.#once(host, operation, 'start', async () => {
      const steps = this.#fitting(host, startSteps(await this.read(host)), 'start');
      if (steps.length === 0) throw new BackendError('invalid-state', 'No guest of the start order is off.');
      return { title: 'Start in order', command: this.#command(host, steps), work: (running) => this.#start(host, steps, running) };
    });
  }

  /** As `start`, after the person was asked. Whatever does not go off ends it: what it may need is left running. */
  async shutDown(window: number, host: HostId, operation: string): Promise<void> {
    await this.#once(host, operation, 'shut-down', async () => {
      const read = async () => this.#running(host, backwards(startSteps(await this.read(host))));
      const told = await read();
      if (told.length === 0) throw new BackendError('invalid-state', 'No guest of the start order is running.');
      const names = told.flat().map(({ name }) => name);
      const { saved } = this.#options.registry.link(host);
      await this.#options.questions.insist(
        window,
        {
          title: names.length === 1 ? `Shut down “${names[0]}”?` : `Shut down ${names.length} guests?`,
          message: [`One after another: ${named(names)}.`, 'Each is asked to shut down, and none is forced off.'],
          choices: [],
          confirm: 'Shut down',
          danger: true,
        },
        { host: saved },
      );
      const asked = new Set(told.flat().map(({ id }) => id));
      // The person may have thought about it for an hour.
      const steps = (await read()).map((step) => step.filter(({ id }) => asked.has(id))).filter((step) => step.length > 0);
      if (steps.length === 0) return null;
      // virsh does not wait for a guest to be off: by hand there is no order.
      return { title: 'Shut down in reverse order', command: null, work: (running) => this.#shutDown(host, steps, running) };
    });
  }

  /** Of one host one at a time, from the first look on; the same wish is done once. `prepare` resolves to null where nothing is left to do. */
  async #once(host: HostId, operation: string, wish: string, prepare: () => Promise<Planned | null>): Promise<void> {
    const { tasks } = this.#options;
    if (tasks.knows(operation, `${wish} ${host}`) || this.#busy.get(host) === operation) return;
    if (this.#busy.has(host)) {
      throw new BackendError('busy', 'The guests of this host are being started or shut down in order already.', {
        remedy: 'Wait for it to end, or cancel it among the tasks.',
      });
    }
    this.#busy.set(host, operation);
    let result: Promise<void> = Promise.resolve();
    try {
      const planned = await prepare();
      if (planned === null) return;
      const { title, command, work } = planned;
      const job = { id: operation, wish: `${wish} ${host}`, title, command, host, guest: null, cancellable: true };
      ({ result } = tasks.run(job, work));
    } finally {
      result.catch(() => undefined).finally(() => this.#busy.delete(host));
    }
  }

  async #start(host: HostId, steps: Steps, operation: Operation): Promise<void> {
    const count = steps.flat().length;
    const refused: string[] = [];
    try {
      await this.#startEach(host, steps, operation, (name, why) => refused.push(`“${name}”: ${why}`));
    } catch (error) {
      const { code, message, reason, remedy } = faultOf(error);
      if (refused.length === 0) throw error;
      throw new BackendError(code, message, { reason: [reason ?? '', ...refused].join(' ').trim(), remedy, cause: error });
    }
    if (refused.length === 0) return;
    throw new BackendError(
      'invalid-state',
      `${refused.length === 1 ? 'A guest' : `${refused.length} guests`} of ${count} could not be started.`,
      {
        reason: refused.join(' '),
        remedy: 'Start in order again when what stands against it is mended: guests that run are left alone.',
      },
    );
  }

  async #startEach(host: HostId, steps: Steps, { report, signal }: Operation, refuse: (name: string, why: string) => void): Promise<void> {
    const count = steps.flat().length;
    let done = 0;
    for (const [at, step] of steps.entries()) {
      let delay = 0;
      for (const { id, name, place } of step) {
        stopIf(signal);
        report(`Starting “${name}”`, done / count);
        done += 1;
        // Somebody else may have been quicker, or have deleted it.
        if (!this.#permits(host, id, 'start')) continue;
        try {
          await this.#options.registry.connection(host).act(id, 'start');
          delay = Math.max(delay, place.delay);
        } catch (error) {
          const { code, message } = faultOf(error);
          if (code === 'connection-lost' || code === 'not-connected') throw error;
          refuse(name, message);
        }
      }
      if (at < steps.length - 1) await this.#wait(delay, done / count, { report, signal });
    }
  }

  async #wait(seconds: number, progress: number, { report, signal }: Pick<Operation, 'report' | 'signal'>): Promise<void> {
    for (let left = seconds; left > 0; left--) {
      report(`Waiting ${left} s`, progress);
      await this.#sleep(1000, signal);
    }
  }

  async #shutDown(host: HostId, steps: Steps, { report, signal }: Operation): Promise<void> {
    const count = steps.flat().length;
    let done = 0;
    for (const step of steps) {
      for (const { id, name } of step) {
        stopIf(signal);
        report(`Asking “${name}” to shut down`, done / count);
        await this.#askToShutDown(host, id, name);
      }
      await this.#untilOff(host, step, done / count, { report, signal });
      done += step.length;
    }
  }

  async #askToShutDown(host: HostId, id: string, name: string): Promise<void> {
    const state = this.#guest(host, id)?.state;
    if (state === undefined || isOff(state)) return;
    if (this.#permits(host, id, 'shut-down')) return this.#options.registry.connection(host).act(id, 'shut-down');
    throw new BackendError(
      'invalid-state',
      `“${name}” cannot be asked to shut down while it is ${stateLabels[state].toLocaleLowerCase()}.`,
      {
        reason: 'What comes before in the start order was left running, since it may be needed.',
        remedy: 'Resume it, or force it off, then shut down in reverse order again.',
      },
    );
  }

  async #untilOff(
    host: HostId,
    step: readonly OrderedGuest[],
    progress: number,
    { report, signal }: Pick<Operation, 'report' | 'signal'>,
  ): Promise<void> {
    for (let waited = 0; ; waited += LOOK_MS) {
      const names = this.#running(host, [step])
        .flat()
        .map(({ name }) => name);
      if (names.length === 0) return;
      if (waited >= PATIENCE_MS) {
        throw new BackendError('timeout', `${named(names)} did not shut down within ${PATIENCE_MS / 60_000} minutes.`, {
          reason: 'What comes before in the start order was left running, since it may be needed.',
          remedy: 'Look at the screen, shut it down there or force it off, then shut down in reverse order again.',
        });
      }
      report(`Waiting for ${named(names)} to be off`, progress);
      await this.#sleep(LOOK_MS, signal);
    }
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.#options.sleep(ms, signal);
    stopIf(signal);
  }

  #guest(host: HostId, id: string): Guest | undefined {
    return this.#options.registry.snapshot(host).guests.find((guest) => guest.id === id);
  }

  #permits(host: HostId, id: string, action: GuestAction): boolean {
    const guest = this.#guest(host, id);
    return guest !== undefined && canGuest(guest, action, this.#options.registry.connection(host).abilities).allowed;
  }

  #fitting(host: HostId, steps: Steps, action: GuestAction): Steps {
    return steps.map((step) => step.filter(({ id }) => this.#permits(host, id, action))).filter((step) => step.length > 0);
  }

  /** Those that are on, in whatever state. */
  #running(host: HostId, steps: Steps): Steps {
    const isOn = (id: string): boolean => {
      const state = this.#guest(host, id)?.state;
      return state !== undefined && !isOff(state);
    };
    return steps.map((step) => step.filter(({ id }) => isOn(id))).filter((step) => step.length > 0);
  }

  /** The same by hand. */
  #command(host: HostId, steps: Steps): string | null {
    const connection = this.#options.registry.connection(host);
    const commands = steps.map((step) =>
      step.flatMap(({ id }) => {
        const guest = this.#guest(host, id);
        const command = guest === undefined ? null : connection.commandFor(guest, 'start');
        return command === null ? [] : [command];
      }),
    );
    const pauses = steps.map((step) => Math.max(0, ...step.map(({ place }) => place.delay)));
    const all = commands.flatMap((step, at) => {
      const pause = pauses[at] ?? 0;
      return pause > 0 && at < steps.length - 1 ? [...step, `sleep ${pause}`] : step;
    });
    return all.length === 0 ? null : all.join('; ');
  }
}

const backwards = (steps: Steps): Steps => steps.reduceRight<Steps>((all, step) => [...all, step], []);

const isOff = (state: GuestState): boolean => state === 'shut-off' || state === 'crashed';

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new BackendError('cancelled', 'Cancelled.');
}

/** At most five by name. */
function named(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `“${name}”`);
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}
