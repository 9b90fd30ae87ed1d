import { z } from 'zod';
import { Fault } from './fault.ts';
import { GuestId } from './guest.ts';
import { HostId } from './host.ts';
import { Instant } from './quantity.ts';
import { VolumeRef } from './storage.ts';

/** What may be wanted right after: the guest that was deleted, with all its disks kept, is defined again. */
export const TaskOffer = z.enum(['define-again']);
export type TaskOffer = z.infer<typeof TaskOffer>;

export const TaskState = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('running'), step: z.string(), progress: z.number().min(0).max(1).nullable(), cancellable: z.boolean() }),
  z.strictObject({ kind: z.literal('done'), note: z.string().nullable(), offer: TaskOffer.optional() }),
  z.strictObject({ kind: z.literal('failed'), fault: Fault }),
  z.strictObject({ kind: z.literal('cancelled') }),
]);
export type TaskState = z.infer<typeof TaskState>;

/** One operation the person asked for, from its first step to its end. */
export const Task = z.strictObject({
  id: z.string().min(1).max(64),
  title: z.string(),
  host: HostId,
  guest: GuestId.nullable(),
  /** The volume that it fills or reads. */
  volume: VolumeRef.optional(),
  /** The same by hand, to copy. */
  command: z.string().nullable(),
  startedAt: Instant,
  endedAt: Instant.nullable(),
  state: TaskState,
});
export type Task = z.infer<typeof Task>;
