import type { Guest, GuestRef } from '#model/guest';
import { canGuest } from '#model/guest-action';
import type { GuestAction } from '#model/guest-action';
import { BackendError, onlyLooking } from '../backends/errors.ts';
import type { Registry } from './registry.ts';

/** The guest, if its state permits the action now; throws 'invalid-state' with the reason otherwise, 'permission' where the host may only be looked at, or as Registry.guest does. */
export function permittedGuest(registry: Registry, ref: GuestRef, action: GuestAction): Guest {
  const guest = registry.guest(ref);
  const { abilities } = registry.connection(ref.host);
  if (!abilities.change) throw onlyLooking();
  const permission = canGuest(guest, action, abilities);
  if (!permission.allowed) throw new BackendError('invalid-state', `${permission.why}.`);
  return guest;
}
