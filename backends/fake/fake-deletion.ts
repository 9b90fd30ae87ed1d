import type { DeletionDisk, DeletionPlan, DeletionResult } from '#model/deletion';
import type { GuestDisk, GuestId } from '#model/guest';
import type { GuestDeletion, Operation } from '../backend.ts';
import { BackendError } from '../errors.ts';
import type { FakeGuest } from './fake-guest.ts';
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
    const found = this.#host.find(id);
    const { guest, alive, disks, about } = found;
    const alsoRemoved = [...(about.firmware === 'uefi' ? ['its UEFI variables'] : []), ...(guest.saved ? ['its saved state'] : [])];
    const planned = [...disks.flatMap((disk) => this.#plannedDisk(disk, id) ?? []), ...this.#plannedRoot(found)];
    return { name: guest.name, running: alive, disks: planned, alsoRemoved };
  }

  async delete(id: GuestId, paths: readonly string[], operation: Operation): Promise<DeletionResult> {
    this.#alive();
    const guest = this.#host.find(id);
    const { alive, disks } = guest;
    const roots = this.#plannedRoot(this.#host.find(id)).filter(({ path, verdict }) => paths.includes(path) && verdict.kind !== 'kept');
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
    for (const { path } of roots) await this.#empty(path, result, operation);
    this.#host.deleted.set(id, { guest, disks: new Set(result.deletedDisks) });
    return result;
  }

  /** Noted first, as everything whose end might not come. */
  async #empty(path: string, result: DeletionResult, { report, signal, making }: Operation): Promise<void> {
    report(`Deleting what is in ${path}`, 0);
    const folder = this.#host.uploads.find((each) => each.folder && each.path === path);
    if (folder === undefined) return;
    const note = await making({ kind: 'tree', pool: folder.pool, name: folder.name, filler: crypto.randomUUID() });
    await note.made();
    try {
      await this.#host.reach('delete-disk');
      signal.throwIfAborted();
      this.#host.uploads.splice(this.#host.uploads.indexOf(folder), 1);
      this.#host.stale('volumes');
      await note.gone();
      result.deletedDisks.push(path);
    } catch (error) {
      const failed = error instanceof BackendError ? error.message : 'It could not be deleted.';
      result.leftovers.push({ path, why: signal.aborted ? 'Deleting was cancelled. A part of the folder is gone.' : failed });
    }
  }

  #plannedRoot({ guest, root: path }: FakeGuest): DeletionDisk[] {
    if (path === null) return [];
    const others = [...this.#host.guests.values()].filter((other) => other.guest.id !== guest.id && other.root === path);
    const known = this.#host.uploads.some((each) => each.folder && each.path === path);
    const why =
      others.length > 0 ? `Also used by ${others.map((other) => other.guest.name).join(', ')}` : known ? null : 'In no storage pool';
    const verdict = why === null ? ({ kind: 'possible', why: 'All that is in it goes' } as const) : ({ kind: 'kept', why } as const);
    return [{ target: '/', folder: true, path, size: null, verdict }];
  }

  #plannedDisk(disk: GuestDisk, id: GuestId): DeletionDisk | null {
    if (disk.source === null) return null;
    return { target: disk.target, folder: false, path: disk.source, size: disk.capacity, verdict: this.#verdict(disk, disk.source, id) };
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
