import { type PoolAction, poolActions } from '#model/pool-action';
import { poolKinds, PoolKind, type PoolPlace } from '#model/pool-kinds';
import type { PoolOffer, PoolSource, PoolSpec } from '#model/pool-spec';
import { GiB } from '#model/quantity';
import type { Pool } from '#model/storage';
import type { StorageOutlook } from '#model/storage-outlook';
import type { Operation, PoolKeeping } from '../backend.ts';
import type { BuildOutlook } from '../build-outlook.ts';
import { BackendError } from '../errors.ts';
import { listed } from '../storage-graph.ts';
import type { FakeHost } from './fake-host.ts';
import { graphOf, volumesOf } from './fake-volumes.ts';

/** Pools that hold nothing, and mount nothing. */
export class FakePools implements PoolKeeping {
  readonly #host: FakeHost;
  readonly #alive: () => void;

  constructor(host: FakeHost, alive: () => void) {
    this.#host = host;
    this.#alive = alive;
  }

  async offer(): Promise<PoolOffer[]> {
    await this.#reach();
    return PoolKind.options.map((kind) => ({
      kind,
      volumeFormats: poolKinds[kind].volumes.files ? ['qcow2', 'raw', 'vmdk', 'vdi', 'vpc', 'qed', 'qcow'] : [],
    }));
  }

  async discover(kind: PoolKind, { hosts }: PoolPlace): Promise<PoolSource[]> {
    await this.#reach();
    if (poolKinds[kind].discovery === null) throw new BackendError('unsupported', 'Nothing can be looked for here.');
    if (kind === 'logical') return [{ label: 'spare', place: { source: 'spare' } }];
    const [host] = hosts ?? [];
    if (host === undefined) return [];
    if (kind === 'netfs')
      return ['/export/images', '/export/iso'].map((directory) => ({ label: directory, place: { hosts: [host], directory } }));
    if (kind === 'gluster') return [{ label: 'guests', place: { hosts: [host], source: 'guests' } }];
    const iqn = 'iqn.2024-01.com.example:spare';
    return [{ label: iqn, place: { hosts: [host], iqn } }];
  }

  async examine({ kind, place, build }: PoolSpec): Promise<BuildOutlook> {
    await this.#reach();
    const paths = build === 'no' || poolKinds[kind].builds !== 'devices' ? [] : (place.devices ?? []);
    const devices = paths.map((path) => ({ path, known: this.#host.drives.find((drive) => drive.path === path) ?? null }));
    const taken = devices.find(({ known }) => known !== null && known.why !== null);
    if (taken?.known?.why) throw new BackendError('in-use', taken.known.why, { remedy: 'Choose another device.' });
    return { devices, doubts: [] };
  }

  async make(spec: PoolSpec, operation: Operation): Promise<void> {
    this.#alive();
    if (this.#host.pools.some(({ name }) => name === spec.name)) {
      throw new BackendError('exists', `There is a pool “${spec.name}” already.`, { remedy: 'Choose another name.' });
    }
    operation.report('Making the pool', null);
    await this.#noted(spec.name, operation);
    const { name, kind, start, autostart, place } = spec;
    const source = [...(place.hosts ?? []), place.directory, place.iqn, place.source, ...(place.devices ?? []), place.adapter]
      .filter((word) => word !== undefined)
      .join(' ');
    const made: Pool = {
      name,
      kind,
      active: start,
      persistent: true,
      autostart,
      capacity: start ? 100 * GiB : 0,
      available: start ? 100 * GiB : 0,
      path: place.target ?? null,
      source: source === '' ? null : source,
    };
    this.#host.pools.push(made);
    this.#host.stale('pools', 'volumes');
  }

  async outlook(name: string, action: PoolAction): Promise<StorageOutlook> {
    await this.#reach();
    const pool = this.#find(name);
    const graph = graphOf(this.#host);
    const volumes = graph.volumes.filter(({ ref }) => ref.pool === name);
    const nothing: StorageOutlook = { paths: [], losses: [], doubts: [], frees: 0 };
    if (action === 'stop' || action === 'undefine') {
      const running = volumes.flatMap((volume) => graph.usersOf(volume).filter((user) => user.running));
      const losses = running.length === 0 ? [] : [`${listed(running.map((user) => user.name))} may lose disks in it.`];
      return { ...nothing, losses: action === 'stop' ? losses : [] };
    }
    if (action !== 'delete') return nothing;
    const going = new Set(volumes.map(({ identity }) => identity));
    for (const volume of volumes) {
      const kept = graph.keptBecause(volume, going);
      if (kept !== null) throw new BackendError('in-use', `“${volume.ref.name}” in “${pool.name}” cannot be deleted.`, { reason: kept });
    }
    return {
      paths: volumes.map(({ path }) => path),
      losses: [
        ...volumes.map(({ path }) => `${path} is deleted.`),
        ...(pool.kind === 'dir' ? [`The folder ${pool.path} is removed, if nothing else is in it.`] : []),
      ],
      doubts: [...graph.doubts],
      frees: volumes.reduce((sum, volume) => sum + graph.freedBy(volume), 0),
    };
  }

  async act(name: string, action: PoolAction, _agreed: readonly string[], operation: Operation): Promise<void> {
    operation.report(poolActions[action].label, null);
    await this.outlook(name, action);
    await this.#host.reach('pool', operation.signal);
    this.#alive();
    const pool = this.#find(name);
    switch (action) {
      case 'start':
        Object.assign(pool, { active: true, capacity: pool.capacity || 100 * GiB, available: pool.available || 60 * GiB });
        break;
      case 'stop':
        pool.active = false;
        break;
      case 'autostart-on':
      case 'autostart-off':
        pool.autostart = action === 'autostart-on';
        break;
      case 'delete':
        for (const volume of volumesOf(this.#host, pool)) this.#host.forgetVolume(volume);
        this.#forget(name);
        break;
      case 'undefine':
        this.#forget(name);
        break;
      case 'refresh':
      case 'build':
        break;
    }
    this.#host.stale('pools', 'volumes');
  }

  commandFor(wish: Parameters<PoolKeeping['commandFor']>[0]): string {
    return wish.kind === 'make' ? `fake pool-make ${wish.spec.name}` : `fake pool-${wish.kind} ${wish.name}`;
  }

  /** As a host that either makes it or does not. */
  async #noted(name: string, operation: Operation): Promise<void> {
    const note = await operation.making({ kind: 'pool', id: '00000000-feed-4bed-8000-000000000000', name });
    try {
      await this.#host.reach('pool', operation.signal);
      this.#alive();
      await note.made();
    } catch (error) {
      await note.gone();
      throw error;
    }
  }

  #forget(name: string): void {
    this.#host.pools.splice(
      this.#host.pools.findIndex((pool) => pool.name === name),
      1,
    );
  }

  #find(name: string): Pool {
    const pool = this.#host.pools.find((other) => other.name === name);
    if (pool === undefined) throw new BackendError('not-found', `There is no pool “${name}” any more.`);
    return pool;
  }

  async #reach(): Promise<void> {
    this.#alive();
    await this.#host.reach('describe');
    this.#alive();
  }
}
