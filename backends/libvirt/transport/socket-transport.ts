import { connect, type NetConnectOpts, type OnReadOpts, type Socket } from 'node:net';
import { SEND_QUEUE_LIMIT, type Transport, type TransportListener } from './transport.ts';

const LEAST_READ = 16 * 1024;
const SMALL_READ = 64 * 1024;
const LARGE_READ = 1024 * 1024;
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

/**
 * What a socket reads, in the memory it was read into. Node's own way takes 64 KiB at a time and costs half as much CPU again; here a bulk
 * stream is read by up to a megabyte, while an idle connection holds 64 KiB.
 */
class Inlet implements OnReadOpts {
  #deliver: ((bytes: Uint8Array) => void) | null = null;
  /** What came before the listener. */
  #early: Uint8Array[] = [];
  #memory: Uint8Array = Buffer.alloc(0);
  #bulk = false;

  readonly buffer = (): Uint8Array => {
    if (this.#memory.length < LEAST_READ) this.#memory = Buffer.allocUnsafeSlow(this.#bulk ? LARGE_READ : SMALL_READ);
    return this.#memory;
  };

  readonly callback = (length: number, buffer: Uint8Array): boolean => {
    const bytes = buffer.subarray(0, length);
    this.#bulk = length >= SMALL_READ || length === buffer.length;
    this.#memory = buffer.subarray(length);
    if (this.#deliver === null) this.#early.push(bytes);
    else this.#deliver(bytes);
    return this.#deliver !== null;
  };

  start(deliver: (bytes: Uint8Array) => void): void {
    this.#deliver = deliver;
    for (const bytes of this.#early.splice(0)) deliver(bytes);
  }
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

  close(): void {
    this.#inlet?.start(() => undefined);
    this.#socket.removeAllListeners('data').removeAllListeners('close');
    this.#socket.destroy();
  }
}
