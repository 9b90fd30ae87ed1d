import { z } from 'zod';
import { GuestId } from './guest.ts';

/** Where a guest stands among those of its host that are started one after another. */
export const StartPlace = z.strictObject({
  /** Guests with the same number start together, before those with a higher one. */
  order: z.number().int().min(1).max(9999),
  /** Seconds to wait after it was started, before those with a higher number are. */
  delay: z.number().int().min(0).max(3600),
});
export type StartPlace = z.infer<typeof StartPlace>;

export const OrderedGuest = z.strictObject({ id: GuestId, name: z.string(), place: StartPlace });
export type OrderedGuest = z.infer<typeof OrderedGuest>;

/** `was`: the place that it was seen to have. Null is none. */
export const PlaceChange = z.strictObject({ id: GuestId, was: StartPlace.nullable(), place: StartPlace.nullable() });
export type PlaceChange = z.infer<typeof PlaceChange>;

export const samePlace = (a: StartPlace | null, b: StartPlace | null): boolean => a?.order === b?.order && a?.delay === b?.delay;

/** Those that start together, in the order in which they do; by name within one step. */
export function startSteps(guests: readonly OrderedGuest[]): readonly (readonly OrderedGuest[])[] {
  const steps: OrderedGuest[][] = [];
  for (const guest of [...guests].sort((a, b) => a.place.order - b.place.order || a.name.localeCompare(b.name))) {
    const last = steps.at(-1);
    if (last?.[0]?.place.order === guest.place.order) last.push(guest);
    else steps.push([guest]);
  }
  return steps;
}
