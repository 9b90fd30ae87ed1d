import { z } from 'zod';

/**
 * An address on the web from which something is fetched by this computer. None with a name and a password in it: they would be found in logs,
 * and nothing here needs them.
 */
export const WebAddress = z
  .string()
  .max(2048)
  .regex(/^https?:\/\/[^\s/?#@\\\p{C}]+([/?#][^\s\p{C}]*)?$/u, 'Begin with https:// or http://, and write no password into it');
export type WebAddress = z.infer<typeof WebAddress>;
