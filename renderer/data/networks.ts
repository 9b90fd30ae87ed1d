import { useQuery } from '@tanstack/react-query';
import type { HostId } from '#model/host';
import type { Network, NetworkAction, NetworkId } from '#model/network';
import { networkActions } from '#model/network-action';
import { api } from '../api.ts';
import { readableText } from '../ui/foreign-text.tsx';
import { toast } from '../ui/toasts.ts';
import { faultOf } from './fault-of.ts';
import { hostKeys } from './keys.ts';
import { queryClient } from './query-client.ts';

/** No event tells of a lease (milliseconds). */
const LEASES_EVERY = 5000;
/** Nor of where guests' cards hang; it takes two calls for each guest. */
const NICS_EVERY = 30_000;

// Below the list's key, so that what makes the list doubtful makes these so too.
const keys = {
  one: (host: HostId, network: NetworkId) => [...hostKeys.networks(host), 'one', network],
  leases: (host: HostId, network: NetworkId) => [...hostKeys.networks(host), 'leases', network],
  attachments: (host: HostId) => [...hostKeys.networks(host), 'attachments'],
  surroundings: (host: HostId) => [...hostKeys.networks(host), 'surroundings'],
  firewall: (host: HostId) => [...hostKeys.networks(host), 'firewall'],
} as const;

export const useNetwork = (host: HostId, network: NetworkId) =>
  useQuery({ queryKey: keys.one(host, network), queryFn: () => api.networks.describe({ host, network }) });
export const useLeases = (host: HostId, network: NetworkId, enabled: boolean) =>
  useQuery({
    queryKey: keys.leases(host, network),
    queryFn: () => api.networks.leases({ host, network }),
    enabled,
    refetchInterval: LEASES_EVERY,
  });
export const useAttachments = (host: HostId) =>
  useQuery({ queryKey: keys.attachments(host), queryFn: () => api.networks.attachments({ host }), refetchInterval: NICS_EVERY });
export const useSurroundings = (host: HostId) =>
  useQuery({ queryKey: keys.surroundings(host), queryFn: () => api.networks.surroundings({ host }) });
export const useFirewall = (host: HostId) =>
  useQuery({ queryKey: keys.firewall(host), queryFn: () => api.networks.firewall({ host }), refetchInterval: NICS_EVERY });

/** Whether the host did it; why not is told by a toast. */
export async function actOnNetwork(host: HostId, { id, name }: Pick<Network, 'id' | 'name'>, action: NetworkAction): Promise<boolean> {
  try {
    await api.networks.act({ host, network: id, action });
    return true;
  } catch (error) {
    const { code, message, remedy, reason } = faultOf(error);
    const body = [remedy, reason].filter(Boolean).join(' ');
    if (code !== 'cancelled') toast({ variant: 'danger', title: `${networkActions[action]} “${readableText(name)}”: ${message}`, body });
    return false;
  } finally {
    // No event tells of the mark for starting with the host.
    readNetworksAnew(host);
  }
}

export const readNetworksAnew = (host: HostId): void => void queryClient.invalidateQueries({ queryKey: hostKeys.networks(host) });
