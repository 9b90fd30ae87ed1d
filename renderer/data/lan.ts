import { useQuery } from '@tanstack/react-query';
import type { HostId } from '#model/host';
import { api } from '../api.ts';
import { hostKeys } from './keys.ts';
import { queryClient } from './query-client.ts';

/** While somebody has to decide, seconds are counted (milliseconds). */
const TRIAL_EVERY = 500;
const IDLE_EVERY = 10_000;

const keys = {
  lan: (host: HostId) => [...hostKeys.networks(host), 'lan'],
  // Not below the host's lists: it is main's, and can be read while the host is away.
  trial: (host: HostId) => ['lan-trial', host],
} as const;

/** How the host comes by its own network; null where that is out of reach. */
export const useLan = (host: HostId) => useQuery({ queryKey: keys.lan(host), queryFn: () => api.networks.lan({ host }) });

/** The change of it that is being tried out. */
export const useLanTrial = (host: HostId) =>
  useQuery({
    queryKey: keys.trial(host),
    queryFn: () => api.networks.lanTrial({ host }),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.kind) ? TRIAL_EVERY : IDLE_EVERY),
  });

export const isUnderWay = (kind: string | undefined): boolean => kind === 'working' || kind === 'deciding' || kind === 'settling';

export const readLanAnew = (host: HostId): void => {
  void queryClient.invalidateQueries({ queryKey: keys.trial(host) });
  void queryClient.invalidateQueries({ queryKey: hostKeys.networks(host) });
};
