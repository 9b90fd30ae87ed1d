import type { DriverDisc } from '#model/guest-source';
import { type CreationOffer, GuestSpec, type NewDisk } from '#model/guest-spec';
import { bytesOf } from './amount.ts';
import { cloudInitOf } from './cloud-init-draft.ts';
import type { DiskDraft, Draft, Fields } from './draft.ts';
import type { DriverChoice } from './driver-disc.ts';
import { keepsFiles } from './pool-room.ts';
import type { Known } from './proposal.ts';
import { bringsDisk, isContainer, sourceKind, sourceOf } from './source.ts';
import { systemOf } from './system.ts';
import { unattendedOf } from './unattended-draft.ts';

/** The guest to be made; null while something of it is not right. The problems say what. */
export function specOf(draft: Draft, fields: Fields, { offer, facts }: Known): GuestSpec | null {
  const kind = sourceKind(draft);
  const container = isContainer(kind);
  const cloudInit = kind === 'cloud-image' ? cloudInitOf(draft.cloudInit, fields.name) : null;
  const unattended = unattendedOf(draft.unattended, facts, kind, fields.name);
  const spec = GuestSpec.safeParse({
    name: fields.name,
    os: container ? null : (systemOf(draft)?.id ?? null),
    source: sourceOf(draft, fields, { cloudInit, unattended }),
    machine: fields.machine,
    firmware: container ? null : fields.firmware,
    tpm: !container && fields.tpm,
    cpu: container ? null : fields.cpu,
    graphics: container ? null : fields.graphics,
    vcpus: Number(fields.vcpus),
    memory: bytesOf(fields.memory),
    disks: container
      ? []
      : [...(bringsDisk(kind) ? [] : firstDisk(fields, offer)), ...fields.moreDisks.flatMap((disk) => newDisk(disk, offer))],
    nics: fields.nic === null ? [] : [fields.nic, ...fields.moreNics],
    drivers:
      container || fields.drivers === null ? null : { from: driversFrom(fields.drivers), into: fields.copyDrivers ? fields.pool : null },
    start: fields.start,
  });
  return spec.success ? spec.data : null;
}

function firstDisk({ disk, diskSize, diskFormat, pool, volume }: Fields, offer: CreationOffer): NewDisk[] {
  return disk === 'none' ? [] : newDisk({ kind: disk, size: diskSize, format: diskFormat, pool, volume }, offer);
}

function newDisk({ kind, size, format, pool, volume }: Omit<DiskDraft, 'id'>, { pools }: CreationOffer): NewDisk[] {
  const bytes = bytesOf(size);
  if (kind === 'volume') return volume === null ? [] : [{ kind, volume: { pool: volume.pool, name: volume.name } }];
  if (pool === null || bytes === null) return [];
  return [{ kind, pool, size: bytes, format: keepsFiles(pools.find(({ name }) => name === pool)) ? format : 'raw' }];
}

function driversFrom(choice: DriverChoice): DriverDisc['from'] {
  switch (choice.kind) {
    case 'found':
      return { kind: 'found' };
    case 'file':
      return { kind: 'file', token: choice.token };
    case 'volume':
      break;
  }
  return { kind: 'volume', volume: { pool: choice.pool, name: choice.name } };
}
