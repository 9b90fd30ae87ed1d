import { z } from 'zod';

/** A question that main asks in a window of its own before something that cannot be undone. */
export const Confirmation = z.strictObject({
  title: z.string(),
  /** Sentences, each a paragraph. */
  message: z.array(z.string()),
  choices: z.array(
    z.strictObject({ id: z.string(), label: z.string(), detail: z.string().nullable(), ticked: z.boolean(), enabled: z.boolean() }),
  ),
  confirm: z.string(),
  danger: z.boolean(),
});
export type Confirmation = z.infer<typeof Confirmation>;

export const ConfirmationAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cancelled') }),
  z.strictObject({ kind: z.literal('confirmed'), ticked: z.array(z.string().max(4096)).max(1024) }),
]);
export type ConfirmationAnswer = z.infer<typeof ConfirmationAnswer>;
