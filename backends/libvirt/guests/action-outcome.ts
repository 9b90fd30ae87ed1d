import { setTimeout as sleep } from 'node:timers/promises';
import type { Guest } from '#model/guest';
import type { GuestAction } from '#model/guest-action';
import { BackendError } from '../../errors.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import { jobOf } from './guest-job.ts';
import { readGuests } from './guest-reader.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';

/** What the host was doing when the connection ended goes on there; what does not show after so many looks was not done. */
const LOOKS = 6;
const LOOK_MS = 250;
const BUSY_MS = 1000;

const isOff = (guest: Guest | undefined) => guest === undefined || guest.state === 'shut-off' || guest.state === 'crashed';

/** How the guest is once it was done; null: that shows nowhere. Undefined is a guest that is no longer there: a transient one that ended. */
const proofs: Readonly<Record<GuestAction, ((guest: Guest | undefined) => boolean) | null>> = {
  start: (guest) => !isOff(guest),
  'shut-down': (guest) => isOff(guest) || guest?.state === 'shutting-down',
  reboot: null,
  pause: (guest) => guest?.state === 'paused',
  resume: (guest) => guest?.state === 'running' || guest?.state === 'idle',
  save: (guest) => guest !== undefined && isOff(guest) && guest.saved,
  'discard-save': (guest) => guest !== undefined && !guest.saved,
  'force-off': isOff,
  reset: null,
  autostart: (guest) => guest?.autostart === true,
  'no-autostart': (guest) => guest !== undefined && !guest.autostart,
};
/** A guest may take its time: that it is still on proves nothing. */
const patient: ReadonlySet<GuestAction> = new Set<GuestAction>(['shut-down']);

/**
 * Finds out what became of an action whose answer was lost: asks the host, over a new connection if it must, and never repeats the action.
 * Resolves if it was done; rejects with 'connection-lost' if it was not, with `lost` if nothing tells.
 */
export async function requireDone(host: LibvirtHost, dom: Domain, action: GuestAction, lost: unknown): Promise<void> {
  const proof = proofs[action];
  if (proof === null) throw lost;
  const enduring = new EnduringHost(host);
  try {
    for (let look = 0; look < LOOKS;) {
      const [[guest], busy] = await enduring.read((now) => Promise.all([readGuests(now, [dom]), isBusy(now, dom)]));
      if (proof(guest)) return;
      if (!busy) look += 1;
      await sleep(busy ? BUSY_MS : LOOK_MS);
    }
  } catch {
    throw lost;
  } finally {
    enduring.close();
  }
  if (patient.has(action)) throw lost;
  throw new BackendError('connection-lost', 'The connection ended before the host had done it.', { remedy: 'Try again.', cause: lost });
}

/** A save goes on without us. A host that does not tell of jobs is taken to have none. */
async function isBusy(host: LibvirtHost, dom: Domain): Promise<boolean> {
  try {
    return (await jobOf((procedure, args) => host.call(procedure, args), dom)) !== null;
  } catch (error) {
    if (error instanceof BackendError && error.code === 'connection-lost') throw error;
    return false;
  }
}
