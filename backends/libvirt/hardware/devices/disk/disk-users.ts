import { setTimeout as sleep } from 'node:timers/promises';
import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { HOST_USES_IT, listed } from '../../../../storage-graph.ts';
import { findFileProblems } from '../../../creation/media-access.ts';
import { failedWith } from '../../../failed-with.ts';
import type { LibvirtHost } from '../../../host/libvirt-host.ts';
import { disksIn, type DomainDisk } from '../../../storage/disk-uses.ts';
import { graphOf, type KnownVolume, type StoragePicture, usersOf, volumeOf } from '../../../storage/storage-needs.ts';
import { isDevice } from '../../../storage/host-uses.ts';
import { readStoragePicture } from '../../../storage/storage-picture.ts';
import { child, element, type XmlElement } from '../../../xml/document.ts';
import { driveFindings } from './drive-findings.ts';
import { blockUseHere, NOTHING_FOUND, usedHere } from '../host-device/disk-findings.ts';
import type { Findings } from '../../device-kind.ts';
import type { OpenGuest } from '../../open-guest.ts';

/** A page is read again at each change of the guest, and looking at all of a host's guests and volumes costs hundreds of calls. */
const REMEMBERED_MS = 5_000;
/** A form is not kept waiting for what stands beside it. */
const PATIENCE_MS = 3_000;

const remembered = new WeakMap<LibvirtHost, { readonly picture: Promise<StoragePicture>; readonly at: number }>();

function pictureOf(host: LibvirtHost): Promise<StoragePicture> {
  const known = remembered.get(host);
  if (known !== undefined && performance.now() - known.at < REMEMBERED_MS) return known.picture;
  const picture = readStoragePicture(host, null);
  remembered.set(host, { picture, at: performance.now() });
  // What failed is tried anew by the next who asks.
  picture.catch(() => remembered.delete(host));
  return picture;
}

/** The one disk, as the storage page knows disks; null: there is nothing in it. */
export function asDomainDisk(disk: XmlElement): DomainDisk | null {
  return disksIn(element('domain', {}, element('devices', {}, disk)))[0] ?? null;
}

interface OtherUser {
  readonly uuid: string;
  readonly name: string;
  readonly running: boolean;
}

/** Other guests that have the same disk, by whatever path. */
function othersIn(picture: StoragePicture, disk: DomainDisk, { dom }: Pick<OpenGuest, 'dom'>): OtherUser[] {
  const volume = volumeOf(disk.source, picture);
  if (volume !== null) return usersOf(volume, picture).filter(({ uuid }) => uuid !== dom.uuid);
  if (disk.source.kind === 'volume') return [];
  const identity = picture.identityOf(disk.source.path);
  return picture.uses.filter(
    ({ uuid, sources }) =>
      uuid !== dom.uuid && sources.some((source) => source.kind !== 'volume' && picture.identityOf(source.path) === identity),
  );
}

/** What stands beside a disk that is there: who else has it, and what is built on it. */
export async function diskNotes(disk: XmlElement, guest: OpenGuest): Promise<string[]> {
  const found = asDomainDisk(disk);
  if (found === null || found.removable) return [];
  const late = sleep(PATIENCE_MS, null, { ref: false });
  const picture = await Promise.race([pictureOf(guest.host).catch(quietUnlessLost), late]);
  if (picture === null) return [];
  const others = othersIn(picture, found, guest);
  const volume = volumeOf(found.source, picture);
  const known = volume === null ? null : graphOf(picture).find(volume);
  const overlays = known === null || known === undefined ? [] : graphOf(picture).overlaysOf(known);
  const encrypted = child(disk, 'encryption') !== null || child(child(disk, 'source'), 'encryption') !== null;
  return [
    ...(others.length === 0 ? [] : [`${listed(others.map(({ name }) => name))} ${others.length === 1 ? 'has' : 'have'} this disk too.`]),
    ...(overlays.length === 0
      ? []
      : [
          `${listed(overlays.map(({ ref }) => ref.name))} ${overlays.length === 1 ? 'is' : 'are'} built on it: what is written to it destroys them.`,
        ]),
    ...(encrypted ? ['It is encrypted; the host keeps its passphrase.'] : []),
  ];
}

function quietUnlessLost(error: unknown): null {
  if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
  return null;
}

/** What only the host knows of a disk that is to be: who else has it, and whether the hypervisor can read it. */
export async function checkDisk(disk: XmlElement, values: FieldValues, guest: OpenGuest): Promise<Findings> {
  const found = asDomainDisk(disk);
  const made = values['storage'] === 'new';
  if (found === null || made || isUnchanged(found, guest)) return { warnings: [], problems: [] };
  const use = await hostUse(found, guest);
  const users = await userProblems(found, guest);
  return {
    warnings: [...(await accessWarnings(found, guest)), ...use.warnings],
    // Both may tell of one guest.
    problems: users.length > 0 ? users : use.problems,
  };
}

/** A disk of the host that it uses itself: a guest that writes to it as well destroys it, one that only reads sees what makes no sense. */
async function hostUse(disk: DomainDisk, { context, host, dom }: OpenGuest): Promise<Findings> {
  const { source, removable, readOnly } = disk;
  if (removable || (source.kind !== 'block' && source.kind !== 'volume')) return NOTHING_FOUND;
  const volume = volumeOf(source, await pictureOf(host));
  if (volume !== null && isDevice(volume)) return volumeUse(volume, disk);
  if (source.kind === 'volume') return NOTHING_FOUND;
  const found = await driveFindings(host, source.path, disk, dom.uuid);
  if (found !== null) return found;
  if (!context.local)
    return { warnings: [`Whether the host itself uses ${source.path} could not be checked: look there first (lsblk).`], problems: [] };
  const { warnings, problems } = usedHere(source.path, 'path', (await blockUseHere(source.path)) ?? { used: [], doubtful: [] });
  return readOnly ? { warnings: [...warnings, ...problems.map(({ message }) => message)], problems: [] } : { warnings, problems };
}

/** The same of a volume, which libvirt lists whoever has it. */
export function volumeUse({ path, usedByHost }: KnownVolume, { source, readOnly }: Pick<DomainDisk, 'source' | 'readOnly'>): Findings {
  if (usedByHost === null)
    return { warnings: [`Whether the host itself uses ${path} could not be checked: look there first (lsblk).`], problems: [] };
  if (!usedByHost) return NOTHING_FOUND;
  const message = `${HOST_USES_IT} What lies there is destroyed when two write to it. Choose another, or end that on the host first.`;
  if (readOnly) return { warnings: [message], problems: [] };
  return { warnings: [], problems: [{ field: source.kind === 'volume' ? 'volume' : 'path', message }] };
}

/** What a guest has already is not looked at again when something else of the disk is changed. */
function isUnchanged(disk: DomainDisk, { source }: OpenGuest): boolean {
  return disksIn(source.root).some(
    (one) =>
      JSON.stringify(one.source) === JSON.stringify(disk.source) && one.readOnly === disk.readOnly && one.shareable === disk.shareable,
  );
}

async function userProblems(disk: DomainDisk, guest: OpenGuest): Promise<FieldProblem[]> {
  if (disk.removable || disk.shareable || disk.readOnly) return [];
  const picture = await readStoragePicture(guest.host, null);
  const others = othersIn(picture, disk, guest);
  const field = disk.source.kind === 'volume' ? 'volume' : 'path';
  if (others.length > 0) {
    const message = `${listed(others.map(({ name }) => name))} ${others.length === 1 ? 'has' : 'have'} this disk. Two guests that write to one disk destroy it. Choose another, or make it read-only or shared.`;
    return [{ field, message }];
  }
  const volume = volumeOf(disk.source, picture);
  const known = volume === null ? null : graphOf(picture).find(volume);
  const overlays = known === null || known === undefined ? [] : graphOf(picture).overlaysOf(known);
  if (overlays.length === 0) return [];
  const message = `${listed(overlays.map(({ ref }) => ref.name))} ${overlays.length === 1 ? 'is' : 'are'} built on it, and would be destroyed by what this guest writes to it. Choose another, or make it read-only.`;
  return [{ field, message }];
}

/** Only of a file, and on this computer: what lies on another nobody can see from here. */
async function accessWarnings({ source }: DomainDisk, { host, context }: OpenGuest): Promise<string[]> {
  if (!host.local || source.kind !== 'file') return [];
  const problems = await findFileProblems(host, { path: source.path }, context.hypervisor);
  return problems.map(({ message, remedy }) => `${message} ${remedy}`);
}
