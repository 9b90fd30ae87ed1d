import { z } from 'zod';
import { Revision } from './definition.ts';
import { GuestId } from './guest.ts';
import { Instant } from './quantity.ts';

/** A disk, medium or folder that a definition names, and whether the host finds it now: 'unknown' where the host has no way to tell. */
export const NamedDisk = z.strictObject({
  target: z.string(),
  path: z.string(),
  found: z.enum(['there', 'gone', 'unknown']),
});
export type NamedDisk = z.infer<typeof NamedDisk>;

/** What a guest would have that was defined by a definition from before its deletion. */
export const DefinitionOutlook = z.strictObject({
  disks: z.array(NamedDisk),
  /** What it had and no definition brings back, each as a phrase: "its UEFI variables". */
  lost: z.array(z.string()),
});
export type DefinitionOutlook = z.infer<typeof DefinitionOutlook>;

/** How many are remembered of each host. */
export const deletedMax = 20;

/** A guest that was deleted from here and whose last definition is kept. */
export const DeletedGuest = z.strictObject({
  id: GuestId,
  name: z.string(),
  /** When it was deleted. */
  at: Instant,
  /** Of the definition that it had last. */
  revision: Revision,
  /** Null where the host cannot be asked now. */
  outlook: DefinitionOutlook.nullable(),
  /** The same by hand, from a file; null where the host cannot be asked now. */
  command: z.string().nullable(),
});
export type DeletedGuest = z.infer<typeof DeletedGuest>;
