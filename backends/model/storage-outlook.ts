import { z } from 'zod';
import { Bytes } from './quantity.ts';

/** What is known of a change of storage before it is made. */
export const StorageOutlook = z.strictObject({
  /** What goes, or is written to, by its path on the host. */
  paths: z.array(z.string()),
  /** What it costs, each as a sentence; empty: nothing is lost. */
  losses: z.array(z.string()),
  /** What could not be looked into, each as a sentence: something that needs it may hide there. */
  doubts: z.array(z.string()),
  /** What it gives back. */
  frees: Bytes,
});
export type StorageOutlook = z.infer<typeof StorageOutlook>;
