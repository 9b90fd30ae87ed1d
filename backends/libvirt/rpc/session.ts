import { BackendError } from '../../errors.ts';
import { type EventMessage, type Procedure, Program, PROGRAM_VERSION, type StreamProcedure } from '../protocol/procedure.ts';
import type { Transport } from '../transport/transport.ts';
import { type Codec, decode } from '../xdr/codec.ts';
import { CallQueue } from './call-queue.ts';
import { decodeInTurns } from './decode-in-turns.ts';
import { EventListeners } from './event-listeners.ts';
import { KeepAlive } from './keep-alive.ts';
import { decodeError } from './libvirt-error.ts';
import { encodePacket, HEADER_LENGTH, type Packet, PacketDecoder, PacketStatus, PacketType, writeHeader } from './packet.ts';
import { type Answer, type CallOptions, notSent, protocolError, replyFault, settle, unreadable } from './pending-call.ts';
import { ProtocolFault } from './protocol-fault.ts';
import { Stream } from './stream.ts';

const FAREWELL_MS = 1000;
const PACKET_DEADLINE_MS = 30_000;
/** Larger replies are decoded in turns with everything else: this much takes some 20 ms. */
const LARGE_REPLY = 1024 * 1024;
const PING = 1;
const PONG = 2;
const EMPTY = Buffer.alloc(0);
const PROGRAMS: ReadonlySet<number> = new Set(Object.values(Program));
const CALL = { version: PROGRAM_VERSION, type: PacketType.call, status: PacketStatus.ok } as const;

export interface SessionOptions {
  /** The connection serves one stream: reading may stop while its consumer is slow, and there is no keepalive. */
  readonly dedicated?: boolean;
  /** The serial before the first call's; for tests of the wrap at 2^32. */
  readonly lastSerial?: number;
}

/**
 * One connection to a libvirt daemon, after its transport is up. `openSession` (open.ts) makes one that is authenticated and open:
 *
 *     const session = await openSession('qemu:///system');
 *     const stop = session.on(domainEvents.lifecycle, ({ dom, event }) => …);       // before the call that registers, or events are lost
 *     await session.call(remote.connectDomainEventCallbackRegisterAny, { eventId: domainEvents.lifecycle.eventId, dom: null });
 *     const { domains } = await session.call(remote.connectListAllDomains, { needResults: 1, flags: 0 });
 *     const { reply, stream } = await session.openStream(remote.domainScreenshot, { dom, screen: 0, flags: 0 });
 *     for await (const bytes of stream.bytes()) …                                   // finishes at the end, aborts on break
 *     await session.closed;                                                         // null after close(), else the BackendError
 *
 * A call rejects with LibvirtError when the daemon says no (toBackendError turns any of these into a BackendError), else with
 * BackendError: 'timeout' (a read unanswered for 30 s), 'connection-lost' (the connection ended; the call was not sent, or is a read),
 * 'protocol', 'outcome-unknown' (a mutation was sent and its answer will not come), 'cancelled' (its signal, before it could do anything),
 * 'busy' (the daemon reads so slowly that 4 MiB of calls wait already; it was not sent).
 * At most 4 calls are under way, since the daemon stops reading at 5 (max_client_requests), pings included; others wait in order of
 * calling. Answers come in any order: await a call on which the next one depends. Use a session of its own for each console or bulk stream
 * (`dedicated`) and one for slow jobs. Listeners run inside the read loop: they must return at once.
 */
export class Session {
  /** Resolves when the connection has ended: null if by `close`, else why. Never rejects. */
  readonly closed: Promise<BackendError | null>;
  /** Resolves when its transport has been dropped too: up to a second after `closed`, see `#leave`. Never rejects. */
  readonly left: Promise<void>;
  /** What was let pass, for diagnosis. */
  readonly counts = { trailingBytes: 0, unknownEvents: 0, badEvents: 0, strayStreamPackets: 0, lateReplies: 0 };

  readonly #transport: Transport;
  readonly #dedicated: boolean;
  readonly #decoder = new PacketDecoder({ pieces: true });
  readonly #keepAlive: KeepAlive | null;
  readonly #calls: CallQueue;
  /** The transport has asked for patience. */
  #full = false;
  readonly #streams = new Map<number, Stream>();
  readonly #events = new EventListeners(this.counts);
  #waiters: (() => void)[] = [];
  #packetTimer: NodeJS.Timeout | undefined;
  #paused = false;
  #end: { readonly reason: BackendError | null } | null = null;
  /** Answers that are still to come after our own end, though nobody wants them. */
  #farewells = 0;
  #resolveClosed: (reason: BackendError | null) => void = () => undefined;
  #resolveLeft: () => void = () => undefined;

  constructor(transport: Transport, options: SessionOptions = {}) {
    this.#transport = transport;
    this.#dedicated = options.dedicated ?? false;
    this.#calls = new CallQueue(
      {
        ready: () => !this.#full,
        send: (packet) => void this.#send(packet),
        taken: (serial) => this.#streams.has(serial),
        stuck: (reason) => this.#stop(reason),
      },
      options.lastSerial ?? 0,
    );
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    this.left = new Promise((resolve) => (this.#resolveLeft = resolve));
    this.#keepAlive = this.#dedicated
      ? null
      : new KeepAlive({
          ping: () => this.#sendKeepAlive(PING),
          excused: () => this.#calls.busy,
          dead: () => this.#stop(new BackendError('connection-lost', 'The host has not answered for half a minute.')),
        });
    transport.start({
      onData: (chunk) => this.#receive(chunk),
      onDrain: () => this.#drained(),
      onClose: (error) => {
        // While somebody is taken leave of, that was it.
        if (this.#end !== null) return this.#drop();
        this.#stop(
          error instanceof BackendError
            ? error
            : new BackendError('connection-lost', 'The connection to the libvirt daemon has ended.', {
                reason: error?.message ?? null,
                cause: error,
              }),
        );
      },
    });
  }

  /** Why the latest of the bad events was bad. */
  get lastBadEvent(): unknown {
    return this.#events.lastBad;
  }

  /** False once the connection has ended. */
  get open(): boolean {
    return this.#end === null;
  }

  call<Args, Result>(procedure: Procedure<Args, Result>, args: Args, options: CallOptions = {}): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#enqueue(procedure, args, options, {
        sent: () => undefined,
        succeed: (payload) => {
          if (payload.length < LARGE_REPLY) resolve(this.#decode(procedure.result, payload));
          else void this.#decodeInTurns(procedure.result, payload).then(resolve, (error: unknown) => reject(unreadable(procedure, error)));
        },
        succeedLate: () => undefined,
        fail: reject,
      });
    });
  }

  /** Calls a procedure that opens a stream; the stream exists once the daemon has replied. */
  openStream<Args, Result>(
    procedure: StreamProcedure<Args, Result>,
    args: Args,
    options: CallOptions = {},
  ): Promise<{ readonly reply: Result; readonly stream: Stream }> {
    return new Promise((resolve, reject) => {
      let stream: Stream | null = null;
      this.#enqueue(procedure, args, options, {
        // Not first when the reply comes: a daemon under load sends data before it (its event loop and its workers race).
        sent: (serial) => (stream = this.#addStream(procedure, serial)),
        succeed: (payload) => {
          if (stream === null) throw new ProtocolFault(`${procedure.name} was answered before it was sent`);
          try {
            resolve({ reply: this.#decode(procedure.result, payload), stream });
          } catch (error) {
            // The daemon has the stream in any case, and nobody gets it.
            void stream.abort();
            throw error;
          }
        },
        succeedLate: () => void stream?.abort(),
        fail: reject,
      });
    });
  }

  /** Calls `listener` for each such message until the returned function is called. */
  on<Payload>(event: EventMessage<Payload>, listener: (payload: Payload) => void): () => void {
    return this.#events.add(event, (payload) => listener(this.#decode(event.payload, payload)));
  }

  /**
   * Ends the connection at once for everybody here; whatever waits is rejected. The daemon ends the streams and registrations. Where events
   * were heard and calls are under way, the transport is dropped a moment later: see `#leave`.
   */
  close(): void {
    this.#stop(null);
  }

  #enqueue<Args, Result>(procedure: Procedure<Args, Result>, args: Args, options: CallOptions, answer: Answer): void {
    if (this.#end !== null) return answer.fail(notSent(procedure.name, this.#end.reason));
    this.#calls.add(procedure, args, options, answer);
  }

  #send(head: Uint8Array, body?: Uint8Array): boolean {
    this.#full = !this.#transport.send(head, body);
    return !this.#full;
  }

  /** Nothing of a packet has come that is not complete. */
  get betweenPackets(): boolean {
    return !this.#decoder.partial;
  }

  #receive(chunk: Uint8Array): void {
    if (this.#end !== null) return this.#hearFarewell(chunk);
    this.#keepAlive?.heard();
    try {
      for (const packet of this.#decoder.push(chunk)) {
        clearTimeout(this.#packetTimer);
        this.#packetTimer = undefined;
        this.#dispatch(packet);
        if (this.#end !== null) return;
      }
    } catch (error) {
      this.#stop(protocolError(error));
    }
    this.#watchPacket();
  }

  /** A packet has so long from its first byte, unless it is us who do not read. */
  #watchPacket(): void {
    if (!this.#decoder.partial || this.#paused || this.#end !== null || this.#packetTimer !== undefined) return;
    this.#packetTimer = setTimeout(
      () => this.#stop(new BackendError('protocol', 'The libvirt daemon left a packet unfinished for 30 seconds.')),
      PACKET_DEADLINE_MS,
    );
    this.#packetTimer.unref();
  }

  // By type first: events carry the serial 1, which may be a call's too.
  #dispatch(packet: Packet): void {
    if (packet.version !== PROGRAM_VERSION || !PROGRAMS.has(packet.program)) {
      throw new ProtocolFault(`a packet of program 0x${packet.program.toString(16)}, version ${packet.version}`);
    }
    switch (packet.type) {
      case PacketType.reply:
        return this.#dispatchReply(packet);
      case PacketType.message:
        return packet.program === Program.keepAlive ? this.#dispatchKeepAlive(packet) : this.#events.tell(packet);
      case PacketType.stream:
      case PacketType.streamHole:
        return this.#dispatchStream(packet);
      case PacketType.replyWithFds:
        // The descriptors' bytes follow the packet outside of its length, and node cannot take descriptors.
        throw new ProtocolFault('a reply with file descriptors, which nothing here asks for');
      default:
        throw new ProtocolFault(`a packet of type ${packet.type}`);
    }
  }

  #dispatchReply(packet: Packet): void {
    const call = this.#calls.answered(packet.serial);
    if (call === undefined) throw new ProtocolFault(`a reply with the unknown serial ${packet.serial}`);
    const { procedure } = call;
    const answer = settle(call);
    const fault = replyFault(procedure, packet);
    if (fault !== null) {
      answer?.fail(unreadable(procedure, fault));
      throw fault;
    }
    // A call that was refused has opened no stream.
    if (packet.status === PacketStatus.error) this.#streams.delete(packet.serial);
    if (answer === null) {
      this.counts.lateReplies++;
      if (packet.status === PacketStatus.ok) call.answer.succeedLate();
    } else {
      try {
        if (packet.status === PacketStatus.error) answer.fail(decodeError(procedure.name, packet.payload));
        else answer.succeed(packet.payload);
      } catch (error) {
        // The framing is intact: only this call has failed.
        answer.fail(unreadable(procedure, error));
      }
    }
    this.#calls.sendNext();
  }

  #dispatchKeepAlive(packet: Packet): void {
    if (packet.procedure === PING) this.#sendKeepAlive(PONG);
    else if (packet.procedure !== PONG) throw new ProtocolFault(`a keepalive packet of procedure ${packet.procedure}`);
  }

  #dispatchStream(packet: Packet): void {
    const stream = this.#streams.get(packet.serial);
    // After an error or the end of a stream, packets that were under way may follow.
    if (stream === undefined) this.counts.strayStreamPackets++;
    else stream.receive(packet);
  }

  #addStream<Args, Result>({ name, program, number, stream: kind }: StreamProcedure<Args, Result>, serial: number): Stream {
    const stream = new Stream({
      operation: name,
      kind,
      send: (type, status, payload = EMPTY) => {
        const header = Buffer.alloc(HEADER_LENGTH);
        writeHeader(header, { program, version: PROGRAM_VERSION, procedure: number, type, serial, status }, payload.length);
        return this.#end !== null || this.#send(header, payload);
      },
      drained: () => new Promise((resolve) => (this.#end === null ? this.#waiters.push(resolve) : resolve())),
      pause: () => this.#pause(),
      resume: () => this.#resume(),
      giveBack: (bytes) => {
        if (this.#dedicated) this.#transport.giveBack?.(bytes);
      },
      release: () => this.#streams.delete(serial),
    });
    this.#streams.set(serial, stream);
    return stream;
  }

  #pause(): boolean {
    if (!this.#dedicated) return false;
    this.#paused = true;
    this.#transport.pause();
    return true;
  }

  #resume(): void {
    this.#paused = false;
    this.#transport.resume();
    this.#watchPacket();
  }

  #drained(): void {
    this.#full = false;
    this.#wakeWriters();
    this.#calls.sendNext();
  }

  #wakeWriters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  // Whoever does not read what waits for it has no use for more of them, and must not make us keep them.
  #sendKeepAlive(procedure: number): void {
    if (this.#full) return;
    this.#send(encodePacket({ ...CALL, program: Program.keepAlive, type: PacketType.message, procedure, serial: 0 }, EMPTY));
  }

  #decode<T>(codec: Codec<T>, payload: Buffer): T {
    const { value, trailing } = decode(codec, payload);
    this.counts.trailingBytes += trailing;
    return value;
  }

  async #decodeInTurns<T>(codec: Codec<T>, payload: Buffer): Promise<T> {
    const { value, trailing } = await decodeInTurns(codec, payload);
    this.counts.trailingBytes += trailing;
    return value;
  }

  #stop(reason: BackendError | null): void {
    if (this.#end !== null) return;
    this.#end = { reason };
    this.#keepAlive?.stop();
    clearTimeout(this.#packetTimer);
    this.#leave(this.#calls.fail(reason));
    for (const stream of this.#streams.values()) stream.fail(reason ?? new BackendError('connection-lost', 'The connection was closed.'));
    this.#streams.clear();
    this.#wakeWriters();
    this.#resolveClosed(reason);
  }

  /**
   * A daemon that finds a client gone in the middle of an answer to it ends that client in two threads at once, and frees its event callbacks
   * twice (libvirt 9.0, remoteClientCloseFunc): it crashes. So it is let finish, for as long as that takes no time.
   */
  #leave(underWay: number): void {
    this.#farewells = this.#end?.reason === null && !this.#events.none ? underWay : 0;
    if (this.#farewells === 0) return this.#drop();
    const timer = setTimeout(() => this.#drop(), FAREWELL_MS);
    void this.left.then(() => clearTimeout(timer));
  }

  #drop(): void {
    this.#transport.close();
    this.#resolveLeft();
  }

  #hearFarewell(chunk: Uint8Array): void {
    try {
      for (const { type } of this.#decoder.push(chunk)) if (type === PacketType.reply) this.#farewells -= 1;
    } catch {
      this.#farewells = 0;
    }
    if (this.#farewells <= 0) this.#drop();
  }
}
