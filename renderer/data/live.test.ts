import { expect, test } from 'vitest';
import type { Guest } from '#model/guest';
import { applyChange, applyChanges, type GuestsSnapshot } from './live.ts';

const guest = (n: number, state: Guest['state'] = 'shut-off'): Guest => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  name: `guest-${n}`,
  state,
  persistent: true,
  autostart: false,
  saved: false,
  vcpus: 1,
  memory: 1024,
});
const snapshot: GuestsSnapshot = { seq: 7, guests: [guest(1), guest(2)], lostAt: null };

test('a change that the list already holds is dropped', () => {
  for (const seq of [1, 7]) {
    expect(applyChange(snapshot, { seq, change: { kind: 'upserted', guest: guest(1, 'running') } })).toBe(snapshot);
    expect(applyChange(snapshot, { seq, change: { kind: 'removed', id: guest(1).id } })).toBe(snapshot);
  }
});

test('a newer change replaces one guest and leaves the others as they are', () => {
  const next = applyChange(snapshot, { seq: 8, change: { kind: 'upserted', guest: guest(1, 'running') } });
  expect(next.seq).toBe(8);
  expect(next.guests.map((one) => one.state)).toEqual(['running', 'shut-off']);
  expect(next.guests[1]).toBe(snapshot.guests[1]);
});

test('guests come and go', () => {
  const next = applyChanges(snapshot, [
    { seq: 8, change: { kind: 'upserted', guest: guest(3) } },
    { seq: 9, change: { kind: 'removed', id: guest(1).id } },
    { seq: 10, change: { kind: 'removed', id: guest(99).id } },
  ]);
  expect(next.guests.map((one) => one.name)).toEqual(['guest-2', 'guest-3']);
  expect(next.seq).toBe(10);
});

test('a late repetition in the same batch does not undo', () => {
  const next = applyChanges(snapshot, [
    { seq: 8, change: { kind: 'upserted', guest: guest(1, 'running') } },
    { seq: 6, change: { kind: 'removed', id: guest(1).id } },
  ]);
  expect(next.guests[0]?.state).toBe('running');
});
