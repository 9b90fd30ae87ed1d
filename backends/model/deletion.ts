import { z } from 'zod';
import { Bytes } from './quantity.ts';

/** One disk, or the files, of a guest that is to be deleted. What another guest or overlay needs is never deletable here. */
export const DeletionDisk = z.strictObject({
  target: z.string(),
  /** It is a container's root, which goes with all that is in it. */
  folder: z.boolean(),
  path: z.string(),
  size: Bytes.nullable(),
  verdict: z.discriminatedUnion('kind', [
    /** Ticked from the start: a plain disk that only this guest uses. */
    z.strictObject({ kind: z.literal('offered') }),
    /** May be ticked by the person, with a reason to think twice. */
    z.strictObject({ kind: z.literal('possible'), why: z.string() }),
    z.strictObject({ kind: z.literal('kept'), why: z.string() }),
  ]),
});
export type DeletionDisk = z.infer<typeof DeletionDisk>;

export const DeletionPlan = z.strictObject({
  name: z.string(),
  /** Running: it will be forced off first. */
  running: z.boolean(),
  disks: z.array(DeletionDisk),
  /** What goes with the definition, each as a phrase: "its UEFI variables", "2 snapshots". */
  alsoRemoved: z.array(z.string()),
});
export type DeletionPlan = z.infer<typeof DeletionPlan>;

/** What came of it: a guest may be gone while one of its disks could not be deleted. */
export const DeletionResult = z.strictObject({
  deletedDisks: z.array(z.string()),
  leftovers: z.array(z.strictObject({ path: z.string(), why: z.string() })),
});
export type DeletionResult = z.infer<typeof DeletionResult>;
