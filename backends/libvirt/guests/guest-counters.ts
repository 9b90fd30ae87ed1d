import type { GuestCounters, Measure } from '#model/sample';
import { type DomainStatistics, readStatistics, StatisticsFlag, StatisticsGroup } from './domain-statistics.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { readTraffic } from './guest-traffic.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOfKiB } from '../to-model.ts';

/** A guest's CPU time is shown as a share of its own vCPUs, so their number is asked for too. */
const groups: Readonly<Record<Measure, number>> = {
  cpu: StatisticsGroup.cpu | StatisticsGroup.vcpu,
  memory: StatisticsGroup.balloon,
  disk: StatisticsGroup.block,
  network: StatisticsGroup.net,
};

interface Reading {
  readonly dom: Domain;
  /** Null: the driver does not count in bulk. */
  readonly statistics: DomainStatistics | null;
}

/** Reads the counters of a host's guests. */
export class GuestMeter {
  readonly #host: Pick<LibvirtHost, 'call'>;
  /** False once the driver has said that it does not: each no is a line in the log of the host's daemon. */
  #inBulk = true;

  constructor(host: Pick<LibvirtHost, 'call'>) {
    this.#host = host;
  }

  /**
   * These counters of all guests that are on: one call, however many there are, and none for no counters. Drivers that do not count in bulk (LXC,
   * Xen) are asked per guest; those that do it in part (the test driver), for CPU time and memory. What is not told is null.
   */
  async count(measures: ReadonlySet<Measure>): Promise<GuestCounters[]> {
    if (measures.size === 0) return [];
    const readings = (this.#inBulk ? await this.#readInBulk(measures) : null) ?? (await this.#listActive());
    const counters = await Promise.all(readings.map((reading) => countersOf(this.#host, reading, measures)));
    return counters.filter((counter) => counter !== null);
  }

  async #readInBulk(measures: ReadonlySet<Measure>): Promise<Reading[] | null> {
    try {
      const { retStats } = await this.#host.call(remote.connectGetAllDomainStats, {
        doms: [],
        stats: [...measures].reduce((sum, measure) => sum | groups[measure], 0),
        flags: StatisticsFlag.active | StatisticsFlag.noWait,
      });
      return retStats.map(({ dom, params }) => ({ dom, statistics: readStatistics(params) }));
    } catch (error) {
      if (!failedWith(error, 'unsupported')) throw error;
      this.#inBulk = false;
      return null;
    }
  }

  async #listActive(): Promise<Reading[]> {
    const { domains } = await this.#host.call(remote.connectListAllDomains, { needResults: 1, flags: StatisticsFlag.active });
    return domains.map((dom) => ({ dom, statistics: null }));
  }
}

type Use = Pick<GuestCounters, 'cpuTime' | 'vcpus' | 'memoryUsed' | 'memory'>;

async function countersOf(
  host: Pick<LibvirtHost, 'call'>,
  { dom, statistics }: Reading,
  measures: ReadonlySet<Measure>,
): Promise<GuestCounters | null> {
  const [use, traffic] = await Promise.all([
    (statistics === null ? null : useIn(statistics, measures)) ?? useByInfo(host, dom, measures),
    statistics ?? readTraffic(host, dom, measures),
  ]);
  if (use === null) return null;
  const { diskRead, diskWritten, netReceived, netSent } = traffic;
  const [disk, network] = [measures.has('disk'), measures.has('network')];
  return {
    id: dom.uuid,
    ...use,
    diskRead: disk ? diskRead : null,
    diskWritten: disk ? diskWritten : null,
    netReceived: network ? netReceived : null,
    netSent: network ? netSent : null,
  };
}

/** Null where the driver did not tell all that was asked for. */
function useIn(statistics: DomainStatistics, measures: ReadonlySet<Measure>): Use | null {
  const { cpuTime, vcpus, memory, memoryMax } = statistics;
  const [wantsCpu, wantsMemory] = [measures.has('cpu'), measures.has('memory')];
  if ((wantsCpu && (cpuTime === null || vcpus === null)) || (wantsMemory && memory === null)) return null;
  const total = bytesOfKiB(memoryMax ?? memory ?? 0);
  return {
    cpuTime: wantsCpu ? cpuTime : null,
    vcpus: wantsCpu ? vcpus : null,
    memoryUsed: wantsMemory ? Math.min(total, memoryUsed(statistics)) : null,
    memory: wantsMemory ? total : null,
  };
}

async function useByInfo(host: Pick<LibvirtHost, 'call'>, dom: Domain, measures: ReadonlySet<Measure>): Promise<Use | null> {
  try {
    const info = await host.call(remote.domainGetInfo, { dom });
    const [cpu, memory] = [measures.has('cpu'), measures.has('memory')];
    const total = bytesOfKiB(info.maxMem);
    return {
      cpuTime: cpu ? Number(info.cpuTime) : null,
      vcpus: cpu ? info.nrVirtCpu : null,
      memoryUsed: memory ? Math.min(total, bytesOfKiB(info.memory)) : null,
      memory: memory ? total : null,
    };
  } catch {
    // It ended between the two calls, or does not answer now: no counters is the truth.
    return null;
  }
}

/**
 * Memory in use, in bytes, by the best witness there is: the guest itself (its balloon driver; `usable` counts what caches would give
 * back, older drivers tell only `unused`), else what the host holds for it, else all that it was given.
 */
function memoryUsed({ available, usable, unused, rss, memory }: DomainStatistics): number {
  const free = usable ?? unused;
  if (available !== null && free !== null && free <= available) return bytesOfKiB(available - free);
  return bytesOfKiB(rss ?? memory ?? 0);
}
