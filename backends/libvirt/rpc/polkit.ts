import { BackendError } from '../../errors.ts';
import { ErrorCode, ErrorDomain } from '../protocol/errors.ts';
import { remote } from '../protocol/remote.ts';
import { LibvirtError } from './libvirt-error.ts';
import type { Session } from './session.ts';

/** libvirt waits that long for polkit, and so for a person (src/util/virgdbus.c); milliseconds, less what clocks differ. */
const PATIENCE_OF_DAEMON_MS = 25_000;

/**
 * Has the daemon ask polkit about this process, and polkit perhaps the person, in the desktop's own dialogue. Takes as long as they do. Rejects
 * with BackendError.
 */
export async function askPolkit(session: Session, signal: AbortSignal | undefined): Promise<void> {
  const started = performance.now();
  try {
    await session.call(remote.authPolkit, {}, { ...(signal !== undefined && { signal }), deadlineMs: Infinity });
  } catch (error) {
    throw error instanceof LibvirtError ? polkitFault(error, performance.now() - started) : error;
  }
}

/** What the daemon's refusal means; `waitedMs` is how long it took. */
export function polkitFault(error: LibvirtError, waitedMs: number): BackendError {
  const details = { reason: error.text || null, cause: error };
  switch (error.code) {
    case ErrorCode.authFailed:
      return new BackendError('auth-failed', 'You were not allowed to manage the guests of this computer.', {
        ...details,
        remedy: 'Connect again with the right password, or have the group “libvirt” made yours, and log in again.',
      });
    case ErrorCode.authCancelled:
      return new BackendError('auth-cancelled', 'The question for a password was closed.', {
        ...details,
        remedy: 'Connect again to be asked once more.',
      });
    case ErrorCode.authUnavailable:
      return new BackendError('auth-no-agent', 'Nothing here can ask you for the password that managing guests needs.', {
        ...details,
        remedy: 'Log in to a desktop, whose polkit agent asks, or have the group “libvirt” made yours, and log in again.',
      });
    default:
      break;
  }
  if (error.domain !== ErrorDomain.dbus) return new BackendError('auth-failed', 'The log-in by polkit failed.', details);
  // The bus's own errors have one code; nothing else of them takes so long.
  if (waitedMs >= PATIENCE_OF_DAEMON_MS) {
    return new BackendError('auth-cancelled', 'Nobody answered the question for a password in time.', {
      ...details,
      remedy: 'Connect again, and answer within half a minute. Close the question that is still open, if there is one.',
    });
  }
  return new BackendError('auth-no-agent', 'libvirt could not ask whether you may manage the guests of this computer.', {
    ...details,
    remedy: 'Start the system bus and polkit, then libvirt again: sudo systemctl restart dbus polkit libvirtd virtqemud',
  });
}
