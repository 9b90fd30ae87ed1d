import { useQuery } from '@tanstack/react-query';
import type { RecentMedium, RecentUse } from '#model/recent-medium';
import { api } from '../api.ts';
import { recentKeys } from './keys.ts';
import { queryClient } from './query-client.ts';

type Kind = RecentMedium['kind'];

/** What guests were made from, newest first. Read anew each time: a guest may have been made meanwhile. */
export const useRecentMedia = <K extends Kind>(kind: K, use: RecentUse): readonly Extract<RecentMedium, { kind: K }>[] => {
  const { data = [] } = useQuery({
    queryKey: recentKeys.list,
    queryFn: () => api.media.recent({}),
    staleTime: 0,
    refetchOnMount: 'always',
  });
  return data.filter((one): one is Extract<RecentMedium, { kind: K }> => one.kind === kind && one.use === use);
};

const reread = () => queryClient.invalidateQueries({ queryKey: recentKeys.list });

export async function forgetRecent(id: string): Promise<void> {
  await api.media.forgetRecent({ id });
  await reread();
}

/** Rejects with 'cancelled' where it is to stay. */
export async function clearRecent(): Promise<void> {
  await api.media.clearRecent({});
  await reread();
}
