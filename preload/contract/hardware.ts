import { z } from 'zod';
import { guestLimits } from '#model/guest-spec';
import { GuestHardware, HardwareChange, HardwareOutcome, HardwarePlan, HardwareWish } from '#model/hardware';
import { GuestRef } from '#model/guest';
import { HostId } from '#model/host';
import { call } from './define.ts';

const Draft = z.strictObject({ host: HostId, definition: z.string().max(guestLimits.definitionMax) });
const Wished = z.strictObject({ guest: GuestRef, wish: HardwareWish });

export const hardware = {
  read: call(GuestRef, GuestHardware),
  /** What it would do, before it is done: 'conflict' where somebody else has changed the definition since `base`. */
  plan: call(Wished, HardwarePlan),
  /** The forms for a definition before it is any guest's, and what a change makes of it: `after` is the definition to go on with. */
  readDraft: call(Draft, GuestHardware),
  planDraft: call(Draft.extend({ change: HardwareChange }), HardwarePlan),
  /**
   * As a task. Main asks before what a running guest loses at once; 'cancelled' when the person says no. `operation` is chosen by the window
   * for each wish of the person: a repeated call with the same id does nothing a second time.
   */
  apply: call(Wished.extend({ operation: z.uuid() }), HardwareOutcome),
};
