import { ImageFormat } from '#model/disk-image';
import type { VolumeRef } from '#model/storage';
import type { Note, Operation, VolumeTransfers } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { HOST_USES_IT } from '../../storage-graph.ts';
import { ImageFile, type ImageSource } from '../../image-file.ts';
import { PartFile } from '../../part-file.ts';
import { unlessAborted } from '../../unless-aborted.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import { failedWith } from '../failed-with.ts';
import { shellWord } from '../guests/guest-actions.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { deleteVolume } from '../creation/new-volume.ts';
import type { Pool, Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { assertSame, StreamedImage } from './exact-copy.ts';
import { receiveFile, removePart } from './receive-file.ts';
import { sendFile } from './send-file.ts';
import { doubtsAbout, overlaysOf, usersOf } from './storage-needs.ts';
import { readStoragePicture } from './storage-picture.ts';
import { toBackendError } from '../to-backend-error.ts';
import { TransferProgress } from './transfer-progress.ts';
import { knowsHoles, onStreamOfItsOwn } from './transfer-session.ts';
import { findPool, type FoundPool, lookUpVolume, measureVolume, refreshPool, writersOf } from './volume-lookup.ts';
import { element, serialize } from '../xml/document.ts';

// libvirt: VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM, VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM.
const SPARSE = 1;
/** How long a daemon may take to make a volume or open a stream; milliseconds. */
const PATIENCE_MS = 120_000;

export function createVolumeTransfers(host: LibvirtHost, { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {}): VolumeTransfers {
  const holes = knowsHoles(host.facts.daemonVersion);
  const common = { host, patienceMs };

  async function fillNew(to: VolumeRef, image: ImageSource, operation: Operation, verify: Reading | null): Promise<void> {
    const pool = await findPool(host, to.pool, patienceMs);
    const sparse = holes && pool.files;
    refuseUpload(image, pool, sparse);
    if ((await lookUpVolume(host, pool.handle, to.name)) !== null) throw taken(to);
    await new NewVolume({ ...common, image, to, pool, operation, sparse, verify }).fill();
  }

  return {
    upload: (to, file, operation) => withImage(file, operation, (image) => fillNew(to, image, operation, null)),

    async copyExactly(to, from, operation) {
      const reading: Reading = (work) =>
        'path' in from ? withImage(from, operation, work) : withVolume({ ...common, sparse: holes }, from, operation, work);
      // Read once more from its begin: what changed meanwhile is told too.
      await reading((image) => fillNew(to, image, operation, reading));
    },

    async doubtsAboutReplacing(ref) {
      return (await examine(host, ref, patienceMs)).doubts;
    },

    replace: (ref, file, operation) =>
      withImage(file, operation, async (image) => {
        const { vol, pool } = await examine(host, ref, patienceMs);
        const { format, capacity } = await measureVolume(host, vol);
        const { image: is } = image;
        if (is.format !== (format === 'iso' || format === null ? 'raw' : format)) {
          throw new BackendError('bad-file', `“${is.name}” is a ${is.format} image, and the volume is ${format ?? 'raw'}.`, {
            remedy: 'Convert the image with qemu-img, or upload it as a new volume.',
          });
        }
        if (is.capacity > capacity || (is.format === 'raw' && is.size < capacity)) {
          throw new BackendError('bad-file', `“${is.name}” holds a disk of ${is.capacity} bytes, and the volume is one of ${capacity}.`, {
            remedy: 'Upload it as a new volume.',
          });
        }
        const note = await operation.making({ kind: 'overwritten', ...ref });
        await note.made();
        await fill({ ...common, vol, image, operation, sparse: false }).catch((error: unknown) => {
          throw explained(`Uploading onto “${ref.name}” failed.`, error, operation, ` “${ref.name}” is incomplete now.`, {
            remedy: 'Upload it again, or delete it. No guest should use it.',
          });
        });
        await refreshPool(host, pool, patienceMs).catch(() => undefined);
      }),

    async download(ref, to, operation) {
      operation.report('Looking at the volume', null);
      const pool = await findPool(host, ref.pool, patienceMs);
      const vol = await lookUpVolume(host, pool.handle, ref.name);
      if (vol === null) throw noVolume(ref);
      const { physical, allocation, path } = await measureVolume(host, vol);
      const writers = await writersOf(host, ref, path);
      if (writers.length > 0) throw written(writers);
      const sparse = holes && pool.files;
      const part = await operation.making({ kind: 'file', path: PartFile.pathOf(to) });
      const file = await PartFile.create(to, sparse ? Math.min(allocation, physical) : physical).catch(async (error: unknown) => {
        await part.gone();
        throw error;
      });
      try {
        await part.made();
        const { signal } = operation;
        const progress = new TransferProgress(operation, 'Downloading', physical);
        // A length of 0 is "all"; all of nothing is known without asking.
        const args = { vol, offset: 0n, length: BigInt(physical), flags: sparse ? SPARSE : 0 };
        if (physical > 0) {
          await onStreamOfItsOwn(host, { procedure: remote.storageVolDownload, args, openMs: patienceMs, signal }, async (stream) => {
            const options = { limit: physical, signal, onProgress: (done: number) => progress.tell(done) };
            const size = await receiveFile(stream, file, options);
            if (size < physical) throw new BackendError('protocol', `The host sent ${size} of ${physical} bytes, and called that all.`);
          });
        }
        operation.report('Waiting for the disk', null);
        await unlessAborted(signal, file.settle(physical));
        await file.keep();
      } catch (error) {
        throw explained(`Downloading “${ref.name}” failed.`, error, operation, await removePart(file, part));
      }
    },

    commandFor(what, { pool, name }, file) {
      const line = (...words: readonly string[]) => ['virsh', '-c', host.address, ...words].map(shellWord).join(' ');
      const sparse = holes && what !== 'replace' ? ['--sparse'] : [];
      const move = line(what === 'download' ? 'vol-download' : 'vol-upload', '--pool', pool, '--vol', name, '--file', file.name, ...sparse);
      if (what !== 'upload') return move;
      const size = ['--capacity', String(file.size ?? 0), '--allocation', '0', '--format', 'raw'];
      return `${line('vol-create-as', '--pool', pool, '--name', name, ...size)} && ${move}`;
    },
  };
}

/** Opens what is copied, as often as it is called. */
type Reading = (work: (image: ImageSource) => Promise<void>) => Promise<void>;

interface VolumeReading {
  readonly host: LibvirtHost;
  readonly patienceMs: number;
  readonly sparse: boolean;
}

/** A volume that nobody writes to, read from its begin. */
async function withVolume(
  { host, patienceMs, sparse }: VolumeReading,
  ref: VolumeRef,
  { signal }: Operation,
  work: (image: ImageSource) => Promise<void>,
): Promise<void> {
  const pool = await findPool(host, ref.pool, patienceMs);
  const vol = await lookUpVolume(host, pool.handle, ref.name);
  if (vol === null) throw noVolume(ref);
  const { physical, allocation, path, format } = await measureVolume(host, vol);
  const writers = await writersOf(host, ref, path);
  if (writers.length > 0) throw written(writers);
  const facts = { name: ref.name, format: ImageFormat.catch('raw').parse(format), size: physical, allocated: allocation };
  if (physical === 0) throw new BackendError('bad-file', `“${ref.name}” is empty: there is nothing on it.`, { remedy: 'Choose another.' });
  const args = { vol, offset: 0n, length: BigInt(physical), flags: sparse && pool.files ? SPARSE : 0 };
  await onStreamOfItsOwn(host, { procedure: remote.storageVolDownload, args, openMs: patienceMs, signal }, (stream) =>
    work(new StreamedImage(stream, facts)),
  );
}

async function withImage(file: { path: string }, operation: Operation, work: (image: ImageSource) => Promise<void>): Promise<void> {
  operation.report('Checking the file', null);
  const image = await ImageFile.open(file);
  try {
    await work(image);
  } finally {
    const closed = image.close();
    // That waits for a read under way, and nobody who has cancelled waits for a disk that stands still.
    if (operation.signal.aborted) closed.catch(() => undefined);
    else await closed;
  }
}

function refuseUpload({ image, allocated }: ImageSource, { handle, available, files }: FoundPool, sparse: boolean): void {
  if (!files && image.format !== 'raw') {
    throw new BackendError(
      'unsupported',
      `The pool “${handle.name}” holds raw disks only, and “${image.name}” is a ${image.format} image.`,
      {
        remedy: 'Choose a pool that is a folder, or convert the image with qemu-img.',
      },
    );
  }
  const needed = sparse ? Math.min(image.size, allocated) : image.size;
  if (needed > available) {
    throw new BackendError(
      'no-space',
      `The pool “${handle.name}” has too little space: ${available} bytes are free, ${needed} are needed.`,
      {
        remedy: 'Make room, or choose another pool.',
      },
    );
  }
}

interface FillOptions {
  readonly host: LibvirtHost;
  readonly patienceMs: number;
  readonly vol: Volume;
  readonly image: ImageSource;
  readonly operation: Operation;
  readonly sparse: boolean;
}

/** Resolves when the daemon has said that it wrote all of the file, and nobody changed the file meanwhile. */
async function fill({ host, patienceMs, vol, image, operation, sparse }: FillOptions): Promise<void> {
  const { size } = image.image;
  const { signal } = operation;
  const progress = new TransferProgress(operation, 'Uploading', size);
  // A length of 0 would announce anything at all; nothing needs no stream.
  const args = { vol, offset: 0n, length: BigInt(size), flags: sparse ? SPARSE : 0 };
  if (size > 0) {
    await onStreamOfItsOwn(host, { procedure: remote.storageVolUpload, args, openMs: patienceMs, signal }, async (stream) => {
      await sendFile(image, stream, { sparse, signal, onProgress: (done) => progress.tell(done) });
      operation.report('Waiting for the host', null);
      await stream.finish();
    });
  }
  signal.throwIfAborted();
  await image.assertUnchanged();
}

interface NewVolumeOptions extends Omit<FillOptions, 'vol'> {
  readonly to: VolumeRef;
  readonly pool: FoundPool;
  /** Opens the original again, to hold the volume against it; null: its size is enough. */
  readonly verify: Reading | null;
}

/**
 * A volume that is made for an image and filled with it, or not there. It is made raw, as long as the file: all of it reads as zeros then,
 * so that holes may be skipped. One made in the image's own format has tables of its own in it, and those would stay where the image has
 * holes. libvirt reads the format from the image's head when all of it is there.
 */
class NewVolume {
  readonly #options: NewVolumeOptions;
  readonly #host: EnduringHost;

  constructor(options: NewVolumeOptions) {
    this.#options = options;
    this.#host = new EnduringHost(options.host, { patienceMs: options.patienceMs });
  }

  async fill(): Promise<void> {
    const { to, image, operation } = this.#options;
    let remove: ((host: LibvirtHost) => Promise<void>) | null = null;
    let note: Note | null = null;
    try {
      operation.report('Making the volume', null);
      operation.signal.throwIfAborted();
      note = await operation.making({ kind: 'volume', ...to, capacity: image.image.size });
      remove = async (host) => {
        const found = await this.#find(host);
        if (found !== null) await deleteVolume(host, found);
      };
      const vol = await this.#make().catch((error: unknown) => {
        // Whatever is there is then somebody else's.
        if (!failedWith(error, 'outcome-unknown')) remove = null;
        throw error;
      });
      remove = (host) => deleteVolume(host, vol);
      await note.made();
      await fill({ ...this.#options, vol });
      await this.#check(vol);
    } catch (error) {
      const left = remove === null ? '' : await this.#undo(remove);
      if (left === '') await note?.gone();
      const more = left === '' ? {} : { remedy: 'Delete the volume before you try again.' };
      throw explained(`Uploading “${to.name}” failed.`, this.#orFull(error), operation, left, more);
    } finally {
      this.#host.close();
    }
  }

  #make(): Promise<Volume> {
    const { to, pool, image, sparse, operation } = this.#options;
    const { size } = image.image;
    const xml = serialize(
      element(
        'volume',
        {},
        element('name', {}, to.name),
        element('capacity', { unit: 'bytes' }, String(size)),
        ...(sparse ? [element('allocation', { unit: 'bytes' }, '0')] : []),
        ...(pool.files ? [element('target', {}, element('format', { type: 'raw' }))] : []),
      ),
    );
    const make = async (host: LibvirtHost) => (await host.job(remote.storageVolCreateXml, { pool: pool.handle, xml, flags: 0 })).vol;
    return this.#host.change(make, (host) => this.#find(host), operation.signal);
  }

  /** What a call whose answer was lost has made: it has the name that was free before, the size, and nothing in it yet. */
  async #find(host: LibvirtHost): Promise<Volume | null> {
    const { to, pool, image, sparse } = this.#options;
    const vol = await lookUpVolume(host, pool.handle, to.name);
    if (vol === null) return null;
    const { physical, allocation } = await measureVolume(host, vol);
    return physical >= image.image.size && (!sparse || allocation === 0) ? vol : null;
  }

  /** The other end's own word on it. */
  async #check(vol: Volume): Promise<void> {
    const { image, pool, operation } = this.#options;
    operation.report('Checking the volume', null);
    const { physical } = await this.#host.read((host) => measureVolume(host, vol));
    const { size } = image.image;
    if (pool.files ? physical !== size : physical < size) {
      throw new BackendError('protocol', `The volume has ${physical} bytes on the host, and the file has ${size}.`);
    }
    await this.#options.verify?.((original) => this.#compare(vol, original));
    await this.#host.read((host) => refreshPool(host, pool.handle, this.#options.patienceMs));
  }

  async #compare(vol: Volume, original: ImageSource): Promise<void> {
    const { host, patienceMs, image, sparse, operation } = this.#options;
    const { size } = image.image;
    const { signal } = operation;
    if (original.image.size !== size) throw new BackendError('bad-file', `“${image.image.name}” was changed while it was read.`);
    const progress = new TransferProgress(operation, 'Comparing', size);
    const args = { vol, offset: 0n, length: BigInt(size), flags: sparse ? SPARSE : 0 };
    if (size === 0) return;
    await onStreamOfItsOwn(host, { procedure: remote.storageVolDownload, args, openMs: patienceMs, signal }, (copy) =>
      assertSame(copy, original, { signal, onProgress: (done) => progress.tell(done) }),
    );
  }

  /** What to say of what is left. */
  async #undo(remove: (host: LibvirtHost) => Promise<void>): Promise<string> {
    this.#options.operation.report('Deleting the volume', null);
    try {
      await this.#host.ensure(remove);
      return '';
    } catch (cause) {
      return ` An incomplete volume “${this.#options.to.name}” was left behind, because deleting it failed too: ${toBackendError(cause).message}`;
    }
  }

  /** libvirt tells of it in the words of the system call. */
  #orFull(error: unknown): unknown {
    const { pool, operation } = this.#options;
    if (operation.signal.aborted || !failedWith(error, 'no-space')) return error;
    return new BackendError('no-space', `The disk of the pool “${pool.handle.name}” is full.`, {
      reason: toBackendError(error).message,
      remedy: 'Make room, or choose another pool.',
      cause: error,
    });
  }
}

/** A volume that may be written over, as far as that can be seen. Rejects with 'not-found', 'in-use' or 'unsupported'. */
async function examine(host: LibvirtHost, ref: VolumeRef, patienceMs: number): Promise<{ vol: Volume; pool: Pool; doubts: string[] }> {
  const { handle } = await findPool(host, ref.pool, patienceMs);
  const picture = await readStoragePicture(host);
  const known = picture.volumes.find(({ pool, name }) => pool === ref.pool && name === ref.name);
  const vol = await lookUpVolume(host, handle, ref.name);
  if (known === undefined || vol === null) throw noVolume(ref);
  if (known.usedByHost === true) {
    throw new BackendError('in-use', `“${ref.name}” cannot be overwritten.`, {
      reason: HOST_USES_IT,
      remedy: 'End that on the host first, or upload the image as a new volume.',
    });
  }
  if (known.leadsOutside) {
    throw new BackendError('unsupported', `“${ref.name}” is a link to a file outside of its pool, which would be overwritten.`, {
      remedy: 'Upload the image as a new volume.',
    });
  }
  const users = [...usersOf(known, picture).map(({ name }) => name), ...overlaysOf(known, picture).map(({ name }) => name)];
  if (users.length > 0) {
    throw new BackendError('in-use', `“${ref.name}” is needed by ${users.map((name) => `“${name}”`).join(', ')}.`, {
      remedy: 'Upload the image as a new volume.',
    });
  }
  return { vol, pool: handle, doubts: doubtsAbout(picture, [ref]) };
}

const taken = ({ pool, name }: VolumeRef) =>
  new BackendError('exists', `The pool “${pool}” has a volume “${name}” already.`, { remedy: 'Choose another name.' });
const written = (writers: readonly string[]) =>
  new BackendError('in-use', `“${writers.join('”, “')}” is running and may write to the volume: a copy would be of no use.`, {
    remedy: 'Shut the guest down first.',
  });
const noVolume = ({ pool, name }: VolumeRef) => new BackendError('not-found', `The pool “${pool}” has no volume “${name}” any more.`);

function explained(what: string, error: unknown, { signal }: Operation, left = '', more: { remedy?: string } = {}): BackendError {
  const cause = toBackendError(error);
  const cancelled = signal.aborted && !failedWith(error, 'outcome-unknown');
  return new BackendError(cancelled ? 'cancelled' : cause.code, (cancelled ? 'Cancelled.' : `${what} ${cause.message}`) + left, {
    reason: cancelled ? null : cause.reason,
    remedy: more.remedy ?? cause.remedy,
    cause: error,
  });
}
