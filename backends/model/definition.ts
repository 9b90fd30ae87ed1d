import { z } from 'zod';
import { GuestId } from './guest.ts';
import { NetworkId } from './network.ts';
import { Instant, MiB } from './quantity.ts';

/** Characters; far above any real definition, and well within what one message to main may hold. */
export const definitionMax = MiB / 2;

/** Names what a definition says, whoever wrote it down and however: equal for two that mean the same, passwords aside. */
export const Revision = z.string().regex(/^[0-9a-f]{64}$/);
export type Revision = z.infer<typeof Revision>;

/** What the host will start the guest with next time, without passwords. */
export const GuestDefinition = z.strictObject({ text: z.string(), revision: Revision });
export type GuestDefinition = z.infer<typeof GuestDefinition>;

const ObjectName = z.string().min(1).max(256);

/** What else of a host has a definition that is written as a whole. */
export const DefinedObject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('network'), id: NetworkId }),
  z.strictObject({ kind: z.literal('pool'), name: ObjectName }),
  z.strictObject({ kind: z.literal('volume'), pool: ObjectName, name: ObjectName }),
  z.strictObject({ kind: z.literal('snapshot'), guest: GuestId, name: ObjectName }),
]);
export type DefinedObject = z.infer<typeof DefinedObject>;

/**
 * Its definition, and what it is called. `command`: how the same is done by hand, from a file. `fixed`: why it cannot be changed, and what can
 * be done instead; null: it can.
 */
export const ObjectDefinition = GuestDefinition.extend({ name: z.string(), command: z.string(), fixed: z.string().nullable() });
export type ObjectDefinition = z.infer<typeof ObjectDefinition>;

/** A definition that a person is changing. */
export const DefinitionDraft = z.strictObject({
  text: z.string().max(definitionMax),
  /** What the host had when it was begun, or when somebody else's changes were last taken into it. */
  base: GuestDefinition,
});
export type DefinitionDraft = z.infer<typeof DefinitionDraft>;

/** A definition to take the place of another. */
export const DefinitionWish = z.strictObject({
  text: z.string().max(definitionMax),
  /** What the change was begun from: where that is no longer what the host has, nothing is done. */
  base: Revision,
  /** False: without the word of the host's schema, for what its hypervisor takes and the schema does not know. */
  validate: z.boolean(),
});
export type DefinitionWish = z.infer<typeof DefinitionWish>;

export const DefinitionOutcome = z.strictObject({
  now: GuestDefinition,
  /** `ignored`: the host took it, and nothing of the change is in what it has now. `overtook`: somebody else's came right before, and is gone. */
  outcome: z.enum(['defined', 'ignored', 'overtook']),
});
export type DefinitionOutcome = z.infer<typeof DefinitionOutcome>;

/** How many are kept of each guest. */
export const keptMax = 20;

/** A definition that the guest has or had. */
export const KeptDefinition = z.strictObject({
  revision: Revision,
  /** When it was met last, in milliseconds since 1970. */
  at: Instant,
  /** Who made it: a change by Guesthouse, somebody else while Guesthouse knew the guest, or nobody knows, since it was there before. */
  by: z.enum(['guesthouse', 'others', 'unknown']),
  /** What was done, as the list of tasks has it; null for what was not done here. */
  what: z.string().nullable(),
});
export type KeptDefinition = z.infer<typeof KeptDefinition>;
