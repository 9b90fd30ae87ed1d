import { useQuery } from '@tanstack/react-query';
import type { GuestRef } from '#model/guest';
import { api } from '../api.ts';
import { guestKeys } from './keys.ts';
import { queryClient } from './query-client.ts';
import { tellsItself } from './told-tasks.ts';

type Known = Awaited<ReturnType<typeof api.inspection.read>>;

// Below the guest's own key: a change of its disks makes them doubtful.
const keys = {
  found: (ref: GuestRef) => [...guestKeys.one(ref), 'inspection', 'found'],
  outlook: (ref: GuestRef) => [...guestKeys.one(ref), 'inspection', 'outlook'],
} as const;

/** What was found on the guest's disks last, and the look that is under way. */
export const useInspection = (ref: GuestRef) => useQuery({ queryKey: keys.found(ref), queryFn: () => api.inspection.read(ref) });

export const useInspectionOutlook = (ref: GuestRef) =>
  useQuery({ queryKey: keys.outlook(ref), queryFn: () => api.inspection.outlook(ref) });

/** Resolves when it is done; rejects as the call does. */
export async function inspectGuest(ref: GuestRef): Promise<void> {
  const operation = crypto.randomUUID();
  const untell = tellsItself(operation);
  queryClient.setQueryData<Known>(keys.found(ref), (known) => ({ found: known?.found ?? null, task: operation }));
  try {
    await api.inspection.inspect({ guest: ref, operation });
  } finally {
    untell();
    await queryClient.invalidateQueries({ queryKey: keys.found(ref) });
  }
}
