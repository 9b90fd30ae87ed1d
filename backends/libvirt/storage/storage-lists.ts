import type { Pool, Volume } from '#model/storage';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Pool as PoolHandle, Volume as VolumeHandle } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOf } from '../to-model.ts';
import { attribute, child, children, parseXml, path, textAt, type XmlElement } from '../xml/document.ts';

// libvirt: virStoragePoolState. 2 running, 3 degraded: both can be used.
const ACTIVE: ReadonlySet<number> = new Set([2, 3]);
// libvirt: virConnectListAllStoragePoolsFlags.
const PERSISTENT = 4;
const AUTOSTART = 16;

export async function listPools(host: LibvirtHost): Promise<Pool[]> {
  const all = async (flags: number) => (await host.call(remote.connectListAllStoragePools, { needResults: 1, flags })).pools;
  const [pools, persistent, autostart] = await Promise.all([all(0), all(PERSISTENT), all(AUTOSTART)]);
  const among = (some: readonly PoolHandle[], { uuid }: PoolHandle) => some.some((other) => other.uuid === uuid);
  return present(
    pools.map(async (pool) => ({
      ...(await readPool(host, pool)),
      persistent: among(persistent, pool),
      autostart: among(autostart, pool),
    })),
  );
}

export async function listVolumes(host: LibvirtHost, name: string): Promise<Volume[]> {
  const { pool } = await host.call(remote.storagePoolLookupByName, { name });
  const { vols } = await host.call(remote.storagePoolListAllVolumes, { pool, needResults: 1, flags: 0 });
  return present(vols.map(async (vol) => volumeIn(vol, parseXml((await host.call(remote.storageVolGetXmlDesc, { vol, flags: 0 })).xml))));
}

async function readPool(host: LibvirtHost, pool: PoolHandle): Promise<Omit<Pool, 'persistent' | 'autostart'>> {
  const [{ state, capacity, available }, { xml }] = await Promise.all([
    host.call(remote.storagePoolGetInfo, { pool }),
    host.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 }),
  ]);
  const document = parseXml(xml);
  return {
    name: pool.name,
    kind: attribute(document, 'type') ?? '',
    active: ACTIVE.has(state),
    capacity: bytesOf(capacity),
    available: bytesOf(available),
    path: textAt(document, 'target', 'path'),
    source: sourceWords(child(document, 'source')),
  };
}

function sourceWords(source: XmlElement | null): string | null {
  const hosts = children(source, 'host').map((host) => [attribute(host, 'name'), attribute(host, 'port')].filter(Boolean).join(':'));
  const places = [
    attribute(child(source, 'dir'), 'path'),
    ...children(source, 'device').map((device) => attribute(device, 'path')),
    textAt(source, 'name'),
    attribute(child(source, 'adapter'), 'name') ?? attribute(child(source, 'adapter'), 'wwpn'),
  ];
  const words = [...hosts, ...places].filter((word) => word !== null && word !== '');
  return words.length === 0 ? null : words.join(' ');
}

/** What a volume's document tells; all of it is in bytes, whatever unit it was made with. */
export function volumeIn(vol: VolumeHandle, document: XmlElement): Volume {
  const target = child(document, 'target');
  const permissions = child(target, 'permissions');
  const backing = textAt(document, 'backingStore', 'path');
  const mode = textAt(permissions, 'mode');
  const modified = Number(textAt(target, 'timestamps', 'mtime') ?? Number.NaN);
  return {
    pool: vol.pool,
    name: vol.name,
    path: textAt(target, 'path') ?? vol.key,
    format: attribute(child(target, 'format'), 'type'),
    capacity: bytesOf(Number(textAt(document, 'capacity') ?? 0)),
    allocation: bytesOf(Number(textAt(document, 'allocation') ?? 0)),
    folder: attribute(document, 'type')?.endsWith('dir') === true,
    encrypted: child(target, 'encryption') !== null,
    backing: backing === null ? null : { path: backing, format: attribute(path(document, 'backingStore', 'format'), 'type') },
    permissions:
      mode === null
        ? null
        : {
            mode: Number.parseInt(mode, 8),
            owner: Number(textAt(permissions, 'owner') ?? -1),
            group: Number(textAt(permissions, 'group') ?? -1),
            label: textAt(permissions, 'label'),
          },
    modified: Number.isFinite(modified) && modified >= 0 ? Math.round(modified * 1000) : null,
  };
}

/** Waits for all; what was deleted between the list and the question is left out. */
export async function present<T>(reads: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(reads);
  return results.flatMap((result) => {
    if (result.status === 'fulfilled') return [result.value];
    if (failedWith(result.reason, 'not-found')) return [];
    throw result.reason;
  });
}
