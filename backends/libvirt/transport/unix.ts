import { BackendError } from '../../errors.ts';
import { openSocketTransport } from './socket-transport.ts';
import type { Transport } from './transport.ts';

/** Connects to a unix socket. Rejects with BackendError that says what to do next, or with the signal's reason. */
export async function connectUnix(path: string, signal?: AbortSignal): Promise<Transport> {
  try {
    return await openSocketTransport({ path }, signal);
  } catch (error) {
    throw signal?.aborted || !(error instanceof Error) ? error : connectFault(path, error);
  }
}

/** Why a unix socket could not be connected to, and what to do about it. */
export function connectFault(path: string, error: NodeJS.ErrnoException): BackendError {
  const details = { reason: error.message, cause: error };
  if (error.code === 'ENOENT') {
    return new BackendError('daemon-missing', `No libvirt daemon is set up on this computer: there is no ${path}.`, {
      ...details,
      remedy: 'Install and start libvirt, for example with "systemctl enable --now virtqemud.socket" or "… libvirtd.socket".',
    });
  }
  if (error.code === 'ECONNREFUSED') {
    return new BackendError('daemon-missing', `The libvirt daemon behind ${path} is not running.`, {
      ...details,
      remedy: 'Start it again, for example with "systemctl restart virtqemud.socket" or "… libvirtd.socket".',
    });
  }
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new BackendError('permission', `You may not use ${path}.`, {
      ...details,
      remedy: 'Join the group that owns it, usually with "usermod -a -G libvirt" and your name, and log in again.',
    });
  }
  return new BackendError('connection-lost', `The connection to ${path} failed.`, details);
}
