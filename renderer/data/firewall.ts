import { useQuery } from '@tanstack/react-query';
import type { FirewallWish } from '#model/firewall';
import type { HostId } from '#model/host';
import { api } from '../api.ts';
import { hostKeys } from './keys.ts';
import { queryClient } from './query-client.ts';

/** Nobody tells of rules that change (milliseconds). */
const FIREWALL_EVERY = 60_000;

// Below the list's key, so that what makes the list doubtful makes this so too.
const keyOf = (host: HostId) => [...hostKeys.networks(host), 'firewall'];

/** What Docker's rules do to the host's networks; null where that is out of reach. */
export const useFirewall = (host: HostId) =>
  useQuery({ queryKey: keyOf(host), queryFn: () => api.networks.firewall({ host }), refetchInterval: FIREWALL_EVERY });

/** As root. Rejects where the password is not given. */
export async function lookAtFirewall(host: HostId): Promise<void> {
  queryClient.setQueryData(keyOf(host), await api.networks.lookAtFirewall({ host }));
}

/** Main asks first. Rejects with 'cancelled' when the person says no. */
export async function changeFirewall(host: HostId, wish: FirewallWish): Promise<void> {
  queryClient.setQueryData(keyOf(host), await api.networks.changeFirewall({ host, wish }));
}
