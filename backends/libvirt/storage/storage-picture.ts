import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, normalize, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BackendError } from '../../errors.ts';
import { pathsIn, serversOf, sharesIn, sourcesIn } from './disk-uses.ts';
import { failedWith } from '../failed-with.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain, Pool, Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOf } from '../to-model.ts';
import { readHostUses } from './host-uses.ts';
import type { DomainUse, KnownFolder, KnownVolume, PoolPlace, StoragePicture } from './storage-needs.ts';
import { attribute, child, parseXml, textAt, type XmlElement } from '../xml/document.ts';

// libvirt: virStoragePoolState.
const POOL_ACTIVE: ReadonlySet<number> = new Set([2, 3]);
// libvirt: VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT.
const WITH_SNAPSHOTS = 4096;
/** A pool on a dead file server never answers. */
const REFRESH_MS = 20_000;
/** Questions under way at a time: a host has thousands of guests and volumes, and other calls must not wait behind all of them. */
const WIDTH = 3;

/**
 * Looks at all that may need a disk: every domain's live and stored definition and its snapshots, every volume of every active pool and what
 * it is built on. Before a decision, pools are read anew first, since libvirt does not notice what other programs put into them; `patienceMs`
 * null only looks at what libvirt knows, which tells nobody that pools have changed.
 */
export async function readStoragePicture(host: LibvirtHost, patienceMs: number | null = REFRESH_MS): Promise<StoragePicture> {
  const blind: string[] = [];
  const { volumes: listed, folders, places } = await readPools(host, blind, patienceMs);
  const { usedByHost, nameOf } = await readHostUses(host, listed);
  const volumes = listed.map((volume) => ({ ...volume, usedByHost: usedByHost(volume) }));
  const uses = await readUses(host, blind);
  const known = new Set(volumes.map((volume) => volume.path));
  const paths = new Set<string>(known);
  for (const { backing } of volumes) if (backing !== null) paths.add(backing);
  for (const { sources } of uses)
    for (const source of sources) if (source.kind === 'file' || source.kind === 'block') paths.add(source.path);
  const identities = new Map<string, string>();
  await inTurn([...paths], async (path) => identities.set(path, nameOf(path) ?? (await identify(host, path))));
  const identityOf = (path: string) => identities.get(path) ?? normalize(path);

  // Beyond a backing file that no pool holds, nobody has looked: it may itself be built on one of the disks.
  const seen = new Set(volumes.map((volume) => identityOf(volume.path)));
  for (const { name, backing } of volumes) {
    if (backing !== null && !seen.has(identityOf(backing))) blind.push(`“${name}” is built on ${backing}, which is in no active pool.`);
  }
  return { volumes, folders, places, uses, blind, identityOf };
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += WIDTH) {
    results.push(...(await Promise.all(items.slice(start, start + WIDTH).map(work))));
  }
  return results;
}

interface Stored {
  readonly volumes: KnownVolume[];
  readonly folders: KnownFolder[];
  readonly places: PoolPlace[];
}

async function readPools(host: LibvirtHost, blind: string[], patienceMs: number | null): Promise<Stored> {
  const { pools } = await host.call(remote.connectListAllStoragePools, { needResults: 1, flags: 0 });
  const all: Stored = { volumes: [], folders: [], places: [] };
  for (const { volumes, folders, places } of await inTurn(pools, (pool) => readPool(host, pool, blind, patienceMs))) {
    all.volumes.push(...volumes);
    all.folders.push(...folders);
    all.places.push(...places);
  }
  return all;
}

async function readPool(host: LibvirtHost, pool: Pool, blind: string[], patienceMs: number | null): Promise<Stored> {
  const stored: Stored = { volumes: [], folders: [], places: [] };
  try {
    const { xml } = await host.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 });
    const document = parseXml(xml);
    const servers = serversOf(child(document, 'source'));
    const place = { kind: attribute(document, 'type') ?? '', folder: textAt(document, 'target', 'path'), servers };
    if (place.folder !== null) stored.places.push({ pool: pool.name, path: place.folder });
    const { state } = await host.call(remote.storagePoolGetInfo, { pool });
    if (!POOL_ACTIVE.has(state)) {
      blind.push(`The storage pool “${pool.name}” is not active.`);
      return stored;
    }
    if (patienceMs !== null) await refresh(host, pool, patienceMs);
    const { vols } = await host.call(remote.storagePoolListAllVolumes, { pool, needResults: 1, flags: 0 });
    for (const found of (await inTurn(vols, (vol) => readVolume(host, vol, place, blind))).flat()) {
      if ('allocation' in found) stored.volumes.push(found);
      else stored.folders.push(found);
    }
    return stored;
  } catch (error) {
    if (connectionEnded(error)) throw error;
    if (!failedWith(error, 'not-found')) blind.push(`The storage pool “${pool.name}” could not be read.`);
    return { ...stored, volumes: [], folders: [] };
  }
}

async function refresh(host: LibvirtHost, pool: Pool, patienceMs: number): Promise<void> {
  const refreshed = host.job(remote.storagePoolRefresh, { pool, flags: 0 }).catch((error: unknown) => {
    // It changes nothing but what libvirt knows, and may be asked again.
    if (!failedWith(error, 'outcome-unknown')) throw error;
    throw new BackendError('connection-lost', 'The connection ended while a storage pool was read.', { cause: error });
  });
  const late = sleep(patienceMs, 'late', { ref: false });
  if ((await Promise.race([refreshed, late])) === 'late') throw new BackendError('timeout', 'The storage pool does not answer.');
}

interface Place {
  readonly kind: string;
  readonly folder: string | null;
  readonly servers: readonly string[];
}

/** What a disk of a guest says for the same: "rbd:pool/image", "gluster:volume/image" (see `sourceOf`); a path for all that has one. */
function placeOf(kind: string, path: string): string {
  if (kind === 'rbd') return `rbd:${path}`;
  if (kind === 'gluster') return `gluster:${path.replace(/^gluster:\/\/[^/]*\//, '')}`;
  return path;
}

async function readVolume(
  host: LibvirtHost,
  vol: Volume,
  { kind, folder, servers }: Place,
  blind: string[],
): Promise<(KnownVolume | KnownFolder)[]> {
  try {
    const { xml } = await host.call(remote.storageVolGetXmlDesc, { vol, flags: 0 });
    const document = parseXml(xml);
    const path = placeOf(kind, textAt(document, 'target', 'path') ?? vol.key);
    if (attribute(document, 'type') === 'dir') return [{ key: vol.key, pool: vol.pool, name: vol.name, path }];
    const allocation = bytesOf(BigInt(textAt(document, 'allocation') ?? 0));
    const backing = textAt(document, 'backingStore', 'path');
    const leadsOutside = host.local && folder !== null && (await isLinkOutOf(path, folder));
    return [
      { key: vol.key, pool: vol.pool, poolKind: kind, servers, name: vol.name, path, allocation, backing, leadsOutside, usedByHost: null },
    ];
  } catch (error) {
    if (connectionEnded(error)) throw error;
    if (!failedWith(error, 'not-found')) blind.push(`The volume “${vol.name}” could not be read.`);
    return [];
  }
}

async function readUses(host: LibvirtHost, blind: string[]): Promise<DomainUse[]> {
  const { domains } = await host.call(remote.connectListAllDomains, { needResults: 1, flags: 0 });
  // Drivers without snapshots refuse the question.
  const { domains: withSnapshots } = await host
    .call(remote.connectListAllDomains, { needResults: 1, flags: WITH_SNAPSHOTS })
    .catch((error: unknown) => {
      if (!failedWith(error, 'unsupported', 'bad-input')) throw error;
      return { domains: [] };
    });
  const snapshotted = new Set(withSnapshots.map((dom) => dom.uuid));
  const uses = await inTurn(domains, (dom) => readUse(host, dom, snapshotted.has(dom.uuid), blind));
  return uses.flat();
}

async function readUse(host: LibvirtHost, dom: Domain, snapshots: boolean, blind: string[]): Promise<DomainUse[]> {
  try {
    const documents = [await host.domainXml(dom, DomainXml.inactive)];
    if (dom.id >= 0) documents.push(await host.domainXml(dom, DomainXml.live));
    if (snapshots) {
      const listed = await host.call(remote.domainListAllSnapshots, { dom, needResults: 1, flags: 0 });
      const read = async (snap: { name: string; dom: Domain }) =>
        (await host.call(remote.domainSnapshotGetXmlDesc, { snap, flags: 0 })).xml;
      documents.push(...(await inTurn(listed.snapshots, read)));
    }
    const parsed = documents.map((xml) => parseXml(xml));
    const all = <T>(read: (document: XmlElement) => readonly T[]) => parsed.flatMap(read);
    const named = { sources: all(sourcesIn), paths: [...new Set(all(pathsIn))], shares: [...new Set(all(sharesIn))] };
    return [{ uuid: dom.uuid, name: dom.name, running: dom.id >= 0, ...named }];
  } catch (error) {
    if (connectionEnded(error)) throw error;
    if (!failedWith(error, 'not-found')) blind.push(`The guest “${dom.name}” could not be read.`);
    return [];
  }
}

const connectionEnded = (error: unknown) => failedWith(error, 'connection-lost', 'not-connected', 'outcome-unknown', 'protocol');

/** One name for each file. On this computer links of both kinds and detours are seen through; a file that is not there is its path. */
async function identify(host: LibvirtHost, path: string): Promise<string> {
  if (!host.local) return normalize(path);
  return stat(path, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => normalize(path),
  );
}

async function isLinkOutOf(path: string, folder: string): Promise<boolean> {
  try {
    if (!(await lstat(path)).isSymbolicLink()) return false;
    const inside = relative(await realpath(folder), dirname(await realpath(path)));
    return inside === '..' || inside.startsWith('../');
  } catch {
    // A link to nothing is deleted like any file; what cannot be looked at has been opened by the daemon, which is asked in the end.
    return false;
  }
}
