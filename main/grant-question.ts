import type { Confirmation, ConfirmationDetail } from '#model/confirmation';
import { BackendError } from '../backends/errors.ts';

/** A question that nobody can read to its end protects nobody, and what is left out of it is what somebody wants to hide. */
const NAMED_MAX = 40;

/** What a guest would get of its host, to be read one by one. Throws 'bad-input' for more than a person can judge. */
export function grantDetails(guest: string, grants: readonly string[], label: string): ConfirmationDetail[] {
  if (grants.length > NAMED_MAX) {
    throw new BackendError('bad-input', `This would give “${guest}” ${grants.length} things of its host at once.`, {
      reason: 'They have to be looked at one by one before.',
      remedy: 'Do it in smaller steps.',
    });
  }
  return grants.map((value) => ({ label, value, exact: true }));
}

/** Before a guest gets something of its host that it did not have. Throws as `grantDetails` does. */
export function grantQuestion(guest: string, grants: readonly string[]): Confirmation {
  return {
    title: `Give “${guest}” more of its host?`,
    message: [
      'The guest can then use what is named here.',
      'Whoever can get into the guest gets at this too. Agree only if you have just asked for it.',
    ],
    details: grantDetails(guest, grants, 'New'),
    choices: [],
    confirm: 'Give it',
    danger: true,
  };
}
