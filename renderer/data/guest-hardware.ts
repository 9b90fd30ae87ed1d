import { useQuery } from '@tanstack/react-query';
import type { GuestRef } from '#model/guest';
import type { HardwareChange, HardwareOutcome, HardwareWish } from '#model/hardware';
import { api } from '../api.ts';
import { guestKeys } from './keys.ts';
import { queryClient } from './query-client.ts';

// Below the guest's own key: whatever is told of the guest makes this doubtful, too.
const keys = {
  all: (ref: GuestRef) => [...guestKeys.one(ref), 'hardware'],
  pages: (ref: GuestRef) => [...guestKeys.one(ref), 'hardware', 'pages'],
  plan: (ref: GuestRef, wish: HardwareWish) => [...guestKeys.one(ref), 'hardware', 'plan', wish],
} as const;

/** What no event tells of is read again so often while it is shown (milliseconds): cables, channels, what other programs define. */
const EVERY = 15_000;

export const useGuestHardware = (ref: GuestRef) =>
  useQuery({ queryKey: keys.pages(ref), queryFn: () => api.hardware.read(ref), refetchInterval: EVERY });

/** What the change would do. Nothing of it is kept: the next look asks anew. */
export const useHardwarePlan = (ref: GuestRef, wish: HardwareWish) =>
  useQuery({ queryKey: keys.plan(ref, wish), queryFn: () => api.hardware.plan({ guest: ref, wish }), gcTime: 0, retry: false });

/** Rejects with what stands against it; `operation` is the same for each try of one wish. */
export async function applyHardware(ref: GuestRef, wish: HardwareWish, operation: string): Promise<HardwareOutcome> {
  try {
    return await api.hardware.apply({ guest: ref, wish, operation });
  } finally {
    await readHardwareAnew(ref);
  }
}

export const readHardwareAnew = (ref: GuestRef): Promise<void> => queryClient.invalidateQueries({ queryKey: keys.all(ref) });

/** What main calls the task of such a change; saying the outcome under the same name says it once. */
export const hardwareVerbs: Readonly<Record<HardwareChange['kind'], string>> = {
  set: 'Change',
  rewrite: 'Change',
  add: 'Add a device to',
  remove: 'Remove a device from',
  undo: 'Undo a change of',
  act: 'Change',
};
