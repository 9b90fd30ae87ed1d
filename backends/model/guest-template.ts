import { z } from 'zod';
import { guestSourceKinds } from './guest-source.ts';
import { GuestSpec } from './guest-spec.ts';

export const templateLimits = { count: 100 } as const;

/** What a template is called: one line that can be read. */
export const TemplateName = z
  .string()
  .min(1, 'Give it a name')
  .max(64, 'At most 64 characters')
  .refine((name) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(name), 'No characters that cannot be seen')
  .refine((name) => name.trim() === name, 'No spaces at its ends');

/**
 * A guest to be made again: all that does not belong to one guest alone. Neither its name nor what it begins with is in it, for files are known
 * by tokens, which do not last; and no password, in clear or hashed.
 */
export const GuestTemplate = z.strictObject({
  name: TemplateName,
  road: z.enum([...guestSourceKinds, 'download']),
  os: z.strictObject({ id: z.string().max(512), name: z.string().max(256) }).nullable(),
  guest: GuestSpec.pick({
    machine: true,
    firmware: true,
    tpm: true,
    cpu: true,
    graphics: true,
    vcpus: true,
    memory: true,
    disks: true,
    nics: true,
    start: true,
  }),
});
export type GuestTemplate = z.infer<typeof GuestTemplate>;
