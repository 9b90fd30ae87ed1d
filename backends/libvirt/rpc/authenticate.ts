import { BackendError } from '../../errors.ts';
import type { AskLogin } from '../../login.ts';
import { remote } from '../protocol/remote.ts';
import type { Session } from './session.ts';

const AUTH_NONE = 0;
const AUTH_SASL = 1;
const AUTH_POLKIT = 2;

export interface Login {
  readonly signal: AbortSignal | undefined;
  readonly ask: AskLogin;
}

/** Does what the daemon wants before it answers anything else. Aborting gives up, which includes a person who is being asked. */
export async function authenticate(session: Session, { signal }: Login): Promise<void> {
  const { types } = await session.call(remote.authList, {}, limits(signal));
  if (types.includes(AUTH_NONE)) return;
  if (types.includes(AUTH_POLKIT)) {
    // No deadline: a person is typing a password.
    await session.call(remote.authPolkit, {}, { ...limits(signal), deadlineMs: Infinity });
    return;
  }
  throw new BackendError(
    'unsupported',
    types.includes(AUTH_SASL)
      ? 'The libvirt daemon asks for a user name and a password (SASL), which Guesthouse cannot give yet.'
      : `The libvirt daemon offers no way to log in that Guesthouse knows (${types.join(', ') || 'none at all'}).`,
    { remedy: 'Set auth_unix_rw = "polkit" or "none" in the daemon\'s configuration.' },
  );
}

const limits = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });
