import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { type ConsoleChoices, usualChoices } from '#model/console-choices';
import type { GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { toast } from '../../ui/toasts.ts';

export type Choose = (change: Partial<ConsoleChoices>) => void;

const keyOf = ({ host, id }: GuestRef) => ['console choices', host, id];
/** Changes that main has not answered yet, by guest: what it tells meanwhile is older than what the person sees. */
const underWay = new Map<string, number>();

/** What was chosen for the guest's screens, in whichever window; null until it is known. */
export function useConsoleChoices(guest: GuestRef): readonly [ConsoleChoices | null, Choose] {
  const client = useQueryClient();
  const { host, id } = guest;
  const { data, isError } = useQuery({
    queryKey: keyOf(guest),
    queryFn: () => api.consoles.choices({ guest: { host, id } }),
    // Whoever shows no screen of it does not hear of changes either.
    gcTime: 0,
  });
  useEffect(
    () =>
      api.consoles.chosen(({ guest: changed, choices }) => {
        if (changed.host !== host || changed.id !== id || underWay.has(`${host} ${id}`)) return;
        client.setQueryData<ConsoleChoices>(keyOf(changed), choices);
      }),
    [client, host, id],
  );
  const choose = useCallback<Choose>(
    (change) => {
      const key = `${host} ${id}`;
      const before = client.getQueryData<ConsoleChoices>(keyOf({ host, id })) ?? usualChoices;
      const choices = { ...before, ...change };
      client.setQueryData<ConsoleChoices>(keyOf({ host, id }), choices);
      underWay.set(key, (underWay.get(key) ?? 0) + 1);
      api.consoles
        .choose({ guest: { host, id }, choices })
        .catch((error: unknown) => toast({ variant: 'warning', title: `What you chose was not kept: ${faultOf(error).message}` }))
        .finally(() => {
          const left = (underWay.get(key) ?? 1) - 1;
          if (left > 0) underWay.set(key, left);
          else underWay.delete(key);
        });
    },
    [client, host, id],
  );
  return [data ?? (isError ? usualChoices : null), choose];
}
