import type { Confirmation } from '#model/confirmation';
import { BackendError } from '../backends/errors.ts';

/** A question that nobody can read to its end protects nobody, and what is left out of it is what somebody wants to hide. */
const NAMED_MAX = 40;

/** Before a guest gets something of its host that it did not have. Throws 'bad-input' for more than a person can judge. */
export function grantQuestion(guest: string, grants: readonly string[]): Confirmation {
  if (grants.length > NAMED_MAX) {
    throw new BackendError('bad-input', `This would give “${guest}” ${grants.length} things of its host at once.`, {
      reason: 'They have to be looked at one by one before.',
      remedy: 'Do it in smaller steps.',
    });
  }
  return {
    title: `Give “${guest}” more of its host?`,
    message: [
      'The guest can then use what is named here.',
      'Whoever can get into the guest gets at this too. Agree only if you have just asked for it.',
    ],
    details: grants.map((value) => ({ label: 'New', value, exact: true })),
    choices: [],
    confirm: 'Give it',
    danger: true,
  };
}
