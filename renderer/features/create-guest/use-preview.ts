import { useQuery } from '@tanstack/react-query';
import type { GuestSpec } from '#model/guest-spec';
import type { HostId } from '#model/host';
import { api } from '../../api.ts';

/** The guest before it exists: its definition, and the command that makes one like it. */
export const usePreview = (host: HostId, spec: GuestSpec | null) =>
  useQuery({
    queryKey: ['preview', host, spec],
    queryFn: () => (spec === null ? null : api.guests.preview({ host, spec })),
    enabled: spec !== null,
    staleTime: 0,
    gcTime: 60_000,
  });
