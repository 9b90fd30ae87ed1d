import type { VolumeRef } from '#model/storage';
import type { VolumeChange } from '#model/volume-spec';
import type { Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOf } from '../to-model.ts';
import { attribute, child, parseXml, path, serialize } from '../xml/document.ts';
import { isThin } from '../creation/new-volume.ts';
import { Making } from './making.ts';
import { graphOf, type StoragePicture } from './storage-needs.ts';
import { volumeDocument } from './volume-document.ts';
import { watchGrowth } from './volume-growth.ts';
import { findPool, type FoundPool, lookUpVolume } from './volume-lookup.ts';
import { factsFor, fullPool, LONG_MS, removeMade, requireFreeName, requireRoom } from './volume-maker.ts';
import { noVolume } from './volume-deletion.ts';

const PATIENCE_MS = 20_000;

type Clone = Extract<VolumeChange, { kind: 'clone' }>;

interface Plan {
  readonly original: Volume;
  readonly path: string;
  readonly pool: FoundPool;
  readonly format: string | null;
  readonly capacity: number;
  /** What it will probably take, bytes. */
  readonly needed: number;
}

/** A copy that is built on nothing, whatever the original is built on. Rejects with what stands against it. */
export async function planClone(host: LibvirtHost, { volume, to, format }: Clone, picture: StoragePicture): Promise<Plan> {
  const source = await findPool(host, volume.pool, PATIENCE_MS);
  const original = await lookUpVolume(host, source.handle, volume.name);
  const known = graphOf(picture).find(volume);
  if (original === null || known === null) throw noVolume(volume);
  const document = parseXml((await host.call(remote.storageVolGetXmlDesc, { vol: original, flags: 0 })).xml);
  refuseEncrypted(volume, child(child(document, 'target'), 'encryption') !== null);
  refuseWritten(volume, picture);
  const pool = to.pool === volume.pool ? source : await findPool(host, to.pool, PATIENCE_MS);
  if (!factsFor(pool).clone) throw new BackendError('unsupported', `No copies can be made in the pool “${to.pool}”.`);
  if (pool !== source) refuseServers([source, pool]);
  await requireFreeName(host, pool, to.name);
  const info = await host.call(remote.storageVolGetInfo, { vol: original });
  const capacity = bytesOf(info.capacity);
  const own = attribute(path(document, 'target', 'format'), 'type');
  const wanted = format ?? (own === null || own === 'iso' || own === 'unknown' ? 'raw' : own);
  const needed = pool.files ? Math.min(capacity, allocatedIn(picture, volume)) : isThin(pool.kind) ? 0 : capacity;
  requireRoom(pool, needed);
  return { original, path: known.path, pool, format: pool.files ? wanted : null, capacity, needed };
}

/** Of the volume and of all that it is built on; bytes. */
function allocatedIn(picture: StoragePicture, ref: VolumeRef): number {
  const graph = graphOf(picture);
  const volume = graph.find(ref);
  if (volume === null) return 0;
  const bases = graph.chainOf(volume).map((link) => (link.volume === null ? null : graph.find(link.volume)));
  return [volume, ...bases].reduce((sum, each) => sum + (each?.allocation ?? 0), 0);
}

function refuseEncrypted({ name }: VolumeRef, encrypted: boolean): void {
  if (!encrypted) return;
  throw new BackendError('unsupported', `“${name}” is encrypted, and the host cannot read it to copy it.`, {
    remedy: 'Download it and upload it again as a new volume: that copies it as it is, and it keeps its passphrase.',
  });
}

/** Pools whose volumes libvirt copies within them alone: it opens all others by a path of the host (storage_util.c). */
const ON_SERVERS: ReadonlySet<string> = new Set(['rbd', 'gluster', 'iscsi-direct', 'sheepdog']);

function refuseServers(pools: readonly FoundPool[]): void {
  const away = pools.find(({ kind }) => ON_SERVERS.has(kind));
  if (away === undefined) return;
  throw new BackendError('unsupported', `The host copies nothing between “${away.handle.name}” and another pool.`, {
    reason: 'It reaches what is in there only through its server.',
    remedy: 'Copy it on the host with “qemu-img convert”, and refresh the pool.',
  });
}

function refuseWritten(ref: VolumeRef, picture: StoragePicture): void {
  const graph = graphOf(picture);
  const volume = graph.find(ref);
  const writers = volume === null ? [] : graph.usersOf(volume).filter(({ running, kinds }) => running && kinds.includes('disk'));
  const [first] = writers;
  if (first === undefined) return;
  throw new BackendError('in-use', `“${first.name}” is running and may write to “${ref.name}”: a copy would be of no use.`, {
    remedy: 'Shut the guest down first.',
  });
}

/** libvirt cannot be stopped in the middle of it: when the person cancels, the copy is deleted as soon as it is done. */
export async function cloneVolume(host: LibvirtHost, change: Clone, picture: StoragePicture, operation: Operation): Promise<void> {
  const plan = await planClone(host, change, picture);
  const { pool, capacity, format, original } = plan;
  const { name } = change.to;
  const making = new Making(new EnduringHost(host, { patienceMs: LONG_MS }), operation);
  await making.run(`Copying “${change.volume.name}” to “${name}”`, async () => {
    making.begin('Copying');
    const definition = volumeDocument({ name, format, capacity, preallocation: 'sparse', backing: null, secret: null });
    const xml = serialize(definition);
    let lost = false;
    const stopWatching = watchGrowth(host, { pool, name, size: plan.needed, verb: 'Copying' }, operation);
    const product = { kind: 'volume', pool: change.to.pool, name, capacity } as const;
    await making
      .make({
        what: `the volume “${name}” in “${change.to.pool}”`,
        product,
        make: async (each) =>
          (await each.job(remote.storageVolCreateXmlFrom, { pool: pool.handle, xml, clonevol: original, flags: 0 })).vol,
        async find(each) {
          lost = true;
          return lookUpVolume(each, pool.handle, name);
        },
        remove: (each, made) => removeMade(each, pool, name, made, 0),
      })
      .catch(async (error: unknown) => {
        throw await fullPool(host, pool, plan.needed, error);
      })
      .finally(stopWatching);
    if (lost) throw new BackendError('connection-lost', 'The connection ended during the copy, which may be incomplete.');
    operation.signal.throwIfAborted();
  });
}
