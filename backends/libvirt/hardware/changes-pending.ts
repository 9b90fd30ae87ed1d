import type { GuestId } from '#model/guest';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { pendingChanges } from './describe-hardware.ts';
import { openGuest } from './open-guest.ts';
import { contextsOf } from './read-context.ts';

/** Whether the guest runs with something else than its next start will have: the very list that its Hardware page shows. */
export async function changesPending(host: LibvirtHost, id: GuestId): Promise<boolean> {
  return pendingChanges(await openGuest(host, contextsOf(host), id)).length > 0;
}
