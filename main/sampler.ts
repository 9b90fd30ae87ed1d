import type { AppContract } from '#contract/contract';
import type { Publisher } from '#contract/define';
import type { Watch } from '#contract/guests';
import type { GuestId, GuestRef } from '#model/guest';
import type { HostId } from '#model/host';
import { allMeasures, type GuestSample, type Measure } from '#model/sample';
import { HostSampler } from './host-sampler.ts';
import type { Wanted } from './host-sampler.ts';
import type { Registry } from './registry.ts';

export interface SamplerOptions {
  readonly registry: Registry;
  readonly publish: Pick<Publisher<AppContract>, 'guests' | 'hosts'>;
  log(line: string): void;
}

/** Reads statistics of what windows look at, and of nothing else. */
export class Sampler {
  readonly #options: SamplerOptions;
  readonly #watches = new Map<number, readonly Watch[]>();
  readonly #hosts = new Map<HostId, HostSampler>();

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  /** All that this window looks at from now on. Throws 'not-found' for an unknown host. */
  watch(window: number, watches: readonly Watch[]): void {
    for (const { host } of watches) this.#options.registry.link(host);
    if (watches.length === 0) this.#watches.delete(window);
    else this.#watches.set(window, watches);
    this.#spread();
  }

  windowClosed(window: number): void {
    if (this.#watches.delete(window)) this.#spread();
  }

  /** The host was removed: nobody looks at it any more. */
  forget(host: HostId): void {
    for (const [window, watches] of this.#watches)
      this.#watches.set(
        window,
        watches.filter((watch) => watch.host !== host),
      );
    this.#spread();
    this.#hosts.delete(host);
  }

  /** Oldest first; empty when nobody watched the guest. */
  history({ host, id }: GuestRef): GuestSample[] {
    return this.#hosts.get(host)?.history(id) ?? [];
  }

  close(): void {
    this.#watches.clear();
    this.#spread();
  }

  #spread(): void {
    const wanted = new Map<HostId, { load: boolean; list: boolean; guests: Set<GuestId>; measures: Set<Measure> }>();
    for (const watch of [...this.#watches.values()].flat()) {
      const ofHost = wanted.get(watch.host) ?? { load: false, list: false, guests: new Set(), measures: new Set() };
      wanted.set(watch.host, ofHost);
      if (watch.kind === 'load') {
        ofHost.load = true;
        continue;
      }
      if (watch.kind === 'list') ofHost.list = true;
      else ofHost.guests.add(watch.id);
      for (const measure of watch.measures ?? allMeasures) ofHost.measures.add(measure);
    }
    for (const [host, want] of wanted) this.#sampler(host).want(want);
    for (const [host, sampler] of this.#hosts) if (!wanted.has(host)) sampler.want(nothing);
  }

  #sampler(host: HostId): HostSampler {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const link = this.#options.registry.link(host);
    const sampler = new HostSampler(host, () => link.connection, this.#options);
    this.#hosts.set(host, sampler);
    return sampler;
  }
}

const nothing: Wanted = { load: false, list: false, guests: new Set(), measures: new Set() };
