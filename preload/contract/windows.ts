import { z } from 'zod';
import { GuestRef } from '#model/guest';
import { call, event, eventInPart } from './define.ts';

/** A window of its own for consoles: those of one guest, or several guests' as tabs. */
export const ConsolePlace = z.strictObject({ id: z.number().int().positive(), guests: z.array(GuestRef).min(1), current: GuestRef });
export type ConsolePlace = z.infer<typeof ConsolePlace>;

/** One of the person's screens. */
export const Monitor = z.strictObject({
  id: z.number().int().nonnegative(),
  name: z.string().max(128),
  width: z.number().int(),
  height: z.number().int(),
  /** The asking window is on it. */
  here: z.boolean(),
});
export type Monitor = z.infer<typeof Monitor>;

const OfGuest = z.strictObject({ guest: GuestRef });

export const windows = {
  /** A console window is told of itself only. */
  consoles: call(z.strictObject({}), z.array(ConsolePlace), 'app', 'console'),
  /** The asking window's own. */
  own: call(z.strictObject({}), z.strictObject({ place: ConsolePlace, fullScreen: z.boolean() }), 'console'),
  /**
   * Shows a guest's consoles in a window of their own, or as a tab of the one that was used last; where they are in such a window already,
   * brings that to the front.
   */
  open: call(z.strictObject({ guest: GuestRef, into: z.enum(['window', 'tab']) }), z.void(), 'app', 'console'),
  /** Takes them out of their window, which goes with the last tab. `show`: and shows them in the app's window. */
  bringBack: call(z.strictObject({ guest: GuestRef, show: z.boolean() }), z.void(), 'app', 'console'),
  /** The tab that is in front now. */
  choose: call(OfGuest, z.void(), 'console'),
  monitors: call(z.strictObject({}), z.array(Monitor).max(64), 'app', 'console'),
  /** On that screen, or on the one it is on; false: as it was before. */
  fullScreen: call(z.strictObject({ on: z.boolean(), monitor: z.number().int().nonnegative().nullable() }), z.void(), 'app', 'console'),
  consolesChanged: eventInPart(z.array(ConsolePlace), (places, { place }) => places.filter(({ id }) => id === place)),
  /** To the one window that fills its screen now, or does no more. */
  fullScreenChanged: event(z.strictObject({ on: z.boolean() }), 'app', 'console'),
};
