import { expect, test } from 'vitest';
import type { OrderedGuest } from '#model/start-order';
import { changesOf, delayOf, moved, rowsOf, stepsOf, withoutRow } from './order-draft.ts';

const guest = (name: string, order: number, delay = 0): OrderedGuest => ({ id: `id-${name}`, name, place: { order, delay } });
const base = [guest('web', 20), guest('db', 10, 30), guest('cache', 10)];
const names = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name);

test('rows stand by their step, and by name within it', () => {
  const rows = rowsOf(base);
  expect(names(rows)).toEqual(['cache', 'db', 'web']);
  expect(rows.map(({ together }) => together)).toEqual([false, true, false]);
  expect(stepsOf(rows)).toEqual([1, 1, 2]);
});

test('what is as it was is not told', () => {
  expect(changesOf({ base, rows: rowsOf(base) })).toEqual([]);
});

test('numbers that fit are kept, and only who has another place is told', () => {
  const rows = rowsOf([guest('a', 10), guest('b', 20), guest('c', 30)]);
  const changes = changesOf({ base: [guest('a', 10), guest('b', 20), guest('c', 30)], rows: moved(rows, 2, 1) });
  expect(changes).toEqual([{ id: 'id-b', was: { order: 20, delay: 0 }, place: { order: 31, delay: 0 } }]);
});

test('who is taken out has no place any more, and who comes first starts with nobody', () => {
  const rows = withoutRow(rowsOf(base), 0);
  expect(rows.map(({ name, together }) => [name, together])).toEqual([
    ['db', false],
    ['web', false],
  ]);
  expect(changesOf({ base, rows })).toEqual([{ id: 'id-cache', was: { order: 10, delay: 0 }, place: null }]);
});

test('numbers never run out of what can be kept', () => {
  const high = [guest('a', 9999), guest('b', 9998)];
  const rows = moved(rowsOf(high), 0, 1);
  const places = changesOf({ base: high, rows }).map(({ place }) => place?.order ?? 0);
  expect(Math.max(...places, 1)).toBeLessThanOrEqual(9999);
});

test.each([
  ['0', 0],
  ['90', 90],
  ['3600', 3600],
  ['3601', null],
  ['-1', null],
  ['1.5', null],
  ['', null],
])('the delay %j is %j', (delay, seconds) => {
  expect(delayOf({ id: 'x', name: 'x', together: false, delay })).toBe(seconds);
});
