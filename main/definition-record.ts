import { z } from 'zod';
import { definitionMax, KeptDefinition, keptMax, Revision } from '#model/definition';
import { deletedMax } from '#model/deleted-guest';
import { GuestId, type GuestRef } from '#model/guest';
import { HostId } from '#model/host';
import { Instant } from '#model/quantity';

/** What is written: one file a guest. */
export const recordVersion = 1;

export const KeptText = KeptDefinition.extend({ text: z.string().max(definitionMax) });
export type KeptText = z.infer<typeof KeptText>;

/** The definitions that a guest has had, newest first. No passwords are in them. */
export const DefinitionRecord = z.strictObject({
  version: z.literal(recordVersion),
  host: HostId,
  guest: GuestId,
  kept: z.array(KeptText).max(keptMax),
});
export type DefinitionRecord = z.infer<typeof DefinitionRecord>;

/** A guest that was deleted from here, and which of its definitions was the last. */
export const DeletedEntry = z.strictObject({ id: GuestId, name: z.string(), at: Instant, revision: Revision });
export type DeletedEntry = z.infer<typeof DeletedEntry>;

/** Those of one host, the latest first. */
export const DeletedRecord = z.strictObject({
  version: z.literal(recordVersion),
  host: HostId,
  guests: z.array(DeletedEntry).max(deletedMax),
});
export type DeletedRecord = z.infer<typeof DeletedRecord>;

/** Where they are kept for the next start. */
export interface DefinitionShelf {
  /** Null: nothing is known of the guest. Never rejects: a file that cannot be used is moved out of the way. */
  read(guest: GuestRef): Promise<DefinitionRecord | null>;
  /** Rejects with the system's error. */
  write(record: DefinitionRecord): Promise<void>;
  /** Null: none is known. Never rejects, as `read`. */
  readDeleted(host: HostId): Promise<DeletedRecord | null>;
  /** Rejects with the system's error. */
  writeDeleted(record: DeletedRecord): Promise<void>;
  /** All of one host, which the person has removed. */
  forget(host: HostId): Promise<void>;
}
