import { setTimeout as sleep } from 'node:timers/promises';
import type { HostLoad } from '#model/host';
import { failedWith } from '../failed-with.ts';
import { DomainsTime } from './domains-time.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { type NodeMemory, nodeMemoryReader } from './node-memory.ts';
import { remote } from '../protocol/remote.ts';
import { remembered } from '../remembered.ts';

// libvirt: VIR_NODE_CPU_STATS_ALL_CPUS.
const ALL = -1;
/** The first question has nothing to compare with: it takes two readings so far apart. */
const FIRST_INTERVAL_MS = 250;

/** What processors did since some moment, in one unit. */
export interface CpuTimes {
  readonly busy: bigint;
  readonly total: bigint;
}

/** Reads a host's load, CPU since the question before. Rejects with 'unsupported' where the driver does not count. */
export class HostLoadMeter {
  readonly #host: LibvirtHost;
  readonly #memory: () => Promise<NodeMemory>;
  readonly #domains: DomainsTime;
  #before: Promise<CpuTimes> | null = null;
  /** How many values the call returns: constant for a daemon, but only it knows. Null: it does not know the call. */
  readonly #cpuFields = remembered(async () => {
    try {
      return (await this.#host.call(remote.nodeGetCpuStats, { cpuNum: ALL, nparams: 0, flags: 0 })).nparams;
    } catch (error) {
      if (failedWith(error, 'unsupported')) return null;
      throw error;
    }
  });

  constructor(host: LibvirtHost) {
    this.#host = host;
    this.#memory = nodeMemoryReader(host);
    this.#domains = new DomainsTime(host);
  }

  async read(): Promise<HostLoad> {
    const memory = this.#memory();
    // Awaited below; should the CPU's times fail first, nobody else would hear of its failure.
    memory.catch(() => undefined);
    const before = await (this.#before ?? this.#first());
    const after = await this.#cpuTimes();
    this.#before = Promise.resolve(after);
    const spent = after.total - before.total;
    const cpu = spent > 0n ? Number(after.busy - before.busy) / Number(spent) : 0;
    const { total, available } = await memory;
    return { cpu: Math.max(0, Math.min(1, cpu)), memoryUsed: Math.max(0, total - available), memory: total };
  }

  #first(): Promise<CpuTimes> {
    const first = this.#cpuTimes().then(async (times) => {
      await sleep(FIRST_INTERVAL_MS);
      return times;
    });
    this.#before = first;
    first.catch(() => (this.#before = null));
    return first;
  }

  async #cpuTimes(): Promise<CpuTimes> {
    const nparams = await this.#cpuFields();
    if (nparams === null) return this.#domains.read();
    const { params } = await this.#host.call(remote.nodeGetCpuStats, { cpuNum: ALL, nparams, flags: 0 });
    const times = new Map(params.map(({ field, value }) => [field, value]));
    const idle = (times.get('idle') ?? 0n) + (times.get('iowait') ?? 0n);
    const busy = (times.get('user') ?? 0n) + (times.get('kernel') ?? 0n) + (times.get('intr') ?? 0n);
    return { busy, total: busy + idle };
  }
}
