import { queryOptions, useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Guest, GuestRef } from '#model/guest';
import type { Fault } from '#model/fault';
import type { Host, HostId, HostLoad } from '#model/host';
import type { GuestObjectKind, ObjectKind } from '#model/inventory';
import { api } from '../api.ts';
import { guestKeys, hostKeys, settingsKeys, taskKeys } from './keys.ts';
import { readGuests } from './live-cache.ts';
import { useUnchanged } from './use-unchanged.ts';

/** A guest with the host it is on. */
export interface PlacedGuest {
  readonly host: HostId;
  readonly guest: Guest;
  /** When the host was lost, in milliseconds since 1970: what is said of the guest is from before. Null while the host tells of it. */
  readonly lostAt: number | null;
}

const hostsQuery = queryOptions({ queryKey: hostKeys.list, queryFn: () => api.hosts.list({}) });
// Unchanged guests keep their identity through applyChanges; comparing 10,000 of them again would only cost time.
const guestsQuery = (host: HostId) =>
  queryOptions({ queryKey: guestKeys.list(host), queryFn: () => readGuests(host), structuralSharing: false, gcTime: Infinity });

export const useHosts = () => useQuery(hostsQuery);
/** Undefined while the list of hosts is read, and for a host that is not in it. */
export const useHost = (id: HostId): Host | undefined =>
  useQuery({ ...hostsQuery, select: (hosts) => hosts.find((host) => host.id === id) }).data;
/** The host's last measured load; it arrives by event only. */
export const useHostLoad = (host: HostId) =>
  useQuery({ queryKey: hostKeys.load(host), queryFn: (): HostLoad | null => null, enabled: false }).data ?? null;

/**
 * What is wrong with a host: why it failed, also while it is tried again. What shows it would come and go with every attempt otherwise,
 * and move all that is below.
 */
export const useTrouble = (host: Host): Fault | null => useTroubles([host])[0] ?? null;

/** useTrouble for several hosts, in their order. */
export function useTroubles(hosts: readonly Host[]): readonly (Fault | null)[] {
  const last = useQueries({
    queries: hosts.map(({ id }) => ({ queryKey: hostKeys.trouble(id), queryFn: (): Fault | null => null, enabled: false })),
  });
  return hosts.map(({ state }, i) =>
    state.kind === 'failed' ? state.fault : state.kind === 'connecting' ? (last[i]?.data ?? null) : null,
  );
}

/** One host's guests; not asked for before the host is connected. */
export function useGuests(host: HostId): UseQueryResult<readonly Guest[]> {
  return useQuery({ ...guestsQuery(host), enabled: useIsConnected(host), select: guestsOf });
}
const guestsOf = (snapshot: { readonly guests: readonly Guest[] }) => snapshot.guests;

/** Undefined: not read yet, or no such guest (any more). */
export function useGuest(ref: GuestRef): UseQueryResult<Guest | undefined> {
  return useQuery({
    ...guestsQuery(ref.host),
    enabled: useIsConnected(ref.host),
    select: (snapshot) => snapshot.guests.find((guest) => guest.id === ref.id),
  });
}

/** When the host's guests were last known for certain, in milliseconds since 1970; null: they are now, or never were. */
export const useLostAt = (host: HostId): number | null =>
  useQuery({ ...guestsQuery(host), enabled: useIsConnected(host), select: ({ lostAt }) => lostAt }).data ?? null;

const useIsConnected = (host: HostId): boolean => useHost(host)?.state.kind === 'connected';

export interface GuestLists {
  readonly rows: readonly PlacedGuest[];
  /** A list is still on its way. */
  readonly pending: boolean;
  /** `readAt`: when the host's rows were read, in milliseconds since 1970; null: there are none. */
  readonly failures: readonly { readonly host: HostId; readonly error: Error; readonly readAt: number | null; retry(): void }[];
}

/**
 * The guests of several hosts as one list. A host that was lost keeps its rows, marked as such: they are what a person looks for when
 * something is wrong. One that the person has left has none.
 */
export function useGuestLists(hosts: readonly Host[]): GuestLists {
  const listed = useMemo(() => hosts.filter(({ state }) => state.kind !== 'disconnected'), [hosts]);
  const results = useQueries({ queries: listed.map(({ id, state }) => ({ ...guestsQuery(id), enabled: state.kind === 'connected' })) });
  const lists = useUnchanged(results.map((result) => result.data));
  const names = useUnchanged(listed.map(({ id }) => id));
  const rows = useMemo(
    () => names.flatMap((host, i) => (lists[i]?.guests ?? []).map((guest) => ({ host, guest, lostAt: lists[i]?.lostAt ?? null }))),
    [names, lists],
  );
  const asked = results.flatMap((result, i) => (listed[i]?.state.kind === 'connected' ? [{ ...result, host: listed[i].id }] : []));
  return {
    rows,
    pending: asked.some(({ isPending }) => isPending),
    failures: asked.flatMap(({ host, data, dataUpdatedAt, error, refetch }) =>
      error ? [{ host, error, readAt: data === undefined ? null : dataUpdatedAt, retry: () => void refetch() }] : [],
    ),
  };
}

/** What no event tells of is read again so often while it is shown (milliseconds): host interfaces, filters, volumes, what guests have. */
const UNTOLD_EVERY = 10_000;
/** A job says nothing of its progress. */
const JOB_EVERY = 1000;

export const useGuestDetails = (ref: GuestRef) =>
  useQuery({
    queryKey: guestKeys.details(ref),
    queryFn: () => api.guests.describe(ref),
    // No event tells that a network has lent a guest an address.
    refetchInterval: ({ state }) => (state.data !== undefined && state.data.jobs.length > 0 ? JOB_EVERY : UNTOLD_EVERY),
  });
export const useGuestDefinition = (ref: GuestRef) =>
  useQuery({ queryKey: guestKeys.definition(ref), queryFn: () => api.guests.definition(ref) });

export const usePools = (host: HostId) => useQuery({ queryKey: hostKeys.pools(host), queryFn: () => api.storage.pools({ host }) });
export const useVolumes = (host: HostId, pool: string, enabled = true) =>
  useQuery({
    queryKey: hostKeys.volumes(host, pool),
    queryFn: () => api.storage.volumes({ host, pool }),
    enabled,
    refetchInterval: UNTOLD_EVERY,
  });
/** Who needs which volume of the host's active pools. */
export const useStorageUses = (host: HostId, enabled = true) =>
  useQuery({ queryKey: hostKeys.uses(host), queryFn: () => api.storage.uses({ host }), enabled, refetchInterval: UNTOLD_EVERY });
/** The kinds of pools that the host takes. */
export const usePoolOffer = (host: HostId) =>
  useQuery({ queryKey: hostKeys.poolOffer(host), queryFn: () => api.storage.poolOffer({ host }) });
export const useNetworks = (host: HostId) => useQuery({ queryKey: hostKeys.networks(host), queryFn: () => api.networks.list({ host }) });

const untold: ReadonlySet<ObjectKind> = new Set<ObjectKind>(['interfaces', 'filters']);
/** `enabled`: the host has this kind (abilities). */
export const useInventory = (host: HostId, kind: ObjectKind, enabled = true) =>
  useQuery({
    queryKey: hostKeys.inventory(host, kind),
    queryFn: () => api.inventory.list({ host, kind }),
    enabled,
    refetchInterval: untold.has(kind) ? UNTOLD_EVERY : false,
  });
/** `enabled`: the host tells of devices (abilities). */
export const useHardware = (host: HostId, enabled = true) =>
  useQuery({ queryKey: hostKeys.hardware(host), queryFn: () => api.inventory.hardware({ host }), enabled, refetchInterval: UNTOLD_EVERY });
/** Read as it is now: discs are put in, and guests take disks, behind our back. */
export const useDrives = (host: HostId) =>
  useQuery({ queryKey: hostKeys.drives(host), queryFn: () => api.guests.drives({ host }), staleTime: 0, refetchInterval: UNTOLD_EVERY });
export const useGuestObjects = (ref: GuestRef, kind: GuestObjectKind, enabled = true) =>
  useQuery({
    queryKey: guestKeys.objects(ref, kind),
    queryFn: () => api.inventory.ofGuest({ guest: ref, kind }),
    enabled,
    refetchInterval: UNTOLD_EVERY,
  });

export const useTasks = () => useQuery({ queryKey: taskKeys.list, queryFn: () => api.tasks.list({}) });
export const useSettings = () => useQuery({ queryKey: settingsKeys.all, queryFn: () => api.settings.read({}) });
