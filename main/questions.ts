import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import type { DeletionDisk, DeletionPlan } from '#model/deletion';
import { guestActions } from '#model/guest-action';
import type { GuestAction } from '#model/guest-action';
import type { Guest } from '#model/guest';
import type { SavedHost } from '#model/host';
import { GiB, MiB } from '#model/quantity';
import { BackendError } from '../backends/errors.ts';
import { hostWords } from './host-uri.ts';
import type { Surroundings } from './surroundings.ts';

/** The host that it is about: a window can show one host and mean another. */
export type AskedHost = Pick<SavedHost, 'name' | 'address'>;

interface Circumstances {
  /** Null, or left out: it is about no host. */
  readonly host?: AskedHost | null;
  /** Takes it back, as if it were cancelled. */
  readonly signal?: AbortSignal | undefined;
}

/** Main's own questions to the person. One at a time for each window, so that a window cannot bury the person in them. */
export class Questions {
  readonly #confirm: Surroundings['confirm'];
  /** Of each window: how many are open or wait, and the end of the last one. */
  readonly #lines = new Map<number, { length: number; last: Promise<unknown> }>();

  constructor(confirm: Surroundings['confirm']) {
    this.#confirm = confirm;
  }

  /** For what a window asks for. Names the host before all else. Throws 'busy' while another question of that window is open. */
  async ask(window: number, question: Confirmation, { host = null, signal }: Circumstances = {}): Promise<ConfirmationAnswer> {
    if (this.#lines.has(window)) throw new BackendError('busy', 'Another question of this window waits for an answer.');
    return this.askInTurn(window, host === null ? question : onHost(question, host), signal ?? new AbortController().signal);
  }

  /** For what hosts ask: after those that came before. `signal` takes it back, as if it were cancelled. */
  async askInTurn(window: number, question: Confirmation, signal: AbortSignal): Promise<ConfirmationAnswer> {
    const line = this.#lines.get(window) ?? { length: 0, last: Promise.resolve() };
    this.#lines.set(window, line);
    const answer = line.last.then(async (): Promise<ConfirmationAnswer> =>
      signal.aborted ? { kind: 'cancelled' } : this.#confirm(window, question, signal),
    );
    line.length += 1;
    line.last = answer.catch(() => undefined);
    try {
      return await answer;
    } finally {
      line.length -= 1;
      if (line.length === 0) this.#lines.delete(window);
    }
  }

  /** Throws 'cancelled' unless the person agrees. */
  async insist(window: number, question: Confirmation, circumstances?: Circumstances): Promise<void> {
    const answer = await this.ask(window, question, circumstances);
    if (answer.kind === 'cancelled') throw new BackendError('cancelled', 'Cancelled.');
  }
}

const onHost = (question: Confirmation, host: AskedHost): Confirmation => ({
  ...question,
  details: [{ label: 'Host', value: hostWords(host), exact: true }, ...(question.details ?? [])],
});

const losses: Readonly<Partial<Record<GuestAction, string>>> = {
  'force-off': 'This is like pulling the plug: what the guest has not written to its disks yet is lost.',
  reset: 'This is like pressing the reset button: what the guest has not written to its disks yet is lost.',
  'discard-save': 'The memory that was saved is deleted, and with it all that was open in the guest. Its next start is a fresh one.',
};

export function actionQuestion(guest: Guest, action: GuestAction): Confirmation {
  const { label } = guestActions[action];
  const loss = losses[action];
  return {
    title: `${label}: “${guest.name}”?`,
    message: loss === undefined ? [] : [loss],
    choices: [],
    confirm: label,
    danger: true,
  };
}

export function deletionQuestion(plan: DeletionPlan): Confirmation {
  const message = ['This cannot be undone.'];
  if (plan.running) message.unshift('The guest is running. It will be forced off first.');
  if (!plan.running && plan.disks.length === 0) message.unshift('The guest has no disks; its definition is deleted.');
  if (plan.alsoRemoved.length > 0) message.push(`Deleted with it: ${plan.alsoRemoved.join(', ')}.`);
  return {
    title: `Delete “${plan.name}”?`,
    message,
    choices: plan.disks.map((disk) => ({
      id: disk.path,
      label: disk.folder ? `Delete the folder ${disk.path} with all that is in it` : `Delete ${disk.path}`,
      detail: detailOf(disk),
      ticked: disk.verdict.kind === 'offered',
      enabled: disk.verdict.kind !== 'kept',
    })),
    confirm: 'Delete',
    danger: true,
  };
}

function detailOf({ folder, size, verdict }: DeletionDisk): string | null {
  const parts = [
    ...(size === null
      ? folder
        ? ['Size not known']
        : []
      : [size >= GiB ? `${Math.round((size / GiB) * 10) / 10} GiB` : `${Math.ceil(size / MiB)} MiB`]),
    ...(verdict.kind === 'offered' ? [] : [verdict.kind === 'kept' ? `Kept: ${verdict.why}` : verdict.why]),
  ];
  return parts.length === 0 ? null : parts.join(' · ');
}
