import { BackendError } from '../../errors.ts';
import type { Effect, Procedure } from '../protocol/procedure.ts';
import { XdrWriter } from '../xdr/cursor.ts';
import { XdrError } from '../xdr/xdr-error.ts';
import { HEADER_LENGTH, type Packet, PACKET_LIMIT, PacketStatus } from './packet.ts';
import { ProtocolFault } from './protocol-fault.ts';

export interface CallOptions {
  /** Gives up waiting: 'cancelled' for a read and for what was not sent yet, else 'outcome-unknown'. */
  readonly signal?: AbortSignal;
  /** Infinity for none. By default 30,000 for reads and none for mutations, which end as 'outcome-unknown'. */
  readonly deadlineMs?: number;
}

/** Where the answer of a call goes. */
export interface Answer {
  /** The call is on its way; what the daemon sends for it has this serial. */
  sent(serial: number): void;
  /** Decodes and resolves; throws XdrError if the payload is not of the type. */
  succeed(payload: Buffer): void;
  /** The call succeeded when nobody waited any more. */
  succeedLate(): void;
  fail(error: Error): void;
}

interface Called {
  readonly name: string;
  readonly program: number;
  readonly number: number;
  readonly effect: Effect;
}

export interface PendingCall {
  readonly procedure: Called;
  /** Complete but for its header. */
  readonly packet: Buffer;
  readonly answer: Answer;
  settled: boolean;
  timer: NodeJS.Timeout | undefined;
  /** Lets go of the caller's signal. */
  release(): void;
}

/** The next serial: 1 comes after 2^32 - 1, and an old call or stream may still have it by then. */
export function serialAfter(last: number, inUse: (serial: number) => boolean): number {
  let serial = last;
  do serial = serial >= 0xffff_ffff ? 1 : serial + 1;
  while (inUse(serial));
  return serial;
}

/** The answer, to be given now; null if the caller has it already. */
export function settle(call: PendingCall): Answer | null {
  if (call.settled) return null;
  call.settled = true;
  clearTimeout(call.timer);
  call.release();
  return call.answer;
}

export function cancelled(operation: string, signal: AbortSignal): BackendError {
  return new BackendError('cancelled', `${operation}: cancelled.`, { cause: signal.reason });
}

/** Nothing was done: it can be asked again on another connection. */
export function notSent(operation: string, reason: BackendError | null): BackendError {
  return new BackendError('connection-lost', `${operation}: not sent, the connection has ended.`, {
    reason: reason?.message ?? null,
    cause: reason,
  });
}

/** More is waiting than a daemon that reads would let wait. */
export function tooMany(operation: string): BackendError {
  return new BackendError('busy', `${operation}: not sent, too much is waiting for this host already.`, {
    reason: 'The libvirt daemon does not read what it is sent.',
    remedy: 'Wait until the host answers again.',
  });
}

/** The connection ended between the call and its answer. */
export function unanswered({ name, effect }: Called, reason: BackendError | null): BackendError {
  if (effect === 'mutation') return outcomeUnknown(name, reason);
  const message = reason?.message ?? 'The connection was closed.';
  return new BackendError(reason?.code ?? 'connection-lost', `${name}: ${message}`, { reason: reason?.reason ?? null, cause: reason });
}

export function outcomeUnknown(operation: string, cause: BackendError | null): BackendError {
  return new BackendError('outcome-unknown', `${operation}: sent, but no answer came; it may have been done.`, {
    reason: cause?.message ?? null,
    remedy: 'Look at what is there now before trying again.',
    cause,
  });
}

/** Whatever went wrong while reading what the daemon sent. */
export function protocolError(fault: unknown): BackendError {
  if (fault instanceof BackendError) return fault;
  const known = fault instanceof ProtocolFault || fault instanceof XdrError;
  return new BackendError(known ? 'protocol' : 'internal', 'The libvirt daemon sent something that cannot be understood.', {
    reason: fault instanceof Error ? fault.message : null,
    cause: fault,
  });
}

/** The answer came and cannot be read: a mutation may have been done, or not. */
export function unreadable({ name, effect }: Called, fault: unknown): BackendError {
  const error = protocolError(fault);
  return effect === 'mutation' ? outcomeUnknown(name, error) : error;
}

/** The whole packet but for its header. Throws 'bad-input' for a value that the procedure cannot take: nothing is sent. */
export function encodeArguments<Args, Result>({ name, args: codec }: Procedure<Args, Result>, args: Args): Buffer {
  const writer = new XdrWriter(HEADER_LENGTH);
  try {
    codec.write(writer, args);
  } catch (error) {
    if (!(error instanceof XdrError)) throw error;
    throw new BackendError('bad-input', `${name}: ${error.message}.`, { cause: error });
  }
  const packet = writer.finish();
  if (packet.length > PACKET_LIMIT) throw new BackendError('bad-input', `${name}: ${packet.length} bytes are more than a packet holds.`);
  return packet;
}

/** What makes a reply unfit for the call that has its serial; null if nothing does. */
export function replyFault({ name, program, number }: Called, packet: Packet): ProtocolFault | null {
  if (packet.procedure !== number || packet.program !== program) {
    return new ProtocolFault(`${name} was answered by a reply of procedure ${packet.procedure}`);
  }
  if (packet.status !== PacketStatus.ok && packet.status !== PacketStatus.error) {
    return new ProtocolFault(`${name}: a reply with status ${packet.status}`);
  }
  return null;
}
