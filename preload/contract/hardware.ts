import { z } from 'zod';
import { GuestHardware, HardwareOutcome, HardwarePlan, HardwareWish } from '#model/hardware';
import { GuestRef } from '#model/guest';
import { call } from './define.ts';

const Wished = z.strictObject({ guest: GuestRef, wish: HardwareWish });

export const hardware = {
  read: call(GuestRef, GuestHardware),
  /** What it would do, before it is done: 'conflict' where somebody else has changed the definition since `base`. */
  plan: call(Wished, HardwarePlan),
  /**
   * As a task. Main asks before what a running guest loses at once; 'cancelled' when the person says no. `operation` is chosen by the window
   * for each wish of the person: a repeated call with the same id does nothing a second time.
   */
  apply: call(Wished.extend({ operation: z.uuid() }), HardwareOutcome),
};
