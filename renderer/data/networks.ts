import { useQuery } from '@tanstack/react-query';
import type { HostId } from '#model/host';
import type { Network, NetworkAction, NetworkId } from '#model/network';
import { networkActions } from '#model/network-action';
import type { NetworkAddresses, NetworkSpec, StaticLease } from '#model/network-spec';
import { api } from '../api.ts';
import { readableText } from '../ui/foreign-text.tsx';
import { toast } from '../ui/toasts.ts';
import { faultOf } from './fault-of.ts';
import { hostKeys } from './keys.ts';
import { queryClient } from './query-client.ts';

/** No event tells of a lease (milliseconds). */
const LEASES_EVERY = 5000;
/** Nor of where guests' cards hang; it takes two calls for each guest. */
const NICS_EVERY = 60_000;

// Below the list's key, so that what makes the list doubtful makes these so too.
const keys = {
  one: (host: HostId, network: NetworkId) => [...hostKeys.networks(host), 'one', network],
  leases: (host: HostId, network: NetworkId) => [...hostKeys.networks(host), 'leases', network],
  attachments: (host: HostId) => [...hostKeys.networks(host), 'attachments'],
  surroundings: (host: HostId) => [...hostKeys.networks(host), 'surroundings'],
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
  useQuery({
    queryKey: keys.attachments(host),
    queryFn: () => api.networks.attachments({ host }),
    refetchInterval: NICS_EVERY,
    // Who comes back from making a guest wants to see where it hangs.
    refetchOnMount: 'always',
  });
export const useSurroundings = (host: HostId) =>
  useQuery({ queryKey: keys.surroundings(host), queryFn: () => api.networks.surroundings({ host }) });

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

/** Takes back that an address is one card's; the guest keeps it until it asks anew. */
export async function removeFixed(host: HostId, { id, name }: Pick<Network, 'id' | 'name'>, ip: string): Promise<void> {
  try {
    const { spec: from } = await api.networks.describe({ host, network: id });
    await api.networks.change({ host, network: id, from, to: withoutFixed(from, ip) });
  } catch (error) {
    const { message, remedy, reason } = faultOf(error);
    toast({ variant: 'danger', title: `Change “${readableText(name)}”: ${message}`, body: [remedy, reason].filter(Boolean).join(' ') });
  }
  readNetworksAnew(host);
}

/** Makes an address that is lent the card's own, at once. What the guest calls itself is not taken over: it may call itself anything. */
export async function fixLease(
  host: HostId,
  network: NetworkId,
  { mac, ip }: { readonly mac: string; readonly ip: string },
): Promise<void> {
  const { spec: from } = await api.networks.describe({ host, network });
  await api.networks.change({ host, network, from, to: withFixed(from, { client: mac, name: '', ip }) });
  readNetworksAnew(host);
}

/** With the entry as the last one. */
export function withFixed(spec: NetworkSpec, entry: StaticLease): NetworkSpec {
  if (spec.ipv4 === null) return spec;
  const lease = { ...entry, client: entry.client.toLowerCase() };
  return { ...spec, ipv4: { ...spec.ipv4, dhcp: true, leases: [...spec.ipv4.leases, lease] } };
}

function withoutFixed(spec: NetworkSpec, ip: string): NetworkSpec {
  const rest = (part: NetworkAddresses | null) => part && { ...part, leases: part.leases.filter((lease) => lease.ip !== ip) };
  return { ...spec, ipv4: rest(spec.ipv4), ipv6: rest(spec.ipv6) };
}

export const readNetworksAnew = (host: HostId): void => void queryClient.invalidateQueries({ queryKey: hostKeys.networks(host) });
