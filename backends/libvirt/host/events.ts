import { setTimeout as sleep } from 'node:timers/promises';
import type { GuestNotice, GuestId } from '#model/guest';
import type { StaleKind } from '#model/inventory';
import type { DisplayNews } from '../displays/display-clients.ts';
import { failedWith } from '../failed-with.ts';
import { guestNotices, type Notice } from '../guests/guest-notices.ts';
import {
  connectionEvents,
  domainEvents,
  networkEvents,
  nodeDeviceEvents,
  type RegisteredEvent,
  secretEvents,
  storagePoolEvents,
} from '../protocol/events.ts';
import type { Domain } from '../protocol/objects.ts';
import type { Procedure } from '../protocol/procedure.ts';
import { remote } from '../protocol/remote.ts';
import type { Session } from '../rpc/session.ts';
import { toBackendError } from '../to-backend-error.ts';

/** Who is told of what a daemon tells unasked. */
export interface Ears {
  /** The guest's row or its details may read differently. What the event says is not used: see GuestRefresher. */
  guest(dom: Domain): void;
  stale(...what: readonly StaleKind[]): void;
  notice(notice: GuestNotice): void;
  /** Somebody connects to a guest's display, or leaves it. */
  display(news: DisplayNews): void;
  /** The daemon has lost its own connection to the hypervisor. */
  driverLost(): void;
}

// libvirt: VIR_DOMAIN_SHUTOFF.
const SHUT_OFF = 5;

interface DomainWatch {
  readonly eventId: number;
  listen(session: Session, ears: Ears): void;
}

const watch = <Payload extends { readonly dom: Domain }>(
  event: RegisteredEvent<Payload>,
  noticeIn: (payload: Payload) => Notice | null = () => null,
): DomainWatch => ({
  eventId: event.eventId,
  listen: (session, ears) =>
    void session.on(event, (payload) => {
      ears.guest(payload.dom);
      const notice = noticeIn(payload);
      if (notice !== null) ears.notice({ ...named(payload.dom), ...notice });
    }),
});

const named = ({ uuid, name }: Domain): { readonly id: GuestId; readonly name: string } => ({ id: uuid, name });

/** What a row shows: these must be heard of before the list is read. */
const rowWatches: readonly DomainWatch[] = [
  watch(domainEvents.lifecycle, guestNotices.lifecycle),
  watch(domainEvents.balloonChange),
  watch(domainEvents.metadataChange),
];

/** As long as a guest's end takes to be heard of, milliseconds. */
const ENDING_MS = 2000;

/** To libvirt a QEMU that ends, as asked, may look like one that does not answer any more (qemuProcessHandleMonitorError): who has ended is not lost. */
const lostControl: DomainWatch = {
  eventId: domainEvents.controlError.eventId,
  listen: (session, ears) =>
    void session.on(domainEvents.controlError, ({ dom }) => {
      ears.guest(dom);
      void tellUnlessEnded(session, dom, ears);
    }),
};

async function tellUnlessEnded(session: Session, dom: Domain, ears: Ears): Promise<void> {
  await sleep(ENDING_MS, undefined, { ref: false });
  const ended = await session.call(remote.domainGetState, { dom, flags: 0 }).then(
    ({ state }) => state === SHUT_OFF,
    (error: unknown) => failedWith(toBackendError(error), 'not-found', 'connection-lost'),
  );
  if (!ended) ears.notice({ ...named(dom), ...guestNotices.controlError() });
}

/**
 * What only details, the definition or running jobs show, or a person wants to hear of. Left out: `ioError` and `blockJob`, which come beside
 * their newer forms `ioErrorReason` and `blockJob2`. `graphics` is apart: who looks at a screen changes nothing of the guest.
 */
const detailWatches: readonly DomainWatch[] = [
  watch(domainEvents.reboot),
  watch(domainEvents.rtcChange),
  watch(domainEvents.watchdog, guestNotices.watchdog),
  watch(domainEvents.ioErrorReason, guestNotices.ioErrorReason),
  lostControl,
  watch(domainEvents.diskChange, guestNotices.diskChange),
  watch(domainEvents.trayChange),
  watch(domainEvents.pmWakeup),
  watch(domainEvents.pmSuspend),
  watch(domainEvents.pmSuspendDisk),
  watch(domainEvents.deviceRemoved),
  watch(domainEvents.blockJob2, guestNotices.blockJob2),
  watch(domainEvents.tunable),
  watch(domainEvents.agentLifecycle),
  watch(domainEvents.deviceAdded),
  watch(domainEvents.migrationIteration),
  watch(domainEvents.jobCompleted),
  watch(domainEvents.deviceRemovalFailed, guestNotices.deviceRemovalFailed),
  watch(domainEvents.blockThreshold, guestNotices.blockThreshold),
  watch(domainEvents.memoryFailure, guestNotices.memoryFailure),
  watch(domainEvents.memoryDeviceSizeChange),
  watch(domainEvents.nicMacChange),
];

/**
 * Asks the daemon to tell of changes in the list of guests. Resolves to false where the driver tells nothing: then the list has to be read
 * again now and then. Ends with the session.
 */
export async function watchGuests(session: Session, ears: Ears): Promise<boolean> {
  const [tells] = await watchAll(session, ears, rowWatches);
  return tells === true;
}

/** Asks for everything else that the daemon can tell: of guests' details, and of all other kinds. */
export async function watchTheRest(session: Session, ears: Ears): Promise<void> {
  session.on(networkEvents.lifecycle, () => ears.stale('networks', 'interfaces'));
  session.on(networkEvents.metadataChange, () => ears.stale('networks'));
  session.on(storagePoolEvents.lifecycle, () => ears.stale('pools', 'volumes'));
  session.on(storagePoolEvents.refresh, () => ears.stale('pools', 'volumes'));
  session.on(nodeDeviceEvents.lifecycle, () => ears.stale('devices', 'interfaces'));
  session.on(nodeDeviceEvents.update, () => ears.stale('devices'));
  session.on(secretEvents.lifecycle, () => ears.stale('secrets'));
  session.on(secretEvents.valueChanged, () => ears.stale('secrets'));
  session.on(connectionEvents.closed, () => ears.driverLost());
  const register = <Args>(procedure: Procedure<Args, { readonly callbackId: number }>, args: Args) => registered(session, procedure, args);
  session.on(domainEvents.graphics, (news) => ears.display(news));
  await Promise.all([
    watchAll(session, ears, detailWatches),
    register(remote.connectDomainEventCallbackRegisterAny, { eventId: domainEvents.graphics.eventId, dom: null }),
    register(remote.connectNetworkEventRegisterAny, { eventId: networkEvents.lifecycle.eventId, net: null }),
    register(remote.connectNetworkEventRegisterAny, { eventId: networkEvents.metadataChange.eventId, net: null }),
    register(remote.connectStoragePoolEventRegisterAny, { eventId: storagePoolEvents.lifecycle.eventId, pool: null }),
    register(remote.connectStoragePoolEventRegisterAny, { eventId: storagePoolEvents.refresh.eventId, pool: null }),
    register(remote.connectNodeDeviceEventRegisterAny, { eventId: nodeDeviceEvents.lifecycle.eventId, dev: null }),
    register(remote.connectNodeDeviceEventRegisterAny, { eventId: nodeDeviceEvents.update.eventId, dev: null }),
    register(remote.connectSecretEventRegisterAny, { eventId: secretEvents.lifecycle.eventId, secret: null }),
    register(remote.connectSecretEventRegisterAny, { eventId: secretEvents.valueChanged.eventId, secret: null }),
    registered(session, remote.connectRegisterCloseCallback, {}),
  ]);
}

async function watchAll(session: Session, ears: Ears, watches: readonly DomainWatch[]): Promise<boolean[]> {
  // Listening comes first: an event may arrive before the answer to its registration.
  for (const { listen } of watches) listen(session, ears);
  return Promise.all(
    watches.map(({ eventId }) => registered(session, remote.connectDomainEventCallbackRegisterAny, { eventId, dom: null })),
  );
}

/**
 * Whether the daemon will tell. An event id that is newer than the daemon is an internal error of it, an unable driver 'unsupported', a
 * modular host without the daemon of a kind fails to reach that: whatever it is, there are only fewer occasions to look again.
 */
async function registered<Args, Result>(session: Session, procedure: Procedure<Args, Result>, args: Args): Promise<boolean> {
  try {
    await session.call(procedure, args);
    return true;
  } catch (error) {
    const failure = toBackendError(error);
    if (failedWith(failure, 'connection-lost', 'protocol', 'cancelled')) throw failure;
    return false;
  }
}
