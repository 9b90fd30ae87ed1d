import type { Guest } from '#model/guest';
import { type DomainStatistics, readStatistics, StatisticsFlag, StatisticsGroup } from './domain-statistics.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOfKiB, stateOf } from '../to-model.ts';

const GROUPS = StatisticsGroup.state | StatisticsGroup.balloon | StatisticsGroup.vcpu;
// libvirt: virConnectListAllDomainsFlags.
const ListFlag = { transient: 8, managedSave: 256, autostart: 1024 } as const;
/** Up to so many guests are asked for their marks one by one; beyond it three lists of all are cheaper. */
const FEW = 8;

/** What the bulk statistics do not tell of a guest. */
interface Marks {
  readonly persistent: boolean;
  readonly autostart: boolean;
  readonly saved: boolean;
}

/** All guests of the host in four calls however many there are, where the driver has statistics; see `readGuests`. */
export async function listGuests(host: LibvirtHost): Promise<Guest[]> {
  const [records, marks] = await Promise.all([statisticsOf(host, []), marksOfAll(host)]);
  return guestsOf(host, records, marks);
}

/** These guests as they are now. Those that are no longer there are left out. */
export async function readGuests(host: LibvirtHost, domains: readonly Domain[]): Promise<Guest[]> {
  const marks = domains.length > FEW ? await marksOfAll(host) : await marksOfFew(host, domains);
  return guestsOf(host, await statisticsOf(host, domains), marks);
}

interface Record {
  readonly dom: Domain;
  readonly statistics: DomainStatistics;
}

async function statisticsOf(host: LibvirtHost, domains: readonly Domain[]): Promise<Record[]> {
  try {
    const { retStats } = await host.call(remote.connectGetAllDomainStats, { doms: domains, stats: GROUPS, flags: StatisticsFlag.noWait });
    return retStats.map(({ dom, params }) => ({ dom, statistics: readStatistics(params) }));
  } catch (error) {
    if (!failedWith(error, 'unsupported')) throw error;
    const all = domains.length > 0 ? domains : (await host.call(remote.connectListAllDomains, { needResults: 1, flags: 0 })).domains;
    return all.map((dom) => ({ dom, statistics: readStatistics([]) }));
  }
}

async function guestsOf(host: LibvirtHost, records: readonly Record[], marksOf: (domain: Domain) => Marks): Promise<Guest[]> {
  const guests = await Promise.all(records.map((record) => guestOf(host, record, marksOf(record.dom))));
  return guests.filter((guest) => guest !== null);
}

async function guestOf(host: LibvirtHost, { dom, statistics }: Record, marks: Marks): Promise<Guest | null> {
  const { state, vcpus, memory, memoryMax } = statistics;
  const kib = memory ?? memoryMax;
  if (state !== null && vcpus !== null && kib !== null) {
    return guestAs(dom, marks, { state: stateOf(state), vcpus, memory: bytesOfKiB(kib) });
  }
  try {
    const info = await host.call(remote.domainGetInfo, { dom });
    // Not its `memory`: of a container that is what it uses.
    return guestAs(dom, marks, { state: stateOf(info.state), vcpus: info.nrVirtCpu, memory: bytesOfKiB(info.maxMem) });
  } catch (error) {
    return refused(error) ? bareGuest(host, dom, marks) : null;
  }
}

/**
 * libvirt tells of a start out of a saved state before it removes that (qemuDomainObjStart), and of the removal it tells nothing: what is on has
 * none.
 */
function guestAs({ uuid, name }: Domain, marks: Marks, now: Pick<Guest, 'state' | 'vcpus' | 'memory'>): Guest {
  const isOff = now.state === 'shut-off' || now.state === 'unknown';
  return { id: uuid, name, ...marks, saved: marks.saved && isOff, ...now };
}

/** A guest of which the host cannot tell more: it must not hide all others. */
async function bareGuest(host: LibvirtHost, dom: Domain, marks: Marks): Promise<Guest | null> {
  try {
    const { state } = await host.call(remote.domainGetState, { dom, flags: 0 });
    return guestAs(dom, marks, { state: stateOf(state), vcpus: 0, memory: 0 });
  } catch (error) {
    return refused(error) ? guestAs(dom, marks, { state: 'unknown', vcpus: 0, memory: 0 }) : null;
  }
}

/** Whether the host has this guest but would not answer; false: it is gone. Throws where there is no answer at all. */
function refused(error: unknown): boolean {
  if (failedWith(error, 'connection-lost', 'timeout', 'cancelled', 'protocol')) throw error;
  return !failedWith(error, 'not-found');
}

async function marksOfAll(host: LibvirtHost): Promise<(domain: Domain) => Marks> {
  const [transient, autostart, saved] = await Promise.all([
    idsOf(host, ListFlag.transient),
    idsOf(host, ListFlag.autostart),
    idsOf(host, ListFlag.managedSave),
  ]);
  return ({ uuid }) => ({ persistent: !transient.has(uuid), autostart: autostart.has(uuid), saved: saved.has(uuid) });
}

async function idsOf(host: LibvirtHost, flags: number): Promise<ReadonlySet<string>> {
  try {
    const { domains } = await host.call(remote.connectListAllDomains, { needResults: 1, flags });
    return new Set(domains.map((domain) => domain.uuid));
  } catch (error) {
    // A driver that knows no managed save has no guest with one.
    if (failedWith(error, 'unsupported', 'bad-input')) return new Set();
    throw error;
  }
}

async function marksOfFew(host: LibvirtHost, domains: readonly Domain[]): Promise<(domain: Domain) => Marks> {
  const entries = await Promise.all(
    domains.map(async (dom) => {
      const [persistent, autostart, saved] = await Promise.all([
        mark(host.call(remote.domainIsPersistent, { dom }).then((reply) => reply.persistent)),
        mark(host.call(remote.domainGetAutostart, { dom }).then((reply) => reply.autostart)),
        mark(host.call(remote.domainHasManagedSaveImage, { dom, flags: 0 }).then((reply) => reply.result)),
      ]);
      return [dom.uuid, { persistent, autostart, saved }] as const;
    }),
  );
  const marks = new Map(entries);
  return ({ uuid }) => marks.get(uuid) ?? { persistent: false, autostart: false, saved: false };
}

async function mark(answer: Promise<number>): Promise<boolean> {
  try {
    return (await answer) === 1;
  } catch (error) {
    // Gone meanwhile (the statistics will not have it either), or a mark that this driver or a transient guest does not have.
    if (failedWith(error, 'not-found', 'unsupported', 'invalid-state', 'bad-input')) return false;
    throw error;
  }
}
