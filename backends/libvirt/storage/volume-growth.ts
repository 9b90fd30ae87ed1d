import type { Operation } from '../../backend.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOf } from '../to-model.ts';
import { TransferProgress } from './transfer-progress.ts';
import { type FoundPool, lookUpVolume } from './volume-lookup.ts';

/** How often the volume is measured; milliseconds. */
const LOOK_MS = 500;

interface Growing {
  readonly pool: FoundPool;
  readonly name: string;
  /** What it will probably take, bytes. */
  readonly size: number;
  /** "Copying". */
  readonly verb: string;
}

/**
 * Tells how far the host is with a volume that it fills, by what the volume takes: it is listed from the beginning, and measured anew each
 * time. Returns how to stop.
 */
export function watchGrowth(host: LibvirtHost, { pool, name, size, verb }: Growing, operation: Operation): () => void {
  const progress = new TransferProgress(operation, verb, Math.max(1, size));
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    // What cannot be measured now is measured the next time; whether it fails is told by the call that fills it.
    const taken = await measure(host, pool, name).catch(() => null);
    if (stopped || operation.signal.aborted) return;
    if (taken !== null) progress.tell(Math.min(taken, size));
    timer = setTimeout(() => void look(), LOOK_MS);
  };
  timer = setTimeout(() => void look(), LOOK_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

async function measure(host: LibvirtHost, { handle }: FoundPool, name: string): Promise<number | null> {
  const vol = await lookUpVolume(host, handle, name);
  return vol === null ? null : bytesOf((await host.call(remote.storageVolGetInfo, { vol })).allocation);
}
