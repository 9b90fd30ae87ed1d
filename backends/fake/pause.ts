import { BackendError } from '../errors.ts';

/** Lets `milliseconds` pass; aborting `signal` ends it at once with 'cancelled'. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) throw cancelled();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    const stop = (): void => {
      clearTimeout(timer);
      reject(cancelled());
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}

export function cancelled(): BackendError {
  return new BackendError('cancelled', 'Cancelled.');
}
