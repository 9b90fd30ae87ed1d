import type { Permission } from '#model/guest-action';
import { factsOf } from '#model/pool-action';
import type { Pool } from '#model/storage';
import type { VolumeUser } from '#model/storage-use';
import { readableText } from '../../ui/foreign-text.tsx';
import type { VolumeRow } from './volume-row.ts';

export type VolumeVerb = 'resize' | 'clone' | 'overlay' | 'download' | 'overwrite' | 'wipe' | 'delete';

const allowed: Permission = { allowed: true };
const no = (why: string): Permission => ({ allowed: false, why });

/** libvirt only ever removes an empty one (rmdir(2)). */
const FOLDER_STAYS =
  'It is a folder, and the host deletes none with something in it: delete the container that has its files there, or the folder on the host itself';

/** Whether a volume permits it now; if not, why. The backend looks once more: what is shown may be seconds old. */
export function canVolume(row: VolumeRow, verb: VolumeVerb, pool: Pool, host: Permission): Permission {
  if (!host.allowed) return host;
  const { volume, use, task, incomplete } = row;
  if (task !== undefined) return no('Something goes on with it at the moment');
  if (volume.folder) return no(verb === 'delete' ? FOLDER_STAYS : 'It is a folder');
  // What settles it is to fill it anew, or to be rid of it.
  if (incomplete && verb !== 'delete' && verb !== 'wipe' && verb !== 'overwrite') return no('What was filling it did not come to its end');
  const able = factsOf(pool)?.volumes;
  const running = use?.users.filter((user) => user.running) ?? [];
  const [writer] = running.filter(({ kinds }) => kinds.includes('disk'));
  switch (verb) {
    case 'download':
      return allowed;
    case 'overwrite':
      return isNeeded(row) ?? allowed;
    case 'overlay':
      if (able?.snapshots === true && volume.backing !== null) return no('It is a snapshot, and LVM makes no snapshots of snapshots');
      if (able?.snapshots === true) return allowed;
      if (able?.files !== true || volume.format === 'iso') return no('Only an image that is a file can be a base');
      return writer === undefined ? allowed : mustStop(writer);
    case 'clone':
      if (able?.clone !== true) return no('The host cannot clone what a pool of this kind holds');
      return writer === undefined ? allowed : mustStop(writer);
    case 'resize':
      if (able?.resize !== true) return no('The host cannot resize what a pool of this kind holds');
      if (use !== null && use.overlays.length > 0) return no('Other volumes are built on it and would be damaged');
      return running[0] === undefined || growsIn(running) ? allowed : mustStop(running[0]);
    case 'wipe':
      return able?.wipe === true ? (isNeeded(row) ?? allowed) : no('The host cannot wipe what a pool of this kind holds');
    case 'delete':
      break;
  }
  return able?.delete === true ? (isNeeded(row) ?? allowed) : no('The host cannot delete what a pool of this kind holds');
}

const mustStop = ({ name }: VolumeUser): Permission => no(`“${readableText(name)}” is running: shut it down first`);

/** A running guest enlarges its disk itself, as long as the volume is nothing else to it or to another. */
const growsIn = ([user, ...others]: readonly VolumeUser[]): boolean =>
  user !== undefined && others.length === 0 && user.kinds.every((kind) => kind === 'disk');

const isNeeded = ({ use }: VolumeRow): Permission | null => (use === null || use.kept === null ? null : no(use.kept.replace(/\.$/, '')));

/** Whether something new can be put into the pool. */
export function canMakeIn(pool: Pool, host: Permission): Permission {
  if (!host.allowed) return host;
  if (!pool.active) return no('The pool is not active');
  return factsOf(pool)?.volumes.make === true ? allowed : no('The host cannot make volumes in a pool of this kind');
}
