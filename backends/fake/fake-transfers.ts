import { GiB, MiB } from '#model/quantity';
import type { Volume, VolumeRef } from '#model/storage';
import type { LocalFile, Operation, SaveTarget, VolumeTransfers } from '../backend.ts';
import { BackendError } from '../errors.ts';
import { volumesOf } from './fake-volumes.ts';
import { plainVolume } from './plain-volume.ts';
import type { FakeHost } from './fake-host.ts';

const STEPS = 20;
const size = 4 * GiB;

/** Moves nothing, in as many steps as a real one: there are no files here. */
export class FakeTransfers implements VolumeTransfers {
  readonly #host: FakeHost;
  readonly #alive: () => void;

  constructor(host: FakeHost, alive: () => void) {
    this.#host = host;
    this.#alive = alive;
  }

  async upload(to: VolumeRef, file: LocalFile, operation: Operation): Promise<void> {
    this.#alive();
    const pool = this.#host.pools.find(({ name }) => name === to.pool);
    if (pool === undefined) throw new BackendError('not-found', 'There is no such pool.');
    if (!pool.active) throw new BackendError('pool-inactive', `The pool “${to.pool}” is not active.`, { remedy: 'Start the pool.' });
    if (volumesOf(this.#host, pool).some(({ name }) => name === to.name)) {
      throw new BackendError('exists', `The pool “${to.pool}” has a volume “${to.name}” already.`, { remedy: 'Choose another name.' });
    }
    if (size > pool.available) {
      throw new BackendError('no-space', `The pool “${to.pool}” has too little space.`, { remedy: 'Make room, or choose another pool.' });
    }
    const volume: Volume = {
      ...plainVolume(to.pool, to.name, `${pool.path}/${to.name}`, size),
      format: file.path.endsWith('.img') ? 'raw' : 'qcow2',
      allocation: 0,
    };
    this.#host.uploads.push(volume);
    try {
      await this.#move('Uploading', operation);
      volume.allocation = 700 * MiB;
    } catch (error) {
      this.#host.uploads.splice(this.#host.uploads.indexOf(volume), 1);
      throw error;
    }
  }

  async copyExactly(to: VolumeRef, from: LocalFile | VolumeRef, operation: Operation): Promise<void> {
    await this.upload(to, 'path' in from ? from : { path: this.#volume(from).path }, operation);
    await this.#move('Comparing', operation);
  }

  async doubtsAboutReplacing(ref: VolumeRef): Promise<string[]> {
    this.#volume(ref);
    const user = [...this.#host.guests.values()].find(({ disks }) => disks.some(({ source }) => source === this.#volume(ref).path));
    if (user !== undefined) throw new BackendError('in-use', `“${ref.name}” is needed by “${user.guest.name}”.`);
    return [];
  }

  async replace(ref: VolumeRef, _file: LocalFile, operation: Operation): Promise<void> {
    await this.doubtsAboutReplacing(ref);
    await this.#move('Uploading', operation);
  }

  async download(ref: VolumeRef, _to: SaveTarget, operation: Operation): Promise<void> {
    this.#volume(ref);
    await this.#move('Downloading', operation);
  }

  commandFor(what: 'upload' | 'replace' | 'download', { pool, name }: VolumeRef, file: { readonly name: string }): string {
    return `fake ${what} ${pool} ${name} ${file.name}`;
  }

  #volume(ref: VolumeRef): Volume {
    this.#alive();
    const pool = this.#host.pools.find(({ name }) => name === ref.pool);
    const volume = pool && volumesOf(this.#host, pool).find(({ name }) => name === ref.name);
    if (volume === undefined) throw new BackendError('not-found', `The pool “${ref.pool}” has no volume “${ref.name}”.`);
    return volume;
  }

  async #move(verb: string, operation: Operation): Promise<void> {
    for (let step = 0; step < STEPS; step += 1) {
      const done = Math.round((step / STEPS) * 40) / 10;
      operation.report(`${verb} ${done} of 4 GiB, 310 MB/s, ${STEPS - step} s left`, step / STEPS);
      await this.#host.reach('transfer', operation.signal);
      this.#alive();
    }
  }
}
