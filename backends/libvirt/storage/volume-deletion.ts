import type { VolumeRef } from '#model/storage';
import type { StorageOutlook } from '#model/storage-outlook';
import type { Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import type { GraphVolume } from '../../storage-graph.ts';
import { deleteVolume } from '../creation/new-volume.ts';
import { failedWith } from '../failed-with.ts';
import type { EnduringHost } from '../host/enduring-host.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { toBackendError } from '../to-backend-error.ts';
import { findOwnSecret, removeSecret } from './own-secret.ts';
import { doubtsAbout, graphOf, type KnownVolume, type StoragePicture } from './storage-needs.ts';
import { readStoragePicture } from './storage-picture.ts';

export const noVolume = ({ pool, name }: VolumeRef): BackendError =>
  new BackendError('not-found', `The pool “${pool}” has no volume “${name}” any more.`, { remedy: 'Refresh the pool.' });

const isFolder = ({ name }: VolumeRef): BackendError =>
  new BackendError('unsupported', `“${name}” is a folder and stays.`, {
    reason: 'libvirt deletes none with something in it.',
    remedy: 'Delete the container that has its files there, and choose that they go with it; or delete the folder on the host itself.',
  });

/** Where the person was told of all that could not be looked into, nothing is done while something else cannot be. */
export function requireNothingNew(picture: StoragePicture, refs: readonly VolumeRef[], agreed: readonly string[]): void {
  const unheard = doubtsAbout(picture, refs).filter((sentence) => !agreed.includes(sentence));
  if (unheard.length === 0) return;
  throw new BackendError('in-use', 'It cannot be told any more whether something needs the volume. Nothing was done.', {
    reason: unheard.join(' '),
    remedy: 'Look at it again.',
  });
}

/** What goes when these are deleted together. Rejects with 'in-use' where anything else needs one of them. */
export function outlookOfDeleting(picture: StoragePicture, refs: readonly VolumeRef[]): StorageOutlook {
  const graph = graphOf(picture);
  const volumes = inOrder(picture, refs);
  return {
    paths: volumes.map(({ path }) => path),
    losses: volumes.map(({ path }) => `${path} is deleted.`),
    doubts: doubtsAbout(picture, refs),
    frees: volumes.reduce((sum, volume) => sum + graph.freedBy(volume), 0),
  };
}

/** Overlays before what they are built on: what is built on another has the longer chain. */
function inOrder(picture: StoragePicture, refs: readonly VolumeRef[]): GraphVolume[] {
  const graph = graphOf(picture);
  const volumes = refs.map((ref) => {
    const volume = graph.find(ref);
    if (volume === null)
      throw picture.folders.some((each) => each.pool === ref.pool && each.name === ref.name) ? isFolder(ref) : noVolume(ref);
    return volume;
  });
  const going = new Set(volumes.map(({ identity }) => identity));
  for (const volume of volumes) requireFree(picture, volume, going);
  return volumes.sort((a, b) => graph.chainOf(b).length - graph.chainOf(a).length);
}

function requireFree(picture: StoragePicture, volume: GraphVolume, going?: ReadonlySet<string>): void {
  const kept = graphOf(picture).keptBecause(volume, going);
  if (kept === null) return;
  throw new BackendError('in-use', `“${volume.ref.name}” in “${volume.ref.pool}” cannot be deleted.`, {
    reason: kept,
    remedy: 'Take it from whatever needs it first.',
  });
}

/** Deletes one after the other, each after another look. What fails ends it, and says how far it came. */
export async function deleteVolumes(
  host: EnduringHost,
  refs: readonly VolumeRef[],
  agreed: readonly string[],
  operation: Operation,
): Promise<void> {
  operation.report('Looking at what needs them', null);
  const first = await host.read((each) => readStoragePicture(each));
  const order = inOrder(first, refs).map(({ ref }) => ref);
  for (const [index, ref] of order.entries()) {
    try {
      operation.signal.throwIfAborted();
      // The pools were read anew a moment ago; who uses what is asked each time.
      const picture = index === 0 ? first : await host.read((each) => readStoragePicture(each, null));
      requireNothingNew(picture, [ref], agreed);
      operation.report(`Deleting “${ref.name}”`, index / order.length);
      await deleteOne(host, knownIn(picture, ref), picture);
    } catch (error) {
      throw howFar(error, ref, index, order.length, operation);
    }
  }
}

function knownIn(picture: StoragePicture, ref: VolumeRef): KnownVolume {
  const known = picture.volumes.find(({ pool, name }) => pool === ref.pool && name === ref.name);
  if (known === undefined) throw noVolume(ref);
  return known;
}

async function deleteOne(host: EnduringHost, known: KnownVolume, picture: StoragePicture): Promise<void> {
  const { key, pool, name, path } = known;
  const found = graphOf(picture).find({ pool, name });
  if (found === null) throw noVolume({ pool, name });
  requireFree(picture, found);
  const secret = await host.read((each) => findOwnSecret(each, { type: 'volume', id: path }));
  await host.change(
    (each) => deleteVolume(each, { key, pool, name }).then(() => true),
    (each) => isGone(each, key),
  );
  if (secret !== null) await host.ensure((each) => removeSecret(each, secret));
}

const isGone = (host: LibvirtHost, key: string): Promise<true | null> =>
  host.call(remote.storageVolLookupByKey, { key }).then(
    () => null,
    (error: unknown) => {
      if (failedWith(error, 'not-found')) return true;
      throw error;
    },
  );

function howFar(error: unknown, { name }: VolumeRef, done: number, all: number, { signal }: Operation): BackendError {
  const cause = toBackendError(error);
  const before = all === 1 ? '' : ` ${done} of ${all} were deleted before.`;
  const cancelled = signal.aborted && !failedWith(error, 'outcome-unknown');
  return new BackendError(
    cancelled ? 'cancelled' : cause.code,
    (cancelled ? 'Deleting was cancelled.' : `“${name}” was not deleted. ${cause.message}`) + before,
    { reason: cancelled ? null : cause.reason, remedy: cause.remedy, cause: error },
  );
}
