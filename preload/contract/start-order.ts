import { z } from 'zod';
import { HostId } from '#model/host';
import { OrderedGuest, PlaceChange } from '#model/start-order';
import { call } from './define.ts';

const OnHost = z.strictObject({ host: HostId });
/** Chosen by the window for each wish of the person: a repeated call with the same id does nothing a second time. */
const Wish = OnHost.extend({ operation: z.uuid() });

/** Guests that are started one after another, and shut down the other way round. */
export const startOrder = {
  read: call(OnHost, z.array(OrderedGuest).max(10_000)),
  /** One after another; 'conflict' at the first whose place is not `was` any more, and those after it are as before then. */
  set: call(OnHost.extend({ changes: z.array(PlaceChange).min(1).max(10_000) }), z.void()),
  /** Both begin a task. */
  start: call(Wish, z.void()),
  /** Main asks first: 'cancelled' when the person says no. */
  shutDown: call(Wish, z.void()),
};
