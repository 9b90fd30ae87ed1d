import { connect, type Socket } from 'node:net';
import { BackendError } from '../../errors.ts';
import { SEND_QUEUE_LIMIT, type Transport, type TransportListener } from './transport.ts';

/** Connects to a unix socket. Rejects with BackendError that says what to do next, or with the signal's reason. */
export function connectUnix(path: string, signal?: AbortSignal): Promise<Transport> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const socket = connect({ path });
    const abort = () => {
      socket.destroy();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      signal?.removeEventListener('abort', abort);
      reject(connectFault(path, error));
    });
    socket.once('connect', () => {
      signal?.removeEventListener('abort', abort);
      socket.removeAllListeners('error');
      resolve(new SocketTransport(socket));
    });
  });
}

/** Any connected socket of node:net as a transport. */
export class SocketTransport implements Transport {
  readonly #socket: Socket;
  #full = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    // Until `start`: an error without a listener would end the process; 'close' follows and is what counts.
    socket.on('error', () => undefined);
  }

  start(listener: TransportListener): void {
    const socket = this.#socket;
    let failure: Error | null = null;
    socket.on('data', (chunk: Uint8Array) => listener.onData(chunk));
    socket.on('error', (error) => (failure = error));
    socket.on('end', () => socket.destroy());
    socket.on('close', () => listener.onClose(failure));
    this.#drained = () => listener.onDrain();
    if (socket.destroyed) queueMicrotask(() => listener.onClose(failure));
  }

  #drained = () => undefined as void;

  send(head: Uint8Array, body?: Uint8Array): boolean {
    const socket = this.#socket;
    if (socket.destroyed) return true;
    if (body === undefined) {
      socket.write(head, this.#written);
    } else {
      socket.cork();
      socket.write(head);
      socket.write(body, this.#written);
      socket.uncork();
    }
    this.#full ||= socket.writableLength >= SEND_QUEUE_LIMIT;
    return !this.#full;
  }

  // Not 'drain': that needs a write that returned false, and our mark is higher than the socket's.
  readonly #written = () => {
    if (!this.#full || this.#socket.writableLength >= SEND_QUEUE_LIMIT / 2) return;
    this.#full = false;
    this.#drained();
  };

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.removeAllListeners('data').removeAllListeners('close');
    this.#socket.destroy();
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
