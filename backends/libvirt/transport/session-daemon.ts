import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BackendError } from '../../errors.ts';
import { localFault, notInstalled } from './local-fault.ts';
import { findDaemon, type LocalSocket, type Surroundings } from './local-socket.ts';
import type { Transport } from './transport.ts';
import { connectUnix } from './unix.ts';

const RETRY_MS = 10;
const ATTEMPTS = 500;
/** How many are left when the daemon has ended: another client may have started one a moment before, which is on its way. */
const ATTEMPTS_WITHOUT_ONE = 100;
const LINGER_SECONDS = 120;
/**
 * Chromium's sockets to its own helpers are handed down to whatever Electron's main starts, and a daemon that outlives the window would keep
 * those helpers alive with them. Node can close nothing in a child; of the shells, bash takes descriptors of more than one digit.
 */
const SHELL = '/bin/bash';
const CLOSE_AND_RUN = 'for fd in /proc/self/fd/*; do fd=${fd##*/}; [ "$fd" -gt 2 ] && eval "exec $fd>&-"; done; exec "$0" "$@"';

/**
 * Connects to a local socket; a session's daemon that does not run is started, as the C library does, and ends by itself when it was not used
 * for two minutes. libvirt takes a lock meanwhile, so that only one is started. Node has no such locks, and it is not needed: of two daemons
 * the second finds the pid file taken and ends, and both clients reach the first.
 */
export async function connectLocal(socket: LocalSocket, surroundings: Surroundings, signal?: AbortSignal): Promise<Transport> {
  try {
    return await connectUnix(socket.path, signal);
  } catch (error) {
    const cause = systemError(error);
    if (cause === null) throw error;
    if (!mayStart(socket, surroundings, cause)) throw await localFault(socket, surroundings, cause);
    const daemon = await startDaemon(socket, surroundings, cause);
    return connectWhenReady(socket, surroundings, daemon, signal);
  }
}

/** The system's own error behind a connection that failed; null for an abort. */
function systemError(error: unknown): NodeJS.ErrnoException | null {
  return error instanceof BackendError && error.cause instanceof Error ? error.cause : null;
}

const isAbsent = ({ code }: NodeJS.ErrnoException) => code === 'ENOENT' || code === 'ECONNREFUSED';

const mayStart = ({ session }: LocalSocket, { environment }: Surroundings, cause: NodeJS.ErrnoException) =>
  session && isAbsent(cause) && environment['LIBVIRT_AUTOSTART'] !== '0';

interface StartedDaemon {
  /** Its exit code, or the signal that ended it; null while it runs. */
  ended: string | null;
}

async function startDaemon(socket: LocalSocket, surroundings: Surroundings, missing: Error): Promise<StartedDaemon> {
  const program = findDaemon(socket.daemon, surroundings);
  if (program === null) throw notInstalled(socket, missing);
  await mkdir(dirname(socket.path), { recursive: true, mode: 0o700 });
  const daemon: StartedDaemon = { ended: null };
  await new Promise<void>((resolve, reject) => {
    // In no folder of ours, which it would keep in use after us.
    const env = { ...surroundings.environment };
    const words = [program, `--timeout=${LINGER_SECONDS}`];
    const child = spawn(SHELL, ['-c', CLOSE_AND_RUN, ...words], { detached: true, stdio: 'ignore', cwd: '/', env });
    child.once('spawn', resolve);
    child.once('exit', (code, signal) => (daemon.ended = signal ?? `code ${code}`));
    child.once('error', (cause) =>
      reject(new BackendError('daemon-missing', `${program} could not be started.`, { reason: cause.message, cause })),
    );
    child.unref();
  });
  return daemon;
}

async function connectWhenReady(
  socket: LocalSocket,
  surroundings: Surroundings,
  daemon: StartedDaemon,
  signal: AbortSignal | undefined,
): Promise<Transport> {
  for (let left = ATTEMPTS; ; left--) {
    try {
      return await connectUnix(socket.path, signal);
    } catch (error) {
      const cause = systemError(error);
      if (cause === null) throw error;
      if (daemon.ended !== null) left = Math.min(left, ATTEMPTS_WITHOUT_ONE);
      if (!isAbsent(cause)) throw await localFault(socket, surroundings, cause);
      if (left <= 1) throw notReady(socket, daemon, cause);
      await delay(RETRY_MS, undefined, signal === undefined ? {} : { signal });
    }
  }
}

function notReady({ daemon: name }: LocalSocket, { ended }: StartedDaemon, cause: Error): BackendError {
  const message = ended === null ? `${name} was started, and did not answer.` : `${name} was started, and ended at once (${ended}).`;
  return new BackendError('daemon-missing', message, {
    reason: cause.message,
    remedy: `Run “${name} --timeout=${LINGER_SECONDS}” in a terminal, and see what it says.`,
    cause,
  });
}
