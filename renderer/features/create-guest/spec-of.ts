import type { DriverDisc } from '#model/guest-source';
import { type CreationOffer, GuestSpec, type NewDisk } from '#model/guest-spec';
import { bytesOf } from './amount.ts';
import { cloudInitOf } from './cloud-init-draft.ts';
import type { Draft, Fields } from './draft.ts';
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
    disks: container || bringsDisk(kind) ? [] : disksOf(fields, offer),
    nics: fields.nic === null ? [] : [fields.nic],
    drivers:
      container || fields.drivers === null ? null : { from: driversFrom(fields.drivers), into: offer.readsLocalFiles ? null : fields.pool },
    start: fields.start,
  });
  return spec.success ? spec.data : null;
}

function disksOf({ disk, diskSize, diskFormat, pool, volume }: Fields, { pools }: CreationOffer): NewDisk[] {
  const size = bytesOf(diskSize);
  if (disk === 'new' && pool !== null && size !== null) {
    return [{ kind: 'new', pool, size, format: keepsFiles(pools.find(({ name }) => name === pool)) ? diskFormat : 'raw' }];
  }
  if (disk === 'volume' && volume !== null) return [{ kind: 'volume', volume: { pool: volume.pool, name: volume.name } }];
  return [];
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
