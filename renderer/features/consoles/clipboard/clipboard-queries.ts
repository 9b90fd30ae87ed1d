import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { noWays } from '#model/clipboard';
import type { ClipboardWays } from '#model/clipboard';
import type { GuestRef } from '#model/guest';
import { api } from '../../../api.ts';
import { guestKeys } from '../../../data/keys.ts';

const waysKey = (guest: GuestRef) => ['clipboard', guest.host, guest.id];
const channelKey = (guest: GuestRef, console: string) => [...guestKeys.one(guest), 'agent-channel', console];

/** Neither, until it is known. Other windows may change them. */
export function useClipboardWays(guest: GuestRef): ClipboardWays {
  const client = useQueryClient();
  const { host, id } = guest;
  useEffect(
    () => api.clipboard.changed(({ guest: changed, ways }) => client.setQueryData<ClipboardWays>(waysKey(changed), ways)),
    [client],
  );
  return (
    useQuery({
      queryKey: waysKey(guest),
      queryFn: () => api.clipboard.ways({ guest: { host, id } }),
      // Whoever does not show it, as a page whose console was torn off, does not hear of changes.
      staleTime: 0,
    }).data ?? noWays
  );
}

/** Undefined before it is read, and where the host may only be looked at. */
export const useAgentChannel = (guest: GuestRef, console: string, enabled: boolean) =>
  useQuery({
    queryKey: channelKey(guest, console),
    queryFn: () => api.clipboard.channel({ guest, console }),
    enabled,
    retry: false,
  });
