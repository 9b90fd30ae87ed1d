import type { Pool, Volume } from '#model/storage';
import { type GraphUse, type GraphVolume, StorageGraph } from '../storage-graph.ts';
import type { FakeHost } from './fake-host.ts';
import { plainVolume } from './plain-volume.ts';

/** Files in the pool's folder: those that guests use, and all others. */
export function volumesOf(host: FakeHost, pool: Pool): Volume[] {
  const inPool = new Map<string, Volume>();
  for (const { disks, base } of host.guests.values()) {
    for (const [index, { source, format, capacity }] of disks.entries()) {
      if (source === null || pool.path === null || !source.startsWith(`${pool.path}/`)) continue;
      const backing = index === 0 && base !== null ? { path: base, format: 'qcow2' } : null;
      const name = source.slice(pool.path.length + 1);
      inPool.set(source, { ...plainVolume(pool.name, name, source, capacity ?? 0), format, backing });
    }
  }
  for (const volume of host.uploads) if (volume.pool === pool.name) inPool.set(volume.path, volume);
  return [...inPool.values()];
}

/** Who needs what of it, as far as it can be seen: nobody sees into a pool that is not active. */
export function graphOf(host: FakeHost): StorageGraph {
  const active = host.pools.filter((pool) => pool.active);
  const doubts = host.pools.filter((pool) => !pool.active).map(({ name }) => `The storage pool “${name}” is not active.`);
  const volumes = active.flatMap((pool) =>
    volumesOf(host, pool)
      .filter(({ folder }) => !folder)
      .map((volume): GraphVolume => ({
        ref: { pool: volume.pool, name: volume.name },
        path: volume.path,
        identity: volume.path,
        backing: volume.backing === null ? null : { path: volume.backing.path, identity: volume.backing.path },
        allocation: volume.allocation,
        leadsOutside: false,
        usedByHost: false,
      })),
  );
  const uses = [...host.guests.values()].flatMap(({ guest: { id, name }, alive, disks }) =>
    disks.flatMap(({ source, kind }): GraphUse[] =>
      source === null ? [] : [{ guest: id, name, running: alive, kind: kind === 'disk' ? 'disk' : 'medium', identity: source }],
    ),
  );
  return new StorageGraph({ volumes, uses, doubts });
}
