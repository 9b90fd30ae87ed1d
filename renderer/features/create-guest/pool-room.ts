import { PoolKind, poolKinds } from '#model/pool-kinds';
import type { Pool } from '#model/storage';

function factsOf({ kind }: Pool) {
  const known = PoolKind.safeParse(kind);
  return known.success ? poolKinds[known.data].volumes : null;
}

/** Pools that a new disk can be made in. Of a kind that is not known here, the host itself says so. */
export const roomyPools = (pools: readonly Pool[]): Pool[] =>
  pools.filter((pool) => {
    const volumes = factsOf(pool);
    return pool.active && (volumes === null || (volumes.make && volumes.namedByHost !== true));
  });

/** Its volumes are devices that are there by themselves, which the host neither makes nor deletes: units of servers, disks behind adapters. */
export function hasGivenDevices(pool: Pool): boolean {
  const volumes = factsOf(pool);
  return volumes !== null && !volumes.make && !volumes.delete;
}

/** The host keeps files there, in any format; else whole devices. */
export const keepsFiles = (pool: Pool | undefined): boolean => pool === undefined || factsOf(pool)?.files !== false;
