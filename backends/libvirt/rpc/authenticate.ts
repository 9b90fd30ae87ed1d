import { BackendError } from '../../errors.ts';
import { remote } from '../protocol/remote.ts';
import { askPolkit } from './polkit.ts';
import { logIn, type SaslOptions } from './sasl/log-in.ts';
import type { Session } from './session.ts';

const AUTH_NONE = 0;
const AUTH_SASL = 1;
const AUTH_POLKIT = 2;

/** Does what the daemon wants before it answers anything else. Aborting gives up, which includes a person who is being asked. */
export async function authenticate(session: Session, options: SaslOptions): Promise<void> {
  const limits = options.signal === undefined ? {} : { signal: options.signal };
  const { types } = await session.call(remote.authList, {}, limits);
  const readable = options.privacy === 'plain';
  if (types.includes(AUTH_NONE) && !readable) return;
  if (types.includes(AUTH_POLKIT) && !readable) return askPolkit(session, options.signal);
  if (types.includes(AUTH_SASL)) return logIn(session, options);
  if (types.includes(AUTH_NONE) || types.includes(AUTH_POLKIT)) {
    throw new BackendError('insecure', 'Over plain TCP, everybody on the network can read and change what is said to this host.', {
      reason: 'It demands no log-in with encryption (SASL).',
      remedy: 'Connect by ssh or TLS. Whoever looks after the host should not let it listen like that.',
    });
  }
  throw new BackendError('unsupported', 'The libvirt daemon offers no way to log in that Guesthouse knows.', {
    reason: `It offers ${types.length === 0 ? 'none at all' : `the kinds ${types.join(', ')}`}.`,
    remedy: 'Set auth_unix_rw, auth_tls or auth_tcp in the daemon’s configuration to "sasl", "polkit" or "none".',
  });
}
