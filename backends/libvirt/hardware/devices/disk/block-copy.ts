import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '../../../../backend.ts';
import { BackendError } from '../../../../errors.ts';
import { failedWith } from '../../../failed-with.ts';
import type { LibvirtHost } from '../../../host/libvirt-host.ts';
import type { Domain } from '../../../protocol/objects.ts';
import { remote } from '../../../protocol/remote.ts';
import { serialize, type XmlElement } from '../../../xml/document.ts';

// libvirt: virDomainBlockCopyFlags, virDomainBlockJobAbortFlags.
const Copy = { reuse: 2, transientJob: 4, synchronousWrites: 8 } as const;
const PIVOT = 2;
const LOOK_EVERY_MS = 500;
/** The host gives up a job of its own when the guest is gone; a look at a job that is gone says so at once. */
const LOST_LOOKS = 10;
/** So often is looked whether a job that was given up has ended: a minute. */
const END_LOOKS = 120;

interface Copying {
  readonly host: LibvirtHost;
  readonly dom: Domain;
  /** The disk's target. */
  readonly target: string;
  /** A <disk> with source and driver only: a volume that is there, empty, and of the disk's size. */
  readonly destination: XmlElement;
  /** libvirt on the host. */
  readonly version: number;
}

/**
 * Copies the disk of a running guest while it is written to, and has the guest use the copy from then on. When it is cancelled or fails, the
 * guest goes on with the disk that it had, and the copy is of no use. Source: virDomainBlockCopy, virDomainBlockJobAbort.
 */
export async function copyAndPivot(copying: Copying, operation: Operation): Promise<void> {
  const { host, dom, target, destination, version } = copying;
  operation.signal.throwIfAborted();
  operation.report('Copying the disk while the guest runs', 0);
  // libvirt 8.0: what the guest writes goes to both at once, so that a busy guest cannot outrun the copy for ever.
  const flags = Copy.reuse | Copy.transientJob | (version >= 8_000_000 ? Copy.synchronousWrites : 0);
  await host.job(remote.domainBlockCopy, { dom, path: target, destxml: serialize(destination), params: [], flags });
  try {
    await untilCopied(copying, operation);
    operation.report('Changing over to the copy', null);
    await host.job(remote.domainBlockJobAbort, { dom, path: target, flags: PIVOT });
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'outcome-unknown')) throw error;
    await giveUp(copying);
    throw error;
  }
}

async function untilCopied({ host, dom, target }: Copying, operation: Operation): Promise<void> {
  let missed = 0;
  for (;;) {
    operation.signal.throwIfAborted();
    const { found, cur, end } = await host.quick(remote.domainGetBlockJobInfo, { dom, path: target, flags: 0 });
    if (found === 0) {
      missed += 1;
      if (missed > LOST_LOOKS)
        throw new BackendError('internal', 'The host has ended the copy by itself. The guest goes on with the disk that it had.');
    } else if (end > 0n && cur === end) {
      return;
    } else if (end > 0n) {
      operation.report('Copying the disk while the guest runs', Number(cur) / Number(end));
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** A host under load takes its time to end a job: until then the copy is in use, and could not be removed. */
async function giveUp({ host, dom, target }: Copying): Promise<void> {
  // There may be none any more. Its end takes as long as what is under way to the copy's disk.
  await host.job(remote.domainBlockJobAbort, { dom, path: target, flags: 0 }).catch((error: unknown) => {
    if (failedWith(error, 'connection-lost')) throw error;
  });
  for (let look = 0; look < END_LOOKS; look++) {
    const { found } = await host.quick(remote.domainGetBlockJobInfo, { dom, path: target, flags: 0 }).catch((error: unknown) => {
      // The guest is off, and the job gone with it.
      if (failedWith(error, 'invalid-state', 'not-found', 'bad-input')) return { found: 0 };
      throw error;
    });
    if (found === 0) return;
    await sleep(LOOK_EVERY_MS);
  }
}
