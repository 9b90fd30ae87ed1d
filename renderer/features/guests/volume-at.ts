import type { Pool, VolumeRef } from '#model/storage';

/** What a path on the host is in its pools, of which each names its volumes after the files in its folder; null: in none that is active. */
export function volumeAt(path: string, pools: readonly Pool[]): VolumeRef | null {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const folder = path.slice(0, slash);
  const pool = name === '' ? undefined : pools.find((one) => one.active && one.path?.replace(/\/+$/, '') === folder);
  return pool === undefined ? null : { pool: pool.name, name };
}
