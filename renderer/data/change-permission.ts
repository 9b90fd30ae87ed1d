import type { Guest } from '#model/guest';
import type { Host, HostAbilities } from '#model/host';
import { canChangeGuest, onlyLook, type Permission } from '#model/guest-action';

/** Undefined while the host is not connected. */
export const abilitiesOf = (host: Host | undefined): HostAbilities | undefined =>
  host?.state.kind === 'connected' ? host.state.abilities : undefined;

/** Whether anything can be changed on the host now; if not, the sentence that says why. */
export function changePermission(host: Host | undefined): Permission {
  const abilities = abilitiesOf(host);
  if (abilities === undefined) return { allowed: false, why: 'The host is not connected' };
  return abilities.change ? { allowed: true } : { allowed: false, why: onlyLook };
}

/** Likewise of a guest: what it is made of, its definition, and whether it stays. */
export function guestChangePermission(host: Host | undefined, guest: Guest | undefined): Permission {
  const permission = changePermission(host);
  return permission.allowed && guest !== undefined ? canChangeGuest(guest) : permission;
}
