import { BackendError } from '../../backends/errors.ts';
import type { FaultCode } from '../../backends/model/fault.ts';

/** The code that it is refused with; rejects where it is not, or fails in any other way. */
export async function codeOf(promise: Promise<unknown>): Promise<FaultCode> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BackendError) return error.code;
    throw error;
  }
  throw new Error('it did not fail');
}
