import { randomUUID } from 'node:crypto';
import type { DeletionDisk, DeletionPlan, DeletionResult } from '#model/deletion';
import type { GuestId } from '#model/guest';
import type { Product } from '#model/product';
import type { GuestDeletion, Note, Operation } from '../../backend.ts';
import { BackendError, requireChangeable } from '../../errors.ts';
import { HOST_USES_IT } from '../../storage-graph.ts';
import { hasFirmwareState, hasTpmState } from '../definitions/own-state.ts';
import { type PlannedDisk, planDisks } from './deletion-plan.ts';
import { type DomainDisk, disksIn } from '../storage/disk-uses.ts';
import { type PlannedTree, planTrees } from './tree-plan.ts';
import { removeGuestTree } from './tree-removal.ts';
import { findDomain, forceOff, undefine } from './domain-removal.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import { failedWith } from '../failed-with.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import { deleteVolume } from '../creation/new-volume.ts';
import type { Domain, Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { overlaysOf, type StoragePicture, usersOf } from '../storage/storage-needs.ts';
import { readStoragePicture } from '../storage/storage-picture.ts';
import { toBackendError } from '../to-backend-error.ts';
import { parseXml, type XmlElement } from '../xml/document.ts';

interface DeletionOptions {
  /** How long the host may take for one change before it is asked what became of it; milliseconds. */
  readonly patienceMs?: number;
}

export function createGuestDeletion(host: LibvirtHost, options: DeletionOptions = {}): GuestDeletion {
  /** What could not be looked into when the person was asked: only that has been agreed to. */
  const told = new Map<GuestId, ReadonlySet<string>>();

  return {
    async plan(id) {
      requireChangeable(id);
      const examined = await examine(host, id, options);
      told.set(id, new Set(examined.picture.blind));
      return {
        name: examined.dom.name,
        running: examined.dom.id >= 0,
        disks: [...examined.disks, ...examined.trees].map(({ target, folder, path, size, verdict }) => ({
          target,
          folder,
          path,
          size,
          verdict,
        })),
        alsoRemoved: await alsoRemoved(host, examined.dom, examined.documents),
      } satisfies DeletionPlan;
    },

    async delete(id, paths, operation) {
      requireChangeable(id);
      operation.report('Looking at the disks', null);
      const { dom, disks, trees, picture } = await examine(host, id, options);
      const wanted = paths.map((path) => wantedTree(trees, path, id, options) ?? wantedDisk(disks, path)).sort((a, b) => a.turn - b.turn);
      const agreed = told.get(id) ?? new Set();
      if (wanted.length > 0) requireNothingNew(picture, agreed);
      const enduring = new EnduringHost(host, options);
      try {
        const condemned = await noteDown(wanted, operation);
        await removeDefinition(enduring, dom, operation).catch(async (error: unknown) => {
          // The guest is still there, with its disks.
          if (!failedWith(error, 'outcome-unknown')) await Promise.all(condemned.map(({ note }) => note.gone()));
          throw error;
        });
        // From here on the guest is gone, and whatever happens is told as a leftover.
        return await removeDisks(enduring, condemned, operation, (each) => examineAgain(each, agreed, options));
      } finally {
        enduring.close();
      }
    },
  };
}

interface Examined {
  readonly dom: Domain;
  readonly documents: readonly XmlElement[];
  readonly disks: readonly PlannedDisk[];
  readonly trees: readonly PlannedTree[];
  readonly picture: StoragePicture;
}

async function examine(host: LibvirtHost, id: GuestId, { patienceMs }: DeletionOptions): Promise<Examined> {
  const dom = await host.domainOf(id);
  // A change of a running guest may be in one of the two only.
  const documents = [parseXml(await host.domainXml(dom, DomainXml.live)), parseXml(await host.domainXml(dom, DomainXml.inactive))];
  const disks: DomainDisk[] = documents.flatMap(disksIn);
  const picture = await readStoragePicture(host, patienceMs);
  return { dom, documents, disks: planDisks(id, disks, picture), trees: await planTrees(host, id, documents, picture), picture };
}

async function examineAgain(host: LibvirtHost, agreed: ReadonlySet<string>, { patienceMs }: DeletionOptions): Promise<StoragePicture> {
  const picture = await readStoragePicture(host, patienceMs);
  requireNothingNew(picture, agreed);
  return picture;
}

/** Where the person was told that all had been looked into, a disk does not go while something cannot be. */
function requireNothingNew({ blind }: StoragePicture, agreed: ReadonlySet<string>): void {
  const unheard = blind.filter((sentence) => !agreed.has(sentence));
  if (unheard.length === 0) return;
  throw new BackendError('in-use', 'It cannot be told any more whether something else needs the disk.', {
    reason: unheard.join(' '),
    remedy: 'Look at its disks again.',
  });
}

interface Wanted {
  readonly path: string;
  readonly product: Product;
  /** What takes long goes last. */
  readonly turn: number;
  /** `picture` is taken right before. */
  remove(host: EnduringHost, picture: StoragePicture, operation: Operation): Promise<void>;
}

interface Condemned extends Wanted {
  readonly note: Note;
}

/** Once the guest is gone, nothing else tells which disks were to go with it. */
async function noteDown(wanted: readonly Wanted[], operation: Operation): Promise<Condemned[]> {
  const condemned: Condemned[] = [];
  for (const each of wanted) {
    const note = await operation.making(each.product);
    // It is there, and goes with what is in it.
    if (each.product.kind === 'tree') await note.made();
    condemned.push({ ...each, note });
  }
  return condemned;
}

function wantedTree(trees: readonly PlannedTree[], path: string, guest: GuestId, { patienceMs }: DeletionOptions): Wanted | null {
  const tree = trees.find((each) => each.path === path);
  if (tree === undefined) return null;
  if (tree.tree === null) throw stays(`The folder ${path} is not deleted.`, tree, 'Delete the guest without its files.');
  const product = { kind: 'tree', pool: tree.tree.pool, name: tree.tree.name, filler: randomUUID() } as const;
  const condemned = { path, product, guest, patienceMs };
  const remove: Wanted['remove'] = (host, picture, operation) => removeGuestTree(host, condemned, picture, operation);
  return { path, product, turn: 1, remove };
}

const stays = (message: string, { verdict }: DeletionDisk, remedy: string) =>
  new BackendError('in-use', message, { reason: verdict.kind === 'kept' ? verdict.why : null, remedy });

function wantedDisk(disks: readonly PlannedDisk[], path: string): Wanted {
  const disk = disks.find((each) => each.path === path);
  if (disk === undefined) throw new BackendError('bad-input', `The guest has no disk ${path}.`, { remedy: 'Look at its disks again.' });
  if (disk.volume === null) throw stays(`The disk ${path} is not deleted.`, disk, 'Delete the guest without this disk.');
  const { key, pool, name } = disk.volume;
  const product = { kind: 'condemned', pool, name } as const;
  return { path, product, turn: 0, remove: (host, picture) => removeDisk(host, path, { key, pool, name }, picture) };
}

/** Off, then out of libvirt. Rejects if the guest is still there afterwards. */
async function removeDefinition(host: EnduringHost, dom: Domain, operation: Operation): Promise<void> {
  if (operation.signal.aborted) throw new BackendError('cancelled', 'Deleting was cancelled before anything was done.');
  const isGone = async (each: LibvirtHost) => ((await findDomain(each, dom.uuid)) === null ? true : null);
  if (dom.id >= 0) {
    operation.report('Forcing the guest off', null);
    const off = async (each: LibvirtHost) => {
      const now = await findDomain(each, dom.uuid);
      return now === null || now.id < 0 ? true : null;
    };
    await host.change((each) => forceOff(each, dom).then(() => true), off);
  }
  operation.report('Removing the definition', null);
  // A transient guest went with its power.
  if ((await host.read(isGone)) === true) return;
  await host.change((each) => undefine(each, dom).then(() => true), isGone);
}

async function removeDisks(
  host: EnduringHost,
  wanted: readonly Condemned[],
  operation: Operation,
  look: (host: LibvirtHost) => Promise<StoragePicture>,
): Promise<DeletionResult> {
  const deletedDisks: string[] = [];
  const leftovers: { path: string; why: string }[] = [];
  for (const [index, disk] of wanted.entries()) {
    operation.report(`Deleting ${disk.path}`, index / wanted.length);
    try {
      if (operation.signal.aborted) throw new BackendError('cancelled', 'Deleting was cancelled before it was its turn.');
      await disk.remove(host, await host.read(look), operation);
      await disk.note.gone();
      deletedDisks.push(disk.path);
    } catch (error) {
      const { message, reason } = toBackendError(error);
      leftovers.push({ path: disk.path, why: reason === null ? message : `${message} ${reason}` });
    }
  }
  return { deletedDisks, leftovers };
}

/** `picture` is taken right before: since the question was asked somebody may have come to need the disk. */
async function removeDisk(host: EnduringHost, path: string, volume: Volume, picture: StoragePicture): Promise<void> {
  const now = picture.volumes.find((each) => each.key === volume.key && each.pool === volume.pool);
  if (now === undefined) throw new BackendError('not-found', 'The disk is not in its storage pool any more.');
  if (now.path !== path || now.leadsOutside) throw new BackendError('in-use', 'Another file has taken the place of the disk.');
  if (now.usedByHost === true) throw new BackendError('in-use', HOST_USES_IT);
  const needed = new Set([...usersOf(now, picture), ...overlaysOf(now, picture)].map(({ name }) => `“${name}”`));
  if (needed.size > 0) throw new BackendError('in-use', `Meanwhile it is needed by ${[...needed].join(', ')}.`);
  const isGone = (each: LibvirtHost) =>
    each.call(remote.storageVolLookupByKey, { key: volume.key }).then(
      () => null,
      (error: unknown) => {
        if (failedWith(error, 'not-found')) return true;
        throw error;
      },
    );
  await host.change((each) => deleteVolume(each, volume).then(() => true), isGone);
}

/** Each as a phrase. What a driver has no word for, its guests do not have. */
async function alsoRemoved(host: LibvirtHost, dom: Domain, documents: readonly XmlElement[]): Promise<string[]> {
  const none = (error: unknown) => {
    if (!failedWith(error, 'unsupported', 'bad-input')) throw error;
    return 0;
  };
  const [saved, snapshots, checkpoints] = await Promise.all([
    host.call(remote.domainHasManagedSaveImage, { dom, flags: 0 }).then(({ result }) => result, none),
    host.call(remote.domainListAllSnapshots, { dom, needResults: 0, flags: 0 }).then(({ ret }) => ret, none),
    host.call(remote.domainListAllCheckpoints, { dom, needResults: 0, flags: 0 }).then(({ ret }) => ret, none),
  ]);
  const firmware = documents.some(hasFirmwareState);
  const tpm = documents.some(hasTpmState);
  return [
    ...(saved > 0 ? ['its saved memory'] : []),
    ...(snapshots > 0 ? [counted(snapshots, 'snapshot')] : []),
    ...(checkpoints > 0 ? [counted(checkpoints, 'checkpoint')] : []),
    ...(firmware ? ['its UEFI variables'] : []),
    ...(tpm ? ['the secrets in its TPM'] : []),
  ];
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
