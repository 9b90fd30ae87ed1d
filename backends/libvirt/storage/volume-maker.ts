import { PoolKind, poolKinds } from '#model/pool-kinds';
import type { VolumeRef } from '#model/storage';
import type { VolumeSpec } from '#model/volume-spec';
import type { Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { deleteVolume, isThin } from '../creation/new-volume.ts';
import { knowsNoFlags } from '../definitions/redefine.ts';
import { failedWith } from '../failed-with.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOf } from '../to-model.ts';
import { toBackendError } from '../to-backend-error.ts';
import { attribute, child, parseXml, path, serialize, textAt } from '../xml/document.ts';
import { Making } from './making.ts';
import { makeSecret } from './own-secret.ts';
import { flagsFor, volumeDocument } from './volume-document.ts';
import { watchGrowth } from './volume-growth.ts';
import { findPool, type FoundPool, lookUpVolume, refreshPool } from './volume-lookup.ts';

/** Writing zeros to all of a large volume takes hours. The connection's own pings tell of a host that is gone. */
export const LONG_MS = 24 * 3_600_000;
const PATIENCE_MS = 20_000;
// libvirt: VIR_STORAGE_VOL_CREATE_VALIDATE, of 8.10.0; 9.0.0 still refuses it (virStorageVolDefParseXML, "unsupported flags").
const VALIDATE = 4;
/** qemu-img measures how fast it can derive a key, and gives up where the clock of a busy machine makes no sense. */
const KEY_ATTEMPTS = 4;

export async function makeVolume(host: LibvirtHost, spec: VolumeSpec, operation: Operation): Promise<VolumeRef> {
  operation.report('Looking at the pool', null);
  const pool = await findPool(host, spec.pool, PATIENCE_MS);
  const facts = requireMaking(pool);
  const plain = { ...spec, format: facts.files ? (spec.format ?? 'raw') : null };
  refuseSpec(plain, pool);
  const origin = plain.backing === null ? null : await requireBase(host, pool, plain.backing);
  const name = facts.namedByHost === true ? await nextPartition(host, pool) : spec.name;
  await requireFreeName(host, pool, name);
  requireRoom(pool, isThin(pool.kind) && plain.preallocation !== 'full' ? 0 : plain.capacity);

  const making = new Making(new EnduringHost(host, { patienceMs: LONG_MS }), operation);
  return making.run(`Making “${name}”`, async () => {
    const where = `${pool.target ?? ''}/${name}`;
    const secret = spec.passphrase === null ? null : await makeSecret(making, { type: 'volume', id: where }, spec.passphrase);
    making.begin(plain.preallocation === 'full' ? 'Allocating the volume' : 'Making the volume');
    const xml = serialize(volumeDocument({ ...plain, name, secret }));
    const full = plain.preallocation === 'full';
    // A snapshot is as large as its origin, whatever room it has.
    const size = { capacity: origin?.capacity ?? plain.capacity, takes: plain.capacity };
    const wanted = { pool, name, ...size, xml, flags: flagsFor(plain), validate: false, full, keyed: secret !== null };
    return createVolume(host, making, wanted, operation);
  });
}

interface WantedVolume {
  readonly pool: FoundPool;
  readonly name: string;
  /** Bytes: it has no fewer. */
  readonly capacity: number;
  /** What it may take of the pool, bytes; left out: as much as its capacity. */
  readonly takes?: number;
  readonly xml: string;
  readonly flags: number;
  /** The host holds it against its schema first, where it can. */
  readonly validate: boolean;
  /** All of it is allocated now, which takes its time. */
  readonly full: boolean;
  /** It is encrypted. */
  readonly keyed: boolean;
}

/** The one call, and what became of it. */
export async function createVolume(
  host: LibvirtHost,
  making: Making,
  { pool, name, capacity, takes = capacity, xml, flags, validate, full, keyed }: WantedVolume,
  operation: Operation,
): Promise<VolumeRef> {
  const place = pool.handle.name;
  const send = async (each: LibvirtHost, more: number) =>
    (await each.job(remote.storageVolCreateXml, { pool: pool.handle, xml, flags: flags | more })).vol;
  const create = (each: LibvirtHost) =>
    send(each, validate ? VALIDATE : 0).catch(async (error: unknown) => {
      if (!validate || !knowsNoFlags(error)) throw error;
      return send(each, 0);
    });
  const stopWatching = full ? watchGrowth(host, { pool, name, size: capacity, verb: 'Allocating' }, operation) : () => undefined;
  const vol = await making
    .make({
      what: `the volume “${name}” in “${place}”`,
      product: { kind: 'volume', pool: place, name, capacity },
      make: keyed ? (each) => repeatedly(KEY_ATTEMPTS, () => create(each)) : create,
      find: (each) => findMade(each, pool, name, capacity),
      remove: (each, made) => removeMade(each, pool, name, made, capacity),
    })
    .catch(async (error: unknown) => {
      throw await fullPool(host, pool, takes, error);
    })
    .finally(stopWatching);
  operation.signal.throwIfAborted();
  return { pool: place, name: vol.name };
}

interface VolumeFacts {
  readonly files: boolean;
  readonly make: boolean;
  readonly clone: boolean;
  readonly resize: boolean;
  readonly wipe: boolean;
  readonly namedByHost?: boolean;
  readonly snapshots?: boolean;
}

/** Of a kind that is not known here, what libvirt says when it is asked. */
export function factsFor({ kind, files }: FoundPool): VolumeFacts {
  const known = PoolKind.safeParse(kind);
  return known.success ? poolKinds[known.data].volumes : { files, make: true, clone: true, resize: true, wipe: true };
}

/** Throws 'unsupported' for a pool whose volumes this host cannot make. */
export function requireMaking(pool: FoundPool): VolumeFacts {
  const facts = factsFor(pool);
  if (facts.make) return facts;
  throw new BackendError('unsupported', `The volumes of “${pool.handle.name}” are made where they come from, not by this host.`);
}

function refuseSpec({ format, backing, passphrase, pool: name }: VolumeSpec, pool: FoundPool): void {
  if (backing !== null && format !== null && format !== 'qcow2' && format !== 'qed') {
    throw new BackendError('bad-input', 'Only qcow2 and qed are built on another image.', { remedy: 'Choose one of these formats.' });
  }
  if (format !== null) return;
  if (backing !== null && factsFor(pool).snapshots !== true) {
    throw new BackendError('unsupported', `The volumes of “${name}” are devices, and those are built on nothing.`);
  }
  if (passphrase !== null) {
    throw new BackendError('unsupported', `The volumes of “${name}” are devices, which the host does not encrypt.`, {
      remedy: 'Choose a pool that is a folder, or encrypt it inside of the guest.',
    });
  }
}

/** What the new volume is to be built on. A snapshot has the size of its `origin`; null where it is none. */
export async function requireBase(
  host: LibvirtHost,
  pool: FoundPool,
  backing: { readonly path: string; readonly format: string },
): Promise<{ readonly capacity: number } | null> {
  if (factsFor(pool).snapshots === true) return requireOrigin(host, pool, backing.path);
  await requireBacking(host, backing);
  return null;
}

/** LVM copies the origin's blocks before they change, within its own group; of snapshots it makes none. */
async function requireOrigin(host: LibvirtHost, { handle }: FoundPool, path: string): Promise<{ readonly capacity: number }> {
  const group = handle.name;
  const { vols } = await host.call(remote.storagePoolListAllVolumes, { pool: handle, needResults: 1, flags: 0 });
  for (const vol of vols) {
    const document = parseXml((await host.call(remote.storageVolGetXmlDesc, { vol, flags: 0 })).xml);
    if (textAt(document, 'target', 'path') !== path) continue;
    if (child(document, 'backingStore') === null) return { capacity: Number(textAt(document, 'capacity') ?? 0) };
    throw new BackendError('unsupported', `“${vol.name}” is a snapshot itself, and LVM makes no snapshots of snapshots.`, {
      remedy: 'Make one of its origin, or clone the snapshot first.',
    });
  }
  throw new BackendError('not-found', `${path} is no volume of “${group}”, and a snapshot is made in the group of its origin.`, {
    remedy: 'Choose a volume of this pool, or refresh it.',
  });
}

/**
 * Of a volume that is in a pool, and in the format that it has: an image that is read as something else than it is can name any file of the
 * host as its own base.
 */
export async function requireBacking(host: LibvirtHost, backing: { readonly path: string; readonly format: string }): Promise<void> {
  const found = await host.call(remote.storageVolLookupByPath, { path: backing.path }).catch((error: unknown) => {
    if (!failedWith(error, 'not-found')) throw error;
    throw new BackendError('not-found', `${backing.path} is in no active pool, so nothing can be built on it.`, {
      remedy: 'Refresh its pool, or upload the image first.',
      cause: error,
    });
  });
  const { xml } = await host.call(remote.storageVolGetXmlDesc, { vol: found.vol, flags: 0 });
  const own = attribute(path(parseXml(xml), 'target', 'format'), 'type');
  const format = own === null || own === 'iso' ? 'raw' : own;
  if (format === backing.format) return;
  throw new BackendError('bad-input', `${backing.path} is a ${format} image, not a ${backing.format} one.`, {
    remedy: 'Choose the format that it has.',
  });
}

export async function requireFreeName(host: LibvirtHost, pool: FoundPool, name: string): Promise<void> {
  if ((await lookUpVolume(host, pool.handle, name)) === null) return;
  throw new BackendError('exists', `The pool “${pool.handle.name}” has a volume “${name}” already.`, { remedy: 'Choose another name.' });
}

export function requireRoom({ handle, available }: FoundPool, needed: number): void {
  if (needed <= available) return;
  throw new BackendError('no-space', `The pool “${handle.name}” has too little space: ${available} bytes are free, ${needed} are needed.`, {
    remedy: 'Make room, or choose another pool.',
  });
}

/** libvirt has the words of whatever program wrote it; the pool's own numbers tell. */
export async function fullPool(host: LibvirtHost, { handle }: FoundPool, needed: number, error: unknown): Promise<unknown> {
  if (!failedWith(error, 'no-space', 'internal')) return error;
  const look = async () => {
    await refreshPool(host, handle, PATIENCE_MS);
    return bytesOf((await host.call(remote.storagePoolGetInfo, { pool: handle })).available);
  };
  const available = await look().catch(() => null);
  const { message } = toBackendError(error);
  const saysSo = failedWith(error, 'no-space') || /no space left/i.test(message);
  if (!saysSo && (available === null || available >= needed)) return error;
  return new BackendError('no-space', `The pool “${handle.name}” is full: ${available ?? 'few'} bytes are free.`, {
    reason: message,
    remedy: 'Make room, or choose another pool.',
    cause: error,
  });
}

/** What a call whose answer was lost has made: it has the name that was free before, and the capacity. */
async function findMade(host: LibvirtHost, { handle }: FoundPool, name: string, capacity: number): Promise<Volume | null> {
  const vol = await lookUpVolume(host, handle, name);
  if (vol === null) return null;
  const info = await host.call(remote.storageVolGetInfo, { vol });
  // Partitions and logical volumes are rounded up to whole units.
  return bytesOf(info.capacity) >= capacity ? vol : null;
}

export async function removeMade(host: LibvirtHost, pool: FoundPool, name: string, made: Volume | null, capacity: number): Promise<void> {
  const vol = made ?? (await findMade(host, pool, name, capacity));
  if (vol !== null) await deleteVolume(host, vol);
}

/** parted takes the first free number, and libvirt refuses every other name: "sdb1", "loop0p1". */
export async function nextPartition(host: LibvirtHost, { handle }: FoundPool): Promise<string> {
  const { xml } = await host.call(remote.storagePoolGetXmlDesc, { pool: handle, flags: 0 });
  const device = attribute(path(parseXml(xml), 'source', 'device'), 'path') ?? '';
  const base = device.slice(device.lastIndexOf('/') + 1);
  const stem = /\d$/.test(base) ? `${base}p` : base;
  const { vols } = await host.call(remote.storagePoolListAllVolumes, { pool: handle, needResults: 1, flags: 0 });
  const taken = new Set(vols.map(({ name }) => name));
  let number = 1;
  while (taken.has(`${stem}${number}`)) number += 1;
  return `${stem}${number}`;
}

async function repeatedly<T>(attempts: number, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !failedWith(error, 'internal')) throw error;
    }
  }
}
