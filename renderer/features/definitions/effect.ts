import type { Guest } from '#model/guest';
import type { Permission } from '#model/guest-action';

/** When a change of the definition counts, as a sentence. */
export function effectOf(guest: Guest | undefined): string {
  if (guest === undefined) return 'A change counts from the guest’s next start.';
  if (guest.saved) return 'The guest’s state is saved: it goes on as it was saved, and a change counts from the start after that.';
  if (guest.state === 'shut-off' || guest.state === 'crashed') return 'The guest is off: a change counts from its next start.';
  return 'The guest is on: a change counts from its next start, and what runs now stays as it is.';
}

/** Whether the definition can be changed now; if not, why. */
export function editPermission(host: Permission, guest: Guest | undefined): Permission {
  if (!host.allowed || guest === undefined || guest.persistent) return host;
  return { allowed: false, why: 'The guest exists only while it runs, and nothing is kept for its next start' };
}
