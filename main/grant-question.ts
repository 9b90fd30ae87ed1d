import type { Confirmation } from '#model/confirmation';

/** Before a guest gets something of its host that it did not have. */
export const grantQuestion = (guest: string, grants: readonly string[]): Confirmation => ({
  title: `Give “${guest}” more of its host?`,
  message: [
    `The guest can then use ${enumerated(grants)}.`,
    'Whoever can get into the guest gets at this too. Agree only if you have just asked for it.',
  ],
  choices: [],
  confirm: 'Give it',
  danger: true,
});

/** So many are named; a question that nobody can read to its end protects nobody. */
const NAMED_MAX = 8;

function enumerated(things: readonly string[]): string {
  const more = things.length - NAMED_MAX;
  return [...things.slice(0, NAMED_MAX), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
