import { setTimeout as sleep } from 'node:timers/promises';
import type { VolumeRef } from '#model/storage';
import { BackendError } from '../../errors.ts';
import { disksIn } from './disk-uses.ts';
import { failedWith } from '../failed-with.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import { fileStores } from '../creation/new-volume.ts';
import type { Pool, Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOf } from '../to-model.ts';
import { attribute, parseXml, path, textAt } from '../xml/document.ts';

// libvirt: virStoragePoolState. 2 running, 3 degraded: both can be used.
const ACTIVE: ReadonlySet<number> = new Set([2, 3]);
// libvirt: VIR_STORAGE_VOL_GET_PHYSICAL: the length of the file instead of what it takes.
const PHYSICAL = 1;
// libvirt: VIR_CONNECT_LIST_DOMAINS_ACTIVE.
const DOMAINS_ACTIVE = 1;

/** As long as anybody waits for a look at a pool; milliseconds. */
const REFRESH_MS = 20_000;

export interface FoundPool {
  readonly handle: Pool;
  /** Bytes, as of now. */
  readonly available: number;
  /** Its volumes are files, which have holes, grow, and may be of any format. */
  readonly files: boolean;
  /** As libvirt calls it: "dir". */
  readonly kind: string;
  /** Where its volumes appear on the host; null where they do not. */
  readonly target: string | null;
}

/** The pool, read anew by the host first. Rejects with 'not-found' or 'pool-inactive'. */
export async function findPool(host: LibvirtHost, name: string, patienceMs: number): Promise<FoundPool> {
  const { pool: handle } = await host.call(remote.storagePoolLookupByName, { name });
  const { state } = await host.call(remote.storagePoolGetInfo, { pool: handle });
  if (!ACTIVE.has(state)) {
    throw new BackendError('pool-inactive', `The pool “${name}” is not active.`, { remedy: 'Start the pool, or choose another.' });
  }
  await refreshPool(host, handle, patienceMs);
  const [{ available }, { xml }] = await Promise.all([
    host.call(remote.storagePoolGetInfo, { pool: handle }),
    host.call(remote.storagePoolGetXmlDesc, { pool: handle, flags: 0 }),
  ]);
  const document = parseXml(xml);
  const kind = attribute(document, 'type') ?? '';
  return { handle, available: bytesOf(available), files: fileStores.has(kind), kind, target: textAt(document, 'target', 'path') };
}

/** libvirt refuses while it makes or deletes something in the pool, and a dead file server never answers: its numbers are old ones then. */
export async function refreshPool(host: LibvirtHost, pool: Pool, patienceMs: number): Promise<void> {
  const refreshed = host.job(remote.storagePoolRefresh, { pool, flags: 0 }).catch((error: unknown) => {
    // It changes nothing but what libvirt knows, and may be asked again.
    if (failedWith(error, 'outcome-unknown')) {
      throw new BackendError('connection-lost', 'The connection to the host has ended.', { cause: error });
    }
    if (failedWith(error, 'connection-lost', 'not-found')) throw error;
  });
  await Promise.race([refreshed, sleep(Math.min(patienceMs, REFRESH_MS), undefined, { ref: false })]);
}

/** Null where the pool has none of that name. */
export async function lookUpVolume(host: LibvirtHost, pool: Pool, name: string): Promise<Volume | null> {
  try {
    return (await host.call(remote.storageVolLookupByName, { pool, name })).vol;
  } catch (error) {
    if (failedWith(error, 'not-found')) return null;
    throw error;
  }
}

export interface VolumeSizes {
  readonly format: string | null;
  readonly path: string;
  readonly capacity: number;
  /** Of the file or device, bytes. */
  readonly physical: number;
  /** What of that is not a hole, bytes. */
  readonly allocation: number;
}

export async function measureVolume(host: LibvirtHost, vol: Volume): Promise<VolumeSizes> {
  const [{ xml }, { allocation: physical }, { allocation, capacity }] = await Promise.all([
    host.call(remote.storageVolGetXmlDesc, { vol, flags: 0 }),
    host.call(remote.storageVolGetInfoFlags, { vol, flags: PHYSICAL }),
    host.call(remote.storageVolGetInfo, { vol }),
  ]);
  const document = parseXml(xml);
  return {
    format: attribute(path(document, 'target', 'format'), 'type'),
    path: textAt(document, 'target', 'path') ?? vol.key,
    capacity: bytesOf(capacity),
    physical: bytesOf(physical),
    allocation: bytesOf(allocation),
  };
}

/** Guests that run and may be writing to it at this moment. */
export async function writersOf(host: LibvirtHost, { pool, name }: VolumeRef, file: string): Promise<string[]> {
  const { domains } = await host.call(remote.connectListAllDomains, { needResults: 1, flags: DOMAINS_ACTIVE });
  const writers: string[] = [];
  for (const dom of domains) {
    const xml = await host.domainXml(dom, DomainXml.live).catch((error: unknown) => {
      if (failedWith(error, 'not-found')) return null;
      throw error;
    });
    const disks = xml === null ? [] : disksIn(parseXml(xml));
    const writes = disks.some(
      ({ readOnly, source }) =>
        !readOnly && (source.kind === 'volume' ? source.pool === pool && source.volume === name : source.path === file),
    );
    if (writes) writers.push(dom.name);
  }
  return writers;
}
