import type { TLSSocket } from 'node:tls';
import { SocketTransport } from './socket-transport.ts';
import { SEND_QUEUE_LIMIT, type Transport, type TransportListener } from './transport.ts';

/**
 * A transport in which no record of TLS has bytes of two packets. libvirt's daemon takes one packet out of a record and goes back to wait for
 * its socket: what else was in the record lies in GnuTLS until more comes, 5 s later by keepalive. (Seen with 9.0. libvirt:
 * src/rpc/virnetsocket.c, virNetSocketHasCachedData thinks of SASL and ssh, not of TLS.) Node would put all that waits into one.
 */
export class TlsTransport implements Transport {
  readonly #socket: TLSSocket;
  readonly #reading: SocketTransport;
  readonly #queue = new Set<{ readonly bytes: Uint8Array }>();
  #waiting = 0;
  #writing = false;
  #full = false;
  #drained = () => undefined as void;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.#reading = new SocketTransport(socket);
  }

  start(listener: TransportListener): void {
    this.#drained = () => listener.onDrain();
    this.#reading.start(listener);
  }

  send(head: Uint8Array, body?: Uint8Array): boolean {
    if (this.#socket.destroyed) return true;
    for (const bytes of body === undefined ? [head] : [head, body]) {
      this.#queue.add({ bytes });
      this.#waiting += bytes.length;
    }
    this.#full ||= this.#waiting >= SEND_QUEUE_LIMIT;
    this.#next();
    return !this.#full;
  }

  pause(): void {
    this.#reading.pause();
  }

  resume(): void {
    this.#reading.resume();
  }

  close(): void {
    this.#queue.clear();
    this.#reading.close();
  }

  #next(): void {
    const [item] = this.#queue;
    if (item === undefined || this.#writing || this.#socket.destroyed) return;
    this.#queue.delete(item);
    this.#writing = true;
    this.#socket.write(item.bytes, () => {
      this.#writing = false;
      this.#waiting -= item.bytes.length;
      this.#next();
      if (!this.#full || this.#waiting >= SEND_QUEUE_LIMIT / 2) return;
      this.#full = false;
      if (!this.#socket.destroyed) this.#drained();
    });
  }
}
