import { CallError } from '#contract/client';
import type { Fault } from '#model/fault';

/** What may be shown of a failed call. Anything else is a mistake of ours: its text goes to the console, not to the person. */
export function faultOf(error: unknown): Fault {
  if (error instanceof CallError) return error.fault;
  console.error(error);
  return { code: 'internal', message: 'Something went wrong inside Guesthouse.', reason: null, remedy: 'Try again.' };
}
