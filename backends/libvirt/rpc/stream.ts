import { BackendError } from '../../errors.ts';
import { decode, i64, struct, u32 } from '../xdr/codec.ts';
import { XdrWriter } from '../xdr/cursor.ts';
import { decodeError } from './libvirt-error.ts';
import { type Packet, PacketStatus, PacketType } from './packet.ts';
import type { StreamKind } from '../protocol/procedure.ts';
import { ProtocolFault } from './protocol-fault.ts';

/**
 * The daemon takes new memory for each packet and copies it once more. glibc keeps blocks of this size in its heap; those of 256 KiB and more it
 * gives back to the system each time, and the daemon spends half as much again. Below 64 KiB each packet's own cost is felt.
 */
const SEND_CHUNK = 128 * 1024;
/** Unread bytes at which the transport is paused, or, where it is shared, the stream given up. */
const RECEIVE_LIMIT = 4 * 1024 * 1024;
/** Console packets hold a handful of bytes; neighbours up to this size are handed out as one. Larger ones are not worth a copy. */
const COALESCE_LIMIT = 64 * 1024;
const SMALL_PIECE = 4096;

const hole = struct({ length: i64, flags: u32 });

export type StreamItem = { readonly kind: 'data'; readonly bytes: Uint8Array } | { readonly kind: 'hole'; readonly length: bigint };

/** What a stream needs of its session. */
export interface StreamLink {
  /** The call that opened it, for messages. */
  readonly operation: string;
  readonly kind: StreamKind;
  /** False: wait for `drained`. */
  send(type: number, status: number, payload?: Uint8Array): boolean;
  /** Resolves when there is room to send, or the connection has ended. */
  drained(): Promise<void>;
  /** Stops reading the connection; false where others need it. */
  pause(): boolean;
  resume(): void;
  /** These bytes and all before them have been dealt with. */
  giveBack(bytes: Uint8Array): void;
  /** The last packet has been exchanged; the serial is free. */
  release(): void;
}

/**
 * Bytes that belong to a call, under its serial. One reader, one writer; await each `write`. It ends in exactly one of these ways, and
 * afterwards nothing is sent: `finish` (the daemon's late errors arrive there: an upload has worked only when it resolves), `abort`, an error
 * from the daemon, the end of the connection.
 */
export class Stream {
  readonly #link: StreamLink;
  #state: 'open' | 'finishing' | 'aborting' | 'closed' = 'open';
  #error: Error | null = null;
  #items: StreamItem[] = [];
  #unread = 0;
  #paused = false;
  #ended = false;
  #wake: (() => void) | null = null;
  #ending: Promise<void> = Promise.resolve();
  #settle: ((error: Error | null) => void) | null = null;

  constructor(link: StreamLink) {
    this.#link = link;
  }

  /** The next bytes (what came meanwhile, as one) or hole; null at the end, after which `finish` is due. */
  async read(): Promise<StreamItem | null> {
    while (this.#items.length === 0) {
      if (this.#error !== null) throw this.#error;
      if (this.#ended || this.#state !== 'open') return null;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const item = this.#take();
    if (this.#paused && this.#unread < RECEIVE_LIMIT / 2) this.#resume();
    return item;
  }

  /** All data to the end, then finishes. Leaving the loop early aborts. For streams that were not asked for sparse data. */
  async *bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (let item = await this.read(); item !== null; item = await this.read()) {
        if (item.kind === 'hole') throw new BackendError('protocol', `${this.#link.operation}: a hole in a stream that is not sparse`);
        yield item.bytes;
      }
      await this.finish();
    } finally {
      await this.abort();
    }
  }

  /** Lets the memory of what `read` gave, and of all that it gave before, be used again. Without it, it is the reader's for ever. */
  giveBack(bytes: Uint8Array): void {
    this.#link.giveBack(bytes);
  }

  /** Resolves when more may be written. The bytes must not be changed afterwards: they may still be queued. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += SEND_CHUNK) {
      await this.#send(PacketType.stream, bytes.subarray(start, start + SEND_CHUNK));
    }
  }

  /** Skips `length` bytes, which read as zeros. Only for streams opened as sparse: else the daemon drops the whole connection. */
  async hole(length: bigint): Promise<void> {
    const writer = new XdrWriter();
    hole.write(writer, { length, flags: 0 });
    await this.#send(PacketType.streamHole, writer.finish());
  }

  /** Ends it in order and waits for the daemon's word on it; rejects if any of the bytes met an error. No deadline: disks are slow. */
  finish(): Promise<void> {
    if (this.#state === 'closed') return this.#error === null ? Promise.resolve() : Promise.reject(this.#error);
    if (this.#state === 'open') this.#end('finishing', PacketStatus.ok);
    return this.#ending;
  }

  /** Gives it up. May be called at any time and more than once; never rejects. */
  async abort(): Promise<void> {
    if (this.#state === 'closed') return;
    if (this.#state === 'open') {
      this.#items = [];
      this.#unread = 0;
      this.#end('aborting', PacketStatus.error);
    }
    // Whoever called `finish` hears of its failure there.
    await this.#ending.catch(() => undefined);
  }

  /** For the session: a packet of this stream. Throws ProtocolFault or XdrError if it is none. */
  receive(packet: Packet): void {
    if (packet.status === PacketStatus.continue) this.#receiveItem(packet);
    else if (packet.status === PacketStatus.error) this.#close(decodeError(this.#link.operation, packet.payload));
    else if (packet.status === PacketStatus.ok) this.#close(null);
    else throw new ProtocolFault(`a stream packet with status ${packet.status}`);
  }

  /** For the session: the connection has ended. */
  fail(error: Error): void {
    this.#close(error);
  }

  #receiveItem(packet: Packet): void {
    if (packet.type === PacketType.streamHole) {
      const { length } = decode(hole, packet.payload).value;
      if (length < 0n) throw new ProtocolFault(`a hole of ${length} bytes`);
      this.#push({ kind: 'hole', length });
    } else if (packet.payload.length > 0) {
      this.#push({ kind: 'data', bytes: packet.payload });
    } else {
      this.#ended = true;
      this.#wakeReader();
    }
  }

  #push(item: StreamItem): void {
    // Data may be under way while our finish or abort travels the other way.
    if (this.#state !== 'open' || this.#link.kind === 'send') return;
    this.#items.push(item);
    this.#unread += sizeOf(item);
    if (this.#unread > RECEIVE_LIMIT && !this.#paused) {
      this.#paused = this.#link.pause();
      if (!this.#paused) {
        this.#error = new BackendError('busy', `${this.#link.operation}: ${this.#unread} bytes were not read in time`);
        void this.abort();
      }
    }
    this.#wakeReader();
  }

  #take(): StreamItem | null {
    let count = 0;
    let size = 0;
    for (const item of this.#items) {
      if (item.kind === 'hole' || item.bytes.length > SMALL_PIECE || size + item.bytes.length > COALESCE_LIMIT) break;
      size += item.bytes.length;
      count++;
    }
    const taken = this.#items.splice(0, Math.max(1, count));
    for (const item of taken) this.#unread -= sizeOf(item);
    if (count < 2) return taken[0] ?? null;
    return {
      kind: 'data',
      bytes: Buffer.concat(
        taken.flatMap((item) => (item.kind === 'data' ? [item.bytes] : [])),
        size,
      ),
    };
  }

  async #send(type: number, payload: Uint8Array): Promise<void> {
    this.#requireOpen();
    if (!this.#link.send(type, PacketStatus.continue, payload)) {
      await this.#link.drained();
      this.#requireOpen();
    }
  }

  #requireOpen(): void {
    if (this.#error !== null) throw this.#error;
    if (this.#state !== 'open') throw new BackendError('cancelled', `${this.#link.operation}: the stream has been ended`);
    if (this.#link.kind === 'receive') throw new BackendError('internal', `${this.#link.operation}: this stream cannot be written`);
  }

  #end(state: 'finishing' | 'aborting', status: number): void {
    this.#state = state;
    this.#ending = new Promise((resolve, reject) => (this.#settle = (error) => (error === null ? resolve() : reject(error))));
    // `abort` swallows it, `finish` returns it; a caller of neither is not owed an unhandled rejection.
    this.#ending.catch(() => undefined);
    this.#resume();
    this.#link.send(PacketType.stream, status);
    this.#wakeReader();
  }

  #close(error: Error | null): void {
    if (this.#state === 'closed') return;
    this.#error ??= this.#state === 'aborting' ? null : error;
    this.#state = 'closed';
    this.#resume();
    this.#link.release();
    this.#settle?.(this.#error);
    this.#wakeReader();
  }

  #resume(): void {
    if (this.#paused) this.#link.resume();
    this.#paused = false;
  }

  #wakeReader(): void {
    this.#wake?.();
    this.#wake = null;
  }
}

// A hole holds next to nothing, but a flood of them must not go uncounted.
const sizeOf = (item: StreamItem) => (item.kind === 'data' ? item.bytes.length : 64);
