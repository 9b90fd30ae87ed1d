import type { DeletionDisk, DeletionPlan, DeletionResult } from '#model/deletion';
import type { GuestDisk, GuestId } from '#model/guest';
import type { GuestDeletion, Operation } from '../backend.ts';
import { BackendError } from '../errors.ts';
import type { FakeHost } from './fake-host.ts';

export class FakeDeletion implements GuestDeletion {
  readonly #host: FakeHost;
  readonly #alive: () => void;

  constructor(host: FakeHost, alive: () => void) {
    this.#host = host;
    this.#alive = alive;
  }

  async plan(id: GuestId): Promise<DeletionPlan> {
    this.#alive();
    await this.#host.reach('describe');
    this.#alive();
    const { guest, alive, disks, about } = this.#host.find(id);
    const alsoRemoved = [...(about.firmware === 'uefi' ? ['its UEFI variables'] : []), ...(guest.saved ? ['its saved state'] : [])];
    return { name: guest.name, running: alive, disks: disks.flatMap((disk) => this.#plannedDisk(disk, id) ?? []), alsoRemoved };
  }

  async delete(id: GuestId, paths: readonly string[], operation: Operation): Promise<DeletionResult> {
    this.#alive();
    const { alive, disks } = this.#host.find(id);
    if (alive) {
      operation.report('Forcing the guest off', null);
      await this.#host.act(id, 'force-off');
    }
    operation.report('Removing the definition', null);
    await this.#host.reach('undefine');
    const last = disks.filter((disk) => disk.source !== null && paths.includes(disk.source));
    // Judged while the guest still counts as the disk's one user, deleted after it is gone.
    const verdicts = new Map(last.map((disk) => [disk, this.#plannedDisk(disk, id)?.verdict]));
    this.#host.remove(id);
    const result: DeletionResult = { deletedDisks: [], leftovers: [] };
    for (const [index, disk] of last.entries()) {
      const path = disk.source ?? '';
      operation.report(`Deleting ${path}`, index / last.length);
      const verdict = verdicts.get(disk);
      if (verdict?.kind === 'kept') {
        result.leftovers.push({ path, why: verdict.why });
        continue;
      }
      try {
        await this.#host.reach('delete-disk');
        result.deletedDisks.push(path);
      } catch (error) {
        result.leftovers.push({ path, why: error instanceof BackendError ? error.message : 'It could not be deleted.' });
      }
    }
    return result;
  }

  #plannedDisk(disk: GuestDisk, id: GuestId): DeletionDisk | null {
    if (disk.source === null) return null;
    return { target: disk.target, path: disk.source, size: disk.capacity, verdict: this.#verdict(disk, disk.source, id) };
  }

  #verdict(disk: GuestDisk, path: string, id: GuestId): DeletionDisk['verdict'] {
    const others = [...this.#host.guests.values()].filter(({ guest }) => guest.id !== id);
    const users = others.filter(({ disks }) => disks.some((other) => other.source === path)).map(({ guest }) => guest.name);
    if (users.length > 0) return { kind: 'kept', why: `Also used by ${users.join(', ')}` };
    const overlays = others.filter(({ base }) => base === path).map(({ guest }) => guest.name);
    if (overlays.length > 0) return { kind: 'kept', why: `The disks of ${overlays.join(', ')} are built on it` };
    if (disk.kind !== 'disk') return { kind: 'kept', why: 'An installation medium' };
    if (disk.readOnly) return { kind: 'possible', why: 'The guest may only read it, so it may belong to others' };
    return { kind: 'offered' };
  }
}
