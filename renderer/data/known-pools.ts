import { useQueries } from '@tanstack/react-query';
import type { Host, HostId } from '#model/host';
import type { Pool } from '#model/storage';
import { api } from '../api.ts';
import { hostKeys } from './keys.ts';

/** The names of each connected host's pools, as far as they are known by now. */
export const useKnownPools = (hosts: readonly Host[]): ReadonlyMap<HostId, readonly string[]> => {
  const keeping = hosts.filter(({ state }) => state.kind === 'connected' && state.abilities.storage);
  return useQueries({
    queries: keeping.map(({ id }) => ({
      queryKey: hostKeys.pools(id),
      queryFn: async (): Promise<Pool[]> => api.storage.pools({ host: id }),
    })),
    combine: (results) => new Map(keeping.map(({ id }, at) => [id, (results[at]?.data ?? []).map(({ name }) => name)] as const)),
  });
};
