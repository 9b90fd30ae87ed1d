import { expect, test } from 'vitest';
import { z } from 'zod';
import { Guest, GuestDetails } from '#model/guest';
import { seedGuests } from './seed.ts';

test('guests are as the model has them, however many, and the same each time', () => {
  const guests = seedGuests(10_000);
  z.array(Guest).parse(guests.map(({ guest }) => guest));
  z.array(GuestDetails).parse(guests.map((guest) => guest.details()));
  expect(new Set(guests.map(({ guest }) => guest.id)).size).toBe(10_000);
  expect(new Set(guests.map(({ guest }) => guest.name)).size).toBe(10_000);
  expect(seedGuests(20).map(({ guest }) => guest)).toEqual(guests.slice(0, 20).map(({ guest }) => guest));
  expect(seedGuests().length).toBeGreaterThan(5);
});
