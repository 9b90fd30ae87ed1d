import type { GuestJob } from '#model/guest';
import type { Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import type { Procedure } from '../protocol/procedure.ts';
import { remote } from '../protocol/remote.ts';

/** Milliseconds between two looks at how far a job is, and between two attempts to end it: it may not have begun when it is first tried. */
const POLL_MS = 500;
const ABORT_MS = 100;

// libvirt: virDomainJobType, virDomainJobOperation.
const RUNNING: ReadonlySet<number> = new Set([1, 2]);
const operations: ReadonlyMap<number, GuestJob['kind']> = new Map<number, GuestJob['kind']>([
  [2, 'save'],
  [4, 'migrate'],
  [5, 'migrate'],
  [6, 'snapshot'],
  [7, 'snapshot'],
  [8, 'dump'],
  [9, 'backup'],
  [10, 'snapshot'],
]);

type Ask = <A, R>(procedure: Procedure<A, R>, args: A) => Promise<R>;

/** What the host is doing with the guest, whoever asked for it; null: nothing that takes time. */
export async function jobOf(ask: Ask, dom: Domain): Promise<GuestJob | null> {
  const { type, params } = await ask(remote.domainGetJobStats, { dom, flags: 0 });
  if (!RUNNING.has(type)) return null;
  const values = new Map(params.map(({ field, value }) => [field, Number(value)]));
  const [total, remaining] = [values.get('data_total') ?? 0, values.get('data_remaining') ?? 0];
  return {
    kind: operations.get(values.get('operation') ?? 0) ?? 'other',
    disk: null,
    progress: total > 0 ? Math.min(1, Math.max(0, 1 - remaining / total)) : null,
  };
}

/** Does a job of the guest while its progress is reported, and ends it when the operation is cancelled. Rejects with 'cancelled' then. */
export async function asJob(
  host: LibvirtHost,
  dom: Domain,
  step: string,
  operation: Operation,
  job: () => Promise<unknown>,
): Promise<void> {
  const { signal } = operation;
  if (signal.aborted) throw cancelled(signal.reason);
  const ended = new AbortController();
  const done = job().finally(() => ended.abort());
  void follow(host, dom, step, operation, ended.signal);
  try {
    await done;
  } catch (error) {
    if (!signal.aborted || failedWith(error, 'connection-lost', 'outcome-unknown', 'cancelled')) throw error;
    // Drivers do not agree on the error for a job that was ended.
    throw cancelled(error);
  }
}

const cancelled = (cause: unknown) => new BackendError('cancelled', 'It was cancelled.', { cause });

async function follow(host: LibvirtHost, dom: Domain, step: string, operation: Operation, ended: AbortSignal): Promise<void> {
  const { signal } = operation;
  operation.report(step, null);
  await pause(POLL_MS, ended, signal);
  while (!ended.aborted) {
    try {
      if (signal.aborted) await host.quick(remote.domainAbortJob, { dom });
      else {
        const job = await jobOf((procedure, args) => host.quick(procedure, args), dom);
        if (job !== null && !ended.aborted) operation.report(step, job.progress);
      }
    } catch {
      // How it goes is told by the job's own answer. To be ended it must have begun.
    }
    await pause(signal.aborted ? ABORT_MS : POLL_MS, ended, signal);
  }
}

/** Until the time is over, the job has ended, or the person wants it to. */
function pause(milliseconds: number, ended: AbortSignal, signal: AbortSignal): Promise<void> {
  if (ended.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      ended.removeEventListener('abort', wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    ended.addEventListener('abort', wake, { once: true });
    signal.addEventListener('abort', wake, { once: true });
  });
}
