import { BackendError } from '../../errors.ts';
import { XdrError } from '../xdr/xdr-error.ts';
import type { Effect } from '../protocol/procedure.ts';
import { ProtocolFault } from './protocol-fault.ts';

/** Where the answer of a call goes. */
export interface Answer {
  /** Decodes and resolves; throws XdrError if the payload is not of the type. */
  succeed(payload: Buffer, serial: number): void;
  /** The call succeeded when nobody waited any more. */
  succeedLate(serial: number): void;
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
