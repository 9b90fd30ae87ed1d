import { createServer, type Server, type Socket } from 'node:net';
import type { RemoteError } from '../../backends/libvirt/protocol/errors.ts';
import { remoteError } from '../../backends/libvirt/protocol/errors.ts';
import { type EventMessage, type Procedure, Program, PROGRAM_VERSION } from '../../backends/libvirt/protocol/procedure.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import {
  encodePacket,
  type Packet,
  PacketDecoder,
  type PacketHeader,
  PacketStatus,
  PacketType,
} from '../../backends/libvirt/rpc/packet.ts';
import type { Transport, TransportListener } from '../../backends/libvirt/transport/transport.ts';
import { type Codec, decode } from '../../backends/libvirt/xdr/codec.ts';
import { XdrWriter } from '../../backends/libvirt/xdr/cursor.ts';

type Handler = (call: Packet, peer: FakePeer) => void | Promise<void>;

/**
 * A libvirt daemon made of a script: the client's own codec in reverse, over memory or a real unix socket.
 *
 *     const daemon = new FakeLibvirtd();                                  // answers the opening handshake
 *     daemon.answer(remote.connectGetType, () => ({ type: 'FAKE' }));
 *     daemon.refuse(remote.domainSuspend, { code: 55, message: 'domain is not running' });
 *     daemon.handle(remote.connectGetUri, (call, peer) => peer.raw(…));   // any fault
 *     const session = await openOver(daemon.connect(), 'test:///default');
 *     daemon.peer.event(domainEvents.lifecycle, { … });
 *
 * What has no handler gets the daemon's own "unknown procedure" error.
 */
export class FakeLibvirtd {
  /** Connections so far, the latest last. */
  readonly peers: FakePeer[] = [];
  readonly #handlers = new Map<string, Handler>();

  constructor() {
    this.answer(remote.authList, () => ({ types: [0] }));
    this.answer(remote.connectSupportsFeature, () => ({ supported: 1 }));
    this.answer(remote.connectOpen, () => ({}));
    this.answer(remote.connectClose, () => ({}));
  }

  /** The latest connection. */
  get peer(): FakePeer {
    const peer = this.peers.at(-1);
    if (peer === undefined) throw new Error('nobody has connected');
    return peer;
  }

  /** Replies with what `result` makes of the arguments; throw `refusal(…)` to answer with an error. */
  answer<Args, Result>(procedure: Procedure<Args, Result>, result: (args: Args) => Result | Promise<Result>): void {
    this.handle(procedure, async (call, peer) => {
      try {
        peer.reply(call, procedure.result, await result(decode(procedure.args, call.payload).value));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        peer.error(call, error.details);
      }
    });
  }

  refuse<Args, Result>(procedure: Procedure<Args, Result>, error: Partial<RemoteError>): void {
    this.handle(procedure, (call, peer) => peer.error(call, error));
  }

  /** Does as it likes with a call. */
  handle<Args, Result>(procedure: Procedure<Args, Result>, handler: Handler): void {
    this.#handlers.set(`${procedure.program}:${procedure.number}`, handler);
  }

  /** A client's end of a new connection in memory. Bytes arrive in a later turn, as from a socket. */
  connect(): MemoryTransport {
    const transport = new MemoryTransport((bytes) => peer.take(bytes));
    const peer = this.#accept(
      (bytes) => transport.deliver(bytes),
      (error) => transport.end(error),
    );
    return transport;
  }

  /** Serves a real unix socket until the returned function is called. */
  async listen(path: string): Promise<() => Promise<void>> {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket);
      const peer = this.#accept(
        (bytes) => socket.write(bytes),
        () => socket.destroy(),
      );
      socket.on('data', (bytes) => peer.take(bytes));
      socket.on('close', () => sockets.delete(socket));
      // A client that resets the connection is part of the tests.
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    return () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
  }

  #accept(send: (bytes: Uint8Array) => void, end: (error: Error | null) => void): FakePeer {
    const peer = new FakePeer(send, end, (call) => this.#dispatch(call, peer));
    this.peers.push(peer);
    return peer;
  }

  #dispatch(call: Packet, peer: FakePeer): void {
    const handler = this.#handlers.get(`${call.program}:${call.procedure}`);
    if (handler === undefined) peer.error(call, { code: 39, domain: 7, message: `unknown procedure: ${call.procedure}` });
    else void handler(call, peer);
  }
}

class Refusal extends Error {
  readonly details: Partial<RemoteError>;
  constructor(details: Partial<RemoteError>) {
    super(details.message ?? 'refused');
    this.details = details;
  }
}

/** To be thrown by what `answer` was given. */
export const refusal = (details: Partial<RemoteError>): Error => new Refusal(details);

/** The daemon's side of one connection. */
export class FakePeer {
  /** Everything that the client has sent, in order. */
  readonly received: Packet[] = [];
  readonly #send: (bytes: Uint8Array) => void;
  readonly #end: (error: Error | null) => void;
  readonly #onCall: (call: Packet) => void;
  readonly #decoder = new PacketDecoder();
  #waiting: { readonly wanted: (packet: Packet) => boolean; readonly resolve: (packet: Packet) => void }[] = [];

  constructor(send: (bytes: Uint8Array) => void, end: (error: Error | null) => void, onCall: (call: Packet) => void) {
    this.#send = send;
    this.#end = end;
    this.#onCall = onCall;
  }

  /** Bytes from the client. */
  take(bytes: Uint8Array): void {
    for (const packet of this.#decoder.push(bytes)) {
      this.received.push(packet);
      for (const { wanted, resolve } of this.#waiting) if (wanted(packet)) resolve(packet);
      this.#waiting = this.#waiting.filter(({ wanted }) => !wanted(packet));
      if (packet.type === PacketType.call) this.#onCall(packet);
    }
  }

  /** The first packet like that, past or future. */
  packet(wanted: (packet: Packet) => boolean): Promise<Packet> {
    const found = this.received.find(wanted);
    return found === undefined ? new Promise((resolve) => this.#waiting.push({ wanted, resolve })) : Promise.resolve(found);
  }

  calls(procedure: { readonly number: number }): Packet[] {
    return this.received.filter(({ type, procedure: number }) => type === PacketType.call && number === procedure.number);
  }

  reply<T>(call: PacketHeader, codec: Codec<T>, value: T): void {
    this.send({ ...call, type: PacketType.reply, status: PacketStatus.ok }, encode(codec, value));
  }

  error(call: PacketHeader, error: Partial<RemoteError>): void {
    this.send({ ...call, type: PacketType.reply, status: PacketStatus.error }, encodeError(error));
  }

  event<Payload>(event: EventMessage<Payload>, payload: Payload): void {
    // Real daemons send events with the serial 1, which may be a call's.
    this.send(
      {
        program: event.program,
        version: PROGRAM_VERSION,
        procedure: event.number,
        type: PacketType.message,
        serial: 1,
        status: PacketStatus.ok,
      },
      encode(event.payload, payload),
    );
  }

  /** Data of the stream that `call` has opened; none is its end. */
  data(call: PacketHeader, bytes: Uint8Array): void {
    this.send({ ...call, type: PacketType.stream, status: PacketStatus.continue }, bytes);
  }

  /** Answers a finish or an abort. */
  streamDone(call: PacketHeader): void {
    this.send({ ...call, type: PacketType.stream, status: PacketStatus.ok }, Buffer.alloc(0));
  }

  streamError(call: PacketHeader, error: Partial<RemoteError>): void {
    this.send({ ...call, type: PacketType.stream, status: PacketStatus.error }, encodeError(error));
  }

  /** 1 is a ping, 2 a pong. */
  keepAlive(procedure: 1 | 2): void {
    this.send({ program: Program.keepAlive, version: 1, procedure, type: PacketType.message, serial: 0, status: 0 }, Buffer.alloc(0));
  }

  send(header: PacketHeader, payload: Uint8Array): void {
    this.raw(encodePacket(header, payload));
  }

  raw(bytes: Uint8Array): void {
    this.#send(bytes);
  }

  /** Drops the connection, as a daemon that crashed. */
  end(error: Error | null = null): void {
    this.#end(error);
  }
}

export function encode<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter();
  codec.write(writer, value);
  return writer.finish();
}

function encodeError(error: Partial<RemoteError>): Buffer {
  return encode(remoteError, {
    code: 1,
    domain: 0,
    message: 'scripted',
    level: 2,
    dom: null,
    str1: null,
    str2: null,
    str3: null,
    int1: -1,
    int2: -1,
    net: null,
    ...error,
  });
}

/** The client's end of a connection in memory: ordered, asynchronous, and pausable. */
export class MemoryTransport implements Transport {
  /** Whether the client has stopped reading. */
  paused = false;
  closed = false;
  /** While true, `send` asks for patience. */
  full = false;
  readonly #toPeer: (bytes: Uint8Array) => void;
  #listener: TransportListener | null = null;
  /** In order of arrival; a set, since shifting a long array is slow. */
  readonly #arriving = new Set<() => void>();

  constructor(toPeer: (bytes: Uint8Array) => void) {
    this.#toPeer = toPeer;
  }

  start(listener: TransportListener): void {
    this.#listener = listener;
    this.#flush();
  }

  send(head: Uint8Array, body?: Uint8Array): boolean {
    if (this.closed) return true;
    const bytes = Buffer.concat(body === undefined ? [head] : [head, body]);
    queueMicrotask(() => this.#toPeer(bytes));
    return !this.full;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.#flush();
  }

  close(): void {
    this.closed = true;
  }

  /** From the daemon. */
  deliver(bytes: Uint8Array): void {
    this.#arrive(() => this.#listener?.onData(bytes));
  }

  end(error: Error | null): void {
    this.#arrive(() => {
      this.closed = true;
      this.#listener?.onClose(error);
    });
  }

  /** What was sent has gone out. */
  drain(): void {
    this.full = false;
    this.#listener?.onDrain();
  }

  #arrive(what: () => void): void {
    this.#arriving.add(what);
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    for (const arrive of this.#arriving) {
      if (this.#listener === null || this.paused || this.closed) return;
      this.#arriving.delete(arrive);
      arrive();
    }
  }
}
