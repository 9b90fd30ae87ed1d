import { expect, test } from 'vitest';
import type { Watch } from '#contract/guests';
import { WatchList } from './watch-list.ts';

const list: Watch = { kind: 'list', host: 'here' };
const turn = () => new Promise((resolve) => setTimeout(resolve));

function recorded() {
  const told: Watch[][] = [];
  return { told, watches: new WatchList((watches) => told.push(watches)) };
}

test('the same wish of two components is told once and dropped with the last', async () => {
  const { told, watches } = recorded();
  watches.show(true);
  const [first, second] = [watches.add(list), watches.add({ ...list })];
  await turn();
  first();
  await turn();
  expect(told).toEqual([[list]]);
  second();
  await turn();
  expect(told).toEqual([[list], []]);
});

test('leaving one page for another is one change', async () => {
  const { told, watches } = recorded();
  watches.show(true);
  const leave = watches.add(list);
  await turn();
  leave();
  watches.add({ kind: 'list', host: 'there' });
  await turn();
  expect(told).toEqual([[list], [{ kind: 'list', host: 'there' }]]);
});

test('nothing is watched while the window is hidden', async () => {
  const { told, watches } = recorded();
  watches.add(list);
  await turn();
  expect(told).toEqual([]);
  watches.show(true);
  await turn();
  watches.show(false);
  await turn();
  expect(told).toEqual([[list], []]);
});
