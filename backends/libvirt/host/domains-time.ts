import { isControlDomain, type GuestId } from '#model/guest';
import { BackendError } from '../../errors.ts';
import type { CpuTimes } from './host-load.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { failedWith } from '../failed-with.ts';
import { remote } from '../protocol/remote.ts';

// libvirt: VIR_CONNECT_LIST_DOMAINS_ACTIVE.
const ACTIVE = 1;
const NANOSECONDS = 1_000_000;

/**
 * The time of the processors of a host whose own system is one of its domains (Xen): what they were busy with, they did for a domain. Rejects
 * with 'unsupported' where the host's own system is none.
 */
export class DomainsTime {
  readonly #host: Pick<LibvirtHost, 'call' | 'facts'>;
  readonly #times = new Map<GuestId, bigint>();
  #busy = 0n;

  constructor(host: Pick<LibvirtHost, 'call' | 'facts'>) {
    this.#host = host;
  }

  async read(): Promise<CpuTimes> {
    const { domains } = await this.#host.call(remote.connectListAllDomains, { needResults: 1, flags: ACTIVE });
    if (!domains.some(({ uuid }) => isControlDomain({ id: uuid }))) {
      throw new BackendError('unsupported', 'This host does not count what its processors do.');
    }
    const times = await Promise.all(
      domains.map(async (dom) => {
        // One that has just ended did nothing any more.
        const info = await this.#host.call(remote.domainGetInfo, { dom }).catch(nullWhereGone);
        return info === null ? [] : [[dom.uuid, info.cpuTime] as const];
      }),
    );
    this.#add(new Map(times.flat()));
    return { busy: this.#busy, total: BigInt(Math.round(performance.now() * NANOSECONDS)) * BigInt(this.#host.facts.cpus) };
  }

  /** A domain that was started in between counts from its second reading on. */
  #add(now: ReadonlyMap<GuestId, bigint>): void {
    for (const [id, time] of now) {
      const before = this.#times.get(id);
      if (before !== undefined && time > before) this.#busy += time - before;
    }
    this.#times.clear();
    for (const [id, time] of now) this.#times.set(id, time);
  }
}

function nullWhereGone(error: unknown): null {
  if (failedWith(error, 'not-found', 'invalid-state')) return null;
  throw error;
}
