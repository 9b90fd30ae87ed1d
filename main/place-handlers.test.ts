import { expect, test, vi } from 'vitest';
import type { Caller } from '#contract/define';
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
  const { handlers } = createPlaceHandlers({
    places,
    placeOf: ({ window }) => window,
    isFullScreen: () => false,
    fullScreen: { monitors: async () => [], fullScreen: async () => undefined },
    showApp,
  });
  return { places, handlers, show, showApp };
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
