import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { Inlet } from './inlet.ts';
import { SEND_QUEUE_LIMIT, type Transport, type TransportListener } from './transport.ts';

/** A person waits for it. The system itself would try for two minutes. */
const CONNECT_DEADLINE_MS = 15_000;
/** Node gives each address of a name but the last so long, one after the other; its own 250 ms are less than a trip over a bad link. */
const ADDRESS_DEADLINE_MS = 2000;

/** Connects. Rejects with the system's error, its code ETIMEDOUT at the deadline, or with the signal's reason. */
export function openSocket(target: NetConnectOpts, signal?: AbortSignal, deadlineMs = CONNECT_DEADLINE_MS): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const socket = connect({ autoSelectFamily: true, autoSelectFamilyAttemptTimeout: ADDRESS_DEADLINE_MS, ...target });
    const giveUp = (reason: unknown) => {
      settle();
      // A look-up of its name may still be under way, whose error nobody wants any more.
      socket.on('error', () => undefined).destroy();
      reject(reason);
    };
    const abort = () => giveUp(signal?.reason);
    const timer = setTimeout(
      () => giveUp(Object.assign(new Error(`no answer within ${deadlineMs / 1000} s`), { code: 'ETIMEDOUT' })),
      deadlineMs,
    );
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.off('error', giveUp);
    };
    signal?.addEventListener('abort', abort, { once: true });
    socket.once('error', giveUp);
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
  });
}

/** The same as a transport that reads in large pieces. */
export async function openSocketTransport(target: NetConnectOpts, signal?: AbortSignal, deadlineMs?: number): Promise<Transport> {
  const inlet = new Inlet();
  return new SocketTransport(await openSocket({ ...target, onread: inlet }, signal, deadlineMs), inlet);
}

/** Any connected socket of node:net or node:tls as a transport. */
export class SocketTransport implements Transport {
  readonly #socket: Socket;
  readonly #inlet: Inlet | null;
  #full = false;

  constructor(socket: Socket, inlet: Inlet | null = null) {
    this.#socket = socket;
    this.#inlet = inlet;
    // Until `start`: an error without a listener would end the process; 'close' follows and is what counts.
    socket.on('error', () => undefined);
  }

  start(listener: TransportListener): void {
    const socket = this.#socket;
    let failure: Error | null = null;
    socket.on('error', (error) => (failure = error));
    socket.on('end', () => socket.destroy());
    socket.on('close', () => listener.onClose(failure));
    this.#drained = () => listener.onDrain();
    if (socket.destroyed) {
      queueMicrotask(() => listener.onClose(failure));
    } else if (this.#inlet === null) {
      socket.on('data', (chunk: Uint8Array) => listener.onData(chunk));
    } else {
      socket.resume();
      this.#inlet.start((chunk) => listener.onData(chunk));
    }
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

  giveBack(bytes: Uint8Array): void {
    this.#inlet?.giveBack(bytes);
  }

  close(): void {
    this.#inlet?.start(() => undefined);
    this.#socket.removeAllListeners('data').removeAllListeners('close');
    this.#socket.destroy();
  }
}
