import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BackendError } from '../../errors.ts';
import { findDaemon, type LocalSocket, type Surroundings } from './local-socket.ts';
import type { Transport } from './transport.ts';
import { connectUnix } from './unix.ts';

const RETRY_MS = 10;
const ATTEMPTS = 500;
const LINGER_SECONDS = 120;

/**
 * Connects to a local socket; a session's daemon that does not run is started, as the C library does, and ends by itself when it was not used
 * for two minutes. libvirt takes a lock meanwhile, so that only one is started. Node has no such locks, and it is not needed: of two daemons
 * the second finds the pid file taken and ends, and both clients reach the first.
 */
export async function connectLocal(socket: LocalSocket, surroundings: Surroundings, signal?: AbortSignal): Promise<Transport> {
  try {
    return await connectUnix(socket.path, signal);
  } catch (error) {
    const startable = error instanceof BackendError && error.code === 'daemon-missing' && socket.session;
    if (!startable || surroundings.environment['LIBVIRT_AUTOSTART'] === '0') throw error;
    await startDaemon(socket, surroundings, error);
    return connectWhenReady(socket, signal);
  }
}

async function startDaemon(socket: LocalSocket, surroundings: Surroundings, missing: BackendError): Promise<void> {
  const program = findDaemon(socket.daemon, surroundings);
  if (program === null) {
    throw new BackendError('daemon-missing', `libvirt is not installed: there is no ${socket.daemon}.`, {
      reason: missing.reason,
      remedy: 'Install it: "dnf install libvirt-daemon-kvm" on Fedora, "apt install libvirt-daemon-system" on Debian.',
      cause: missing,
    });
  }
  await mkdir(dirname(socket.path), { recursive: true, mode: 0o700 });
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, [`--timeout=${LINGER_SECONDS}`], { detached: true, stdio: 'ignore' });
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(new BackendError('daemon-missing', `${program} could not be started.`, { reason: cause.message, cause })),
    );
    child.unref();
  });
}

async function connectWhenReady(socket: LocalSocket, signal: AbortSignal | undefined): Promise<Transport> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connectUnix(socket.path, signal);
    } catch (error) {
      if (!(error instanceof BackendError) || error.code !== 'daemon-missing' || attempt === ATTEMPTS) throw error;
      await delay(RETRY_MS, undefined, signal === undefined ? {} : { signal });
    }
  }
}
