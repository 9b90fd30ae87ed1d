import { factsOf } from '#model/pool-action';
import type { Pool, Volume, VolumeRef } from '#model/storage';
import type { StorageOutlook } from '#model/storage-outlook';
import { type VolumeChange, type VolumeSpec, wipeAlgorithms } from '#model/volume-spec';
import type { Operation } from '../backend.ts';
import type { VolumeKeeping } from '../volume-keeping.ts';
import { BackendError } from '../errors.ts';
import type { VolumeTexts } from '../volume-texts.ts';
import type { FakeHost } from './fake-host.ts';
import { fakeVolumeTexts } from './fake-volume-texts.ts';
import { graphOf, volumesOf } from './fake-volumes.ts';
import { plainVolume } from './plain-volume.ts';

const STEPS = 10;

export class FakeVolumeKeeping implements VolumeKeeping {
  readonly texts: VolumeTexts;
  readonly #host: FakeHost;
  readonly #alive: () => void;

  constructor(host: FakeHost, alive: () => void) {
    this.#host = host;
    this.#alive = alive;
    this.texts = fakeVolumeTexts({
      make: (spec, operation) => this.make(spec, operation),
      requireFree: (pool, name) => void this.#requireRoom({ pool, name }, 0),
    });
  }

  async make(spec: VolumeSpec, operation: Operation): Promise<VolumeRef> {
    this.#alive();
    const pool = this.#requireRoom(spec, spec.preallocation === 'full' ? spec.capacity : 0);
    const { backing } = spec;
    const base = graphOf(this.#host).volumes.find(({ path }) => path === backing?.path);
    if (backing !== null && base === undefined) throw new BackendError('not-found', `${backing.path} is in no active pool.`);
    if (backing !== null && base !== undefined && (this.#find(base.ref).format ?? 'raw') !== backing.format) {
      throw new BackendError('bad-input', `${backing.path} is no ${backing.format} image.`, { remedy: 'Choose the format that it has.' });
    }
    const snapshots = factsOf(pool)?.volumes.snapshots === true;
    if (base !== undefined && snapshots) this.#requireOrigin(pool.name, base.ref);
    const number = volumesOf(this.#host, pool).length + 1;
    const name = factsOf(pool)?.volumes.namedByHost === true ? `part${number}` : spec.name;
    await this.#noted({ pool: spec.pool, name }, 'Making the volume', operation);
    this.#host.putVolume({
      ...plainVolume(
        spec.pool,
        name,
        `${pool.path}/${name}`,
        base !== undefined && snapshots ? this.#find(base.ref).capacity : spec.capacity,
      ),
      format: spec.format,
      allocation: spec.preallocation === 'full' || snapshots ? spec.capacity : 0,
      encrypted: spec.passphrase !== null,
      backing: spec.backing,
    });
    return { pool: spec.pool, name };
  }

  #requireOrigin(pool: string, base: VolumeRef): void {
    if (base.pool !== pool) {
      throw new BackendError('not-found', `“${base.name}” is no volume of “${pool}”.`, { remedy: 'Choose a volume of this pool.' });
    }
    if (this.#find(base).backing === null) return;
    throw new BackendError('unsupported', `“${base.name}” is a snapshot itself.`, { remedy: 'Make one of its origin.' });
  }

  async outlook(change: VolumeChange): Promise<StorageOutlook> {
    this.#alive();
    await this.#host.reach('describe');
    this.#alive();
    if (change.kind === 'delete') return this.#outlookOfDeleting(change.volumes);
    if (change.kind === 'clone') {
      const { path, allocation } = this.#find(change.volume);
      this.#requireRoom(change.to, allocation);
      return { paths: [path], losses: [], doubts: [], frees: 0 };
    }
    // A running guest can take a larger disk, and nothing else.
    const grows = change.kind === 'resize' && change.capacity > this.#find(change.volume).capacity;
    const { path, capacity } = grows ? this.#find(change.volume) : this.#requireIdle(change.volume);
    const doubts = [...graphOf(this.#host).doubts];
    if (change.kind === 'wipe') return { paths: [path], losses: [`All that is in ${path} is overwritten.`], doubts, frees: 0 };
    if (change.capacity >= capacity) return { paths: [path], losses: [], doubts: [], frees: 0 };
    if (!change.shrink) {
      throw new BackendError('bad-input', `“${change.volume.name}” is larger than that.`, { remedy: 'Agree to shrink it.' });
    }
    return { paths: [path], losses: [`What lies beyond the new end of ${path} is lost.`], doubts, frees: 0 };
  }

  async change(change: VolumeChange, _agreed: readonly string[], operation: Operation): Promise<void> {
    await this.outlook(change);
    switch (change.kind) {
      case 'delete':
        for (const [index, ref] of change.volumes.entries()) {
          operation.report(`Deleting ${ref.name}`, index / change.volumes.length);
          await this.#host.reach('delete-disk', operation.signal);
          this.#host.forgetVolume(this.#find(ref));
        }
        return;
      case 'clone': {
        const original = this.#find(change.volume);
        const folder = this.#pool(change.to.pool).path;
        await this.#noted(change.to, 'Copying', operation);
        const { pool, name } = change.to;
        this.#host.putVolume({
          ...original,
          pool,
          name,
          path: `${folder}/${name}`,
          format: change.format ?? original.format,
          backing: null,
        });
        return;
      }
      case 'resize':
        await this.#pretend('Resizing', operation);
        this.#host.putVolume({ ...this.#find(change.volume), capacity: change.capacity });
        return;
      case 'wipe':
        await this.#pretend(wipeAlgorithms[change.algorithm].label, operation);
        this.#host.putVolume({ ...this.#find(change.volume), format: 'raw', backing: null, encrypted: false });
    }
  }

  commandFor(wish: Parameters<VolumeKeeping['commandFor']>[0]): string {
    if (wish.kind === 'make') return `fake vol-make ${wish.spec.pool} ${wish.spec.name}`;
    const [first] = wish.kind === 'delete' ? wish.volumes : [wish.volume];
    return `fake vol-${wish.kind} ${first?.pool ?? ''} ${first?.name ?? ''}`;
  }

  #outlookOfDeleting(refs: readonly VolumeRef[]): StorageOutlook {
    const graph = graphOf(this.#host);
    const volumes = refs.map((ref) => graph.find(ref) ?? this.#missing(ref));
    const going = new Set(volumes.map(({ identity }) => identity));
    for (const volume of volumes) {
      const kept = graph.keptBecause(volume, going);
      if (kept !== null) throw new BackendError('in-use', `“${volume.ref.name}” cannot be deleted.`, { reason: kept });
    }
    return {
      paths: volumes.map(({ path }) => path),
      losses: volumes.map(({ path }) => `${path} is deleted.`),
      doubts: [...graph.doubts],
      frees: volumes.reduce((sum, volume) => sum + graph.freedBy(volume), 0),
    };
  }

  #requireIdle(ref: VolumeRef): Volume {
    const volume = this.#find(ref);
    const graph = graphOf(this.#host);
    const found = graph.find(ref);
    const running = found === null ? [] : graph.usersOf(found).filter((user) => user.running);
    const [first] = running;
    if (first !== undefined) {
      throw new BackendError('in-use', `“${first.name}” is running and uses “${ref.name}”.`, { remedy: 'Shut it down first.' });
    }
    return volume;
  }

  #requireRoom({ pool: name, name: volume }: VolumeRef, bytes: number): Pool {
    const pool = this.#pool(name);
    if (factsOf(pool)?.volumes.make !== true) throw new BackendError('unsupported', `No volume can be made in “${name}”.`);
    if (volumesOf(this.#host, pool).some((other) => other.name === volume)) {
      throw new BackendError('exists', `The pool “${name}” has a volume “${volume}” already.`, { remedy: 'Choose another name.' });
    }
    if (bytes <= pool.available) return pool;
    throw new BackendError('no-space', `The pool “${name}” has too little space.`, { remedy: 'Make room, or choose another pool.' });
  }

  #pool(name: string): Pool {
    const pool = this.#host.pools.find((other) => other.name === name);
    if (pool === undefined) throw new BackendError('not-found', `There is no pool “${name}”.`);
    if (!pool.active) throw new BackendError('pool-inactive', `The pool “${name}” is not active.`, { remedy: 'Start the pool.' });
    return pool;
  }

  #find(ref: VolumeRef): Volume {
    return volumesOf(this.#host, this.#pool(ref.pool)).find(({ name }) => name === ref.name) ?? this.#missing(ref);
  }

  #missing({ pool, name }: VolumeRef): never {
    throw new BackendError('not-found', `The pool “${pool}” has no volume “${name}” any more.`);
  }

  async #noted({ pool, name }: VolumeRef, step: string, operation: Operation): Promise<void> {
    const note = await operation.making({ kind: 'volume', pool, name, capacity: null });
    try {
      await this.#pretend(step, operation);
      await note.made();
    } catch (error) {
      await note.gone();
      throw error;
    }
  }

  async #pretend(step: string, operation: Operation): Promise<void> {
    for (let done = 0; done < STEPS; done += 1) {
      operation.report(step, done / STEPS);
      await this.#host.reach('volume', operation.signal);
      this.#alive();
    }
  }
}
