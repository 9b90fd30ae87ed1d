import type { Confirmation } from '#model/confirmation';
import type { HostAddress } from '#model/host-address';
import type { Concern } from './address-rules.ts';
import { canonicalUri, uriOf } from './host-uri.ts';
import type { Questions } from './questions.ts';

/** What the person has agreed to of addresses that are not safe by themselves. Kept for this run; a host that was saved was agreed to. */
export class Approvals {
  readonly #questions: Questions;
  readonly #given = new Set<string>();

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  /** Throws 'cancelled' unless the person agrees, now or earlier. */
  async require(window: number, address: HostAddress, concerns: readonly Concern[], signal?: AbortSignal): Promise<void> {
    const key = canonicalUri(uriOf(address));
    if (concerns.length === 0 || this.#given.has(key)) return;
    await this.#questions.insist(window, concernQuestion(uriOf(address), concerns), { signal });
    this.#given.add(key);
  }
}

function concernQuestion(uri: string, concerns: readonly Concern[]): Confirmation {
  return {
    title: 'Connect in this way?',
    message: ['Agree only if you know why it has to be so. An address that somebody sent you can be a trap.'],
    details: [
      { label: 'Address', value: uri, exact: false },
      ...concerns.map(({ what, why }) => ({ label: what, value: why, exact: false })),
    ],
    choices: [],
    confirm: 'Connect anyway',
    danger: true,
  };
}
