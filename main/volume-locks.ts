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
  readonly #isIncomplete: (host: HostId, volume: VolumeRef) => boolean;

  /** `isIncomplete`: an operation that was filling it did not come to its end. */
  constructor(isIncomplete: (host: HostId, volume: VolumeRef) => boolean) {
    this.#isIncomplete = isIncomplete;
  }

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

  /** An operation that was filling it did not come to its end. */
  isIncomplete(host: HostId, volume: VolumeRef): boolean {
    return this.#isIncomplete(host, volume);
  }

  /** For what is to be used as it is: attached, copied, downloaded or resized. Throws 'busy', and 'invalid-state' where it is incomplete. */
  assertWhole(host: HostId, volume: VolumeRef): void {
    this.assertUnlocked(host, volume);
    if (!this.#isIncomplete(host, volume)) return;
    throw new BackendError('invalid-state', `“${volume.name}” is incomplete: what was filling it did not come to its end.`, {
      remedy: 'Settle it among the interrupted operations first: clean it up, or keep it.',
    });
  }

  /** As assertUnlocked, by paths on the host. */
  assertFree(host: HostId, paths: readonly string[]): void {
    for (const lock of this.#held) if (lock.host === host && lock.path !== null && paths.includes(lock.path)) throw busy(lock.volume.name);
  }
}

const busy = (name: string) =>
  new BackendError('busy', `“${name}” is being filled or changed.`, { remedy: 'Wait until that has ended, or cancel it.' });
