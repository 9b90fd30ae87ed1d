import type { AddressWish, TrialResult } from '#contract/hosts';
import type { HostId } from '#model/host';
import type { Backend } from '../backends/backend.ts';
import { BackendError, faultOf } from '../backends/errors.ts';
import type { AddressWishes } from './address-wishes.ts';
import type { Approvals } from './approvals.ts';
import { backendFor } from './backend-for.ts';
import { placeOf, uriOf } from './host-uri.ts';
import { askIn, withdrawnWith } from './login-questions.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';

interface HostTrialsOptions {
  readonly backends: readonly Backend[];
  readonly registry: Registry;
  readonly wishes: AddressWishes;
  readonly approvals: Approvals;
  readonly questions: Questions;
}

/** `host`: whose files the address may keep. */
interface Trial {
  readonly host: HostId | null;
  readonly address: AddressWish;
  readonly readOnly: boolean;
}

/** Connections made to see whether they can be made. One at a time for each window; nothing of them stays. */
export class HostTrials {
  readonly #options: HostTrialsOptions;
  readonly #running = new Map<number, AbortController>();

  constructor(options: HostTrialsOptions) {
    this.#options = options;
  }

  /** Throws 'busy' while the window's last trial goes on. */
  async test(window: number, { address, readOnly, host }: Trial): Promise<TrialResult> {
    if (this.#running.has(window)) throw new BackendError('busy', 'A connection is being tested already.');
    const trial = new AbortController();
    this.#running.set(window, trial);
    try {
      return await this.#try(window, { address, readOnly, host }, trial.signal);
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      const stopped = trial.signal.aborted ? new BackendError('cancelled', 'The test was stopped.') : error;
      return { kind: 'failed', fault: faultOf(stopped) };
    } finally {
      this.#running.delete(window);
    }
  }

  windowClosed(window: number): void {
    this.stop(window);
  }

  stop(window: number): void {
    this.#running.get(window)?.abort();
  }

  close(): void {
    for (const trial of this.#running.values()) trial.abort();
  }

  async #try(window: number, { address: wish, readOnly, host }: Trial, signal: AbortSignal): Promise<TrialResult> {
    const { backends, registry, wishes, approvals, questions } = this.#options;
    const kept = host === null ? null : registry.link(host).saved.address;
    const { address, concerns } = wishes.resolve(window, wish, kept);
    const uri = uriOf(address);
    const backend = backendFor(uri, backends);
    await approvals.require(window, address, kept !== null && uriOf(kept) === uri ? [] : concerns, signal);
    const ask = withdrawnWith(
      askIn(questions, window, () => ({ name: placeOf(address), address })),
      signal,
    );
    const connection = await backend.connect(uri, { signal, ask, readOnly });
    const { facts } = connection;
    await connection.close();
    if (signal.aborted) throw new BackendError('cancelled', 'The test was stopped.');
    return { kind: 'reached', facts };
  }
}
