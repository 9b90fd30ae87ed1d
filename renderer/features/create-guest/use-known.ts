import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { HostId } from '#model/host';
import { api } from '../../api.ts';
import { hostKeys } from '../../data/keys.ts';
import { useDriverDisc, useSystemFacts } from '../../data/systems.ts';
import type { Draft } from './draft.ts';
import { systemOf } from './system.ts';

/** What the host offers a machine like this one. Read anew each time: names, free memory and free space change behind our back. */
export function useOffer(host: HostId, draft: Draft) {
  const machine = draft.edits.machine ?? null;
  return useQuery({
    queryKey: [...hostKeys.offer(host), machine],
    queryFn: () => api.guests.offer({ host, machine }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchOnMount: 'always',
  });
}

/** What follows from the draft's system. `isPending`: it is not known yet, and so neither is what is proposed. */
export function useSystem(draft: Draft) {
  const facts = useSystemFacts(systemOf(draft)?.id ?? null);
  const disc = useDriverDisc();
  return { facts: facts.data ?? null, disc: disc.data ?? null, isPending: facts.isPending || disc.isPending };
}
