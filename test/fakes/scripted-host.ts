import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { domainEvents } from '../../backends/libvirt/protocol/events.ts';
import type { Domain } from '../../backends/libvirt/protocol/objects.ts';
import type { Procedure } from '../../backends/libvirt/protocol/procedure.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import type { TypedParameter } from '../../backends/libvirt/protocol/typed-parameter.ts';
import { FakeLibvirtd, refusal } from './fake-libvirtd.ts';

/** libvirt: virDomainState. */
export const DomainState = { running: 1, paused: 3, shutOff: 5 } as const;

export interface ScriptedDomain {
  readonly dom: Domain;
  state: number;
  autostart: boolean;
  saved: boolean;
}

/**
 * A scripted daemon behind a real socket that knows a few guests: enough to open a host and to list them, as QEMU's driver answers. What a
 * test wants otherwise it answers itself by `daemon`.
 */
export class ScriptedHost {
  readonly daemon = new FakeLibvirtd();
  readonly domains = new Map<string, ScriptedDomain>();
  /** The groups of each GET_ALL_DOMAIN_STATS, in the order in which they were asked for. */
  readonly groups: number[] = [];
  /** How long an answer waits, before the daemon looks what is and again before it says so. */
  pace: () => Promise<void> = async () => undefined;
  readonly #path: string;
  #stop: () => Promise<void> = async () => undefined;

  private constructor(path: string) {
    this.#path = path;
  }

  static async start(guests: number, { events = true }: { events?: boolean } = {}): Promise<ScriptedHost> {
    const host = new ScriptedHost(join(await mkdtemp(join(tmpdir(), 'guesthouse-scripted-')), 'sock'));
    for (let index = 0; index < guests; index++) host.add(index);
    host.#script(events);
    host.#stop = await host.daemon.listen(host.#path);
    return host;
  }

  get uri(): string {
    return `qemu:///system?socket=${this.#path}`;
  }

  add(index: number): ScriptedDomain {
    const dom = { name: `guest-${index}`, uuid: guestUuid(index), id: -1 };
    const domain = { dom, state: DomainState.shutOff, autostart: false, saved: false };
    this.domains.set(dom.uuid, domain);
    return domain;
  }

  domain(index: number): ScriptedDomain {
    const domain = this.domains.get(guestUuid(index));
    if (domain === undefined) throw new Error(`there is no guest ${index}`);
    return domain;
  }

  /** Tells all connections that asked for events that something has happened to the guest, which may be gone. */
  tell({ dom }: ScriptedDomain): void {
    for (const peer of this.daemon.peers) {
      const listens = peer.calls(remote.connectDomainEventCallbackRegisterAny).length > 0;
      if (listens) peer.event(domainEvents.lifecycle, { callbackId: 0, dom, event: 2, detail: 0 });
    }
  }

  async close(): Promise<void> {
    await this.#stop();
    await rm(join(this.#path, '..'), { recursive: true });
  }

  #script(events: boolean): void {
    const { daemon } = this;
    const all = () => [...this.domains.values()];
    const empty = { ret: 0 };
    daemon.answer(remote.connectGetUri, () => ({ uri: 'qemu:///system' }));
    daemon.answer(remote.connectGetType, () => ({ type: 'QEMU' }));
    daemon.answer(remote.connectGetVersion, () => ({ hvVer: 7_002_000n }));
    daemon.answer(remote.connectGetLibVersion, () => ({ libVer: 9_000_000n }));
    daemon.answer(remote.nodeGetInfo, () => ({
      model: 'x86_64',
      memory: 1n << 20n,
      cpus: 4,
      mhz: 1000,
      nodes: 1,
      sockets: 1,
      cores: 4,
      threads: 1,
    }));
    daemon.answer(remote.connectListAllStoragePools, () => ({ pools: [], ...empty }));
    daemon.answer(remote.connectListAllNetworks, () => ({ nets: [], ...empty }));
    if (events) daemon.answer(remote.connectDomainEventCallbackRegisterAny, ({ eventId }) => ({ callbackId: eventId }));
    else daemon.refuse(remote.connectDomainEventCallbackRegisterAny, { code: 3, message: 'this function is not supported' });
    this.#answer(remote.connectListAllDomains, ({ flags }) => {
      const found = all().filter(({ autostart, saved }) => flags === 0 || (flags === 1024 && autostart) || (flags === 256 && saved));
      return { domains: found.map(({ dom }) => dom), ret: found.length };
    });
    this.#answer(remote.connectGetAllDomainStats, ({ doms, stats }) => {
      this.groups.push(stats);
      const wanted = doms.length === 0 ? all() : doms.flatMap(({ uuid }) => this.domains.get(uuid) ?? []);
      return { retStats: wanted.map((domain) => ({ dom: domain.dom, params: statistics(domain) })) };
    });
    daemon.answer(remote.domainLookupByUuid, ({ uuid }) => ({ dom: this.#known(uuid).dom }));
    this.#answer(remote.domainIsPersistent, () => ({ persistent: 1 }));
    this.#answer(remote.domainGetAutostart, ({ dom }) => ({ autostart: Number(this.#known(dom.uuid).autostart) }));
    this.#answer(remote.domainHasManagedSaveImage, ({ dom }) => ({ result: Number(this.#known(dom.uuid).saved) }));
  }

  #answer<Args, Result>(procedure: Procedure<Args, Result>, answer: (args: Args) => Result): void {
    this.daemon.answer(procedure, async (args) => {
      await this.pace();
      const result = answer(args);
      await this.pace();
      return result;
    });
  }

  #known(uuid: string): ScriptedDomain {
    const domain = this.domains.get(uuid);
    if (domain === undefined) throw refusal({ code: 42, domain: 10, message: 'Domain not found' });
    return domain;
  }
}

export const guestUuid = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

const statistics = ({ state }: ScriptedDomain): TypedParameter[] => [
  { field: 'state.state', type: 'int', value: state },
  { field: 'cpu.time', type: 'ullong', value: 1_000_000n },
  { field: 'vcpu.current', type: 'uint', value: 1 },
  { field: 'balloon.current', type: 'ullong', value: 1024n },
  { field: 'balloon.maximum', type: 'ullong', value: 1024n },
];
