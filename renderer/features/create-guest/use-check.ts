import { useMutation, useQuery } from '@tanstack/react-query';
import type { GuestSpec, Mend } from '#model/guest-spec';
import type { HostId } from '#model/host';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { hostKeys } from '../../data/keys.ts';
import { queryClient } from '../../data/query-client.ts';

/** What the host has against the guest. Asked at the review; the answer stays at its fields until one of them changes. */
export const useCheck = (host: HostId, spec: GuestSpec | null, isReview: boolean) =>
  useQuery({
    queryKey: ['check', host, spec],
    queryFn: () => (spec === null ? [] : api.guests.check({ host, spec })),
    enabled: isReview && spec !== null,
    staleTime: 0,
    gcTime: 60_000,
  });

/** Does what an objection offers, and asks the host again. */
export function useMend(host: HostId, spec: GuestSpec | null) {
  const mending = useMutation({
    mutationFn: async (mend: Mend) => {
      if (spec !== null) await api.guests.mend({ host, spec, mend });
    },
    onSettled: async () =>
      Promise.all(
        [['check', host], hostKeys.offer(host), hostKeys.networks(host), hostKeys.pools(host)].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      ),
  });
  const fault = mending.error === null ? null : faultOf(mending.error);
  // Main asked, and the person thought better of it.
  return { mend: mending.mutate, isMending: mending.isPending, fault: fault?.code === 'cancelled' ? null : fault };
}
