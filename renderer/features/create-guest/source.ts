import { checksumOf, type Checksum } from '#model/checksum';
import { Bootstrap, type GuestSource, type GuestSourceKind, type MediumOrigin, type Origin, type RootOrigin } from '#model/guest-source';
import type { OperatingSystem } from '#model/guest-spec';
import type { HostDrive } from '#model/host-drive';
import { type CloudInit, HostName } from '#model/cloud-init';
import type { UnattendedWish } from '#model/unattended';
import { bytesOf } from './amount.ts';
import type { Draft, Fields, ImageChoice, PackagesDraft } from './draft.ts';
import { argumentsOf } from './program-arguments.ts';
import type { Road } from './roads.ts';

/** What is known of the chosen source. */
export interface Subject {
  /** As it calls itself. */
  readonly name: string;
  readonly os: { readonly id: string; readonly name: string; readonly recommended?: OperatingSystem['recommended'] } | null;
  /** Bytes of the disk in it; null where it has none, or does not tell. */
  readonly capacity: number | null;
  /** It has to be brought to the host: fetched from the web. */
  readonly fetched: boolean;
  /** It is a file of this computer. */
  readonly local: boolean;
}

/** The drive of the host that the guest begins with; it can be nowhere else. */
export function driveOf(draft: Draft): HostDrive | null {
  const image = draft.road === 'iso' || draft.road === 'disk' ? imageOf(draft) : null;
  return image?.from === 'drive' ? image.drive : null;
}

/** What a person calls it, and where it is: two of a kind have one name. Foreign text. */
export const driveTitle = ({ name, path }: HostDrive): string => (name === '' ? path : `${name} (${path})`);

/** The kind of guest that a road leads to: what is downloaded may be a medium or an image. */
export function sourceKind({ road, sources }: Draft): GuestSourceKind {
  if (road !== 'download') return road;
  return sources.download?.entry.kind === 'image' ? (sources.download.entry.cloudInit ? 'cloud-image' : 'disk') : 'iso';
}

export const isContainer = (kind: GuestSourceKind): boolean => kind === 'container-app' || kind === 'container-os';
/** The source is a disk with a system on it. */
export const bringsDisk = (kind: GuestSourceKind): boolean => kind === 'disk' || kind === 'cloud-image' || kind === 'appliance';

const imageKeys: Readonly<Partial<Record<Road, 'iso' | 'cloud' | 'disk' | 'root'>>> = {
  iso: 'iso',
  'cloud-image': 'cloud',
  disk: 'disk',
  'container-os': 'root',
};

/** The image of a road that has one. */
export function imageOf({ road, sources }: Draft): ImageChoice | null {
  const key = imageKeys[road];
  return key === undefined ? null : sources[key];
}

/** Null while nothing, or not enough, is chosen. */
export function subjectOf(draft: Draft): Subject | null {
  const { road, sources } = draft;
  const plain = { os: null, capacity: null, fetched: false, local: false };
  switch (road) {
    case 'iso':
      return imageSubject(sources.iso);
    case 'cloud-image':
      return imageSubject(sources.cloud);
    case 'disk':
      return imageSubject(sources.disk);
    case 'container-os':
      return sources.packages.wanted ? packagesSubject(sources.packages) : imageSubject(sources.root);
    case 'download':
      return sources.download && { ...plain, name: sources.download.entry.name, os: sources.download.entry.os, fetched: true };
    case 'appliance': {
      if (sources.appliance === null) return null;
      const { name, os, disks } = sources.appliance.appliance;
      return { ...plain, name, os, capacity: disks[0]?.capacity ?? null, local: true };
    }
    case 'tree': {
      const { address, found } = sources.tree;
      if (found === null || found.url !== address.trim()) return null;
      return { ...plain, name: found.name, os: found.os, fetched: true };
    }
    case 'container-app':
      return sources.program.init.startsWith('/') ? { ...plain, name: sources.program.init.split('/').pop() ?? '' } : null;
    case 'pxe':
      return { ...plain, name: 'network-boot' };
    case 'empty':
      break;
  }
  return { ...plain, name: 'empty' };
}

const packagesSubject = (packages: PackagesDraft): Subject | null => {
  const system = bootstrapOf(packages);
  if (system === null) return null;
  const name = system.tool === 'dnf' ? system.release : system.suite;
  return { name: system.tool === 'dnf' ? `fedora-${name}` : name, os: null, capacity: null, fetched: false, local: false };
};

/** What is to be put together; null while something of it is not right. */
export function bootstrapOf({ tool, suite, mirror, release }: PackagesDraft): Bootstrap | null {
  const wish = tool === 'dnf' ? { tool, release: release.trim() } : { tool, suite: suite.trim(), mirror: mirror.trim() };
  return Bootstrap.safeParse(wish).data ?? null;
}

/** Whether the files of a whole system in a container go into a new folder; else they are in one. */
export function isUnpacked({ road, sources: { root, packages } }: Draft): boolean {
  if (road !== 'container-os') return false;
  if (packages.wanted || root.from === 'url') return true;
  return root.from === 'file' ? root.file?.archive === true : root.volume !== null && !root.volume.folder;
}

/** Whether the disk's original is here to be removed, and stays the same when it is copied. */
export function mayMove(draft: Draft): boolean {
  const image = imageOf(draft);
  if (sourceKind(draft) !== 'disk' || image === null || image.from === 'url' || image.from === 'drive') return false;
  return image.from === 'volume' || image.file?.disk?.format === 'raw' || image.file?.disk?.format === 'qcow2';
}

function imageSubject({ from, file, volume, drive, address, found }: ImageChoice): Subject | null {
  switch (from) {
    case 'file':
      if (file === null) return null;
      return {
        name: file.medium?.label.trim() || file.name,
        os: file.os,
        capacity: file.disk?.capacity ?? null,
        fetched: false,
        local: true,
      };
    case 'volume':
      if (volume === null) return null;
      return { name: volume.name, os: null, capacity: volume.capacity, fetched: false, local: false };
    case 'drive': {
      if (drive === null) return null;
      // A disc's name says what it is; a disk's file system has one that is about something else.
      const name = (drive.kind === 'cdrom' ? drive.label?.trim() : '') || drive.name || drive.path;
      return { name, os: drive.os, capacity: drive.size, fetched: false, local: false };
    }
    case 'url':
      break;
  }
  if (found === null || found.address !== address.trim() || found.source.kind === 'tree') return null;
  return { name: found.source.file.name, os: found.source.os, capacity: null, fetched: true, local: false };
}

function originOf({ from, file, volume, drive, address, checksum }: ImageChoice): MediumOrigin | null {
  switch (from) {
    case 'file':
      return file && { kind: 'file', token: file.token };
    case 'volume':
      return volume && { kind: 'volume', volume: { pool: volume.pool, name: volume.name } };
    case 'drive':
      return drive && { kind: 'drive', drive: drive.id };
    case 'url':
      break;
  }
  return { kind: 'url', url: address.trim(), checksum: checksumOf(checksum) };
}

const fetchedFrom = (url: string, checksum: Checksum | null): Origin => ({ kind: 'url', url, checksum });

/** What is told beforehand: to an image, or to an installer. */
interface Answers {
  readonly cloudInit: CloudInit | null;
  readonly unattended: UnattendedWish | null;
}

/** The source as the host is asked for it; null where something of it is missing. */
export function sourceOf(draft: Draft, fields: Fields, { cloudInit, unattended }: Answers): GuestSource | null {
  const { sources } = draft;
  const kind = sourceKind(draft);
  const image = imageOf(draft);
  const from =
    image === null ? sources.download && fetchedFrom(sources.download.entry.url, sources.download.sum?.checksum ?? null) : originOf(image);
  const { pool } = fields;
  const into = fields.copy ? pool : null;
  const size = bytesOf(fields.diskSize);
  switch (kind) {
    case 'iso':
      return from && { kind, from, into, unattended };
    case 'disk':
      return (
        from && {
          kind,
          from,
          into,
          size: into === null ? null : size,
          ...(into !== null && fields.move && mayMove(draft) && { move: true }),
        }
      );
    case 'cloud-image':
      return from && from.kind !== 'drive' && pool !== null ? { kind, from, into: pool, size, cloudInit } : null;
    case 'appliance':
      return sources.appliance && pool !== null ? { kind, token: sources.appliance.token, into: pool } : null;
    case 'tree':
      return pool === null
        ? null
        : { kind, url: sources.tree.address.trim(), arguments: sources.tree.arguments.trim(), into: pool, unattended };
    case 'pxe':
    case 'empty':
      return { kind };
    case 'container-app':
      return { kind, init: sources.program.init, arguments: argumentsOf(sources.program.arguments), idMap: fields.idMap };
    case 'container-os':
      break;
  }
  const system = sources.packages.wanted ? bootstrapOf(sources.packages) : null;
  const files = from?.kind === 'drive' ? null : from;
  const root: RootOrigin | null = sources.packages.wanted ? system && { kind: 'bootstrap', system } : files;
  const unpacked = isUnpacked(draft);
  if (root === null || (unpacked && pool === null)) return null;
  const common = { kind, from: root, init: sources.osInit, idMap: fields.idMap } as const;
  return unpacked
    ? { ...common, into: pool, ...identityOf(draft, fields) }
    : { ...common, into: null, hostname: null, rootPasswordHash: null };
}

/** What is put together would else be called as the host is, which debootstrap copies; an archive's system keeps its name. */
function identityOf({ sources: { identity, packages } }: Draft, { name }: Fields) {
  const named = HostName.safeParse(name).success ? name : packages.wanted ? 'guest' : null;
  return { hostname: identity.hostname.trim() || named, rootPasswordHash: identity.rootPasswordHash };
}
