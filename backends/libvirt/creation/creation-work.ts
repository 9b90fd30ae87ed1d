import { randomUUID } from 'node:crypto';
import type { GuestId } from '#model/guest';
import type { Product } from '#model/product';
import type { Note, Operation, VolumeTransfers } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { noSpace } from './creation-checks.ts';
import { findDomain, forceOff, undefine } from '../deletion/domain-removal.ts';
import { explainedStart } from '../guests/start-refusal.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import { failedWith } from '../failed-with.ts';
import type { PlannedTree, PlannedVolume } from './guest-plan.ts';
import { findNewTree, ownerOf, removeTree, treeXml } from './tree-making.ts';
import { fillTree } from './tree-filler.ts';
import { deleteVolume, emptyDiskBytes, fileStores, findNewVolume, volumeXml } from './new-volume.ts';
import { readSourceVolume } from './source-volume.ts';
import type { Domain, Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOf } from '../to-model.ts';
import { toBackendError } from '../to-backend-error.ts';
import { attribute, parseXml, serialize } from '../xml/document.ts';
import { settled } from '../xml/settled-definition.ts';

// libvirt: virDomainState.
const RUNNING = 1;
/** Copying a disk on the host has no end that could be foretold; milliseconds. */
const COPY_PATIENCE_MS = 24 * 3600_000;

interface Made {
  /** As in "left behind: …". */
  readonly what: string;
  readonly notes: readonly Note[];
  readonly remove: (host: LibvirtHost) => Promise<void>;
  /** What was planned, where it is a volume. */
  readonly planned?: PlannedVolume;
}

interface WorkOptions {
  readonly operation: Operation;
  readonly transfers: VolumeTransfers | null;
  readonly patienceMs?: number | undefined;
}

interface Step<T> {
  readonly what: string;
  readonly product: Product;
  readonly make: (host: LibvirtHost) => Promise<T>;
  /** What came of it, when the answer was lost; null: nothing did. */
  readonly find: (host: LibvirtHost) => Promise<T | null>;
  readonly remove: (host: LibvirtHost) => Promise<void>;
}

/**
 * One guest in the making. Each step first notes how to undo it, makes its one change, and drops the note if the change was refused; so the
 * notes are at any time exactly what this operation made or may have made, and nothing that was there before is ever removed.
 */
export class CreationWork {
  readonly #host: EnduringHost;
  readonly #patient: EnduringHost;
  readonly #patienceMs: number | undefined;
  readonly #operation: Operation;
  readonly #transfers: VolumeTransfers | null;
  readonly #made: Made[] = [];
  #step = '';

  constructor(host: LibvirtHost, { operation, transfers, patienceMs }: WorkOptions) {
    this.#patienceMs = patienceMs;
    this.#host = new EnduringHost(host, patienceMs === undefined ? {} : { patienceMs });
    this.#patient = new EnduringHost(host, { patienceMs: COPY_PATIENCE_MS });
    this.#operation = operation;
    this.#transfers = transfers;
  }

  async run(steps: () => Promise<GuestId>): Promise<GuestId> {
    try {
      return await steps();
    } catch (error) {
      throw await this.#rollBack(error);
    } finally {
      this.#host.close();
      this.#patient.close();
    }
  }

  /** Rejects too where the volume came to lie at another place than was planned: the definition names that. */
  async makeVolume(planned: PlannedVolume): Promise<void> {
    const { make, pool: name } = planned;
    const { pool } = await this.#host.read((host) => host.call(remote.storagePoolLookupByName, { name }));
    const vol = await this.#volumeOf(planned, pool);
    const { name: path } = await this.#host.read((host) => host.call(remote.storageVolGetPath, { vol }));
    if (path !== planned.path) {
      throw new BackendError('protocol', `The pool “${pool.name}” has put “${planned.name}” at an unexpected place: ${path}.`);
    }
    if (make.kind !== 'empty' && make.growTo !== null) await this.#grow(vol, make.growTo);
  }

  #volumeOf(planned: PlannedVolume, pool: { name: string; uuid: string }): Promise<Volume> {
    const { make } = planned;
    if (make.kind === 'empty') return this.#makeEmpty(planned, pool, make.size, make.format);
    return make.kind === 'clone' ? this.#clone(planned, pool) : this.#upload(planned, pool);
  }

  async #makeEmpty({ name }: PlannedVolume, pool: { name: string; uuid: string }, size: number, format: 'qcow2' | 'raw'): Promise<Volume> {
    this.#begin('Creating the disk');
    const wanted = { name, size, format, files: await this.#holdsFiles(pool) };
    const xml = serialize(volumeXml(wanted));
    const find = (host: LibvirtHost) => findNewVolume(host, pool, wanted);
    return this.#makeVolume(
      { pool: pool.name, name, capacity: size },
      find,
      async (host) => (await host.job(remote.storageVolCreateXml, { pool, xml, flags: 0 })).vol,
    ).catch(async (error: unknown) => {
      throw await this.#explainFullPool(pool, wanted.files ? emptyDiskBytes(size) : size, error);
    });
  }

  /** The transfer writes its volume down itself, and removes it when it fails; from then on it is one of ours. */
  async #upload(planned: PlannedVolume, pool: { name: string; uuid: string }): Promise<Volume> {
    const { name, make } = planned;
    const from = make.kind === 'upload' ? make.file : make.kind === 'move' ? make.from : null;
    this.#begin('Copying the image to the host');
    if (from === null || this.#transfers === null) {
      throw new BackendError('unsupported', 'Nothing can be copied to this host.');
    }
    const notes: Note[] = [];
    const operation: Operation = {
      report: (step, progress) => this.#operation.report(step, progress),
      signal: this.#operation.signal,
      making: async (product) => {
        const note = await this.#operation.making(product);
        notes.push(note);
        return note;
      },
    };
    const to = { pool: pool.name, name };
    if (make.kind === 'upload' && make.file !== null) await this.#transfers.upload(to, make.file, operation);
    else await this.#transfers.copyExactly(to, from, operation);
    const remove = async (host: LibvirtHost) => {
      const found = await findVolume(host, pool, name);
      if (found !== null) await deleteVolume(host, found);
    };
    this.#made.push({ what: `the image “${name}” in the pool “${pool.name}”`, notes, remove });
    const { vol } = await this.#host.read((host) => host.call(remote.storageVolLookupByName, { pool, name }));
    this.#made.splice(-1, 1, { what: `the image “${vol.key}”`, notes, remove: (host) => deleteVolume(host, vol), planned });
    return vol;
  }

  /** The host copies it; that cannot be stopped, so a cancel counts when it is done. */
  async #clone({ name, make }: PlannedVolume, pool: { name: string; uuid: string }): Promise<Volume> {
    if (make.kind !== 'clone') throw new BackendError('internal', 'This volume is no copy.');
    const { from, format } = make;
    this.#begin('Copying the disk');
    const { capacity } = await this.#host.read((host) => readSourceVolume(host, from));
    const clonevol = await this.#host.read(async (host) => {
      const source = await host.call(remote.storagePoolLookupByName, { name: from.pool });
      return (await host.call(remote.storageVolLookupByName, { pool: source.pool, name: from.name })).vol;
    });
    const xml = serialize(volumeXml({ name, size: capacity, format, files: await this.#holdsFiles(pool) }));
    let lost = false;
    const find = (host: LibvirtHost) => {
      lost = true;
      return findVolume(host, pool, name);
    };
    const copy = async (host: LibvirtHost) => (await host.job(remote.storageVolCreateXmlFrom, { pool, xml, clonevol, flags: 0 })).vol;
    const vol = await this.#makeVolume({ pool: pool.name, name, capacity }, find, copy, this.#patient);
    // A volume of that name and size is there from the first moment of a copy on, and after one that was broken off.
    if (lost) throw new BackendError('connection-lost', 'The connection ended during the copy, which may be incomplete.');
    this.#operation.signal.throwIfAborted();
    return vol;
  }

  async #holdsFiles(pool: { name: string; uuid: string }): Promise<boolean> {
    const { xml } = await this.#host.read((host) => host.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 }));
    return fileStores.has(attribute(parseXml(xml), 'type') ?? '');
  }

  async #grow(vol: Volume, size: number): Promise<void> {
    const { capacity } = await this.#host.read((host) => host.call(remote.storageVolGetInfo, { vol }));
    if (bytesOf(capacity) >= size) return;
    this.#begin('Growing the disk');
    const grow = async (host: LibvirtHost) => {
      await host.job(remote.storageVolResize, { vol, capacity: BigInt(size), flags: 0 });
      return true;
    };
    const find = async (host: LibvirtHost) =>
      bytesOf((await host.call(remote.storageVolGetInfo, { vol })).capacity) >= size ? true : null;
    await this.#host.change(grow, find, this.#operation.signal);
  }

  /** A container's files. */
  async makeTree(tree: PlannedTree): Promise<void> {
    const { pool: inPool, name, path, idMap, fill } = tree;
    this.#begin('Making a folder for the files');
    const product = { kind: 'tree', pool: inPool, name, filler: randomUUID() } as const;
    const owner = ownerOf(idMap);
    const { pool } = await this.#host.read((host) => host.call(remote.storagePoolLookupByName, { name: inPool }));
    let made = false;
    const vol = await this.#make({
      what: `the folder “${name}” in the pool “${inPool}”`,
      product,
      make: async (host) => (await host.job(remote.storageVolCreateXml, { pool, xml: treeXml(name, owner), flags: 0 })).vol,
      find: (host) => findNewTree(host, pool, name, owner),
      remove: (host) => removeTree(host, product, { made, patienceMs: this.#patienceMs }),
    });
    made = true;
    const { name: place } = await this.#host.read((host) => host.call(remote.storageVolGetPath, { vol }));
    if (place !== path) throw new BackendError('protocol', `The pool “${inPool}” has put “${name}” at an unexpected place: ${place}.`);
    this.#begin(fill.kind === 'archive' ? 'Unpacking the archive' : 'Putting the system together');
    await fillTree(this.#host, product.filler, tree, this.#operation);
    if (fill.kind === 'archive' && fill.copied !== null) await this.discard(fill.copied);
  }

  async define(uuid: string, name: string, xml: string): Promise<Domain> {
    this.#begin('Defining the guest');
    return this.#make({
      what: `the guest “${name}”`,
      product: { kind: 'guest', id: uuid, name },
      find: (host) => findDomain(host, uuid),
      make: async (host) => (await host.job(remote.domainDefineXmlFlags, { xml, flags: 0 })).dom,
      remove: async (host) => {
        const dom = await findDomain(host, uuid);
        if (dom === null) return;
        await forceOff(host, dom);
        await undefine(host, dom);
      },
    });
  }

  async start(dom: Domain): Promise<void> {
    this.#begin('Starting the guest');
    const start = (host: LibvirtHost) => host.job(remote.domainCreateWithFlags, { dom, flags: 0 });
    const find = async (host: LibvirtHost) => {
      const { state } = await host.call(remote.domainGetState, { dom, flags: 0 });
      return state === RUNNING ? { dom } : null;
    };
    // Nothing to undo of its own: undoing the definition forces the guest off first.
    await this.#host.change(start, find, this.#operation.signal).catch((error: unknown) => {
      throw explainedStart(error);
    });
  }

  /**
   * Gives it the definition of all starts but the first: what the host made of that one, with the addresses that it gave to devices and cards.
   * Defining the same once more changes nothing, so a lost answer is asked for again.
   */
  async settle(dom: Domain): Promise<void> {
    this.#begin('Settling the definition');
    const text = await this.#host.read((host) => host.domainXml(dom, DomainXml.inactive | DomainXml.secure));
    const xml = serialize(settled(parseXml(text)));
    const define = (host: LibvirtHost) => host.job(remote.domainDefineXmlFlags, { xml, flags: 0 });
    await this.#host.change(define, define, this.#operation.signal);
  }

  /** What only the first start needed. */
  async discard(planned: PlannedVolume): Promise<void> {
    const at = this.#made.findIndex((made) => made.planned === planned);
    const made = this.#made[at];
    if (made === undefined) return;
    await this.#host.ensure(made.remove).catch((cause: unknown) => {
      const message = `“${planned.name}” in the pool “${planned.pool}” could not be removed: ${toBackendError(cause).message}`;
      throw new BackendError('internal', message, { cause });
    });
    await Promise.all(made.notes.map((note) => note.gone()));
    this.#made.splice(at, 1);
  }

  #begin(step: string): void {
    this.#operation.signal.throwIfAborted();
    this.#step = step;
    this.#operation.report(step, null);
  }

  async #makeVolume(
    { pool, name, capacity }: { pool: string; name: string; capacity: number },
    find: (host: LibvirtHost) => Promise<Volume | null>,
    make: (host: LibvirtHost) => Promise<Volume>,
    by: EnduringHost = this.#host,
  ): Promise<Volume> {
    const remove = async (host: LibvirtHost) => {
      const vol = await find(host);
      if (vol !== null) await deleteVolume(host, vol);
    };
    const what = `the disk “${name}” in the pool “${pool}”`;
    const vol = await this.#make({ what, product: { kind: 'volume', pool, name, capacity }, make, find, remove }, by);
    // From here on it is known to be ours, whatever the guest writes to it.
    const last = this.#made.at(-1);
    this.#made.splice(-1, 1, { what: `the disk “${vol.key}”`, notes: last?.notes ?? [], remove: (host) => deleteVolume(host, vol) });
    return vol;
  }

  async #make<T>({ what, product, make, find, remove }: Step<T>, by: EnduringHost = this.#host): Promise<T> {
    const note = await this.#operation.making(product);
    this.#made.push({ what, notes: [note], remove });
    try {
      const made = await by.change(make, find, by === this.#host ? this.#operation.signal : undefined);
      await note.made();
      return made;
    } catch (error) {
      if (!failedWith(error, 'outcome-unknown')) {
        this.#made.pop();
        await note.gone();
      }
      throw error;
    }
  }

  /** libvirt reports a full disk in the words of the program that wrote it; the pool's own numbers tell. */
  async #explainFullPool(pool: { name: string; uuid: string }, needed: number, error: unknown): Promise<unknown> {
    const look = async (host: LibvirtHost) => {
      // libvirt's numbers are those of its last look.
      await host.job(remote.storagePoolRefresh, { pool, flags: 0 });
      return host.call(remote.storagePoolGetInfo, { pool });
    };
    const info = await this.#host.read(look).catch(() => null);
    if (info === null || bytesOf(info.available) >= needed) return error;
    const { message } = toBackendError(error);
    return new BackendError('no-space', noSpace(pool.name, bytesOf(info.available), needed), {
      reason: message,
      remedy: 'Make room, or choose another pool.',
      cause: error,
    });
  }

  /** Removes what was made, last first, and resolves to the error to reject with. */
  async #rollBack(error: unknown): Promise<BackendError> {
    if (this.#made.length > 0) this.#operation.report('Undoing', null);
    const leftovers: string[] = [];
    for (let made = this.#made.pop(); made !== undefined; made = this.#made.pop()) {
      const { what, remove, notes } = made;
      try {
        await this.#host.ensure(remove);
        await Promise.all(notes.map((note) => note.gone()));
      } catch (cause) {
        leftovers.push(`${what} (${toBackendError(cause).message})`);
      }
    }
    return this.#failure(error, leftovers);
  }

  #failure(error: unknown, leftovers: readonly string[]): BackendError {
    const cause = toBackendError(error);
    const cancelled = this.#operation.signal.aborted && cause.code !== 'outcome-unknown';
    const message = cancelled ? 'Creating the guest was cancelled.' : `${this.#step} failed. ${cause.message}`;
    const left = leftovers.length === 0 ? '' : ` Left behind, because removing it failed too: ${leftovers.join('; ')}.`;
    return new BackendError(cancelled ? 'cancelled' : cause.code, message + left, {
      reason: cause.reason,
      remedy: leftovers.length === 0 ? cause.remedy : 'Delete what was left behind before you try again.',
      cause: error,
    });
  }
}

async function findVolume(host: LibvirtHost, pool: { name: string; uuid: string }, name: string): Promise<Volume | null> {
  try {
    return (await host.call(remote.storageVolLookupByName, { pool, name })).vol;
  } catch (error) {
    if (failedWith(error, 'not-found')) return null;
    throw error;
  }
}
