import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Fault } from '#model/fault';
import type { HostId } from '#model/host';
import type { Pool, Volume } from '#model/storage';
import { api } from '../api.ts';
import { faultOf } from './fault-of.ts';
import { hostKeys } from './keys.ts';
import { useUnchanged } from './use-unchanged.ts';

export interface PoolVolumes {
  readonly volumes: readonly Volume[];
  /** How many pools are still being read for the first time. */
  readonly pending: number;
  /** Pools that could not be read; of those with `readAt`, what was read then is still in the list. */
  readonly failures: readonly { readonly pool: string; readonly fault: Fault; readonly readAt: number | null; retry(): void }[];
}

/** What all active ones of these pools hold, read when it is first shown, and from then on as often as the host tells of a change. */
export function usePoolVolumes(host: HostId, pools: readonly Pool[], enabled = true): PoolVolumes {
  const active = pools.filter((pool) => pool.active).map(({ name }) => name);
  const results = useQueries({
    queries: active.map((pool) => ({
      queryKey: hostKeys.volumes(host, pool),
      queryFn: async () => inTurn(async () => api.storage.volumes({ host, pool })),
      // No event tells of a file that another program put into a pool.
      refetchOnMount: 'always' as const,
      enabled,
    })),
  });
  const lists = useUnchanged(results.map(({ data }) => data));
  return {
    volumes: useMemo(() => lists.flatMap((list) => list ?? []), [lists]),
    pending: results.filter(({ isLoading }) => isLoading).length,
    failures: results.flatMap(({ error, data, dataUpdatedAt, refetch }, i) =>
      error === null
        ? []
        : [
            {
              pool: active[i] ?? '',
              fault: faultOf(error),
              readAt: data === undefined ? null : dataUpdatedAt,
              retry: () => void refetch(),
            },
          ],
    ),
  };
}

/** Well below what main answers a window at once: a host can have a hundred pools. */
const AT_ONCE = 8;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(read: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE) running += 1;
  else await new Promise<void>((go) => waiting.push(go));
  try {
    return await read();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
