import { expect, test } from 'vitest';
import type { GuestState } from '#model/guest';
import type { PlacedGuest } from '../../data/queries.ts';
import { countByGroup, filterGuests, sortGuests, type SortKey } from './guest-order.ts';

const row = (name: string, state: GuestState = 'shut-off', host = 'here'): PlacedGuest => ({
  host,
  lostAt: null,
  guest: {
    id: `${name.length.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
    name,
    state,
    persistent: true,
    autostart: false,
    saved: false,
    vcpus: 1,
    memory: 1024,
  },
});
const names = (rows: readonly PlacedGuest[]) => rows.map(({ guest }) => guest.name);
const nothing = () => -1;

test('every word must be found, in any order and letter case', () => {
  const rows = [row('Web server 2'), row('web-db'), row('mail')];
  expect(names(filterGuests(rows, 'SERVER web', null))).toEqual(['Web server 2']);
  expect(names(filterGuests(rows, '  ', null))).toEqual(['Web server 2', 'web-db', 'mail']);
  expect(names(filterGuests(rows, '00000004', null))).toEqual(['mail']);
});

test('a group of states', () => {
  const rows = [row('a', 'running'), row('b', 'shutting-down'), row('c', 'paused'), row('d', 'crashed'), row('e')];
  expect(names(filterGuests(rows, '', 'running'))).toEqual(['a', 'b']);
  expect(countByGroup(rows)).toEqual({ running: 2, paused: 1, off: 1, trouble: 1, lost: 0 });
});

test('names are ordered as people count', () => {
  const rows = ['vm-10', 'VM-2', 'vm-1'].map((name) => row(name));
  expect(names(sortGuests(rows, { by: 'name', direction: 'asc' }, nothing))).toEqual(['vm-1', 'VM-2', 'vm-10']);
  expect(names(sortGuests(rows, { by: 'name', direction: 'desc' }, nothing))).toEqual(['vm-10', 'VM-2', 'vm-1']);
});

test('equal states are ordered by name, whichever the direction', () => {
  const rows = [row('b'), row('c', 'running'), row('a')];
  expect(names(sortGuests(rows, { by: 'state', direction: 'asc' }, nothing))).toEqual(['c', 'a', 'b']);
  expect(names(sortGuests(rows, { by: 'state', direction: 'desc' }, nothing))).toEqual(['a', 'b', 'c']);
});

test('live values: those without one come last when the largest come first', () => {
  const rows = ['a', 'b', 'c'].map((name) => row(name));
  const load: Record<string, number> = { a: 0.2, b: -1, c: 0.9 };
  const measure = ({ guest }: PlacedGuest, _key: SortKey) => load[guest.name] ?? -1;
  expect(names(sortGuests(rows, { by: 'cpu', direction: 'desc' }, measure))).toEqual(['c', 'a', 'b']);
});

test('what is out of reach is counted apart and of no known state', () => {
  const lost = { ...row('web', 'running'), lostAt: 1 };
  const rows = [row('mail', 'running'), lost];
  expect(countByGroup(rows)).toEqual({ running: 1, paused: 0, off: 0, trouble: 0, lost: 1 });
  expect(names(filterGuests(rows, '', 'running'))).toEqual(['mail']);
  expect(names(filterGuests(rows, '', null))).toEqual(['mail', 'web']);
});
