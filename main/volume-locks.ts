import type { HostId } from '#model/host';
import type { VolumeRef } from '#model/storage';
import { BackendError } from '../backends/errors.ts';

interface Lock {
  readonly host: HostId;
  readonly volume: VolumeRef;
  /** On the host; null where it is not known. */
  readonly path: string | null;
}

/** The volumes that are being filled: nobody else may write, delete or read them meanwhile. */
export class VolumeLocks {
  readonly #held = new Set<Lock>();

  /** Returns the release. Throws 'busy' while somebody has it. */
  take(host: HostId, volume: VolumeRef, path: string | null): () => void {
    this.assertUnlocked(host, volume);
    const lock: Lock = { host, volume, path };
    this.#held.add(lock);
    return () => this.#held.delete(lock);
  }

  /** Throws 'busy'. */
  assertUnlocked(host: HostId, { pool, name }: VolumeRef): void {
    const held = [...this.#held].some((lock) => lock.host === host && lock.volume.pool === pool && lock.volume.name === name);
    if (held) throw busy(name);
  }

  /** The same by paths on the host. */
  assertFree(host: HostId, paths: readonly string[]): void {
    for (const lock of this.#held) if (lock.host === host && lock.path !== null && paths.includes(lock.path)) throw busy(lock.volume.name);
  }
}

const busy = (name: string) =>
  new BackendError('busy', `An image is being uploaded to “${name}”.`, { remedy: 'Wait until that has ended, or cancel it.' });
