import { queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import type { HostId } from '#model/host';
import type { VolumeRef } from '#model/storage';
import { api } from '../api.ts';
import { queryClient } from './query-client.ts';

const keys = {
  all: ['interruptions'],
  list: ['interruptions', 'list'],
  count: ['interruptions', 'count'],
  incomplete: (host: HostId) => ['interruptions', 'incomplete', host],
} as const;

const countQuery = queryOptions({ queryKey: keys.count, queryFn: () => api.interruptions.count({}) });

/** How many operations did not come to an end. */
export function useInterruptionCount(): number {
  useEffect(() => api.interruptions.changed(() => void queryClient.invalidateQueries({ queryKey: keys.all })), []);
  return useQuery(countQuery).data ?? 0;
}

/** What they left. Hosts are asked when this is first shown, when one of them comes or goes, and when `refetch` is called. */
export function useInterruptions() {
  useEffect(() => api.hosts.changed(() => void queryClient.invalidateQueries({ queryKey: keys.list })), []);
  return useQuery({ queryKey: keys.list, queryFn: () => api.interruptions.list({}), staleTime: 0 });
}

/** Whether a volume was being filled by an operation that did not come to its end. It is not to be used before that is settled. */
export function useIncompleteVolumes(host: HostId): (volume: VolumeRef) => boolean {
  const { data } = useQuery({ queryKey: keys.incomplete(host), queryFn: () => api.interruptions.incompleteVolumes({ host }) });
  const names = useMemo(() => new Set((data ?? []).map(nameOf)), [data]);
  return useCallback((volume) => names.has(nameOf(volume)), [names]);
}

const nameOf = ({ pool, name }: VolumeRef): string => JSON.stringify([pool, name]);
