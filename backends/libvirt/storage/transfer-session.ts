import { setTimeout as sleep } from 'node:timers/promises';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { StreamProcedure } from '../protocol/procedure.ts';
import type { Session } from '../rpc/session.ts';
import type { Stream } from '../rpc/stream.ts';
import { unlessAborted } from '../../unless-aborted.ts';
import { toBackendError } from '../to-backend-error.ts';

/** How long the daemon may take to say that it has let go of a stream that was given up. */
const GOODBYE_MS = 500;

/**
 * One stream on a connection of its own, which may stand still for as long as a disk takes; both are gone when this settles. An abort of
 * `signal` ends it at once, also where `work` waits for a disk of this computer: that may then still be at it, and nobody hears of its end.
 * `openMs`: how long the daemon may take to open the stream. Rejects with BackendError.
 */
export async function onStreamOfItsOwn<Args>(
  host: LibvirtHost,
  { procedure, args, openMs, signal }: { procedure: StreamProcedure<Args, unknown>; args: Args; openMs: number; signal: AbortSignal },
  work: (stream: Stream) => Promise<void>,
): Promise<void> {
  signal.throwIfAborted();
  const session = await openUnless(signal, host);
  let opened: Stream | null = null;
  // In order, so that the daemon has closed the file when we are done; but one that does not answer keeps nobody.
  const leave = async () => {
    await Promise.race([opened?.abort(), sleep(GOODBYE_MS, undefined, { ref: false })]);
    session.close();
  };
  const abort = () => void leave();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const { stream } = await session.openStream(procedure, args, { deadlineMs: openMs, signal });
    opened = stream;
    await unlessAborted(signal, work(stream));
  } catch (error) {
    signal.throwIfAborted();
    throw toBackendError(error);
  } finally {
    signal.removeEventListener('abort', abort);
    await leave();
  }
}

/** A connection over a bad road takes its time, and nobody who cancels has to wait for it. */
function openUnless(signal: AbortSignal, host: LibvirtHost): Promise<Session> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    void host
      .openSession()
      .then((session) => (signal.aborted ? session.close() : resolve(session)), reject)
      .finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/** libvirt 3.4 learnt to tell holes from data. */
export function knowsHoles(daemonVersion: string | null): boolean {
  const [major = 0, minor = 0] = (daemonVersion ?? '').split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 4);
}
