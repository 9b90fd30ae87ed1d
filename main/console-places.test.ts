import { expect, test } from 'vitest';
import type { ConsolePlace } from '#contract/windows';
import type { GuestRef } from '#model/guest';
import { ConsolePlaces, placesMax, tabsMax } from './console-places.ts';

const guest = (n: number): GuestRef => ({ host: 'here', id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` });
const [a, b, c] = [guest(1), guest(2), guest(3)] as const;

function setUp() {
  const told: (readonly ConsolePlace[])[] = [];
  const shown: number[] = [];
  const places: ConsolePlaces = new ConsolePlaces({
    open: ({ id }) => ({ show: () => shown.push(id), changed: () => undefined, close: () => places.gone(id) }),
    changed: (list) => told.push(list),
  });
  const held = (): string[] =>
    places
      .list()
      .map(
        ({ id, guests, current }) => `${id}: ${guests.map((one) => (one === current ? `[${one.id.at(-1)}]` : one.id.at(-1))).join(' ')}`,
      );
  return { places, told, shown, held };
}

test('each guest is in one window; who is there already is brought to the front', () => {
  const { places, held, shown, told } = setUp();
  places.open(a, 'window');
  places.open(b, 'window');
  places.open(a, 'window');
  places.open(b, 'tab');
  expect(held()).toEqual(['1: [1]', '2: [2]']);
  expect(shown).toEqual([1, 2]);
  expect(told).toHaveLength(2);
});

test('a tab joins the window that was used last, and a tab can get a window of its own', () => {
  const { places, held } = setUp();
  places.open(a, 'tab');
  places.open(b, 'window');
  places.used(1);
  places.open(c, 'tab');
  expect(held()).toEqual(['1: 1 [3]', '2: [2]']);
  places.open(c, 'window');
  expect(held()).toEqual(['1: [1]', '2: [2]', '3: [3]']);
});

test('what is brought back leaves its window, which goes with the last', () => {
  const { places, held } = setUp();
  for (const one of [a, b, c]) places.open(one, 'tab');
  places.choose(1, b);
  places.bringBack(b);
  expect(held()).toEqual(['1: 1 [3]']);
  places.bringBack(a);
  places.bringBack(c);
  places.bringBack(c);
  expect(held()).toEqual([]);
});

test('a window chooses among its own tabs only', () => {
  const { places, held } = setUp();
  places.open(a, 'window');
  places.open(b, 'window');
  places.choose(1, b);
  places.choose(7, b);
  expect(held()).toEqual(['1: [1]', '2: [2]']);
  expect(places.holds(1, a)).toBe(true);
  expect(places.holds(1, b)).toBe(false);
});

test('there is an end to windows and to tabs', () => {
  const { places } = setUp();
  const busy = expect.objectContaining({ code: 'busy' });
  for (let n = 0; n < placesMax; n++) places.open(guest(n), 'window');
  expect(refusal(() => places.open(guest(99), 'window'))).toEqual(busy);
  for (let n = 1; n < tabsMax; n++) places.open(guest(100 + n), 'tab');
  expect(refusal(() => places.open(guest(199), 'tab'))).toEqual(busy);
  expect(places.list()).toHaveLength(placesMax);
});

function refusal(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
