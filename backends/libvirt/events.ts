import { failedWith } from './failed-with.ts';
import { domainEvents, type RegisteredEvent } from './protocol/events.ts';
import type { Domain } from './protocol/objects.ts';
import { remote } from './protocol/remote.ts';
import type { Session } from './rpc/session.ts';
import { toBackendError } from './to-backend-error.ts';

/** Every event after which a guest's row or its details may read differently. What it says is not used: see GuestRefresher. */
const watched: readonly RegisteredEvent<{ readonly dom: Domain }>[] = [
  domainEvents.lifecycle,
  domainEvents.diskChange,
  domainEvents.trayChange,
  domainEvents.balloonChange,
  domainEvents.deviceRemoved,
  domainEvents.deviceAdded,
  domainEvents.metadataChange,
];

/**
 * Asks the daemon to tell of changes, and calls `heard` for each. An event that this daemon or driver does not know is left out: then there
 * are fewer occasions to look again. Ends with the session.
 */
export async function watchDomains(session: Session, heard: (dom: Domain) => void): Promise<void> {
  // Listening comes first: an event may arrive before the answer to its registration.
  for (const event of watched) session.on(event, ({ dom }) => heard(dom));
  await Promise.all(watched.map((event) => register(session, event.eventId)));
}

async function register(session: Session, eventId: number): Promise<void> {
  try {
    await session.call(remote.connectDomainEventCallbackRegisterAny, { eventId, dom: null });
  } catch (error) {
    const failure = toBackendError(error);
    // An unknown event id is an internal error of the daemon (code 1), an unable driver 'unsupported'.
    if (
      !failedWith(failure, 'unsupported', 'bad-input') &&
      !(failedWith(failure, 'internal') && eventId !== domainEvents.lifecycle.eventId)
    )
      throw failure;
  }
}
