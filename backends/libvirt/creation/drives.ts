import { createHash } from 'node:crypto';
import type { GuestSpec } from '#model/guest-spec';
import type { HostDrive } from '#model/host-drive';
import type { GuestRequest } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { osinfoDb, type OsinfoDb } from '../../osinfo-db.ts';
import { withBelow } from '../devices/block-devices.ts';
import { type Drive, type DrivesHost, listDrives } from '../devices/host-drives.ts';
import type { Finding } from './creation-checks.ts';
import { aboutDrives, type ChecksHost } from './drive-checks.ts';

/** The host's drives, each with what it says of itself and why no guest can have it now. */
export async function readDrives(host: DrivesHost & ChecksHost): Promise<HostDrive[]> {
  const drives = await listDrives(host);
  const [findings, db] = await Promise.all([aboutDrives(host, drives), osinfoDb()]);
  return Promise.all(
    drives.map(async (drive, at) => {
      const { id, kind, path, place, name, size, label, loaded } = drive;
      const why = findings[at]?.find(({ severity }) => severity === 'error')?.message ?? null;
      const told = { contents: contentsOf(drive), mark: markOf(drive) };
      return { id, kind, path, place, name, size, label, loaded, ...told, os: await systemOn(drive, db), why };
    }),
  );
}

const CONTENTS_MAX = 20;
/** Null where nobody tells. */
export const contentsOf = ({ block }: Pick<Drive, 'block'>): string[] | null =>
  block === null ? null : [...new Set(withBelow(block).flatMap(({ fstype }) => fstype ?? []))].slice(0, CONTENTS_MAX);

/** Of its lasting name and of all that blkid has found on it. */
function markOf({ place, block }: Drive): string {
  const found = block === null ? [] : withBelow(block).map(({ size, fstype, uuid, partuuid }) => [size, fstype, uuid, partuuid]);
  return createHash('sha256')
    .update(JSON.stringify([place, found]))
    .digest('hex');
}

/** In the label that udev hands on, underscores stand for blanks too (systemd: udev-builtin-blkid.c, ID_FS_LABEL). */
async function systemOn({ kind, label, size }: Pick<Drive, 'kind' | 'label' | 'size'>, db: OsinfoDb): Promise<HostDrive['os']> {
  if (kind !== 'cdrom' || label === null) return null;
  const bare = { systemId: '', publisherId: '', applicationId: '', volumeSize: size ?? 0 };
  return (await db.identify({ ...bare, volumeId: label })) ?? db.identify({ ...bare, volumeId: label.replaceAll('_', ' ') });
}

/** The drive that the specification names, as it is now; null: it names none. Rejects with 'not-found' and 'bad-input'. */
export async function chosenDrive(host: DrivesHost, { source }: GuestSpec): Promise<Drive | null> {
  if ((source.kind !== 'iso' && source.kind !== 'disk') || source.from.kind !== 'drive') return null;
  if (source.into !== null) {
    throw new BackendError('bad-input', 'What is in a drive of the host is used where it is.', {
      remedy: 'Choose no pool to copy it into.',
    });
  }
  const { drive: id } = source.from;
  const found = (await listDrives(host)).find((drive) => drive.id === id);
  if (found === undefined) {
    throw new BackendError('not-found', 'The host does not have this drive any more.', { remedy: 'Plug it in again, or choose another.' });
  }
  if ((found.kind === 'cdrom') !== (source.kind === 'iso')) {
    throw new BackendError('bad-input', `${found.path} is no ${source.kind === 'iso' ? 'drive for discs' : 'disk'}.`, {
      remedy: 'Choose another.',
    });
  }
  return found;
}

/** A name like "sdb" is given to whatever is plugged in next: what the person agreed to is told by more than that. */
export function aboutAgreement({ drive: agreed }: GuestRequest, drive: Drive | null): Finding[] {
  if (agreed === undefined || drive === null) return [];
  const keys = ['path', 'name', 'size', 'label'] as const;
  if (agreed.mark === markOf(drive) && keys.every((key) => agreed[key] === drive[key])) return [];
  const message = `${drive.path} is not the drive any more that you agreed to.`;
  return [
    { field: 'media', severity: 'error', code: 'conflict', message, remedy: 'Look at what is plugged in, and choose it again.', mends: [] },
  ];
}
