import type { ConnectOptions } from '../backend.ts';
import { BackendError } from '../errors.ts';
import type { LoginQuestion } from '../login.ts';
import { cancelled, pause } from './pause.ts';

/** What a fake host asks of those who connect, one after the other. */
export interface FakeLogin {
  readonly asks: readonly LoginQuestion[];
  /** What it takes for every secret and password; without it, anything. */
  readonly password?: string;
  /** Milliseconds after which a notice has done its work: the security key was touched. */
  readonly patience?: number;
}

/**
 * Resolves when it lets the person in; rejects with 'auth-failed', 'auth-cancelled' or as `ask` does. `onTrusted` is told of a key that was
 * accepted.
 */
export async function logIn(login: FakeLogin, { ask, signal }: ConnectOptions, onTrusted: () => void): Promise<void> {
  for (const question of login.asks) {
    const answered = new AbortController();
    const done = question.kind === 'notice' ? pause(login.patience ?? 1000, signal).then(() => answered.abort()) : null;
    const answer = await Promise.race([ask(question, answered.signal), ...(done === null ? [] : [done])]);
    answered.abort();
    if (signal.aborted) throw cancelled();
    if (answer === undefined) continue;
    switch (answer.kind) {
      case 'refused':
        throw new BackendError('auth-cancelled', 'You gave up logging in.', { remedy: 'Connect again when you want to.' });
      case 'accepted':
        if (question.kind === 'host-key') onTrusted();
        break;
      case 'secret':
        check(login, answer.secret);
        break;
      case 'credentials':
        check(login, answer.password);
        break;
    }
  }
}

function check({ password }: FakeLogin, given: string): void {
  if (password === undefined || password === given) return;
  throw new BackendError('auth-failed', 'The host refused the password.', { remedy: 'Connect again and type it once more.' });
}
