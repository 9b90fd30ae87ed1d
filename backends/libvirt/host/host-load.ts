import { setTimeout as sleep } from 'node:timers/promises';
import type { HostLoad } from '#model/host';
import type { LibvirtHost } from './libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { remembered } from '../remembered.ts';
import { bytesOfKiB } from '../to-model.ts';

// libvirt: VIR_NODE_CPU_STATS_ALL_CPUS, VIR_NODE_MEMORY_STATS_ALL_CELLS.
const ALL = -1;
/** The first question has nothing to compare with: it takes two readings so far apart. */
const FIRST_INTERVAL_MS = 250;

interface CpuTimes {
  readonly busy: bigint;
  readonly total: bigint;
}

/** Reads a host's load, CPU since the question before. Rejects with 'unsupported' where the driver does not count. */
export class HostLoadMeter {
  readonly #host: LibvirtHost;
  #before: Promise<CpuTimes> | null = null;
  /** How many values each of the two calls returns: constant for a daemon, but only it knows. */
  readonly #cpuFields = remembered(async () => {
    const { nparams } = await this.#host.call(remote.nodeGetCpuStats, { cpuNum: ALL, nparams: 0, flags: 0 });
    return nparams;
  });
  readonly #memoryFields = remembered(async () => {
    const { nparams } = await this.#host.call(remote.nodeGetMemoryStats, { nparams: 0, cellNum: ALL, flags: 0 });
    return nparams;
  });

  constructor(host: LibvirtHost) {
    this.#host = host;
  }

  async read(): Promise<HostLoad> {
    const memory = this.#memory();
    // Awaited below; should the CPU's times fail first, nobody else would hear of its failure.
    memory.catch(() => undefined);
    const before = await (this.#before ?? this.#first());
    const after = await this.#cpuTimes();
    this.#before = Promise.resolve(after);
    const total = after.total - before.total;
    const cpu = total > 0n ? Number(after.busy - before.busy) / Number(total) : 0;
    return { cpu: Math.max(0, Math.min(1, cpu)), ...(await memory) };
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
    const { params } = await this.#host.call(remote.nodeGetCpuStats, { cpuNum: ALL, nparams: await this.#cpuFields(), flags: 0 });
    const times = new Map(params.map(({ field, value }) => [field, value]));
    const idle = (times.get('idle') ?? 0n) + (times.get('iowait') ?? 0n);
    const busy = (times.get('user') ?? 0n) + (times.get('kernel') ?? 0n) + (times.get('intr') ?? 0n);
    return { busy, total: busy + idle };
  }

  async #memory(): Promise<{ memoryUsed: number; memory: number }> {
    const { params } = await this.#host.call(remote.nodeGetMemoryStats, { nparams: await this.#memoryFields(), cellNum: ALL, flags: 0 });
    const kib = new Map(params.map(({ field, value }) => [field, value]));
    const total = kib.get('total') ?? 0n;
    const free = (kib.get('free') ?? 0n) + (kib.get('buffers') ?? 0n) + (kib.get('cached') ?? 0n);
    return { memoryUsed: bytesOfKiB(free < total ? total - free : 0n), memory: bytesOfKiB(total) };
  }
}
