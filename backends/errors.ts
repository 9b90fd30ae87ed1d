import type { Fault, FaultCode } from '#model/fault';
import type { GuestId } from '#model/guest';
import { canChangeGuest, onlyLook } from '#model/guest-action';

interface BackendErrorOptions {
  /** The hypervisor's or system's own words, where they help. */
  reason?: string | null;
  /** What the person can do next, as a sentence. */
  remedy?: string | null;
  cause?: unknown;
}

/** The one error that leaves a backend. `message` is a sentence for people; decisions are taken on `code`. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly code: FaultCode;
  readonly reason: string | null;
  readonly remedy: string | null;

  constructor(code: FaultCode, message: string, options: BackendErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.reason = options.reason ?? null;
    this.remedy = options.remedy ?? null;
  }
}

/** For what a connection that is for looking only is asked to change. */
export const onlyLooking = (): BackendError =>
  new BackendError('permission', `${onlyLook}.`, {
    remedy: 'Edit the connection and take the tick from “Only look”, if you have the right to more.',
  });

/** Throws 'invalid-state' for what is listed as a guest and is the host itself. */
export function requireChangeable(id: GuestId): void {
  const permission = canChangeGuest({ id });
  if (!permission.allowed) throw new BackendError('invalid-state', `${permission.why}.`);
}

/** What may be shown of any thrown value. Unknown errors keep their text out of the window: it may hold paths or stacks. */
export function faultOf(error: unknown): Fault {
  if (error instanceof BackendError) {
    return { code: error.code, message: error.message, reason: error.reason, remedy: error.remedy };
  }
  return {
    code: 'internal',
    message: 'Something went wrong inside Guesthouse.',
    reason: null,
    remedy: 'Try again; the log has the details.',
  };
}
