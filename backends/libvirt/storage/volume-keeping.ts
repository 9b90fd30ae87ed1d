import type { GuestId } from '#model/guest';
import type { VolumeRef } from '#model/storage';
import type { StorageOutlook } from '#model/storage-outlook';
import type { VolumeChange, WipeAlgorithm } from '#model/volume-spec';
import type { Operation } from '../../backend.ts';
import type { VolumeKeeping } from '../../volume-keeping.ts';
import { BackendError } from '../../errors.ts';
import { isThin } from '../creation/new-volume.ts';
import { HOST_USES_IT } from '../../storage-graph.ts';
import { failedWith } from '../failed-with.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { toBackendError } from '../to-backend-error.ts';
import { doubtsAbout, graphOf, type StoragePicture } from './storage-needs.ts';
import { readStoragePicture } from './storage-picture.ts';
import { cloneVolume, planClone } from './volume-clone.ts';
import { volumeCommand } from './volume-command.ts';
import { deleteVolumes, noVolume, outlookOfDeleting, requireNothingNew } from './volume-deletion.ts';
import { findPool, type FoundPool, lookUpVolume, measureVolume, refreshPool, type VolumeSizes } from './volume-lookup.ts';
import { factsFor, LONG_MS, makeVolume, requireRoom } from './volume-maker.ts';
import { requireZeros } from './volume-tail.ts';
import { createVolumeTexts } from './volume-texts.ts';

// libvirt: virStorageVolResizeFlags.
const Resize = { allocate: 1, shrink: 4 } as const;
// libvirt: virStorageVolWipeAlgorithm.
const WIPE: readonly WipeAlgorithm[] = ['zero', 'nnsa', 'dod', 'bsi', 'gutmann', 'schneier', 'pfitzner7', 'pfitzner33', 'random', 'trim'];
// libvirt: VIR_DOMAIN_BLOCK_RESIZE_BYTES.
const BLOCK_RESIZE_BYTES = 1;
const PATIENCE_MS = 20_000;

type Of<K extends VolumeChange['kind']> = Extract<VolumeChange, { kind: K }>;

export function createVolumeKeeping(host: LibvirtHost): VolumeKeeping {
  return {
    make: (spec, operation) => makeVolume(host, spec, operation),
    outlook: async (change) => outlook(host, change, await readStoragePicture(host)),
    change: (change, agreed, operation) => apply(host, change, agreed, operation),
    commandFor: (wish) => volumeCommand(host.address, wish),
    texts: createVolumeTexts(host),
  };
}

async function outlook(host: LibvirtHost, change: VolumeChange, picture: StoragePicture): Promise<StorageOutlook> {
  if (change.kind === 'delete') return outlookOfDeleting(picture, change.volumes);
  const nothing: StorageOutlook = { paths: [], losses: [], doubts: [], frees: 0 };
  if (change.kind === 'clone') return { ...nothing, paths: [(await planClone(host, change, picture)).path] };
  const { path, off, sizes } = await examine(host, change, picture);
  const doubts = doubtsAbout(picture, [change.volume]);
  if (change.kind === 'wipe') {
    const users = off.length === 0 ? [] : [`It is a disk of ${off.map((name) => `“${name}”`).join(', ')}.`];
    return { ...nothing, paths: [path], losses: [`All that is in ${path} is overwritten.`, ...users], doubts };
  }
  if (change.capacity >= sizes.capacity) return { ...nothing, paths: [path] };
  return { ...nothing, paths: [path], losses: [`The end of ${path} is cut off, where nothing but zeros may lie.`], doubts };
}

interface Examined {
  readonly vol: Volume;
  readonly pool: FoundPool;
  readonly sizes: VolumeSizes;
  readonly path: string;
  /** Guests that are off, and have it as a disk. */
  readonly off: readonly string[];
  /** The guest that runs with it, and can take a larger disk while it does. */
  readonly runner: GuestId | null;
}

/** A volume that may be written to, as far as that can be seen. */
async function examine(host: LibvirtHost, change: Of<'resize' | 'wipe'>, picture: StoragePicture): Promise<Examined> {
  const ref = change.volume;
  const pool = await findPool(host, ref.pool, PATIENCE_MS);
  const vol = await lookUpVolume(host, pool.handle, ref.name);
  const graph = graphOf(picture);
  const known = graph.find(ref);
  if (vol === null || known === null) throw noVolume(ref);
  if (!factsFor(pool)[change.kind]) {
    throw new BackendError('unsupported', `The host cannot ${change.kind} what is in a pool of the kind “${pool.kind}”.`);
  }
  const users = graph.usersOf(known);
  const overlays = graph.overlaysOf(known);
  const running = users.filter((user) => user.running);
  const [overlay] = overlays;
  const [runs] = running;
  if (known.usedByHost) throw inUse(ref, HOST_USES_IT, 'End that on the host first: unmount it, or take it out of what is built on it.');
  if (known.leadsOutside) throw inUse(ref, 'It is a link to a file outside of its storage pool.', 'Change that file instead.');
  if (overlay !== undefined) {
    throw inUse(ref, `“${overlay.ref.name}” is built on it and would be of no use after that.`, 'Change the overlay instead, or clone it.');
  }
  const sizes = await measureVolume(host, vol);
  if (change.kind === 'resize') refuseSize(change, sizes, pool);
  const grows = change.kind === 'resize' && change.capacity > sizes.capacity && running.length === 1 && runs?.kinds.join(' ') === 'disk';
  if (runs !== undefined && !grows) throw inUse(ref, `“${runs.name}” is running and uses it.`, 'Shut the guest down first.');
  return { vol, pool, sizes, path: known.path, off: users.map(({ name }) => name), runner: runs?.guest ?? null };
}

const inUse = ({ name }: VolumeRef, reason: string, remedy: string) =>
  new BackendError('in-use', `“${name}” cannot be changed now.`, { reason, remedy });

function refuseSize({ volume: { name }, capacity, shrink, allocate }: Of<'resize'>, sizes: VolumeSizes, pool: FoundPool): void {
  if (capacity >= sizes.capacity) {
    if (allocate || !isThin(pool.kind)) requireRoom(pool, capacity - sizes.capacity);
    return;
  }
  if (!shrink) {
    throw new BackendError('bad-input', `“${name}” has ${sizes.capacity} bytes, and would lose its end.`, {
      remedy: 'Choose a larger size, or agree to shrink it.',
    });
  }
  if (sizes.format === 'raw') return;
  throw new BackendError(
    'unsupported',
    `Of a ${sizes.format ?? 'device'} volume it cannot be seen from here what lies beyond its new end.`,
    {
      remedy: 'Clone it with the format raw and shrink the clone.',
    },
  );
}

async function apply(host: LibvirtHost, change: VolumeChange, agreed: readonly string[], operation: Operation): Promise<void> {
  const enduring = new EnduringHost(host, { patienceMs: LONG_MS });
  try {
    if (change.kind === 'delete') return await deleteVolumes(enduring, change.volumes, agreed, operation);
    operation.report('Looking at what needs it', null);
    const picture = await readStoragePicture(host);
    if (change.kind === 'clone') return await cloneVolume(host, change, picture, operation);
    const found = await examine(host, change, picture);
    const loses = change.kind === 'wipe' || change.capacity < found.sizes.capacity;
    if (loses) requireNothingNew(picture, [change.volume], agreed);
    return await (change.kind === 'wipe' ? wipe(enduring, change, found, operation) : resize(host, enduring, change, found, operation));
  } finally {
    enduring.close();
  }
}

async function resize(
  host: LibvirtHost,
  enduring: EnduringHost,
  change: Of<'resize'>,
  found: Examined,
  operation: Operation,
): Promise<void> {
  const { vol, pool, sizes } = found;
  const { capacity, allocate } = change;
  const shrinks = capacity < sizes.capacity;
  if (shrinks) await requireZeros(host, { vol, files: pool.files, from: capacity, size: sizes.capacity }, operation);
  operation.signal.throwIfAborted();
  operation.report('Resizing', null);
  if (found.runner !== null) return growInGuest(host, enduring, found.runner, found, capacity);
  const flags = (shrinks ? Resize.shrink : 0) | (allocate && !shrinks ? Resize.allocate : 0);
  await enduring
    .change(
      (each) => each.job(remote.storageVolResize, { vol, capacity: BigInt(capacity), flags }).then(() => true),
      async (each) => ((await each.call(remote.storageVolGetInfo, { vol })).capacity === BigInt(capacity) ? true : null),
    )
    .catch((error: unknown) => {
      throw explained(`“${vol.name}” was not resized.`, error, toBackendError(error).remedy);
    });
}

/** QEMU has the file open, and tells the guest of its new size. libvirt knows of it when it has looked. */
async function growInGuest(
  host: LibvirtHost,
  enduring: EnduringHost,
  id: GuestId,
  { path, pool, vol }: Examined,
  capacity: number,
): Promise<void> {
  const dom = await host.domainOf(id);
  const size = BigInt(capacity);
  await enduring
    .change(
      (each) => each.job(remote.domainBlockResize, { dom, disk: path, size, flags: BLOCK_RESIZE_BYTES }).then(() => true),
      async (each) => ((await each.call(remote.domainGetBlockInfo, { dom, path, flags: 0 })).capacity === size ? true : null),
    )
    .catch((error: unknown) => {
      throw explained(`“${vol.name}” was not resized.`, error, 'Shut the guest down and try again.');
    });
  await enduring.read((each) => refreshPool(each, pool.handle, PATIENCE_MS));
}

async function wipe(host: EnduringHost, { algorithm }: Of<'wipe'>, { vol, pool }: Examined, operation: Operation): Promise<void> {
  operation.signal.throwIfAborted();
  const note = await operation.making({ kind: 'overwritten', pool: pool.handle.name, name: vol.name });
  operation.report('Wiping. Once begun, the host does not stop before its end', null);
  try {
    await host.change(
      (each) => each.job(remote.storageVolWipePattern, { vol, algorithm: WIPE.indexOf(algorithm), flags: 0 }).then(() => true),
      // Nothing tells how far it came.
      () => Promise.resolve(null),
    );
    await note.made();
  } catch (error) {
    if (failedWith(error, 'unsupported', 'not-found', 'permission', 'busy')) await note.gone();
    const scrub = algorithm === 'zero' || algorithm === 'trim' ? null : 'Install the program “scrub” on the host, or choose zeros.';
    throw explained(`“${vol.name}” was not wiped to its end.`, error, scrub ?? 'Wipe it again, or choose another way.');
  }
  // libvirt goes on thinking of it as what it was.
  await host.read((each) => refreshPool(each, pool.handle, PATIENCE_MS));
}

function explained(what: string, error: unknown, remedy: string | null): BackendError {
  const { code, message, reason } = toBackendError(error);
  return new BackendError(code, `${what} ${message}`, { reason, remedy, cause: error });
}
