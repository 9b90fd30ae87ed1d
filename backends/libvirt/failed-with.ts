import type { FaultCode } from '#model/fault';
import { BackendError } from '../errors.ts';

/** Whether `error` is one of ours with one of these codes: for the failures that a reader takes as an answer. */
export function failedWith(error: unknown, ...codes: readonly FaultCode[]): boolean {
  return error instanceof BackendError && codes.includes(error.code);
}
