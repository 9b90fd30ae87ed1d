import type { Guest, GuestDetails, GuestDisk, GuestJob } from '#model/guest';
import type { ExternalDisplay, GuestConsole } from '#model/guest-console';
import type { StartPlace } from '#model/start-order';
import type { GuestCounters, Measure } from '#model/sample';

/** How busy a guest is: shares of its CPUs and bytes a second, each swinging by half around its mean. */
export interface Workload {
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
  readonly net: number;
  /** Milliseconds. */
  readonly period: number;
}

/** What never changes while the guest exists. */
export type AboutGuest = Omit<GuestDetails, 'id' | 'disks' | 'consoles' | 'changesPending' | 'jobs'>;

const consoles: readonly GuestConsole[] = [
  { kind: 'vnc', name: 'vnc-0', title: 'Screen' },
  { kind: 'serial', name: 'serial0', title: 'Serial 1' },
];

/** One guest and all that the fake host remembers of it. */
export class FakeGuest {
  guest: Guest;
  readonly disks: readonly GuestDisk[];
  /** The file that its first disk is an overlay of. */
  readonly base: string | null;
  readonly about: AboutGuest;
  /** Displays that are only shown elsewhere. */
  external: readonly ExternalDisplay[] = [];
  /** A folder that it has as its "/", as a container does. */
  root: string | null = null;
  job: GuestJob | null = null;
  /** What was defined for its next start; null: what there is of it anyway. */
  definition: string | null = null;
  /** In the host's start order. */
  place: StartPlace | null = null;
  /** How often it was switched on. */
  starts = 0;
  /** What was changed of its hardware waits for its next start. */
  changesPending = false;
  readonly #workload: Workload;
  #counters: Counted;
  #countedAt = 0;

  constructor(guest: Guest, about: AboutGuest, disks: readonly GuestDisk[], workload: Workload, base: string | null = null) {
    this.guest = guest;
    this.about = about;
    this.disks = disks;
    this.base = base;
    this.#workload = workload;
    this.#counters = zero(guest);
  }

  get alive(): boolean {
    return this.guest.state !== 'shut-off';
  }

  details(): GuestDetails {
    return {
      id: this.guest.id,
      ...this.about,
      disks: [...this.disks],
      consoles: [...consoles.filter(({ kind }) => this.about.virtualization !== 'container' || kind === 'serial'), ...this.external],
      changesPending: this.changesPending,
      jobs: this.job === null ? [] : [this.job],
    };
  }

  /** Counters begin anew with each start, as those of a process do. */
  powerOn(now: number): void {
    this.starts += 1;
    this.changesPending = false;
    this.#counters = zero(this.guest);
    this.#countedAt = now;
  }

  /** Adds what happened since it was last asked, then tells what is wanted. `now` in milliseconds. */
  count(now: number, measures: ReadonlySet<Measure>): GuestCounters {
    const elapsed = Math.max(0, now - this.#countedAt);
    this.#countedAt = now;
    const { vcpus, memory, state } = this.guest;
    const swing = 1 + Math.sin((now / this.#workload.period) * 2 * Math.PI) / 2;
    const busy = state === 'running' || state === 'shutting-down' ? swing : 0;
    const bytes = (rate: number): number => Math.round((rate * busy * elapsed) / 1000);
    const before = this.#counters;
    this.#counters = {
      ...before,
      cpuTime: before.cpuTime + Math.round(Math.min(1, this.#workload.cpu * busy) * elapsed * 1e6 * vcpus),
      memoryUsed: Math.round(memory * Math.min(0.95, this.#workload.memory * (0.8 + swing / 5))),
      diskRead: before.diskRead + bytes(this.#workload.disk),
      diskWritten: before.diskWritten + bytes(this.#workload.disk / 3),
      netReceived: before.netReceived + bytes(this.#workload.net),
      netSent: before.netSent + bytes(this.#workload.net / 5),
    };
    return onlyOf(this.#counters, measures);
  }
}

type Counted = { readonly [K in keyof GuestCounters]: NonNullable<GuestCounters[K]> };

function onlyOf(counted: Counted, measures: ReadonlySet<Measure>): GuestCounters {
  const { id, cpuTime, vcpus, memoryUsed, memory, diskRead, diskWritten, netReceived, netSent } = counted;
  const only = (measure: Measure, value: number) => (measures.has(measure) ? value : null);
  return {
    id,
    cpuTime: only('cpu', cpuTime),
    vcpus: only('cpu', vcpus),
    memoryUsed: only('memory', memoryUsed),
    memory: only('memory', memory),
    diskRead: only('disk', diskRead),
    diskWritten: only('disk', diskWritten),
    netReceived: only('network', netReceived),
    netSent: only('network', netSent),
  };
}

function zero({ id, vcpus, memory }: Guest): Counted {
  return { id, vcpus, memory, cpuTime: 0, memoryUsed: 0, diskRead: 0, diskWritten: 0, netReceived: 0, netSent: 0 };
}
