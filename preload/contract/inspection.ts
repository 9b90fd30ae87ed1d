import { z } from 'zod';
import { GuestRef } from '#model/guest';
import { Inspection, InspectionOutlook } from '#model/inspection';
import { call } from './define.ts';

export const inspection = {
  outlook: call(GuestRef, InspectionOutlook),
  /** What was found last, for as long as the guest has the same disks; `task`: the look that is under way. */
  read: call(GuestRef, z.strictObject({ found: Inspection.nullable(), task: z.uuid().nullable() })),
  /** As a task. `operation` is chosen by the window for each wish of the person: a repeated call with the same id does nothing a second time. */
  inspect: call(z.strictObject({ guest: GuestRef, operation: z.uuid() }), z.strictObject({})),
};
