import { useEffect } from 'react';
import type { HostId } from '#model/host';
import type { VolumeRef } from '#model/storage';
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

export const taskOf = (tasks: readonly Task[], { pool, name }: VolumeRef): Task | undefined =>
  tasks.find(({ volume }) => volume?.pool === pool && volume.name === name);

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
      void queryClient.invalidateQueries({ queryKey: hostKeys.volumes(host, volume.pool) });
      void queryClient.invalidateQueries({ queryKey: hostKeys.pools(host) });
    });
  }, [host]);
}
