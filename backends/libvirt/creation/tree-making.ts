import type { IdMap } from '#model/guest-source';
import type { Product } from '#model/product';
import { findDomain, forceOff } from '../deletion/domain-removal.ts';
import { failedWith } from '../failed-with.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Pool, Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, element, parseXml, path, serialize, textAt } from '../xml/document.ts';
import type { Neighbour } from '../storage/tree-needs.ts';
import { deleteVolume } from './new-volume.ts';
import { workOnTree } from './tree-filler.ts';
import { emptyingWords } from './tree-script.ts';

export type TreeProduct = Extract<Product, { kind: 'tree' }>;

/** Who owns it outside: the container's root. */
export const ownerOf = (idMap: IdMap | null): number => idMap?.start ?? 0;

/** An empty folder, which libvirt makes only where nothing of that name is. */
export function treeXml(name: string, owner: number): string {
  const permissions = element(
    'permissions',
    {},
    ...Object.entries({ mode: '0755', owner: String(owner), group: String(owner) }).map(([what, value]) => element(what, {}, value)),
  );
  return serialize(
    element(
      'volume',
      {},
      element('name', {}, name),
      element('capacity', { unit: 'bytes' }, '0'),
      element('target', {}, element('format', { type: 'dir' }), permissions),
    ),
  );
}

/** The folder that a call whose answer was lost has made, or null; what somebody else made there since has another owner. */
export async function findNewTree(host: LibvirtHost, pool: Pool, name: string, owner: number): Promise<Volume | null> {
  const found = await findTree(host, pool, name);
  return found !== null && found.owner === String(owner) ? found.vol : null;
}

async function findTree(host: LibvirtHost, pool: Pool, name: string) {
  try {
    const { vol } = await host.call(remote.storageVolLookupByName, { pool, name });
    const { xml } = await host.call(remote.storageVolGetXmlDesc, { vol, flags: 0 });
    const document = parseXml(xml);
    const isFolder = attribute(path(document, 'target', 'format'), 'type') === 'dir';
    return isFolder ? { vol, path: textAt(document, 'target', 'path'), owner: textAt(document, 'target', 'permissions', 'owner') } : null;
  } catch (error) {
    if (failedWith(error, 'not-found')) return null;
    throw error;
  }
}

interface TreeRemoval {
  /** It was there. False: it may be somebody else's, and goes only when nothing is in it, which libvirt sees to. */
  readonly made: boolean;
  /** How long the host may take for one change before it is asked what became of it; milliseconds. */
  readonly patienceMs?: number | undefined;
  /** What must not be in it. */
  readonly near?: readonly Neighbour[];
  readonly signal?: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress?: (progress: number) => void;
}

/** Removes a tree with all that is in it; may be repeated. On abort it rejects with the signal's reason, and part of it is gone. */
export async function removeTree(host: LibvirtHost, product: TreeProduct, removal: TreeRemoval): Promise<void> {
  const { pool: poolName, name, filler } = product;
  const { patienceMs } = removal;
  const enduring = new EnduringHost(host, patienceMs === undefined ? {} : { patienceMs });
  try {
    await endWork(enduring, filler);
    const { pool } = await enduring.read((each) => each.call(remote.storagePoolLookupByName, { name: poolName }));
    const find = (each: LibvirtHost) => findTree(each, pool, name);
    const found = await enduring.read(find);
    if (found === null) return;
    if (removal.made && found.path !== null) await emptyTree(enduring, filler, found.path, removal);
    const isGone = async (each: LibvirtHost) => ((await find(each)) === null ? true : null);
    await enduring.change((each) => deleteVolume(each, found.vol).then(() => true), isGone);
  } finally {
    enduring.close();
  }
}

/** Ends the container that fills or empties a tree, if it is there. */
async function endWork(host: EnduringHost, id: string): Promise<void> {
  const working = await host.read((each) => findDomain(each, id));
  if (working === null) return;
  const isGone = async (each: LibvirtHost) => ((await findDomain(each, id)) === null ? true : null);
  await host.change((each) => forceOff(each, working).then(() => true), isGone);
}

async function emptyTree(host: EnduringHost, id: string, tree: string, { near = [], signal, onProgress }: TreeRemoval): Promise<void> {
  const work = { id, tree, words: emptyingWords(near), network: false, ...(signal !== undefined && { signal }) };
  try {
    await workOnTree(host, { ...work, onProgress: (_, progress) => progress !== null && onProgress?.(progress) });
  } catch (error) {
    await endWork(host, id);
    throw error;
  }
}
