import { BackendError } from '../../errors.ts';
import { type Procedure, PROGRAM_VERSION } from '../protocol/procedure.ts';
import { PacketStatus, PacketType, writeHeader } from './packet.ts';
import {
  type Answer,
  type CallOptions,
  cancelled,
  encodeArguments,
  notSent,
  outcomeUnknown,
  type PendingCall,
  serialAfter,
  settle,
  tooMany,
  unanswered,
} from './pending-call.ts';

/** The daemon stops reading at 5 (max_client_requests), keepalive included. */
const MAX_IN_FLIGHT = 4;
/** Bytes that wait for their turn; a transport holds SEND_QUEUE_LIMIT more, so that a daemon that does not read costs 8 MiB. */
const QUEUE_LIMIT = 4 * 1024 * 1024;
const READ_DEADLINE_MS = 30_000;
const CALL = { version: PROGRAM_VERSION, type: PacketType.call, status: PacketStatus.ok } as const;

/** What the queue needs of its session. */
export interface QueueLink {
  /** There is room to send. */
  ready(): boolean;
  send(packet: Buffer): void;
  /** A stream has this serial. */
  taken(serial: number): boolean;
  /** Nothing can be sent any more, and nobody waits for an answer. */
  stuck(reason: BackendError): void;
}

/** The calls of a session: those that wait for their turn, in order of calling, and those that wait for an answer. */
export class CallQueue {
  readonly #link: QueueLink;
  readonly #waiting = new Set<PendingCall>();
  readonly #sent = new Map<number, PendingCall>();
  #waitingBytes = 0;
  #lastSerial: number;

  constructor(link: QueueLink, lastSerial: number) {
    this.#link = link;
    this.#lastSerial = lastSerial;
  }

  /** The daemon has as many calls to answer as it takes; it may not even answer a ping. */
  get busy(): boolean {
    return this.#sent.size >= MAX_IN_FLIGHT;
  }

  add<Args, Result>(procedure: Procedure<Args, Result>, args: Args, options: CallOptions, answer: Answer): void {
    const { signal } = options;
    if (signal?.aborted === true) return answer.fail(cancelled(procedure.name, signal));
    const packet = encodeArguments(procedure, args);
    if (this.#waiting.size > 0 && this.#waitingBytes + packet.length > QUEUE_LIMIT) return answer.fail(tooMany(procedure.name));
    const call: PendingCall = { procedure, packet, answer, settled: false, timer: undefined, release: () => undefined };
    const deadline = options.deadlineMs ?? (procedure.effect === 'read' ? READ_DEADLINE_MS : Infinity);
    if (deadline !== Infinity) {
      call.timer = setTimeout(
        () => this.#giveUp(call, (name) => new BackendError('timeout', `${name}: no answer within ${deadline} ms.`)),
        deadline,
      );
    }
    if (signal !== undefined) {
      const abort = () => this.#giveUp(call, (name) => cancelled(name, signal));
      signal.addEventListener('abort', abort, { once: true });
      call.release = () => signal.removeEventListener('abort', abort);
    }
    this.#waiting.add(call);
    this.#waitingBytes += packet.length;
    this.sendNext();
  }

  /** Sends what there is a place for. */
  sendNext(): void {
    for (const call of this.#waiting) {
      if (this.busy || !this.#link.ready()) return;
      this.#leave(call);
      const serial = serialAfter(this.#lastSerial, (taken) => this.#sent.has(taken) || this.#link.taken(taken));
      this.#lastSerial = serial;
      this.#sent.set(serial, call);
      call.answer.sent(serial);
      writeHeader(call.packet, { ...CALL, program: call.procedure.program, procedure: call.procedure.number, serial });
      this.#link.send(call.packet);
    }
  }

  /** The call that an answer with this serial belongs to; its place is free. */
  answered(serial: number): PendingCall | undefined {
    const call = this.#sent.get(serial);
    this.#sent.delete(serial);
    return call;
  }

  /** The connection has ended. Returns how many calls the daemon has not answered. */
  fail(reason: BackendError | null): number {
    const underWay = this.#sent.size;
    for (const call of this.#waiting) settle(call)?.fail(notSent(call.procedure.name, reason));
    for (const call of this.#sent.values()) settle(call)?.fail(unanswered(call.procedure, reason));
    this.#waiting.clear();
    this.#sent.clear();
    return underWay;
  }

  #leave(call: PendingCall): boolean {
    const waited = this.#waiting.delete(call);
    if (waited) this.#waitingBytes -= call.packet.length;
    return waited;
  }

  /** The caller waits no longer. The daemon cannot be told: a call that was sent keeps its place until the answer comes. */
  #giveUp(call: PendingCall, because: (operation: string) => BackendError): void {
    const { name, effect } = call.procedure;
    const unsent = this.#leave(call);
    const reason = because(name);
    settle(call)?.fail(unsent || effect === 'read' ? reason : outcomeUnknown(name, reason));
    if (this.busy && [...this.#sent.values()].every(({ settled }) => settled)) {
      this.#link.stuck(new BackendError('timeout', 'The libvirt daemon has stopped answering.', { cause: reason }));
    }
  }
}
