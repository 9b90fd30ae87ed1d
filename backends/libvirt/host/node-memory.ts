import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { remembered } from '../remembered.ts';
import { bytesOf, bytesOfKiB } from '../to-model.ts';

// libvirt: VIR_NODE_MEMORY_STATS_ALL_CELLS.
const ALL_CELLS = -1;

/** A host's memory, in bytes. */
export interface NodeMemory {
  readonly total: number;
  /** What programs and guests can have without anything being swapped out. */
  readonly available: number;
}

/** How to read it, as often as one likes. Rejects with 'unsupported' where the driver tells nothing of it. */
export function nodeMemoryReader(host: Pick<LibvirtHost, 'call' | 'facts'>): () => Promise<NodeMemory> {
  // How many values there are: constant for a daemon, but only it knows. Null: its driver has no such statistics.
  const fields = remembered(async () => {
    try {
      return (await host.call(remote.nodeGetMemoryStats, { nparams: 0, cellNum: ALL_CELLS, flags: 0 })).nparams;
    } catch (error) {
      if (failedWith(error, 'unsupported')) return null;
      throw error;
    }
  });
  return async () => {
    const nparams = await fields();
    if (nparams === null) {
      // Xen's memory is no kernel's, and what no domain has is free (libvirt: src/libxl/libxl_driver.c).
      const { freeMem } = await host.call(remote.nodeGetFreeMemory, {});
      return { total: host.facts.memory, available: bytesOf(freeMem) };
    }
    const { params } = await host.call(remote.nodeGetMemoryStats, { nparams, cellNum: ALL_CELLS, flags: 0 });
    const kib = new Map(params.map(({ field, value }) => [field, value]));
    const available = (kib.get('free') ?? 0n) + (kib.get('buffers') ?? 0n) + (kib.get('cached') ?? 0n);
    return { total: bytesOfKiB(kib.get('total') ?? 0n), available: bytesOfKiB(available) };
  };
}
