import { z } from 'zod';
import { Bytes, Instant } from './quantity.ts';
import { WebAddress } from './web-address.ts';

/** So many of each sort are kept, as in virt-manager (virtManager/config.py, `_url_add_helper`). */
export const recentMax = 10;

/** What a guest was begun with: an installation medium, a disk with a system on it, an installation tree. */
export const RecentUse = z.enum(['iso', 'disk', 'tree']);
export type RecentUse = z.infer<typeof RecentUse>;

const common = {
  /** By which main finds it again. */
  id: z.uuid(),
  use: RecentUse,
  /** When a guest was last made from it. */
  usedAt: Instant,
};

/** Something from which a guest was made. Of a file a window learns what tells it from others, and never the path. */
export const RecentMedium = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('file'),
    name: z.string(),
    /** The end of its folder's path; '' for the root. */
    folder: z.string(),
    /** Bytes, when it was used. */
    size: Bytes,
  }),
  z.strictObject({ ...common, kind: z.literal('address'), url: WebAddress }),
]);
export type RecentMedium = z.infer<typeof RecentMedium>;
