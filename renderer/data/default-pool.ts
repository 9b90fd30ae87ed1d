import { useMutation, useQuery } from '@tanstack/react-query';
import type { Fault } from '#model/fault';
import type { HostId } from '#model/host';
import type { PoolProposal } from '#model/storage';
import { api } from '../api.ts';
import { faultOf } from './fault-of.ts';
import { hostKeys } from './keys.ts';
import { queryClient } from './query-client.ts';

export interface DefaultPool {
  /** Null: the default pool is there, or it is not known yet. */
  readonly proposal: PoolProposal | null;
  readonly providing: boolean;
  readonly fault: Fault | null;
  provide(): void;
}

/** The host's default pool where it is missing. Nothing is made before `provide`. `enabled`: somebody looks for a pool. */
export function useDefaultPool(host: HostId, enabled: boolean): DefaultPool {
  const proposal = useQuery({ queryKey: hostKeys.defaultPool(host), queryFn: () => api.storage.proposeDefaultPool({ host }), enabled });
  const provide = useMutation({
    mutationFn: () => api.storage.provideDefaultPool({ host }),
    onSettled: () =>
      Promise.all(
        [hostKeys.defaultPool(host), hostKeys.pools(host), hostKeys.offer(host)].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      ),
  });
  return {
    proposal: proposal.data ?? null,
    providing: provide.isPending,
    fault: provide.error === null ? null : faultOf(provide.error),
    provide: () => provide.mutate(),
  };
}

/** What the button says. */
export const provideLabel = ({ kind, name }: PoolProposal): string =>
  kind === 'make' ? `Make the pool “${name}”` : `Start the pool “${name}”`;
