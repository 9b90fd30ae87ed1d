import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. A daemon that does not answer is left all the same. */
const PATIENCE_MS = 1000;

/**
 * Resolves when registrations of events have been answered. A connection must not be closed before: libvirtd (seen with 9.0) forgets a
 * client's events in one thread while another still adds one to them, and crashes, then or at the next event.
 */
export async function quiet(registrations: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { ref: false, signal: over.signal });
  // The end of the wait is no failure of anything.
  late.catch(() => undefined);
  await Promise.race([registrations.catch(() => undefined), late]);
  over.abort();
}
