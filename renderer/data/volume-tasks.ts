import { useEffect } from 'react';
import type { HostId } from '#model/host';
import type { Task } from '#model/task';
import { api } from '../api.ts';
import { hostKeys } from './keys.ts';
import { useTasks } from './queries.ts';
import { queryClient } from './query-client.ts';

/** What runs for volumes of this host. */
export function useVolumeTasks(host: HostId): readonly Task[] {
  useFreshVolumes(host);
  const tasks = useTasks().data ?? [];
  return tasks.filter((task) => task.host === host && task.volume !== undefined && task.state.kind === 'running');
}

/** A transfer makes a volume after its first checks, and changes it until it ends: the list is read then. */
function useFreshVolumes(host: HostId): void {
  useEffect(() => {
    const moving = new Set<string>();
    return api.tasks.changed(({ id, host: where, volume, state }) => {
      if (where !== host || volume === undefined) return;
      const ended = state.kind !== 'running';
      if (!ended && (state.progress === null || moving.has(id))) return;
      if (ended) moving.delete(id);
      else moving.add(id);
      for (const queryKey of [hostKeys.volumes(host, volume.pool), hostKeys.pools(host), hostKeys.uses(host)]) {
        void queryClient.invalidateQueries({ queryKey });
      }
    });
  }, [host]);
}
