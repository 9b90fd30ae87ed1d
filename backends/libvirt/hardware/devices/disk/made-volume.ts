import type { VolumeRef } from '#model/storage';
import type { VolumeSpec } from '#model/volume-spec';
import type { Note, Operation } from '../../../../backend.ts';
import { BackendError } from '../../../../errors.ts';
import { EnduringHost } from '../../../host/enduring-host.ts';
import type { LibvirtHost } from '../../../host/libvirt-host.ts';
import { findPool, lookUpVolume, measureVolume } from '../../../storage/volume-lookup.ts';
import { makeVolume, removeMade } from '../../../storage/volume-maker.ts';

const PATIENCE_MS = 20_000;

export interface MadeVolume {
  readonly ref: VolumeRef;
  readonly path: string;
  /** Of the image; 'raw' where the pool's volumes are devices. */
  readonly format: string;
  /** Removes it again. */
  undo(): Promise<void>;
}

/** A new volume, made as the storage page makes them, for a disk that is still to be: it can be taken back until it is one. */
export async function madeVolume(host: LibvirtHost, spec: VolumeSpec, operation: Operation): Promise<MadeVolume> {
  const notes: Note[] = [];
  const ref = await makeVolume(host, spec, noting(operation, notes));
  const pool = await findPool(host, ref.pool, PATIENCE_MS);
  const vol = await lookUpVolume(host, pool.handle, ref.name);
  if (vol === null) throw new BackendError('not-found', `The volume “${ref.name}” is gone right after it was made.`);
  const { path } = await measureVolume(host, vol);
  return {
    ref,
    path,
    format: pool.files ? (spec.format ?? 'raw') : 'raw',
    async undo() {
      const enduring = new EnduringHost(host);
      await enduring.ensure((each) => removeMade(each, pool, ref.name, vol, spec.capacity)).finally(() => enduring.close());
      for (const note of notes) await note.gone();
    },
  };
}

/** The same operation, with what it writes down kept: to be crossed out when it is taken back. */
export const noting = (operation: Operation, notes: Note[]): Operation => ({
  signal: operation.signal,
  report: (step, progress) => operation.report(step, progress),
  async making(product) {
    const note = await operation.making(product);
    notes.push(note);
    return note;
  },
});
