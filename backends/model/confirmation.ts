import { z } from 'zod';

/** Something to type. What is secret is shown only on demand, and kept nowhere. */
export const ConfirmationInput = z.strictObject({
  id: z.string(),
  kind: z.enum(['text', 'secret']),
  label: z.string(),
  /** What it begins with. */
  value: z.string(),
  maxLength: z.number().int().positive(),
});
export type ConfirmationInput = z.infer<typeof ConfirmationInput>;

/** Something to compare, letter by letter where it is `exact`. */
export const ConfirmationDetail = z.strictObject({ label: z.string(), value: z.string(), exact: z.boolean() });
export type ConfirmationDetail = z.infer<typeof ConfirmationDetail>;

/** A question that main asks in a window of its own: before something that cannot be undone, or what a host wants to know. */
export const Confirmation = z.strictObject({
  title: z.string(),
  /** Sentences, each a paragraph. */
  message: z.array(z.string()),
  details: z.array(ConfirmationDetail).optional(),
  inputs: z.array(ConfirmationInput).optional(),
  choices: z.array(
    z.strictObject({ id: z.string(), label: z.string(), detail: z.string().nullable(), ticked: z.boolean(), enabled: z.boolean() }),
  ),
  /** Null: there is nothing to agree to; the question goes away by itself or is given up. */
  confirm: z.string().nullable(),
  danger: z.boolean(),
});
export type Confirmation = z.infer<typeof Confirmation>;

export const ConfirmationAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cancelled') }),
  z.strictObject({
    kind: z.literal('confirmed'),
    ticked: z.array(z.string().max(4096)).max(1024),
    /** What was typed, by the input's id. */
    values: z.record(z.string().max(64), z.string().max(4096)).optional(),
  }),
]);
export type ConfirmationAnswer = z.infer<typeof ConfirmationAnswer>;
