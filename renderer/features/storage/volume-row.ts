import type { StorageUses, VolumeUse } from '#model/storage-use';
import type { Volume } from '#model/storage';
import type { Task } from '#model/task';

/** A line of the table. */
export interface VolumeRow {
  readonly volume: Volume;
  /** Null while it is read, or where it could not be. */
  readonly use: VolumeUse | null;
  /** What it lies over, as one calls it; null: it stands alone. */
  readonly base: string | null;
  /** Whom it serves, for sorting and searching. */
  readonly users: string;
  /** What goes on with it at the moment. */
  readonly task: Task | undefined;
  /** What was filling it did not come to its end. */
  readonly incomplete: boolean;
}

/** The volumes of a pool, each with what is known of it. */
export function rowsOf(
  volumes: readonly Volume[],
  uses: StorageUses | undefined,
  tasks: readonly Task[],
  isIncomplete: (volume: Volume) => boolean = () => false,
): readonly VolumeRow[] {
  const byName = new Map(uses?.volumes.map((use) => [keyOf(use.volume), use]));
  return volumes.map((volume) => {
    const use = byName.get(keyOf(volume)) ?? null;
    return {
      volume,
      use,
      base: baseOf(volume, use),
      users: use === null ? '' : usersOf(use),
      task: taskOf(tasks, volume),
      incomplete: isIncomplete(volume),
    };
  });
}

const taskOf = (tasks: readonly Task[], { pool, name }: Volume): Task | undefined =>
  tasks.find(({ volume }) => volume?.pool === pool && volume.name === name);

const keyOf = ({ pool, name }: { readonly pool: string; readonly name: string }): string => `${pool}/${name}`;

function baseOf({ backing }: Volume, use: VolumeUse | null): string | null {
  const nearest = use?.chain[0];
  if (nearest?.volume != null) return nearest.volume.name;
  const path = nearest?.path ?? backing?.path;
  return path === undefined ? null : (path.split('/').at(-1) ?? path);
}

const usersOf = ({ users, overlays }: VolumeUse): string =>
  [...users.map(({ name }) => name), ...overlays.map(({ name }) => name)].join(' ');

/** Nobody needs it and it can go; a folder is no volume that a guest could need. */
export const isOrphan = ({ volume, use }: VolumeRow): boolean => !volume.folder && use?.verdict === 'nobody' && use.kept === null;

/** Bytes that deleting all of these gives back; two names of one file are one file. */
export function freedBy(rows: readonly VolumeRow[]): number {
  const seen = new Set<string>();
  let bytes = 0;
  for (const { volume, use } of rows) {
    if (use === null || seen.has(keyOf(volume))) continue;
    for (const same of [volume, ...use.same]) seen.add(keyOf(same));
    bytes += use.frees;
  }
  return bytes;
}
