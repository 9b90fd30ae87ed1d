import { z } from 'zod';
import { definitionMax, KeptDefinition, keptMax } from '#model/definition';
import { GuestId, type GuestRef } from '#model/guest';
import { HostId } from '#model/host';

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

/** Where they are kept for the next start. */
export interface DefinitionShelf {
  /** Null: nothing is known of the guest. Never rejects: a file that cannot be used is moved out of the way. */
  read(guest: GuestRef): Promise<DefinitionRecord | null>;
  /** Rejects with the system's error. */
  write(record: DefinitionRecord): Promise<void>;
  /** All of one host, which the person has removed. */
  forget(host: HostId): Promise<void>;
}
