import type { GuestId } from '#model/guest';
import type { Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { removeTree, type TreeProduct } from '../creation/tree-making.ts';
import type { EnduringHost } from '../host/enduring-host.ts';
import type { StoragePicture } from '../storage/storage-needs.ts';
import { neighboursOf, realPlace, treeKeptBecause } from '../storage/tree-needs.ts';

interface CondemnedTree {
  /** As the person has read it. */
  readonly path: string;
  readonly product: TreeProduct;
  /** Whose it was. */
  readonly guest: GuestId;
  /** As `removeTree` takes it. */
  readonly patienceMs: number | undefined;
}

/** `picture` is taken right before: since the question was asked somebody may have come to need what is there. */
export async function removeGuestTree(
  host: EnduringHost,
  { path, product, guest, patienceMs }: CondemnedTree,
  picture: StoragePicture,
  { report, signal }: Pick<Operation, 'report' | 'signal'>,
): Promise<void> {
  const folder = picture.folders.find(({ pool, name }) => pool === product.pool && name === product.name);
  if (folder === undefined) throw new BackendError('not-found', 'The folder is not in its storage pool any more.');
  const going = new Set([guest, product.filler]);
  const why = await host.read(async (each) => {
    if ((await realPlace(each, folder.path)) !== path) return 'Another folder has taken its place.';
    return treeKeptBecause(each, folder, picture, going);
  });
  if (why !== null) throw new BackendError('in-use', 'The folder stays.', { reason: why });
  if (picture.blind.length > 0) throw new BackendError('in-use', 'The folder stays.', { reason: picture.blind.join(' ') });
  const onProgress = (progress: number) => report(`Deleting what is in ${path}`, progress);
  const near = neighboursOf(folder, picture, going);
  try {
    await host.ensure((each) => removeTree(each, product, { made: true, near, signal, onProgress, patienceMs }));
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new BackendError('cancelled', 'Deleting was cancelled. A part of the folder is gone.', { cause: error });
  }
}
