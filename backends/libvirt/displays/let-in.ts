import { BackendError } from '../../errors.ts';
import type { AskLogin } from '../../login.ts';
import type { DisplayPassword } from './display-definition.ts';
import { PasswordRefused } from './password-refused.ts';

const ASKED_MAX = 3;

export interface LetInOptions {
  /** What a person calls the guest. */
  readonly guest: string;
  /** Its definition says that it has a password. */
  readonly hinted: boolean;
  /** What the person has typed for it before. */
  readonly typed: string | null;
  /** What the definition says; null where it says nothing, or not to us. */
  readDefinition(): Promise<DisplayPassword | null>;
  readonly ask: AskLogin;
  readonly signal: AbortSignal;
  /** What was typed and taken, or, null, is not right any more. */
  remember(password: string | null): void;
}

/**
 * Makes attempts with the passwords that there are: what was typed before, what the definition says, what the person says. An attempt that
 * wants another one rejects with PasswordRefused, and has closed its connection: nothing waits while a person is asked. Rejects with
 * 'auth-failed' or 'auth-cancelled', or as `ask` and the attempts do. No password is in any error.
 */
export async function letIn<T>(attempt: (password: string | null) => Promise<T>, options: LetInOptions): Promise<T> {
  const { typed, hinted } = options;
  const tried = async (password: string | null): Promise<{ readonly value: T } | PasswordRefused> => {
    try {
      return { value: await attempt(password) };
    } catch (error) {
      if (error instanceof PasswordRefused) return error;
      throw error;
    }
  };
  if (typed !== null || !hinted) {
    const outcome = await tried(typed);
    if (!(outcome instanceof PasswordRefused)) return outcome.value;
    if (typed !== null) options.remember(null);
  }
  const defined = await options.readDefinition();
  if (defined !== null) {
    const outcome = await tried(defined.text);
    if (!(outcome instanceof PasswordRefused)) return outcome.value;
    if (defined.validTo !== null && defined.validTo.getTime() <= Date.now()) throw expired(defined.validTo, outcome);
  }
  return askedFor(tried, options, typed !== null);
}

async function askedFor<T>(
  tried: (password: string) => Promise<{ readonly value: T } | PasswordRefused>,
  { guest, ask, signal, remember }: LetInOptions,
  refusedBefore: boolean,
): Promise<T> {
  for (let count = 1; ; count++) {
    const again = refusedBefore || count > 1;
    const answer = await ask({ kind: 'secret', what: 'password', prompt: `The display of ${guest}`, again }, signal);
    if (answer.kind !== 'secret') {
      throw new BackendError('auth-cancelled', 'The display stays closed without its password.', {
        remedy: 'Open it again to be asked once more.',
      });
    }
    const outcome = await tried(answer.secret);
    if (!(outcome instanceof PasswordRefused)) {
      remember(answer.secret);
      return outcome.value;
    }
    if (count < ASKED_MAX) continue;
    throw new BackendError('auth-failed', 'That is not the display’s password.', {
      reason: outcome.reason,
      remedy: 'Open it again with the right one. Who may change the guest can set another in its definition.',
      cause: outcome,
    });
  }
}

function expired(validTo: Date, cause: PasswordRefused): BackendError {
  return new BackendError('auth-failed', 'The password of this display is not valid any more.', {
    reason: `Its definition says that it was valid until ${validTo.toISOString()}.`,
    remedy: 'Set another time, or none, in the guest’s definition (passwdValidTo), and start it anew.',
    cause,
  });
}
