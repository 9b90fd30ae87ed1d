import type { GuestCounters } from '#model/sample';
import { type DomainStatistics, readStatistics, StatisticsFlag, StatisticsGroup } from './domain-statistics.ts';
import { failedWith } from './failed-with.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import type { Domain } from './protocol/objects.ts';
import { remote } from './protocol/remote.ts';
import { bytesOfKiB } from './to-model.ts';

const GROUPS = StatisticsGroup.cpu | StatisticsGroup.balloon | StatisticsGroup.vcpu | StatisticsGroup.net | StatisticsGroup.block;

/**
 * Counters of all guests that are on: one call, however many there are. Drivers that do not count in bulk (LXC), or only a part of it (the
 * test driver), are asked per guest for CPU time and memory; their disks and cards then count nothing.
 */
export async function countGuests(host: Pick<LibvirtHost, 'call'>): Promise<GuestCounters[]> {
  const records = await statisticsOfActive(host);
  const counters = await Promise.all(records.map(({ dom, statistics }) => countersOf(host, dom, statistics)));
  return counters.filter((counter) => counter !== null);
}

async function statisticsOfActive(host: Pick<LibvirtHost, 'call'>): Promise<{ dom: Domain; statistics: DomainStatistics }[]> {
  try {
    const { retStats } = await host.call(remote.connectGetAllDomainStats, {
      doms: [],
      stats: GROUPS,
      flags: StatisticsFlag.active | StatisticsFlag.noWait,
    });
    return retStats.map(({ dom, params }) => ({ dom, statistics: readStatistics(params) }));
  } catch (error) {
    if (!failedWith(error, 'unsupported')) throw error;
    const { domains } = await host.call(remote.connectListAllDomains, { needResults: 1, flags: StatisticsFlag.active });
    return domains.map((dom) => ({ dom, statistics: readStatistics([]) }));
  }
}

async function countersOf(host: Pick<LibvirtHost, 'call'>, dom: Domain, statistics: DomainStatistics): Promise<GuestCounters | null> {
  const { cpuTime, vcpus, memory, memoryMax, diskRead, diskWritten, netReceived, netSent } = statistics;
  const devices = { diskRead, diskWritten, netReceived, netSent };
  if (cpuTime !== null && vcpus !== null && memory !== null) {
    const total = bytesOfKiB(memoryMax ?? memory);
    return { id: dom.uuid, cpuTime, vcpus, memoryUsed: Math.min(total, memoryUsed(statistics)), memory: total, ...devices };
  }
  try {
    const info = await host.call(remote.domainGetInfo, { dom });
    const total = bytesOfKiB(info.maxMem);
    const used = Math.min(total, bytesOfKiB(info.memory));
    return { id: dom.uuid, cpuTime: Number(info.cpuTime), vcpus: info.nrVirtCpu, memoryUsed: used, memory: total, ...devices };
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
