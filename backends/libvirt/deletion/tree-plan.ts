import type { DeletionDisk } from '#model/deletion';
import type { GuestId } from '#model/guest';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { KnownFolder, StoragePicture } from '../storage/storage-needs.ts';
import { realPlace, treeKeptBecause } from '../storage/tree-needs.ts';
import { attribute, child, children, type XmlElement } from '../xml/document.ts';

export interface PlannedTree extends DeletionDisk {
  /** What is to be deleted; null unless it may be. */
  readonly tree: KnownFolder | null;
}

/** Folders that a container has as its "/". What is the host's own root, too, is none of the container's. */
function rootsIn(domain: XmlElement): string[] {
  if (attribute(domain, 'type') !== 'lxc') return [];
  return children(child(domain, 'devices'), 'filesystem').flatMap((filesystem) => {
    const isRoot = attribute(child(filesystem, 'target'), 'dir') === '/' && (attribute(filesystem, 'type') ?? 'mount') === 'mount';
    return isRoot ? (attribute(child(filesystem, 'source'), 'dir') ?? []) : [];
  });
}

const POSSIBLE =
  'All that is in it goes. Only containers were looked at: what a machine on the same host (QEMU, Xen) has in it cannot be seen from here.';

/**
 * Whether the files of a container may go with it. They are never ticked from the start: libvirt does not know what is in a folder, nor what of
 * it somebody has put there for another reason. Where anything could not be looked into, they stay.
 */
export async function planTrees(
  host: Pick<LibvirtHost, 'local'>,
  guest: GuestId,
  documents: readonly XmlElement[],
  picture: StoragePicture,
): Promise<PlannedTree[]> {
  const roots = await Promise.all([...new Set(documents.flatMap(rootsIn))].map((path) => realPlace(host, path)));
  const planned = [...new Set(roots)]
    .filter((path) => path !== '/')
    .map(async (path) => {
      const tree = await folderAt(host, path, picture);
      const why = await keptBecause(host, tree, picture, guest);
      const verdict = why === null ? ({ kind: 'possible', why: POSSIBLE } as const) : ({ kind: 'kept', why } as const);
      return { target: '/', folder: true, path, size: null, verdict, tree: why === null ? tree : null };
    });
  return Promise.all(planned);
}

async function folderAt(host: Pick<LibvirtHost, 'local'>, path: string, picture: StoragePicture): Promise<KnownFolder | null> {
  for (const folder of picture.folders) if ((await realPlace(host, folder.path)) === path) return folder;
  return null;
}

async function keptBecause(
  host: Pick<LibvirtHost, 'local'>,
  tree: KnownFolder | null,
  picture: StoragePicture,
  guest: GuestId,
): Promise<string | null> {
  if (tree === null) return 'It is no folder of an active storage pool, so the host cannot delete it.';
  const why = await treeKeptBecause(host, tree, picture, new Set([guest]));
  if (why !== null || picture.blind.length === 0) return why;
  return `Not everything could be looked into, so something may need it. ${picture.blind.join(' ')}`;
}
