import { expect, test, vi } from 'vitest';
import { contract } from '#contract/contract';
import type { Call, Caller, Event } from '#contract/define';
import { noWays } from '#model/clipboard';
import type { GuestRef } from '#model/guest';
import { ConsolePlaces } from './console-places.ts';
import { createPlaceHandlers } from './place-handlers.ts';

const guest = (n: number): GuestRef => ({ host: 'here', id: `00000000-0000-4000-8000-00000000000${n}` });
const [a, b] = [guest(1), guest(2)] as const;
const app: Caller = { window: 99, role: 'app' };
const beside: Caller = { window: 1, role: 'console' };

function setUp() {
  const show = vi.fn();
  const showApp = vi.fn();
  const places: ConsolePlaces = new ConsolePlaces({
    open: ({ id }) => ({ show, changed: () => undefined, close: () => places.gone(id) }),
    changed: () => undefined,
  });
  const { handlers, own } = createPlaceHandlers({
    places,
    placeOf: ({ window }) => window,
    isFullScreen: () => false,
    fullScreen: { monitors: async () => [], fullScreen: async () => undefined },
    showApp,
  });
  return { places, handlers, own, show, showApp };
}

test('a window with consoles cannot bring itself to the front', async () => {
  const { places, handlers, show } = setUp();
  places.open(a, 'window');
  places.open(b, 'tab');
  show.mockClear();
  await handlers.open({ guest: a, into: 'tab' }, beside);
  expect(places.get(1)?.current).toBe(a);
  places.bringBack(b);
  await handlers.open({ guest: a, into: 'window' }, beside);
  expect(show).not.toHaveBeenCalled();
  await handlers.open({ guest: a, into: 'tab' }, app);
  expect(show).toHaveBeenCalledTimes(1);
});

test('only a window with consoles brings the app’s to the front', async () => {
  const { places, handlers, showApp } = setUp();
  places.open(a, 'window');
  places.open(b, 'tab');
  await handlers.bringBack({ guest: a, show: true }, app);
  expect(showApp).not.toHaveBeenCalled();
  await handlers.bringBack({ guest: b, show: true }, beside);
  expect(showApp).toHaveBeenCalledWith(b);
  expect(places.list()).toEqual([]);
});

test('of what main tells, a window with consoles hears the part that concerns its guests', () => {
  const { places, own } = setUp();
  places.open(a, 'window');
  places.open(b, 'window');
  expect(own(app)).toBeNull();
  const part = own(beside);
  if (part === null) throw new Error('it would hear everything');
  const { guests, hosts, windows, clipboard } = contract;
  const removed = ({ host, id }: GuestRef) => ({ host, seq: 1, change: { kind: 'removed', id } as const });
  expect(guests.changed.part?.(removed(a), part)).toEqual(removed(a));
  expect(guests.changed.part?.(removed(b), part)).toBeNull();
  expect(guests.relisted.part?.({ host: 'here' }, part)).toEqual({ host: 'here' });
  expect(guests.relisted.part?.({ host: 'there' }, part)).toBeNull();
  expect(hosts.stale.part?.({ host: 'there', what: ['devices'] }, part)).toBeNull();
  expect(clipboard.changed.part?.({ guest: b, ways: noWays }, part)).toBeNull();
  expect(windows.consolesChanged.part?.(places.list(), part)).toEqual([{ id: 1, guests: [a], current: a }]);
  for (const entry of Object.values(contract).flatMap((group): Event[] => Object.values<Call | Event>(group).filter(isEvent))) {
    // What has no part is about no guest: settings, the keyboard, this window’s own full screen.
    if (entry.roles.includes('console') && entry.part === undefined) expect(whole).toContain(entry);
  }
});

const isEvent = (entry: Call | Event): entry is Event => entry.kind === 'event';
const whole: readonly unknown[] = [contract.settings.changed, contract.keyboard.released, contract.windows.fullScreenChanged];
