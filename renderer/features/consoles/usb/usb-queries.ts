import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { GuestRef } from '#model/guest';
import { api } from '../../../api.ts';
import { guestKeys } from '../../../data/keys.ts';
import { invalidate } from '../../../data/invalidate.ts';

/** A console window does not hear of other guests, one of which may let go of a device. Milliseconds. */
const UNTOLD_EVERY = 10_000;

/** What is plugged into the guest's host, read while it is looked at and whenever something is plugged in, pulled out or given. */
export function useUsbOffer(guest: GuestRef, enabled: boolean) {
  const client = useQueryClient();
  const { host, id } = guest;
  useEffect(() => {
    if (!enabled) return undefined;
    const again = (): void => invalidate(client, usbKey({ host, id }));
    const stops = [
      api.hosts.stale((news) => {
        if (news.host === host && news.what.includes('devices')) again();
      }),
      // Another guest may have let go of one.
      api.guests.changed((news) => {
        if (news.host === host) again();
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [client, host, id, enabled]);
  return useQuery({
    queryKey: usbKey(guest),
    queryFn: () => api.usb.offer({ guest }),
    enabled,
    retry: false,
    staleTime: 0,
    refetchInterval: UNTOLD_EVERY,
  });
}

const usbKey = (guest: GuestRef) => [...guestKeys.one(guest), 'usb'];
