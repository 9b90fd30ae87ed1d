import { type OrderedGuest, samePlace } from '#model/start-order';
import { BackendError, onlyLooking } from '../errors.ts';
import type { StartOrder } from '../start-order.ts';
import type { FakeHost } from './fake-host.ts';

export const fakeStartOrder = (host: FakeHost, alive: () => void, mayChange: boolean): StartOrder => ({
  async read() {
    await host.reach('describe');
    alive();
    return [...host.guests.values()].flatMap(({ guest: { id, name }, place }): OrderedGuest[] =>
      place === null ? [] : [{ id, name, place }],
    );
  },
  async set({ id, was, place }) {
    if (!mayChange) throw onlyLooking();
    await host.reach('define');
    alive();
    const guest = host.find(id);
    if (samePlace(guest.place, place)) return;
    if (!samePlace(guest.place, was)) {
      throw new BackendError('conflict', `“${guest.guest.name}” was given another place in the start order meanwhile.`, {
        remedy: 'Look at the order as it is now, then save yours again.',
      });
    }
    guest.place = place;
  },
});
