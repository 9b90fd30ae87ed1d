import { z } from 'zod';
import type { HardwareOutcome } from '#model/hardware';
import { VolumeName } from '#model/storage';
import { VolumeFormat } from '#model/volume-spec';
import type { Note, Operation } from '../../../../backend.ts';
import { BackendError } from '../../../../errors.ts';
import { readWhole, redefine } from '../../../definitions/redefine.ts';
import { failedWith } from '../../../failed-with.ts';
import { DomainXml } from '../../../host/libvirt-host.ts';
import { EnduringHost } from '../../../host/enduring-host.ts';
import { readStoragePicture } from '../../../storage/storage-picture.ts';
import { cloneVolume } from '../../../storage/volume-clone.ts';
import { findPool, lookUpVolume, measureVolume } from '../../../storage/volume-lookup.ts';
import { removeMade } from '../../../storage/volume-maker.ts';
import { toBackendError } from '../../../to-backend-error.ts';
import { attribute, child, children, element, parseXml, type XmlElement } from '../../../xml/document.ts';
import { replaced, withChild } from '../../../xml/edit.ts';
import { readSource } from '../../../xml/source.ts';
import { namesAny } from '../../named-sources.ts';
import type { OpenGuest } from '../../open-guest.ts';
import { copyAndPivot } from './block-copy.ts';
import { deleteOld } from './discard-action.ts';
import { targetOf } from './disk-buses.ts';
import type { DiskVolume } from './disk-volume.ts';
import { madeVolume, noting } from './made-volume.ts';
import { onVolume } from './new-disk.ts';
import { sourcePath } from './source-fields.ts';

const PATIENCE_MS = 20_000;
const now: HardwareOutcome = { effect: 'now', why: null };

/** What the form asks for. */
export const MoveValues = z.object({ pool: z.string(), name: VolumeName, format: VolumeFormat, keep: z.boolean() });
export type MoveValues = z.infer<typeof MoveValues>;

interface Moving {
  readonly guest: OpenGuest;
  readonly volume: DiskVolume | null;
}

/** The running guest goes on with the copy; then the definition follows, and the old volume goes if it shall. */
export async function moveLive(
  { guest, disk, volume, capacity }: Moving & { readonly disk: XmlElement; readonly capacity: number },
  { pool, name, format, keep }: MoveValues,
  operation: Operation,
): Promise<HardwareOutcome> {
  const { host, dom, context } = guest;
  const target = targetOf(disk);
  const made = await madeVolume(
    host,
    { pool, name, format, capacity, preallocation: 'sparse', backing: null, passphrase: null },
    operation,
  );
  const destination = onVolume(
    element('disk', { type: 'file', device: 'disk' }, element('driver', { name: 'qemu' })),
    made.path,
    made.format,
  );
  try {
    await copyAndPivot({ host, dom, target, destination, version: context.libvirt }, operation);
  } catch (error) {
    // A copy that may still be under way, or in use, is not deleted from under the guest.
    if (!failedWith(error, 'connection-lost', 'outcome-unknown') && !(await mayBeInUse(guest, made.path))) await made.undo();
    if (operation.signal.aborted)
      throw new BackendError('cancelled', 'It was cancelled. The guest goes on with the disk that it had.', { cause: error });
    throw error;
  }
  const why = await followed(guest, target, sourcePath(disk), made).catch((error: unknown) => toBackendError(error).message);
  if (why !== null) return { effect: 'now', why: `The running guest has the new volume, its definition still the old one: ${why}` };
  if (!keep && volume !== null) await deleteOld(host, { pool: volume.pool, name: volume.name }, operation);
  return now;
}

/**
 * libvirt itself changes the definition at the pivot where that named the same source (qemuBlockJobRewriteConfigDiskSource); else it is done
 * here. Null where it is as it should be.
 */
async function followed(
  { host, dom, persistent }: OpenGuest,
  target: string,
  old: string | null,
  made: { readonly path: string; readonly format: string },
): Promise<string | null> {
  if (!persistent) return null;
  const text = await readWhole(host, dom);
  const source = readSource(text);
  const disk = diskAt(source.root, target);
  if (disk === null) return null;
  const path = sourcePath(disk);
  if (path === made.path && attribute(child(disk, 'driver'), 'type') === made.format) return null;
  // Somebody has given it another disk for the next start: that is theirs.
  if (path !== old && path !== made.path && path !== null) return null;
  const domain = withChild(source.root, 'devices', (devices) => devices && replaced(devices, disk, onVolume(disk, made.path, made.format)));
  await redefine(host, dom, text, source.write(domain));
  return null;
}

/** Whether the guest writes there, copies to there, or will do so with its next start. What cannot be read may say so. */
async function mayBeInUse({ host, dom, persistent }: OpenGuest, path: string): Promise<boolean> {
  const sources = new Set([path]);
  try {
    const texts = await Promise.all([host.domainXml(dom, DomainXml.live), ...(persistent ? [readWhole(host, dom)] : [])]);
    return texts.some((text) => namesAny(parseXml(text), sources));
  } catch {
    return true;
  }
}

const diskAt = (domain: XmlElement, target: string): XmlElement | null =>
  children(child(domain, 'devices'), 'disk').find((disk) => targetOf(disk) === target) ?? null;

/** Of a guest that is off: a clone, and the definition with it. */
export async function moveOff(
  { guest, disk, volume }: Moving & { readonly disk: XmlElement | null },
  { pool, name, format, keep }: MoveValues,
  operation: Operation,
): Promise<HardwareOutcome> {
  const { host, dom, source, text } = guest;
  if (disk === null || volume === null) throw new BackendError('not-found', 'The disk is in no active storage pool any more.');
  const notes: Note[] = [];
  const from = { pool: volume.pool, name: volume.name };
  const noted = noting(operation, notes);
  await cloneVolume(host, { kind: 'clone', volume: from, to: { pool, name }, format }, await readStoragePicture(host), noted);
  const into = await findPool(host, pool, PATIENCE_MS);
  const vol = await lookUpVolume(host, into.handle, name);
  if (vol === null) throw new BackendError('not-found', `The volume “${name}” is gone right after it was made.`);
  const sizes = await measureVolume(host, vol);
  const moved = onVolume(disk, sizes.path, into.files ? format : 'raw');
  const domain = withChild(source.root, 'devices', (devices) => devices && replaced(devices, disk, moved));
  operation.report('Changing the definition', null);
  try {
    await redefine(host, dom, text, source.write(domain), { signal: operation.signal });
  } catch (error) {
    // Ours may have been taken, and somebody's next one be built on it.
    if (failedWith(error, 'connection-lost', 'outcome-unknown') || (await mayBeInUse(guest, sizes.path))) throw error;
    const enduring = new EnduringHost(host);
    await enduring.ensure((each) => removeMade(each, into, name, vol, 0)).finally(() => enduring.close());
    for (const note of notes) await note.gone();
    throw error;
  }
  if (!keep) await deleteOld(host, from, operation);
  return now;
}
