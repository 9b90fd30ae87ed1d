import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Operation } from '../../backend.ts';
import { IMAGE_HEAD, parseDiskImage } from '../../disk-image.ts';
import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { measureVolume } from '../storage/volume-lookup.ts';
import { toBackendError } from '../to-backend-error.ts';
import { type GuestDisk, whereIs } from './guest-disks.ts';
import { serveBlocks } from './nbd-server.ts';
import type { InspectedImage } from './virt-inspector.ts';
import { VolumeBlocks } from './volume-blocks.ts';

const MiB = 1024 * 1024;

export interface ServedDisks {
  readonly images: readonly InspectedImage[];
  /** Why the host stopped telling what is on them; null: it did not. */
  readonly failure: BackendError | null;
  close(): Promise<void>;
}

/** The disks as addresses that only programs of this person can read from, for as long as they are not closed. Nothing of them is kept. */
export async function serveDisks(host: LibvirtHost, disks: readonly GuestDisk[], operation: Operation): Promise<ServedDisks> {
  const folder = await mkdtemp(join(tmpdir(), 'guesthouse-disks-'));
  const end = new AbortController();
  const cancel = () => end.abort(operation.signal.reason);
  operation.signal.addEventListener('abort', cancel, { once: true });
  const { signal } = end;
  const all: VolumeBlocks[] = [];
  let [fetched, failure]: [number, BackendError | null] = [0, null];
  const close = async () => {
    operation.signal.removeEventListener('abort', cancel);
    end.abort();
    for (const blocks of all) blocks.close();
    await rm(folder, { recursive: true, force: true });
  };
  const onFetched = (bytes: number) => {
    fetched += bytes;
    operation.report(`Reading the disks from the host: ${Math.ceil(fetched / MiB)} MiB so far`, null);
  };
  try {
    operation.report('Reading the disks from the host', null);
    const images: InspectedImage[] = [];
    for (const disk of disks) {
      const blocks = await blocksOf(host, disk, { signal, onFetched });
      all.push(blocks);
      const socket = join(folder, `${images.length}`);
      await serveBlocks(blocks, socket, signal, (why) => (failure ??= toBackendError(why)));
      images.push({ image: `nbd://?socket=${socket}`, format: disk.format });
    }
    return {
      images,
      get failure() {
        return failure;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function blocksOf(
  host: LibvirtHost,
  disk: GuestDisk,
  rest: { readonly signal: AbortSignal; onFetched(bytes: number): void },
): Promise<VolumeBlocks> {
  const vol = await volumeOf(host, disk.source);
  if (vol === null) throw outOfReach(disk, 'It is in no active storage pool, so the host cannot be asked for what is in it.');
  const { physical } = await measureVolume(host, vol);
  const blocks = new VolumeBlocks(host, vol, { size: physical, ...rest });
  try {
    if (disk.format !== 'raw') requireWhole(disk, await blocks.read(0, Math.min(IMAGE_HEAD, physical)), physical);
    return blocks;
  } catch (error) {
    blocks.close();
    throw toBackendError(error);
  }
}

/** An image that names other files names files of its host: opened from here, they would be this computer's. */
function requireWhole(disk: GuestDisk, head: Buffer, size: number): void {
  try {
    if (parseDiskImage(head, size).format === disk.format) return;
  } catch (error) {
    if (!(error instanceof BackendError) || error.code !== 'bad-file') throw error;
  }
  throw outOfReach(disk, 'It is built on another image, so it cannot be read from here alone.');
}

const outOfReach = (disk: GuestDisk, reason: string): BackendError =>
  new BackendError('permission', `The disk ${disk.target} (${whereIs(disk.source)}) cannot be looked into by you.`, {
    reason,
    remedy: 'Run the command on its host, as an administrator.',
  });

/** Null where libvirt knows no such volume. */
export async function volumeOf(host: LibvirtHost, source: GuestDisk['source']): Promise<Volume | null> {
  try {
    if (source.kind !== 'volume') return (await host.call(remote.storageVolLookupByPath, { path: source.path })).vol;
    const { pool } = await host.call(remote.storagePoolLookupByName, { name: source.pool });
    return (await host.call(remote.storageVolLookupByName, { pool, name: source.volume })).vol;
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return null;
  }
}
