import { z } from 'zod';

/** How a person likes the screens of one guest; the same in each window that shows them. */
export const ConsoleChoices = z.strictObject({
  /** 'fit' to the room there is, or per cent. */
  scale: z.union([z.literal('fit'), z.number().int().min(10).max(1000)]),
  /** The guest takes the size of the window. */
  following: z.boolean(),
  quality: z.enum(['automatic', 'best', 'fast']),
  /** Neither keys nor clicks reach the guest. */
  viewOnly: z.boolean(),
  /** Of the keyboard that the guest believes to have, for text that is typed into it; null: none was chosen yet. */
  layout: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/)
    .nullable(),
});
export type ConsoleChoices = z.infer<typeof ConsoleChoices>;

export const usualChoices: ConsoleChoices = { scale: 'fit', following: false, quality: 'automatic', viewOnly: false, layout: null };

export const areUsual = (choices: ConsoleChoices): boolean =>
  ConsoleChoices.keyof().options.every((key) => choices[key] === usualChoices[key]);
